//! The command line itself: help, exit codes, completions, being called by cargo.

use crate::support::{Folder, declarations, good, run};

const COMMANDS: [&str; 13] = [
    "audit",
    "catalog",
    "completions",
    "dashboard",
    "diff",
    "docs",
    "import",
    "lint",
    "man",
    "rules",
    "servicemonitor",
    "unused",
    "verify",
];

#[test]
fn every_command_has_help_with_an_example() {
    let help = good(&["--help"]);
    for command in COMMANDS.into_iter().chain(["scrape-config"]) {
        assert!(help.contains(command), "{help}");
        let of_command = good(&[command, "--help"]);
        assert!(of_command.contains("Example") && of_command.contains("metrics-instrumented "), "{of_command}");
    }
    assert!(help.contains("Exit codes:"), "{help}");
}

#[test]
fn cargo_calls_it_with_its_name_first() {
    let catalogue = declarations("storage-driver");
    assert_eq!(good(&["metrics-instrumented", "docs", &catalogue]), good(&["docs", &catalogue]));
}

#[test]
fn failures_end_with_exit_code_2_and_the_reason() {
    for arguments in
        [vec!["docs", "nowhere"], vec!["lint", "--catalog", "nowhere", "x.md"], vec!["docs"], vec!["nonsense"]]
    {
        let run = run(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{run:?}");
        assert!(run.stderr.starts_with("error: "), "{run:?}");
    }
}

#[test]
fn a_file_is_checked_without_being_written() {
    let folder = Folder::new();
    let catalogue = declarations("storage-driver");
    let page = good(&["docs", &catalogue]);
    let file = folder.file("metrics.md", &page);
    assert_eq!(run(&["docs", &catalogue, "--check", &file]).code, 0);
    let stale = folder.file(
        "metrics.md",
        &page.replace("`rds_csi_nvme_connects_total` | counter", "`rds_csi_nvme_connects_total` | gauge"),
    );
    let checked = run(&["docs", &catalogue, "--check", &stale]);
    assert_eq!(checked.code, 1, "{checked:?}");
    assert!(checked.stderr.contains(": out of date\n  there: | `rds_csi_nvme_connects_total` | gauge"), "{checked:?}");
    assert_eq!(run(&["docs", &catalogue, "--output", &stale]).code, 0);
    assert_eq!(run(&["docs", &catalogue, "--check", &stale]).code, 0);
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = good(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
}

#[test]
fn manual_pages_describe_every_command() {
    let whole = good(&["man"]);
    for command in COMMANDS {
        assert!(whole.contains(&format!("cargo\\-metrics\\-instrumented\\-{command}(1)")), "{command}: {whole}");
        let page = good(&["man", command]);
        assert!(page.contains(".SH SYNOPSIS") && page.contains("Example"), "{page}");
    }
    assert!(good(&["man", "verify"]).contains("\\-\\-min\\-coverage"));
    let wrong = run(&["man", "verfy"]);
    assert_eq!((wrong.code, wrong.stderr.as_str()), (2, "error: unknown command `verfy`; did you mean `verify`?\n"));
    let folder = Folder::new();
    good(&["man", "--folder", &folder.path()]);
    for name in ["cargo-metrics-instrumented", "cargo-metrics-instrumented-verify", "cargo-metrics-instrumented-diff"] {
        let page = std::fs::read_to_string(format!("{}/{name}.1", folder.path())).expect("a page");
        assert!(page.contains(&format!(".TH {name} 1")) || page.contains(".TH"), "{page}");
    }
    assert_eq!(run(&["man", "--folder", "/nowhere"]).code, 2);
}
