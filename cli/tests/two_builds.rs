//! Several builds of the library in one program: this repository's, one of the same version with other features, and one whose types differ, too.
//! A git dependency beside a registry one, or a vendored patch, comes to that.

#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Copies a folder, with what its links point to.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(source, target).unwrap();
        }
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    // Unchanged files keep their times, so that cargo does not build them again.
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).unwrap();
    }
}

/// A copy of the library as another source would bring it.
fn copy_library(to: &Path) {
    let repository = Path::new(REPOSITORY);
    let _ = fs::remove_dir_all(to);
    for package in ["runtime", "macros", "shared"] {
        copy(&repository.join(package), &to.join(package));
    }
    let workspace = fs::read_to_string(repository.join("Cargo.toml")).unwrap();
    let members: Vec<&str> = workspace
        .lines()
        .filter(|line| !line.starts_with("exclude"))
        .map(|line| if line.starts_with("members") { "members = [\"macros\", \"runtime\", \"shared\"]" } else { line })
        .take_while(|line| !line.starts_with("[profile"))
        .collect();
    write(&to.join("Cargo.toml"), &members.join("\n"));
}

/// Makes it a repository. Cargo accepts two packages of one name and version only from different kinds of source. With fixed dates, the same files
/// are the same commit.
fn commit(library: &Path) {
    for words in [&["init", "--quiet"][..], &["add", "--all", "--force"], &["commit", "--quiet", "--message", "copy"]] {
        let mut git = Command::new("git");
        git.current_dir(library).args(["-c", "user.name=test", "-c", "user.email=test@localhost"]).args(words);
        git.envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, "2026-01-01T00:00:00Z")));
        let output = git.output().unwrap();
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A library of the program that is instrumented with one of them.
fn write_user(folder: &Path, name: &str, library: &Path) {
    let library = format!("file://{}", library.display());
    write(
        &folder.join("Cargo.toml"),
        &format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\n\
             metrics-instrumented = {{ git = {library:?}, default-features = false, features = [\"catalog\"] }}\n"
        ),
    );
    write(
        &folder.join("src/lib.rs"),
        &format!(
            "#![forbid(unsafe_code)]\n\
             use metrics_instrumented::{{Counter, Operation, instrumented}};\n\
             #[derive(Operation)]\n#[operation(name = \"{name}_declared\")]\nstruct Declared {{ fast: bool }}\n\
             #[derive(Counter)]\n#[counter(name = \"{name}_events_total\")]\nstruct Events;\n\
             #[instrumented(name = \"{name}_work\")]\npub fn work() {{ site(); Events.increment(1); }}\n\
             #[instrumented(Declared {{ fast: true }})]\nfn site() {{}}\n\
             #[must_use]\npub fn catalog() -> String {{ metrics_instrumented::catalog() }}\n"
        ),
    );
}

const MAIN: &str = r#"
fn main() {
    let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").install().unwrap();
    work();
    same::work();
    changed::work();
    println!("{}", metrics.render());
    for (build, catalog) in [("main", metrics_instrumented::catalog()), ("same", same::catalog()), ("changed", changed::catalog())] {
        for line in catalog.lines() {
            println!("{build}: {line}");
        }
    }
    print!("{}", metrics_instrumented::doctor());
}

#[metrics_instrumented::instrumented(name = "main_work")]
fn work() {}
"#;

#[test]
fn every_build_of_the_library_sees_its_own_declarations_and_all_metrics_arrive() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("two_builds");
    for name in ["same", "changed"] {
        copy_library(&folder.join("library").join(name));
        write_user(&folder.join(name), name, &folder.join("library").join(name));
    }
    // The types of this one have another size.
    let folder_of_families = folder.join("library/changed/runtime/src/series");
    let add = |file: &str, before: &str, field: &str| {
        let file = folder_of_families.join(file);
        let source = fs::read_to_string(&file).unwrap();
        assert_eq!(source.matches(before).count(), 1, "the sources of `Families` are not what this test changes");
        fs::write(file, source.replace(before, &format!("{field}{before}"))).unwrap();
    };
    add("families.rs", "    pub(super) table: Table<Series>,\n", "    _larger: [u64; 5],\n");
    add("families.rs", "        table: Table::new(),\n", "        _larger: [7; 5],\n");
    for name in ["same", "changed"] {
        commit(&folder.join("library").join(name));
    }

    let runtime = Path::new(REPOSITORY).join("runtime");
    // Only its features matter, with which the crates of others are built already.
    let unified = Path::new(REPOSITORY).join("tests/packages/unified");
    let manifest = format!(
        "[package]\nname = \"two-builds\"\nedition = \"2024\"\n\n[workspace]\nmembers = [\"changed\", \"same\"]\nexclude = [\"library\"]\n\n\
         [dependencies]\nmetrics-instrumented = {{ path = {runtime:?}, features = [\"catalog\"] }}\n\
         unified = {{ path = {unified:?} }}\nsame = {{ path = \"same\" }}\nchanged = {{ path = \"changed\" }}\n\n[profile.dev]\ndebug = false\n"
    );
    write(&folder.join("Cargo.toml"), &manifest);
    write(&folder.join("src/main.rs"), MAIN);
    // The versions that the other tests are built with, so that little is built twice.
    fs::copy(Path::new(REPOSITORY).join("tests/packages/Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(&folder).env("CARGO_TARGET_DIR", &target).args(["build", "--quiet"]);
    for variable in ["CARGO_BUILD_TARGET", "CARGO_PROFILE_DEV_DEBUG", "RUSTFLAGS"] {
        cargo.env_remove(variable);
    }
    let Output { status, stderr, .. } = cargo.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));

    let program = target.join("debug/two-builds");
    let Output { status, stdout, stderr } = Command::new(&program).output().unwrap();
    let text = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{status}: {}\n{text}", String::from_utf8_lossy(&stderr));
    for line in [
        "main_work_total{outcome=\"ok\"} 1",
        "same_work_total{outcome=\"ok\"} 1",
        "same_declared_total{fast=\"true\",outcome=\"ok\"} 1",
        "same_events_total 1",
        "changed_work_total{outcome=\"ok\"} 1",
        "changed_declared_total{fast=\"true\",outcome=\"ok\"} 1",
        "changed_events_total 1",
    ] {
        assert!(text.lines().any(|other| other == line), "no `{line}` in\n{text}");
    }
    let declared = |build: &str| -> Vec<&str> {
        text.lines().filter_map(|line| line.strip_prefix(build)?.strip_prefix(": {")).collect()
    };
    assert_eq!(declared("main").len(), 1, "{text}");
    for build in ["same", "changed"] {
        let own = declared(build);
        let others =
            own.iter().filter(|line| !line.contains(&format!("{build}_")) && !line.contains("\"site\"")).count();
        assert_eq!((own.len(), others), (4, 0), "{own:#?}");
    }
    assert!(!text.contains("contains something else"), "{text}");

    // The tool reads all three.
    let tool =
        Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented")).arg("catalog").arg(&program).output().unwrap();
    let catalogue = String::from_utf8(tool.stdout).unwrap();
    assert!(tool.status.success(), "{}", String::from_utf8_lossy(&tool.stderr));
    for family in
        ["main_work_total", "same_work_total", "same_events_total", "changed_declared_total", "changed_events_total"]
    {
        assert!(catalogue.contains(&format!("\"{family}\"")), "no {family} in {catalogue}");
    }
}
