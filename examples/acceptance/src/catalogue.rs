//! The declarations that a program prints, held against the file beside it.

use std::fs;
use std::process::Command;

use serde_json::Value;

/// Checks that `--catalog` prints what the file says; but for facts of the build, which differ from one to the next.
///
/// # Panics
/// When it does not, or cannot be asked, or the file is not there.
#[track_caller]
pub fn check_declarations(program: &str, file: &str) {
    let output = Command::new(program).arg("--catalog").output().expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let written = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}; run `scripts/documents`"));
    let (printed, written) = (declarations(&printed), declarations(&written));
    for (now, there) in printed.iter().zip(&written) {
        assert_eq!(now, there, "left is what the code says, right is {file}; run `scripts/documents`");
    }
    assert_eq!(printed.len(), written.len(), "{file} has another number of declarations; run `scripts/documents`");
}

fn declarations(text: &str) -> Vec<Value> {
    let without_facts = |line: &str| {
        let mut declaration: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        if declaration["declares"] == "info" {
            for fact in declaration["fixed"].as_array_mut().expect("an array") {
                fact[1].take();
            }
        }
        declaration
    };
    text.lines().map(without_facts).collect()
}
