//! `verify` on the four example programs under load: their scrapes have no findings, and each mutation of a scrape is found, and nothing else.

#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use metrics_instrumented_test_support::eventually;
use metrics_instrumented_test_support::http::get_with_headers;
use metrics_instrumented_test_support::process::Program;
use serde_json::Value;

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

/// A scrape as lines, and what its metadata says.
struct Scrape {
    lines: Vec<String>,
    kinds: BTreeMap<String, String>,
}

impl Scrape {
    fn new(text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let kind = |line: &String| {
            let (name, kind) = line.strip_prefix("# TYPE ")?.split_once(' ')?;
            Some((name.to_owned(), kind.to_owned()))
        };
        let kinds = lines.iter().filter_map(kind).collect();
        Self { lines, kinds }
    }

    /// The family of a line, by its metadata or its sample; none of the exporter's.
    fn family(&self, line: &str) -> Option<&str> {
        let name = match line.strip_prefix("# ") {
            Some(rest) => rest.split(' ').nth(1)?,
            None => line.split(['{', ' ']).next()?,
        };
        let suffixes = ["", "_total", "_bucket", "_sum", "_count", "_created"].iter();
        let mut names = suffixes.filter_map(|suffix| name.strip_suffix(suffix));
        let (name, _) = names.find_map(|name| self.kinds.get_key_value(name))?;
        (!name.starts_with("metrics_instrumented_") && !name.starts_with("process_")).then_some(name)
    }

    fn kind(&self, line: &str) -> &str {
        self.family(line).map_or("", |family| &self.kinds[family])
    }

    /// Whether it is a sample of a family of this kind with this suffix, and has these characters.
    fn is_sample(&self, line: &str, kind: &str, suffix: &str, with: &str) -> bool {
        let name = line.split(['{', ' ']).next().unwrap_or_default();
        !line.starts_with('#') && self.kind(line) == kind && name.ends_with(suffix) && line.contains(with)
    }

    /// The text with the first line that fits replaced by something; `None` if no line fits.
    fn replace(&self, fits: impl Fn(&str) -> bool, by: impl Fn(&str) -> String) -> Option<String> {
        let at = self.lines.iter().position(|line| self.family(line).is_some() && fits(line))?;
        let mut lines = self.lines.clone();
        lines[at] = by(&lines[at]);
        Some(lines.into_iter().filter(|line| !line.is_empty()).map(|line| line + "\n").collect())
    }

    /// The text without all lines of the first family of a kind.
    fn without(&self, kind: &str) -> Option<String> {
        let line = self.lines.iter().find(|line| self.kind(line) == kind && self.has_samples(line))?;
        self.without_family(self.family(line)?)
    }

    fn without_family(&self, family: &str) -> Option<String> {
        self.kinds.get(family)?;
        let kept = self.lines.iter().filter(|line| self.family(line) != Some(family));
        Some(kept.map(|line| line.clone() + "\n").collect())
    }

    /// The text with lines before its end.
    fn before_end(&self, more: &str) -> String {
        let end = |line: &String| if line == "# EOF" { format!("{more}# EOF\n") } else { line.clone() + "\n" };
        self.lines.iter().map(end).collect()
    }

    fn has_samples(&self, line: &str) -> bool {
        let family = self.family(line);
        self.lines.iter().any(|line| !line.starts_with('#') && self.family(line) == family)
    }
}

/// The sample with another value.
fn valued(line: &str, value: &str) -> String {
    format!("{} {value}", line.rsplit_once(' ').expect("a value").0)
}

/// The sample without its last label, which is closed in all programs. An open one may be empty.
fn without_label(line: &str) -> String {
    let (labels, value) = line.rsplit_once("} ").expect("labels");
    let (labels, _) = labels.rsplit_once(',').expect("two labels");
    format!("{labels}}} {value}")
}

/// A mutation: what it is, the rule that finds it, and the text if it applies.
type Mutation = (&'static str, &'static str, Option<String>);

#[allow(clippy::too_many_lines, reason = "a table")]
fn mutations(scrape: &Scrape) -> Vec<Mutation> {
    let metadata = |keyword: &'static str| move |line: &str| line.starts_with(keyword) && scrape.has_samples(line);
    let is = |kind: &'static str, suffix: &'static str, with: &'static str| {
        move |line: &str| scrape.is_sample(line, kind, suffix, with)
    };
    let typed = |kind: &'static str| move |line: &str| metadata("# TYPE")(line) && line.ends_with(kind);
    let into = |kind: &'static str| move |line: &str| format!("{} {kind}", line.rsplit_once(' ').expect("a type").0);
    let twice = |line: &str| format!("{line}\n{line}");
    let ends = |end: &'static str| move |line: &str| format!("{line}{end}");
    let bare = |kind: &'static str, suffix: &'static str| move |line: &str| is(kind, suffix, "\",")(line);
    let in_flight = |line: &str| {
        scrape.is_sample(line, "gauge", "", "") && (line.contains("flight") || line.contains("active_migrations"))
    };
    vec![
        ("a gauge in place of a histogram", "wrong-kind", scrape.replace(typed(" histogram"), into("gauge"))),
        ("a summary in place of a histogram", "wrong-kind", scrape.replace(typed(" histogram"), into("summary"))),
        ("a histogram without its type", "wrong-kind", scrape.replace(typed(" histogram"), |_| String::new())),
        ("a counter without its type", "wrong-kind", scrape.replace(typed(" counter"), into("unknown"))),
        ("a stateset in place of a gauge", "wrong-kind", scrape.replace(typed(" gauge"), into("stateset"))),
        ("an unknown type", "syntax", scrape.replace(typed(" gauge"), into("gadget"))),
        ("another HELP", "wrong-help", scrape.replace(metadata("# HELP"), ends(" Or not."))),
        ("a HELP twice", "syntax", scrape.replace(metadata("# HELP"), twice)),
        ("another unit", "wrong-unit", scrape.replace(metadata("# UNIT"), |line| line.replace(" seconds", " minutes"))),
        ("a label less, of a counter", "missing-label", scrape.replace(bare("counter", "_total"), without_label)),
        (
            "a label less, of a histogram's sum",
            "missing-label",
            scrape.replace(is("histogram", "_sum", "{"), |line| {
                format!("{} {}", line.split('{').next().expect("a name"), line.rsplit(' ').next().expect("a value"))
            }),
        ),
        (
            "a label more, of a counter",
            "undeclared-label",
            scrape.replace(is("counter", "_total", "{"), |line| line.replacen('{', "{extra=\"x\",", 1)),
        ),
        (
            "a label more, of a gauge",
            "undeclared-label",
            scrape.replace(is("gauge", "", ""), |line| {
                let (series, value) = line.rsplit_once(' ').expect("a value");
                match series.split_once('{') {
                    Some((name, labels)) => format!("{name}{{extra=\"x\",{labels} {value}"),
                    None => format!("{series}{{extra=\"x\"}} {value}"),
                }
            }),
        ),
        (
            "another value of a status",
            "undeclared-value",
            scrape
                .replace(is("counter", "_total", "\"success\""), |line| line.replacen("\"success\"", "\"sucess\"", 1)),
        ),
        (
            "another bound",
            "wrong-buckets",
            scrape
                .replace(is("histogram", "_bucket", "le=\"10.0\""), |line| line.replace("le=\"10.0\"", "le=\"11.0\"")),
        ),
        (
            "a bound that is no number",
            "wrong-buckets",
            scrape.replace(is("histogram", "_bucket", "le=\"10.0\""), |line| line.replace("le=\"10.0\"", "le=\"ten\"")),
        ),
        (
            "a bucket less",
            "wrong-buckets",
            scrape.replace(is("histogram", "_bucket", "le=\"10.0\""), |_| String::new()),
        ),
        (
            "a bucket more",
            "wrong-buckets",
            scrape.replace(is("histogram", "_bucket", "le=\"10.0\""), |line| {
                format!("{line}\n{}", line.replace("le=\"10.0\"", "le=\"10.5\""))
            }),
        ),
        (
            "no infinite bucket",
            "wrong-buckets",
            scrape.replace(is("histogram", "_bucket", "le=\"+Inf\""), |_| String::new()),
        ),
        (
            "buckets that decrease",
            "inconsistent-histogram",
            scrape.replace(is("histogram", "_bucket", "le=\"10.0\""), |line| valued(line, "123456789")),
        ),
        (
            "another count",
            "inconsistent-histogram",
            scrape.replace(is("histogram", "_count", ""), |line| valued(line, "123456789")),
        ),
        ("no count", "inconsistent-histogram", scrape.replace(is("histogram", "_count", ""), |_| String::new())),
        ("no sum", "inconsistent-histogram", scrape.replace(is("histogram", "_sum", ""), |_| String::new())),
        (
            "a counter below zero",
            "impossible-value",
            scrape.replace(is("counter", "_total", ""), |line| valued(line, "-1")),
        ),
        (
            "a counter that is no number",
            "impossible-value",
            scrape.replace(is("counter", "_total", ""), |line| valued(line, "NaN")),
        ),
        (
            "an info gauge of two",
            "impossible-value",
            scrape.replace(|line| line.starts_with("build_info{"), |line| valued(line, "2")),
        ),
        ("calls in flight below zero", "impossible-value", scrape.replace(in_flight, |line| valued(line, "-3"))),
        ("a series twice", "syntax", scrape.replace(is("counter", "_total", ""), twice)),
        (
            "no value",
            "syntax",
            scrape.replace(is("gauge", "", ""), |line| line.rsplit_once(' ').expect("a value").0.to_owned()),
        ),
        ("text after the value", "syntax", scrape.replace(is("gauge", "", ""), ends(" x"))),
        (
            "a label without its end",
            "syntax",
            scrape.replace(is("counter", "_total", "{"), |line| line.replacen('}', "", 1)),
        ),
        ("an exemplar of a gauge", "syntax", scrape.replace(is("gauge", "", ""), ends(" # {trace_id=\"a\"} 1"))),
        ("an exemplar without labels", "syntax", scrape.replace(is("counter", "_total", ""), ends(" # 1"))),
        (
            "a family that nobody declares",
            "undeclared-family",
            Some(scrape.before_end("# TYPE zzz_top gauge\nzzz_top 1\n")),
        ),
        ("a sample without metadata", "undeclared-family", Some(scrape.before_end("zzz_top 1\n"))),
        (
            "a truncated response",
            "syntax",
            Some(scrape.lines.iter().filter(|line| *line != "# EOF").map(|line| line.clone() + "\n").collect()),
        ),
        ("no build info", "missing-family", scrape.without_family("build_info")),
        // A family with an open label appears with its first call.
        ("no histogram", "missing-family|unrecorded-family", scrape.without("histogram")),
        ("no counter", "missing-family|unrecorded-family", scrape.without("counter")),
    ]
}

/// What is right in a scrape.
fn right(scrape: &Scrape) -> Vec<Mutation> {
    let is = |kind: &'static str, suffix: &'static str| move |line: &str| scrape.is_sample(line, kind, suffix, "");
    let exemplar = |line: &str| format!("{line} # {{trace_id=\"a\"}} 1 1.5");
    vec![
        ("an exemplar of a counter", "", scrape.replace(is("counter", "_total"), exemplar)),
        ("an exemplar of a bucket", "", scrape.replace(is("histogram", "_bucket"), exemplar)),
        ("a timestamp", "", scrape.replace(is("gauge", ""), |line| format!("{line} 1700000000"))),
        (
            "a label that every series has",
            "",
            Some(
                scrape
                    .lines
                    .iter()
                    .map(|line| {
                        let labelled = match line.split_once('{') {
                            _ if line.starts_with('#') => line.clone(),
                            Some((name, rest)) => format!("{name}{{region=\"north\",{rest}"),
                            None => line.replacen(' ', "{region=\"north\"} ", 1),
                        };
                        labelled + "\n"
                    })
                    .collect(),
            ),
        ),
    ]
}

/// A family with each of its series twice, by a label that may be there.
fn doubled(scrape: &Scrape) -> String {
    let family = scrape
        .lines
        .iter()
        .find(|line| line.starts_with("rds_csi") && line.contains('{'))
        .and_then(|line| scrape.family(line));
    let double = |line: &String| match line.split_once('{') {
        Some((name, rest)) if family.is_some() && scrape.family(line) == family && !line.starts_with('#') => {
            format!("{name}{{shard=\"a\",{rest}\n{name}{{shard=\"b\",{rest}\n")
        }
        _ => line.clone() + "\n",
    };
    scrape.lines.iter().map(double).collect()
}

#[test]
fn a_mutation_of_a_busy_programs_scrape_is_found_alone() {
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

/// The OpenMetrics text of a target.
fn scrape(url: &str) -> String {
    get_with_headers(url, &[("Accept", "application/openmetrics-text")]).expect("a response").body
}
