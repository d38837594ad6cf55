//! What differs on a terminal: colors and progress.

use std::process::{Command, Stdio};

use crate::support::{Folder, declarations, server};

/// Runs the tool with variables, on a pseudo-terminal or with pipes, and returns both streams in one.
fn said(arguments: &[&str], variables: &[(&str, &str)], on_terminal: bool) -> String {
    let tool = env!("CARGO_BIN_EXE_cargo-metrics-instrumented");
    let mut command = if on_terminal {
        let words: Vec<String> = [tool].iter().chain(arguments).map(|word| format!("'{word}'")).collect();
        let mut command = Command::new("script");
        command.args(["-q", "-e", "-c", &words.join(" "), "/dev/null"]);
        command
    } else {
        let mut command = Command::new(tool);
        command.args(arguments);
        command
    };
    // `CI`: services that run tests show colors even on a terminal without them.
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "CI"] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm").envs(variables.iter().copied()).stdin(Stdio::null());
    let output = command.output().expect("it starts");
    String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8")
}

const RED: &str = "\u{1b}[1m\u{1b}[31m";
const YELLOW: &str = "\u{1b}[1m\u{1b}[33m";

#[test]
fn colors_are_for_terminals_and_follow_the_variables() {
    let folder = Folder::new();
    let driver = declarations("storage-driver");
    let page = folder.file(
        "a.md",
        "```promql\nsum(rds_csi_nothing_total)\n```\n\n```promql\ndelta(rds_csi_orphans_cleaned_total[5m])\n```\n",
    );
    let other = folder.file("b.jsonl", "{\"v\":1,\"declares\":\"counter\",\"at\":[\"m\",\"i\",\"f\",1],\"family\":{\"name\":\"a_total\",\"help\":\"A.\",\"labels\":0}}");
    let lint = ["lint", "--catalog", driver.as_str(), page.as_str()];
    let scrape = folder.file("a.txt", "a_total 1\n");
    let verify = ["verify", scrape.as_str(), "--catalog", driver.as_str()];
    let diff = ["diff", driver.as_str(), other.as_str()];
    let fails = ["docs", "/nowhere"];
    for (arguments, colors) in [(&lint[..], &[RED, YELLOW][..]), (&verify, &[RED]), (&diff, &[RED]), (&fails, &[RED])] {
        for color in colors {
            assert!(said(arguments, &[], true).contains(color), "{}", said(arguments, &[], true));
            assert!(said(arguments, &[("CLICOLOR_FORCE", "1")], false).contains(color), "{arguments:?}");
        }
        for (variables, on_terminal) in [
            (&[][..], false),
            (&[("NO_COLOR", "1")], true),
            (&[("NO_COLOR", "1")], false),
            (&[("TERM", "dumb")], true),
            (&[("CLICOLOR", "0")], true),
        ] {
            let plain = said(arguments, variables, on_terminal);
            assert!(!plain.contains('\u{1b}') && !plain.is_empty(), "{arguments:?} {variables:?}: {plain:?}");
        }
    }
    // Machines get no colors, even if they are forced.
    let json = said(&[&lint[..], &["--format", "json"]].concat(), &[("CLICOLOR_FORCE", "1")], false);
    assert!(!json.contains('\u{1b}'), "{json}");
}

#[test]
fn progress_is_shown_on_terminals_only() {
    let url = format!("{}/metrics", server(&[("/metrics", "# TYPE a_total counter\na_total 1\n")]));
    let driver = declarations("storage-driver");
    let watch = ["verify", url.as_str(), "--catalog", driver.as_str(), "--watch", "1", "--allow", "*"];
    let shown = said(&watch, &[], true);
    assert!(shown.contains("\r1 scrapes, "), "{shown:?}");
    // The line is removed before the report.
    let (before, _) = shown.split_once(" scrapes; coverage").expect("a report");
    let removed = before.rsplit('\r').nth(1).expect("a removed line");
    assert!(!removed.is_empty() && removed.trim().is_empty(), "{shown:?}");
    for (variables, on_terminal) in [(&[][..], false), (&[("TERM", "dumb")], true)] {
        let shown = said(&watch, variables, on_terminal);
        assert!(!shown.contains("1 scrapes, 0 findings") && shown.contains("coverage"), "{shown:?}");
    }
}

/// Text of a target cannot control the terminal.
#[test]
fn control_characters_are_shown_as_escapes() {
    let folder = Folder::new();
    let text = "# TYPE a_total counter\n# HELP a_total \u{1b}[2Jgone\u{7}\na_total{x=\"\u{1b}]0;t\u{7}\"} 1\n";
    let line = r#"{"v":1,"declares":"counter","at":["m","i","f",1],"family":{"name":"a_total","help":"A.","labels":1},"labels":[{"name":"x","values":["y"]}]}"#;
    let (scrape, catalogue) = (folder.file("a.txt", text), folder.file("a.jsonl", line));
    for arguments in [["verify", &scrape, "--catalog", &catalogue].as_slice(), &["diff", &catalogue, &scrape]] {
        let shown = said(arguments, &[], false);
        assert!(!shown.contains(['\u{1b}', '\u{7}']) && shown.contains("\\u{1b}]0;t\\u{7}"), "{shown}");
    }
}
