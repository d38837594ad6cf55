//! `diff` of revisions of a git repository, and the workflow of docs/cli.md.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{Folder, Run, declarations, yaml};

/// A git repository with a package that depends on the library, and two revisions.
struct Repository {
    folder: Folder,
}

const MANIFEST: &str = r#"
[package]
name = "storage-driver"
version = "1.0.0"
edition = "2021"

[dependencies]
metrics-instrumented = { path = "RUNTIME", default-features = false }

[workspace]

[profile.dev]
debug = false
"#;

const MAIN: &str = "
/// Loads a volume.
#[metrics_instrumented::instrumented(name = \"driver_loads\")]
fn load() -> u32 {
    1
}

fn main() {
    std::process::exit(i32::from(load() != 1));
}
";

impl Repository {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let folder = Folder::new();
        folder.file("Cargo.toml", &MANIFEST.replace("RUNTIME", &root.join("runtime").display().to_string()));
        folder.file("src/main.rs", MAIN);
        // The versions that the workspace has built.
        folder.file("Cargo.lock", &fs::read_to_string(root.join("Cargo.lock")).expect("a lock file"));
        let repository = Self { folder };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    fn path(&self) -> PathBuf {
        PathBuf::from(self.folder.path())
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
        let output = Command::new("git").args(identity).args(arguments).current_dir(self.path()).output();
        let output = output.expect("git runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path());
        command.env("CARGO_TARGET_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/packages"));
        command
    }

    fn tool(&self, arguments: &[&str]) -> Run {
        let output = self.command(env!("CARGO_BIN_EXE_cargo-metrics-instrumented")).args(arguments).output();
        read(output.expect("the tool starts"))
    }
}

fn read(output: Output) -> Run {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code().expect("it ends"), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_committed_catalogue_is_compared_with_the_file_here() {
    let repository = Repository::new();
    let text = fs::read_to_string(declarations("storage-driver")).unwrap();
    let file = repository.folder.file("docs/driver.jsonl", &text);
    repository.commit("catalogue");
    let same = repository.tool(&["diff", "--rev", "HEAD", "docs/driver.jsonl"]);
    assert_eq!((same.code, same.stdout.as_str(), same.stderr.as_str()), (0, "", ""));
    repository.folder.file("docs/driver.jsonl", &text.replace("orphans_cleaned", "orphans_removed"));
    for arguments in [
        vec!["diff", "--rev", "HEAD", "docs/driver.jsonl"],
        vec!["diff", "--rev", "main", &file],
        vec!["diff", "--rev", "main", "docs/driver.jsonl", &file],
    ] {
        let found = repository.tool(&arguments);
        assert_eq!(found.code, 1, "{found:?}");
        assert!(found.stdout.contains("renamed to `rds_csi_orphans_removed_total`"), "{found:?}");
    }
    // Its folder is not here any more.
    fs::rename(repository.path().join("docs"), repository.path().join("pages")).unwrap();
    let moved = repository.tool(&["diff", "--rev", "HEAD", "docs/driver.jsonl", "pages/driver.jsonl"]);
    assert_eq!(moved.code, 1, "{moved:?}");
}

#[test]
fn a_revision_that_cannot_be_read_is_one_clear_error() {
    let repository = Repository::new();
    repository.folder.file("docs/page.md", "no catalogue");
    repository.commit("a page");
    let outside = Folder::new();
    let file = outside.file("a.jsonl", "");
    for (arguments, words) in [
        (["--rev", "v9", "docs/page.md"], "`v9`: it is not a revision of the repository; fetch it"),
        (["--rev", "--all", "docs/page.md"], "`--all`: it is not a revision"),
        (["--rev", "HEAD", "docs/none.jsonl"], "does not exist in"),
        (["--rev", "HEAD", "docs/page.md"], "cannot read a catalogue from docs/page.md: "),
        (["--rev", "HEAD", file.as_str()], "not a git repository"),
        (["--format", "json", "docs/page.md"], "only one side to compare; pass OLD and NEW"),
    ] {
        let arguments = if arguments[1] == "--all" { vec!["--rev=--all", arguments[2]] } else { arguments.to_vec() };
        let found = repository.tool(&[&["diff"], arguments.as_slice()].concat());
        assert_eq!((found.code, found.stdout.as_str()), (2, ""), "{arguments:?}: {found:?}");
        assert!(found.stderr.starts_with("error: ") && found.stderr.lines().count() == 1, "{found:?}");
        assert!(found.stderr.contains(words), "{arguments:?}: {found:?}");
    }
}

/// The workflow of docs/cli.md, whose commands run here, with a breaking change in the pull request.
#[test]
fn the_workflow_of_the_page_shows_a_breaking_change() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let page = fs::read_to_string(root.join("docs/cli.md")).expect("docs/cli.md");
    let block = page.split("```yaml\n").find(|block| block.contains("runs-on")).expect("a workflow");
    let workflow = yaml(block.split("```").next().unwrap());
    let steps = workflow["jobs"]["metrics"]["steps"].as_array().expect("steps");
    assert_eq!(steps[0]["with"]["fetch-depth"], 0, "the base revision must be there: {steps:#?}");
    let commands: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(commands[0], format!("cargo install --locked {}", env!("CARGO_PKG_NAME")));

    let repository = Repository::new();
    repository.commit("base");
    repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    repository.folder.file("src/main.rs", &MAIN.replace("driver_loads", "driver_loadings"));
    let page = repository.tool(&["docs", "--package", "storage-driver", "--output", "metrics.md"]);
    assert_eq!(page.code, 0, "{page:?}");
    repository.commit("a renamed operation");
    let tool = Path::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented")).parent().expect("a folder");
    let path = format!("{}:{}", tool.display(), std::env::var("PATH").expect("PATH"));
    let summary = repository.path().join("summary.md");
    let runs = commands[1..].iter().map(|command| {
        // As the runner starts `run`.
        let mut shell = repository.command("bash");
        shell.args(["-e", "-c", command]).env("PATH", &path).env("GITHUB_BASE_REF", "main");
        read(shell.env("GITHUB_STEP_SUMMARY", &summary).output().expect("bash runs"))
    });
    let runs: Vec<Run> = runs.collect();
    assert_eq!(runs.iter().map(|run| run.code).collect::<Vec<_>>(), [1, 0], "{runs:#?}");
    let text = fs::read_to_string(&summary).expect("a summary");
    assert!(text.starts_with("### Changes of metrics\n\nFrom `storage-driver at origin/main` to `storage-driver`: "));
    for family in ["driver_loads_total", "driver_loads_duration_seconds", "driver_loads_in_flight"] {
        let now = family.replace("loads", "loadings");
        assert!(text.contains(&format!("| `{family}` | renamed to `{now}` | queries by the old name")), "{text}");
    }
    // Nothing of the other revision is left.
    let trees = repository.command("git").args(["worktree", "list"]).output().expect("git runs");
    assert_eq!(String::from_utf8_lossy(&trees.stdout).lines().count(), 1);
}
