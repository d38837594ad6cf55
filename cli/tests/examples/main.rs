//! `verify` on the four example programs under load: their scrapes have no findings, and each mutation of a scrape is found, and nothing else.

#![forbid(unsafe_code)]

mod mutations;
mod scrape;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use metrics_instrumented_test_support::eventually;
use metrics_instrumented_test_support::http::get_with_headers;
use metrics_instrumented_test_support::process::Program;
use serde_json::Value;

use mutations::{doubled, mutations, right};
use scrape::Scrape;

const TOOL: &str = env!("CARGO_BIN_EXE_cargo-metrics-instrumented");

/// The programs, and the arguments that they need.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("orchestrator", &["--ingress-listen=127.0.0.1:0", "--dns-listen=127.0.0.1:0"]),
    ("storage-driver", &[]),
    ("vm-manager", &[]),
    ("volume-operator", &[]),
];

/// The number of different mutations that have to apply to the scrape of every program.
const AT_LEAST: usize = 25;

/// The program beside the tool, which the tests of the workspace build; built here if it is not there.
fn program(name: &str) -> PathBuf {
    let folder = Path::new(TOOL).parent().expect("a folder");
    let path = folder.join(name);
    if !path.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--all-features", "--package", name, "--target-dir"]);
        let status = cargo.arg(folder.parent().expect("the target folder")).status().expect("cargo runs");
        assert!(status.success(), "{name}");
    }
    path
}

fn verify(target: &str, program: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(TOOL);
    command.args(["verify", target, "--catalog"]).arg(program).args(more).output().expect("the tool starts")
}

/// What `verify` finds in a scrape: rules and messages.
fn found(folder: &Path, text: &str, program: &Path, more: &[&str]) -> BTreeSet<(String, String)> {
    let file = folder.join("scrape.txt");
    fs::write(&file, text).expect("a file");
    let output = verify(&file.display().to_string(), program, &[&["--format", "json"], more].concat());
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let findings = said["findings"].as_array().expect("findings").iter();
    findings.map(|finding| (text(&finding["rule"]), text(&finding["message"]))).collect()
}

#[test]
fn a_mutation_of_a_busy_programs_scrape_is_the_only_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut wrong = Vec::new();
    for (name, arguments) in PROGRAMS {
        let path = program(name);
        let any = ["--metrics-listen=127.0.0.1:0", "--api-listen=127.0.0.1:0", "--load", "--load-pause-ms=5"];
        let running = Program::start(&path, &[&any, arguments].concat());
        let url = running.wait_for_line("metrics: ", Duration::from_secs(60));
        let covered = |output: &Output| -> f64 {
            let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            assert_eq!(said["findings"], serde_json::json!([]), "{name}: {said:#}");
            said["coverage"]["percent"].as_f64().expect("a percentage")
        };
        // Under load: nothing is wrong while calls begin and end.
        eventually(Duration::from_secs(60), || {
            let percent = covered(&verify(&url, &path, &["--format", "json", "--allow", "zzz"]));
            if percent > 20.0 { Ok(()) } else { Err(format!("{name}: {percent} % covered")) }
        });
        let text = scrape(&url);
        drop(running);
        // The catalogue of the program, which is faster to read than the program.
        let catalogue = folder.path().join("catalogue.json");
        let written = Command::new(TOOL).arg("catalog").arg(&path).arg("--output").arg(&catalogue).status();
        assert!(written.expect("the tool starts").success());
        let path = catalogue;
        let scrape = Scrape::new(&text);
        assert_eq!(found(folder.path(), &text, &path, &[]), BTreeSet::new(), "{name}");
        let all = mutations(&scrape);
        let applied = all.iter().filter(|(.., text)| text.is_some()).count();
        assert!(applied >= AT_LEAST, "{name}: {applied} mutations apply");
        for (what, rule, text) in all {
            let Some(text) = text else { continue };
            let found = found(folder.path(), &text, &path, &[]);
            let rules: BTreeSet<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
            let is_alone = rules.len() == 1 && rule.split('|').any(|rule| rules.contains(rule));
            if !is_alone || found.len() > 2 {
                wrong.push(format!("{name}: {what}: {found:#?}"));
            }
        }
        for (what, _, text) in right(&scrape) {
            let Some(text) = text else { continue };
            assert_eq!(found(folder.path(), &text, &path, &[]), BTreeSet::new(), "{name}: {what}");
        }
        if name == "storage-driver" {
            let found = found(folder.path(), &doubled(&scrape), &path, &["--label", "shard"]);
            assert_eq!(
                found.iter().map(|(rule, _)| rule.as_str()).collect::<Vec<_>>(),
                ["too-many-series"],
                "{found:#?}"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The `OpenMetrics` text of a target.
fn scrape(url: &str) -> String {
    get_with_headers(url, &[("Accept", "application/openmetrics-text")]).expect("a response").body
}
