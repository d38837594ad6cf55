//! What `diff` compares besides files of declarations: targets, saved scrapes, and revisions of a git repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{Folder, Run, declarations, good, run, yaml};

/// A scrape of the storage driver with a few of its families.
const SCRAPE: &str = "\
# HELP rds_csi_orphans_cleaned_total Orphaned files and volumes removed.
# TYPE rds_csi_orphans_cleaned_total counter
rds_csi_orphans_cleaned_total{region=\"north\"} 3
# TYPE rds_csi_nvme_connections_active gauge
rds_csi_nvme_connections_active{region=\"north\"} 1
# TYPE process_open_fds gauge
process_open_fds{region=\"north\"} 7
";

fn catalogue(folder: &Folder) -> String {
    let line = |family: &str, kind: &str, labels: &str, mask: u8| {
        format!(
            r#"{{"v":1,"declares":"{kind}","at":["driver","{family}","src/main.rs",1],"labels":[{labels}],"buckets":[1.0,2.0],"family":{{"name":"{family}","help":"About {family}.","labels":{mask}}}}}"#
        )
    };
    let region = r#"{"name":"region","values":["north","south"]}"#;
    let user = r#"{"name":"user","open":10}"#;
    let lines = [
        line("parcels_total", "counter", region, 1),
        line("logins_total", "counter", user, 1),
        line("weight_grams", "histogram", "", 0),
        line("shelves", "gauge", "", 0),
    ];
    folder.file("depot.jsonl", &(lines.join("\n") + "\n"))
}

/// What the program of `catalogue` serves.
const SERVED: &str = "\
# HELP parcels_total About parcels_total.
# TYPE parcels_total counter
parcels_total{region=\"north\",zone=\"a\"} 3
# TYPE weight_grams histogram
weight_grams_bucket{zone=\"a\",le=\"1\"} 0
weight_grams_bucket{zone=\"a\",le=\"2\"} 1
weight_grams_bucket{zone=\"a\",le=\"+Inf\"} 1
weight_grams_sum{zone=\"a\"} 2
weight_grams_count{zone=\"a\"} 1
# TYPE shelves gauge
shelves{zone=\"a\"} 1
# TYPE metrics_instrumented_scrapes_total counter
metrics_instrumented_scrapes_total{code=\"200\",zone=\"a\"} 1
";

fn lines(run: &Run) -> Vec<String> {
    run.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// From the scrape to the program: what a roll-out changes.
fn to_program(scrape: &str) -> (i32, Vec<String>) {
    let folder = Folder::new();
    let found = run(&["diff", &folder.file("scrape.txt", scrape), &catalogue(&folder)]);
    (found.code, lines(&found))
}

/// From the program to the scrape.
fn to_target(scrape: &str) -> (i32, Vec<String>) {
    let folder = Folder::new();
    let found = run(&["diff", &catalogue(&folder), &folder.file("scrape.txt", scrape)]);
    (found.code, lines(&found))
}

#[test]
fn a_target_that_runs_the_program_differs_in_nothing_that_it_shows() {
    // `logins_total` has no series before the first login, and `region` is not `south` yet.
    let (code, found) = to_program(SERVED);
    assert_eq!((code, found), (0, vec!["logins_total: added: counter, or without a call so far".to_owned()]));
    let (code, found) = to_target(SERVED);
    assert_eq!(
        (code, found),
        (0, vec!["logins_total: the target has no series of it; they appear with the first call".to_owned()])
    );
    let with = format!("{SERVED}# TYPE logins_total counter\nlogins_total{{user=\"ann\",zone=\"a\"}} 1\n");
    assert_eq!(to_program(&with), (0, Vec::new()));
    assert_eq!(to_target(&with), (0, Vec::new()));
}

#[test]
fn a_change_between_a_target_and_the_program_is_found_alone() {
    let served = format!("{SERVED}# TYPE logins_total counter\nlogins_total{{user=\"ann\",zone=\"a\"}} 1\n");
    for (from, to, breaks, words) in [
        ("region=\"north\"", "region=\"west\"", true, "`region` is never `west` any more"),
        ("region=\"north\",", "", true, "label `region` added"),
        ("user=\"ann\",", "user=\"ann\",town=\"x\",", true, "label `town` removed"),
        ("le=\"2\"", "le=\"3\"", true, "buckets changed from 1, 3 to 1, 2"),
        ("# TYPE shelves gauge", "# TYPE shelves counter", true, "a counter became a gauge"),
        ("# TYPE shelves gauge", "# TYPE shelves summary", true, "a summary became a gauge"),
        ("HELP parcels_total About", "HELP parcels_total On", false, "help changed to `About parcels_total.`"),
        ("parcels_total", "packets_total", true, "renamed to `parcels_total`"),
        ("# TYPE shelves", "# TYPE more_total counter\nmore_total 1\n# TYPE shelves", true, "more_total: removed"),
        ("# TYPE shelves gauge\nshelves{zone=\"a\"} 1\n", "", false, "shelves: added: gauge"),
    ] {
        assert!(served.contains(from), "{from}");
        // The HELP of a renamed family shows that it was renamed.
        let text = served.replace(from, to).replace("About packets_total", "About parcels_total");
        let (code, found) = to_program(&text);
        assert_eq!((code, found.len()), (i32::from(breaks), 1), "{from} -> {to}: {found:?}");
        assert!(found[0].contains(words) && found[0].starts_with("BREAKS") == breaks, "{from} -> {to}: {found:?}");
    }
    let (code, found) = to_target(&served.replace("region=\"north\"", "region=\"west\""));
    assert_eq!((code, found), (0, vec!["parcels_total: `region` may be `west`".to_owned()]));
    let (code, found) = to_target(&served.replace("# TYPE shelves gauge\nshelves{zone=\"a\"} 1\n", ""));
    assert_eq!((code, found), (1, vec!["BREAKS shelves: removed; queries find nothing".to_owned()]));
}

#[test]
fn labels_of_the_target_are_named() {
    let folder = Folder::new();
    // A single family: whether a label is global cannot be seen.
    let scrape = folder.file("scrape.txt", "# TYPE shelves gauge\nshelves{zone=\"a\"} 1\n");
    let found = run(&["diff", &scrape, &catalogue(&folder)]);
    assert!(found.stdout.contains("label `zone` removed"), "{found:?}");
    let found = run(&["diff", &scrape, &catalogue(&folder), "--label", "zone"]);
    assert!(found.code == 0 && !found.stdout.contains("zone"), "{found:?}");
}

#[test]
fn two_scrapes_are_compared() {
    let folder = Folder::new();
    let before = folder.file("before.txt", SCRAPE);
    assert_eq!(run(&["diff", &before, &before]).stdout, "");
    let after = folder.file("after.txt", &SCRAPE.replace("connections_active", "connections"));
    let found = run(&["diff", &before, &after]);
    assert_eq!(found.code, 1, "{found:?}");
    assert_eq!(
        lines(&found),
        [
            "rds_csi_nvme_connections: added: gauge",
            "BREAKS rds_csi_nvme_connections_active: removed; queries find nothing"
        ]
    );
}

#[test]
fn a_review_gets_a_table_and_machines_get_json() {
    let folder = Folder::new();
    let old = declarations("storage-driver");
    let text = fs::read_to_string(&old).unwrap();
    let new = folder.file("new.jsonl", &text.replace("15.0,30.0,60.0,90.0", "15.0,30.0,90.0"));
    let table = run(&["diff", &old, &new, "--format", "markdown"]);
    let expected = format!(
        "### Changes of metrics\n\nFrom `{old}` to `{new}`: 1 change, **1 of which breaks queries**.\n\n\
         | metric | change | breaks |\n| --- | --- | --- |\n\
         | `rds_csi_migration_duration_seconds` | buckets changed from 15, 30, 60, 90, 120, 180, 300, 600 to 15, 30, 90, 120, 180, 300, 600 \
         | queries by a removed bound find nothing |\n"
    );
    assert_eq!((table.code, table.stdout), (1, expected));
    let same = good(&["diff", &old, &old, "--format", "markdown"]);
    assert!(same.ends_with(": none.\n"), "{same}");
    // Text of the code stays in its cell, and is not markup.
    let help = text.replace("\"help\":\"Files removed", "\"help\":\"a|b <b>\\n`Files removed");
    assert_ne!(help, text);
    let table = good(&["diff", &old, &folder.file("help.jsonl", &help), "--format", "markdown"]);
    let row = table.lines().last().unwrap();
    assert!(row.contains("a\\|b <b> `Files removed") && row.matches(" | ").count() == 2, "{table}");
    let said: Value = serde_json::from_str(&run(&["diff", &old, &new, "--format", "json"]).stdout).unwrap();
    assert_eq!((&said["schema"], said["old"].as_str()), (&1.into(), Some(old.as_str())));
    assert_eq!(said["changes"][0]["breaks"], "queries by a removed bound find nothing");
}

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
        command.env("CARGO_TARGET_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/revisions"));
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
