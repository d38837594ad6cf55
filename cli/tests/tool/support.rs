//! Running the tool, and reading what it says.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::Value;
use tempfile::TempDir;

/// The four example systems.
pub(crate) const PROGRAMS: [&str; 4] = ["orchestrator", "storage-driver", "vm-manager", "volume-operator"];

/// What a run of the tool gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the tool.
pub(crate) fn run<S: AsRef<str>>(arguments: &[S]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    command.args(arguments.iter().map(AsRef::as_ref));
    let Output { status, stdout, stderr } = command.output().expect("the tool starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: status.code().expect("not ended by a signal"), stdout: text(stdout), stderr: text(stderr) }
}

/// Runs the tool, which has to succeed, and returns what it printed.
#[track_caller]
pub(crate) fn good<S: AsRef<str> + std::fmt::Debug>(arguments: &[S]) -> String {
    let run = run(arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
    run.stdout
}

/// A file of an example.
pub(crate) fn example(program: &str, file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace");
    root.join("examples").join(program).join(file).display().to_string()
}

/// The declarations of an example, as the program printed them.
pub(crate) fn declarations(program: &str) -> String {
    example(program, &format!("docs/{program}.jsonl"))
}

/// Its catalogue.
pub(crate) fn catalogue(program: &str) -> Value {
    serde_json::from_str(&good(&["catalog", &declarations(program)])).expect("JSON")
}

/// A finding of the linter, without its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) rule: String,
    pub(crate) message: String,
}

/// A folder for one test's files.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    /// Writes a file and returns its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    pub(crate) fn path(&self) -> String {
        self.0.path().display().to_string()
    }
}

/// What the linter finds in one file of this name and content.
pub(crate) fn lint(program: &str, name: &str, text: &str) -> Vec<Found> {
    let folder = Folder::new();
    let file = folder.file(name, text);
    let run = run(&["lint", "--catalog", &declarations(program), "--format", "json", &file]);
    let found: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let number = |value: &Value| value.as_u64().expect("a number");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let found = found["findings"].as_array().expect("an array");
    let levels: Vec<String> = found.iter().map(|one| text(&one["level"])).collect();
    let found: Vec<Found> = found
        .iter()
        .map(|one| Found {
            line: number(&one["line"]),
            column: number(&one["column"]),
            rule: text(&one["rule"]),
            message: text(&one["message"]),
        })
        .collect();
    let has_error = levels.contains(&"error".to_owned());
    assert_eq!(run.code, i32::from(has_error), "{run:?}");
    found
}

/// What the linter finds in one expression of an alert.
pub(crate) fn lint_alert(program: &str, expr: &str) -> Vec<Found> {
    let indented = expr.replace('\n', "\n      ");
    lint(
        program,
        "rules.yaml",
        &format!("groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |-\n      {indented}\n"),
    )
}

/// The rules that findings are of.
pub(crate) fn rules(found: &[Found]) -> Vec<&str> {
    found.iter().map(|one| one.rule.as_str()).collect()
}

/// The one finding of a rule, whose message has these words in it.
#[track_caller]
pub(crate) fn only(found: &[Found], rule: &str, words: &str) {
    assert_eq!(rules(found), [rule], "{found:#?}");
    assert!(found[0].message.contains(words), "{found:#?}");
}

/// The first document of a YAML text, as JSON.
pub(crate) fn yaml(text: &str) -> Value {
    fn value(node: &Yaml<'_>) -> Value {
        match node {
            Yaml::Mapping(entries) => {
                let entry =
                    |(key, entry): (&Yaml<'_>, &Yaml<'_>)| (key.as_str().expect("a string").to_owned(), value(entry));
                Value::Object(entries.iter().map(entry).collect())
            }
            Yaml::Sequence(items) => items.iter().map(value).collect(),
            Yaml::Value(Scalar::Boolean(value)) => (*value).into(),
            Yaml::Value(Scalar::Integer(value)) => (*value).into(),
            Yaml::Value(Scalar::FloatingPoint(value)) => (**value).into(),
            Yaml::Value(Scalar::String(value)) => value.as_ref().into(),
            other => panic!("{other:?}"),
        }
    }
    value(&Yaml::load_from_str(text).expect("YAML")[0])
}

/// A server that answers by the path; returns its address.
pub(crate) fn server(answers: &'static [(&'static str, &'static str)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let length = stream.read(&mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let answer = answers.iter().find(|(known, _)| path.contains(known)).map(|(_, body)| *body);
            let (status, body) = answer.map_or(("404 Not Found", ""), |body| ("200 OK", body));
            let kind = if body.starts_with('{') { "application/json" } else { "text/plain" };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    format!("http://{address}")
}
