//! The same source, built bare and annotated.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use serde_json::Value;

/// What stands alone on the line above an annotated function, maybe with arguments. In the bare version that line is a comment, so that all
/// places agree.
pub(crate) const ATTRIBUTE: &str = "#[instrumented]";

/// What the compiler said, and where it pointed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    pub(crate) program: String,
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) code: String,
    pub(crate) level: String,
    pub(crate) message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program, line, column, code, level, message } = self;
        write!(f, "{program}.rs:{line}:{column}: {level} {code}: {message}")
    }
}

/// The same source twice.
pub(crate) const PACKAGES: [&str; 2] = ["bare", "annotated"];

/// Two packages with the same programs.
pub(crate) struct Twice {
    name: String,
    folder: PathBuf,
    programs: Vec<(String, String)>,
}

impl Twice {
    /// Writes the programs, given by name and annotated text.
    pub(crate) fn write(name: &str, programs: Vec<(String, String)>) -> Self {
        Self::write_edition(name, 2024, programs)
    }

    /// Writes the programs in an edition.
    pub(crate) fn write_edition(name: &str, edition: u32, programs: Vec<(String, String)>) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("twice").join(name);
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        for package in PACKAGES {
            let sources = folder.join(package).join("src/bin");
            let _ = fs::remove_dir_all(&sources);
            fs::create_dir_all(&sources).expect("a folder of the build's own");
            for (program, text) in &programs {
                assert!(text.contains("instrumented"), "nothing is annotated in {program}");
                let is_kept = |line: &str| package == "annotated" || !line.trim().starts_with("#[instrumented");
                let lines = text.lines().map(|line| if is_kept(line) { line } else { "//" });
                fs::write(sources.join(format!("{program}.rs")), lines.collect::<Vec<_>>().join("\n"))
                    .expect("its file");
            }
            fs::write(folder.join(package).join("Cargo.toml"), manifest(name, edition, package, tests))
                .expect("its manifest");
        }
        let workspace = "[workspace]\nmembers = [\"bare\", \"annotated\"]\nresolver = \"3\"\n\n\
                         [profile.dev]\ndebug = \"line-tables-only\"\n[profile.dev.package.\"*\"]\ndebug = false\n";
        fs::write(folder.join("Cargo.toml"), workspace).expect("the manifest of both");
        // The versions that are there already.
        fs::copy(tests.join("../Cargo.lock"), folder.join("Cargo.lock")).expect("the workspace's lock file");
        Self { name: name.to_owned(), folder, programs }
    }

    /// What `cargo check` or `cargo clippy` says of the two: bare and annotated.
    pub(crate) fn diagnostics(&self, command: &str) -> [Vec<Diagnostic>; 2] {
        if command == "clippy" && !self.cargo(&["clippy", "--version"]).status.success() {
            install("clippy");
        }
        let output = self.cargo(&[command, "--workspace", "--bins", "--keep-going", "--message-format=json"]);
        let text = String::from_utf8(output.stdout).expect("text");
        let messages: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert!(!messages.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        PACKAGES.map(|package| {
            let mut said: Vec<Diagnostic> =
                messages.iter().filter(|message| is_of(message, package)).filter_map(diagnostic).collect();
            said.sort();
            said
        })
    }

    /// The name of one of the two packages.
    pub(crate) fn package(&self, package: &str) -> String {
        format!("{}-{package}", self.name)
    }

    /// A line of a program's source.
    pub(crate) fn line(&self, program: &str, line: u64) -> &str {
        let text = self.programs.iter().find(|(name, _)| name == program).map_or("", |(_, text)| text);
        text.lines().nth(usize::try_from(line).expect("a line") - 1).unwrap_or("")
    }

    pub(crate) fn cargo(&self, words: &[&str]) -> Output {
        self.command("packages").args(words).output().expect("cargo runs")
    }

    /// With the unstable options of this compiler. That concerns the dependencies as well, so they are built apart.
    pub(crate) fn unstable_cargo(&self, words: &[&str]) -> Output {
        self.command("unstable").env("RUSTC_BOOTSTRAP", "1").args(words).output().expect("cargo runs")
    }

    fn command(&self, target: &str) -> Command {
        let mut command = Command::new(env!("CARGO"));
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(target);
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", target);
        // Backtraces need the line tables that the manifest asks for.
        for variable in ["CARGO_PROFILE_DEV_DEBUG", "RUSTFLAGS"] {
            command.env_remove(variable);
        }
        command
    }
}

/// Installs a component of the toolchain that runs this.
pub(crate) fn install(component: &str) {
    let output = Command::new("rustup").args(["component", "add", component]).output().expect("rustup runs");
    assert!(output.status.success(), "{component}: {}", String::from_utf8_lossy(&output.stderr));
}

fn manifest(name: &str, edition: u32, package: &str, tests: &Path) -> String {
    let runtime = tests.join("../runtime");
    format!(
        "[package]\nname = \"{name}-{package}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n\
         [dependencies]\nmetrics-instrumented = {{ path = \"{}\", default-features = false }}\nmetrics = \"0.24\"\n",
        runtime.display()
    )
}

fn is_of(message: &Value, package: &str) -> bool {
    message["manifest_path"].as_str().is_some_and(|path| path.contains(&format!("/{package}/Cargo.toml")))
}

/// `None` for what has no place, like the sum of all errors.
fn diagnostic(message: &Value) -> Option<Diagnostic> {
    let said = &message["message"];
    let span = said["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Some(Diagnostic {
        program: text(&message["target"]["name"]),
        line: span["line_start"].as_u64()?,
        column: span["column_start"].as_u64()?,
        code: text(&said["code"]["code"]),
        level: text(&said["level"]),
        message: text(&said["message"]),
    })
}
