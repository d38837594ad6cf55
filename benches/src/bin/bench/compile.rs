//! The time to compile 1,000 small functions, and their size: one generated crate for each peer. The dependencies are built before, and only the crate itself is
//! built again.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use metrics_instrumented_benches::random::Random;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::programs::target;
use crate::results::Results;
use crate::{Effort, root};

/// The number of functions of a crate.
const FUNCTIONS: usize = 1_000;

/// A generated crate: its dependencies, and the attribute of its functions.
struct Generated {
    name: &'static str,
    dependencies: &'static str,
    attribute: &'static str,
    /// Whether a function returns a `Result`, so that there is an outcome to read.
    returns_result: bool,
}

const CRATES: [Generated; 9] = [
    Generated { name: "bare", dependencies: "", attribute: "", returns_result: true },
    Generated { name: "bare-plain", dependencies: "", attribute: "", returns_result: false },
    Generated {
        name: "ours",
        dependencies: "metrics-instrumented = { path = \"{root}/runtime\", default-features = false }",
        attribute: "#[metrics_instrumented::instrumented]",
        returns_result: true,
    },
    Generated {
        name: "ours-plain",
        dependencies: "metrics-instrumented = { path = \"{root}/runtime\", default-features = false }",
        attribute: "#[metrics_instrumented::instrumented]",
        returns_result: false,
    },
    // With the exporter linked in, as in a service; a library that only annotates does not have it.
    Generated {
        name: "ours-exporter",
        dependencies: "metrics-instrumented = { path = \"{root}/runtime\" }",
        attribute: "#[metrics_instrumented::instrumented]",
        returns_result: true,
    },
    Generated {
        name: "tracing",
        dependencies: "tracing = \"0.1\"",
        attribute: "#[tracing::instrument]",
        returns_result: true,
    },
    Generated {
        name: "autometrics",
        dependencies: "autometrics = { version = \"3\", features = [\"prometheus\"] }",
        attribute: "#[autometrics::autometrics(track_concurrency)]",
        returns_result: true,
    },
    Generated {
        name: "fastrace",
        dependencies: "fastrace = { version = \"0.7\", features = [\"enable\"] }",
        attribute: "#[fastrace::trace]",
        returns_result: true,
    },
    Generated {
        name: "function-timer",
        dependencies: "function-timer = \"0.9\"\nmetrics = \"0.24\"",
        attribute: "#[function_timer::time(\"calls\")]",
        returns_result: true,
    },
];

/// The crates of the table, in its order.
pub fn names() -> impl Iterator<Item = &'static str> {
    CRATES.iter().map(|generated| generated.name)
}

/// The three ways to build.
pub const BUILDS: [(&str, &[&str]); 3] =
    [("check", &["check"]), ("debug", &["build"]), ("release", &["build", "--release"])];

/// Builds and measures.
pub fn run(effort: Effort, results: &mut Results) {
    let folder = target().join("performance/crates");
    write(&folder);
    eprintln!("the dependencies");
    for generated in &CRATES {
        for (_, words) in BUILDS {
            cargo(&folder, generated, &[words, &["--lib"]].concat());
        }
    }
    let mut least = vec![f64::INFINITY; CRATES.len() * BUILDS.len()];
    let mut order: Vec<usize> = (0..least.len()).collect();
    let mut random = Random::default();
    let rounds = effort.pick(1, 3);
    for _ in 0..rounds {
        random.shuffle(&mut order);
        for at in &order {
            let generated = &CRATES[at / BUILDS.len()];
            let (_, words) = BUILDS[at % BUILDS.len()];
            fs::write(folder.join(generated.name).join("src/lib.rs"), source(generated)).expect("it was written before");
            let before = processor_time();
            cargo(&folder, generated, &[words, &["--lib"]].concat());
            let took = (processor_time() - before).as_secs_f64();
            least[*at] = least[*at].min(took);
        }
    }
    results.set("compile/rounds", f64::from(rounds));
    for (at, least) in least.into_iter().enumerate() {
        let (build, _) = BUILDS[at % BUILDS.len()];
        results.set(format!("compile/{build}/{}", CRATES[at / BUILDS.len()].name), least);
    }
    eprintln!("the programs");
    for generated in &CRATES {
        cargo(&folder, generated, &["build", "--release", "--bins"]);
        let program = folder.join("target/release").join(package(generated));
        let size = fs::metadata(&program).expect("it was just built").len();
        results.set(format!("compile/size/{}", generated.name), size as f64);
    }
}

fn package(generated: &Generated) -> String {
    format!("functions-{}", generated.name)
}

/// The user and system time of all children that ended.
fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("it exists on Linux");
    let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(microseconds.try_into().expect("it is not negative"))
}

fn cargo(folder: &Path, generated: &Generated, words: &[&str]) {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(words)
        .arg("--quiet")
        .current_dir(folder.join(generated.name))
        // The whole crate, every time.
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .status()
        .expect("cargo is there");
    assert!(status.success(), "cargo {} failed in {}", words.join(" "), folder.display());
}

/// Writes all crates.
fn write(folder: &Path) {
    let put = |path: &str, text: String| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("the target folder can be written to");
        fs::write(path, text).expect("the target folder can be written to");
    };
    let lock = fs::read_to_string(root().join("benches/Cargo.lock")).expect("it is kept with the sources");
    for generated in &CRATES {
        // The same versions as in the other measurements.
        put(&format!("{}/Cargo.lock", generated.name), lock.clone());
        let name = package(generated);
        let dependencies = generated.dependencies.replace("{root}", &root().display().to_string());
        let library = name.replace('-', "_");
        put(
            &format!("{}/Cargo.toml", generated.name),
            format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\n\
                 # One of its own: in a common one, all would have the features that one of them wants.\n[workspace]\n\n[profile.release]\nstrip = true\n"
            ),
        );
        put(&format!("{}/src/lib.rs", generated.name), source(generated));
        put(
            &format!("{}/src/main.rs", generated.name),
            format!(
                "//! Calls them all, so that none is left out.\nuse std::hint::black_box;\n\nfn main() {{\n    for function in black_box({library}::ALL) {{\n        \
                 let _ = black_box(function(black_box(1)));\n    }}\n}}\n"
            ),
        );
    }
}

fn source(generated: &Generated) -> String {
    let mut text = String::from("//! Generated by `bench`.\n\n#[derive(Debug)]\npub struct Failure;\n\n");
    let returned = if generated.returns_result { "Result<u64, Failure>" } else { "u64" };
    for n in 0..FUNCTIONS {
        let work = if generated.returns_result {
            format!("if x == {n} {{ return Err(Failure); }}\n    Ok(x + {n})")
        } else {
            format!("if x == {n} {{ return 0; }}\n    x + {n}")
        };
        let _ = write!(text, "{}\npub fn f{n}(x: u64) -> {returned} {{\n    {work}\n}}\n\n", generated.attribute);
    }
    let names: Vec<String> = (0..FUNCTIONS).map(|n| format!("f{n}")).collect();
    let _ = writeln!(text, "pub static ALL: [fn(u64) -> {returned}; {FUNCTIONS}] = [{}];", names.join(", "));
    text
}
