//! Bad input of every kind, for every command that reads it: one line that says what is wrong and what to do, and exit code 2.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use crate::support::{Folder, Run, declarations, run};

/// An input: a name, its content, and words of the message.
type Input = (&'static str, Vec<u8>, &'static str);

fn random() -> Vec<u8> {
    (0..4096_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect()
}

/// Files that are not catalogues.
fn catalogues() -> Vec<Input> {
    let own = fs::read(env!("CARGO_BIN_EXE_cargo-metrics-instrumented")).expect("the tool's own binary");
    let text = |text: &str| text.as_bytes().to_vec();
    let unrecognised = "unrecognised file: expected an executable, declarations or a catalogue";
    vec![
        ("empty.jsonl", text(""), "it is empty; "),
        ("blank.jsonl", text(" \n\n"), "it is empty; "),
        ("random.bin", random(), unrecognised),
        ("cut", own[..own.len() / 2].to_vec(), "; "),
        ("head", own[..64].to_vec(), "; build or copy it again"),
        ("magic", own[..6].to_vec(), "truncated to its first bytes; copy it again"),
        ("without", own, "it contains no declarations; check that the program uses metrics-instrumented"),
        (
            "newer.json",
            text(r#"{"schema":7,"program":"p","operations":[],"families":[]}"#),
            "install the tool of that version",
        ),
        (
            "newer.jsonl",
            text(r#"{"v":9,"declares":"counter","at":["m","i","f",1]}"#),
            "install the tool of the library's version",
        ),
        (
            "cut.json",
            text(r#"{"schema": 1, "program":"#),
            "line 1, column 24: EOF while parsing a value; the file is truncated",
        ),
        (
            "cut.jsonl",
            text("\n{\"v\":1,\"declares\":\"coun"),
            "line 2, column 23: EOF while parsing a string; the file is truncated",
        ),
        (
            "kind.json",
            text(r#"{"schema":1,"program":"x","operations":[],"families":[{"name":"a","kind":"zebra"}]}"#),
            "unknown variant `zebra`, expected one of",
        ),
        ("page.html", text("<html></html>\n"), unrecognised),
        ("a.yaml", text("a: [1]\n"), unrecognised),
        ("array.json", text("[1,2]"), unrecognised),
        ("scrape.txt", text("# TYPE a counter\na 1\n"), "it is a scrape; `verify` and `diff` read scrapes"),
    ]
}

/// Files that are no YAML of ours.
fn documents() -> Vec<Input> {
    vec![
        ("syntax.yaml", b"a: [1\nb: }\n".to_vec(), "2: illegal placement of ':' indicator"),
        ("text.yaml", b"hello\n".to_vec(), "1: expected a mapping"),
        ("list.yaml", b"- 1\n".to_vec(), "1: expected a mapping"),
        ("unknown.yaml", b"unknown: 1\n".to_vec(), "1: "),
        ("random.yaml", random(), "it is not valid UTF-8; pass a text file"),
    ]
}

#[track_caller]
fn refused(arguments: &[&str], input: &str, expected: &str) {
    one_line(&run(arguments), input, expected, arguments);
}

#[track_caller]
fn one_line(found: &Run, input: &str, expected: &str, arguments: &[&str]) {
    assert_eq!((found.code, found.stdout.as_str()), (2, ""), "{arguments:?}: {found:?}");
    let said = &found.stderr;
    assert!(said.starts_with("error: ") && said.lines().count() == 1 && said.len() < 500, "{arguments:?}: {said}");
    assert!(said.contains(input) && said.contains(expected), "{arguments:?} does not say `{expected}`: {said}");
    assert!(!said.contains("panicked") && !said.contains("os error"), "{said}");
}

#[test]
fn every_command_rejects_a_source_that_is_not_a_catalogue() {
    let folder = Folder::new();
    let page = folder.file("page.md", "text\n");
    let scrape = folder.file("metrics.txt", "up 1\n");
    let commands: [&[&str]; 9] = [
        &["catalog"],
        &["docs"],
        &["rules"],
        &["dashboard"],
        &["servicemonitor"],
        &["scrape-config"],
        &["lint", page.as_str(), "--catalog"],
        &["verify", scrape.as_str(), "--catalog"],
        &["unused", "--prometheus", "http://127.0.0.1:1", "--catalog"],
    ];
    let path = folder.path();
    for command in commands {
        for (name, content, expected) in catalogues() {
            let file = format!("{path}/{name}");
            fs::write(&file, content).expect("a file");
            refused(&[command, &[file.as_str()]].concat(), &file, expected);
        }
        refused(&[command, &["/nowhere/a.jsonl"]].concat(), "/nowhere/a.jsonl", "it does not exist; check the path");
        refused(&[command, &[path.as_str()]].concat(), &path, "it is a directory; pass a file");
    }
}

#[test]
fn an_invalid_side_of_a_comparison_is_rejected() {
    let folder = Folder::new();
    let good = declarations("storage-driver");
    for (name, content, expected) in catalogues() {
        // Text that is not JSON is read as a scrape.
        let expected = match name {
            "empty.jsonl" | "blank.jsonl" => "it is empty; expected the Prometheus text format",
            "random.bin" => "not valid UTF-8; expected the Prometheus text format",
            "page.html" | "array.json" => "it is HTML or JSON; expected the Prometheus text format",
            "a.yaml" => "line 1, column 4: ",
            "scrape.txt" => continue,
            _ => expected,
        };
        let file = format!("{}/{name}", folder.path());
        fs::write(&file, content).expect("a file");
        refused(&["diff", &file, &good], &file, expected);
        refused(&["diff", &good, &file], &file, expected);
    }
    refused(&["diff", &good, "/nowhere"], "/nowhere", "it does not exist; check the path");
    refused(&["diff", "localhost:9000", &good], "localhost:9000", "begins with `http://` or `https://`");
    refused(
        &["diff", "http://127.0.0.1:1/metrics", &good],
        "http://127.0.0.1:1/metrics",
        "connection refused; check that",
    );
}

#[test]
fn every_command_rejects_a_document_of_the_wrong_kind() {
    let folder = Folder::new();
    let driver = declarations("storage-driver");
    let page = folder.file("page.md", "text\n");
    let scrape = folder.file("metrics.txt", "up 1\n");
    folder.file("crate/src/lib.rs", "fn a() {}\n");
    let root = format!("{}/crate", folder.path());
    let views: [&[&str]; 5] = [
        &["docs", driver.as_str(), "--views"],
        &["rules", driver.as_str(), "--views"],
        &["dashboard", driver.as_str(), "--views"],
        &["lint", "--catalog", driver.as_str(), page.as_str(), "--views"],
        &["verify", scrape.as_str(), "--catalog", driver.as_str(), "--views"],
    ];
    let others: [&[&str]; 4] = [
        &["rules", driver.as_str(), "--config"],
        &["dashboard", driver.as_str(), "--config"],
        &["audit", root.as_str(), "--config"],
        &["import"],
    ];
    for command in views.into_iter().chain(others) {
        for (name, content, expected) in documents() {
            let file = format!("{}/{name}", folder.path());
            fs::write(&file, content).expect("a file");
            refused(&[command, &[file.as_str()]].concat(), &file, expected);
        }
        refused(&[command, &["/nowhere/a.yaml"]].concat(), "/nowhere/a.yaml", "it does not exist; check the path");
        refused(&[command, &[root.as_str()]].concat(), &root, "it is a directory; pass a file");
    }
}

#[test]
fn a_file_to_lint_that_cannot_be_read_is_an_error_in_every_format() {
    let folder = Folder::new();
    let (driver, page) = (declarations("storage-driver"), folder.file("page.md", "`rds_csi_nothing_total`\n"));
    let latin1 = folder.file("latin1.md", "");
    fs::write(&latin1, b"Stra\xdfe").expect("a file");
    for (file, expected) in [
        ("/nowhere/a.md", "it does not exist; check the path"),
        (folder.path().as_str(), "it is a directory; pass a file"),
        (latin1.as_str(), "it is not valid UTF-8; pass a text file"),
    ] {
        for format in ["human", "json", "sarif", "github"] {
            refused(&["lint", "--catalog", &driver, "--format", format, &page, file], file, expected);
        }
    }
}

#[test]
fn an_unwritable_output_and_a_folder_without_source_are_errors() {
    let folder = Folder::new();
    let (driver, path) = (declarations("storage-driver"), folder.path());
    for command in ["catalog", "docs", "rules", "dashboard", "servicemonitor", "scrape-config"] {
        refused(&[command, &driver, "--output", "/nowhere/a"], "/nowhere/a", "its folder does not exist; create it");
        refused(&[command, &driver, "--output", &path], &path, "it is a directory; pass a file");
        refused(&[command, &driver, "--check", "/nowhere/a"], "/nowhere/a", "it does not exist; check the path");
    }
    refused(&["man", "--folder", "/nowhere"], "/nowhere/", "its folder does not exist; create it");
    refused(&["audit", "/nowhere"], "/nowhere", "it does not exist; check the path");
    for root in [&path, &folder.file("a.txt", "")] {
        refused(&["audit", root], root, "contains no Rust source; pass the folder of a package or a workspace");
    }
    refused(
        &["unused", "--prometheus", "prometheus:9090", "--catalog", &driver],
        "prometheus:9090",
        "it is not an address; expected `http://`",
    );
}

#[test]
fn an_unreadable_file_is_an_error() {
    let folder = Folder::new();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    let file = folder.file("secret.jsonl", "");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("permissions");
    let tool = format!("{}/tool", folder.path());
    fs::copy(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"), &tool).expect("a copy that every user reaches");
    // Permissions do not apply to root.
    let id = Command::new("id").arg("-u").output().expect("id");
    let mut command = if id.stdout == b"0\n" {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", &tool]);
        command
    } else {
        Command::new(&tool)
    };
    let Output { status, stdout, stderr } = command.args(["docs", &file]).output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let found = Run { code: status.code().expect("it ends"), stdout: text(stdout), stderr: text(stderr) };
    one_line(&found, &file, "permission denied; make it readable", &["docs"]);
}
