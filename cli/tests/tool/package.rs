//! A package of a workspace as the source: it is built, and its program is read.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What the tool says of a package among those of `tests/packages`.
fn catalog(package: &str) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool is in the workspace");
    let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    tool.args(["metrics-instrumented", "catalog", "--package", package]).current_dir(root.join("tests/packages"));
    // Apart from the workspace's, in whose lock cargo would wait for whoever builds there.
    tool.env("CARGO_TARGET_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/packages"));
    tool.output().expect("the tool starts")
}

#[test]
fn a_package_is_built_and_its_program_is_read() {
    let Output { status, stdout, stderr } = catalog("hover");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    let catalogue: Value = serde_json::from_slice(&stdout).expect("JSON and nothing else");
    assert_eq!(catalogue["program"], "hover");
    let operations = catalogue["operations"].as_array().expect("operations");
    let names: Vec<&str> = operations.iter().filter_map(|operation| operation["name"].as_str()).collect();
    // What editors show behind it is not part of the documentation, which is HELP.
    let painted = operations.iter().find(|operation| operation["name"] == "paintings").expect("paintings");
    assert_eq!(painted["help"], "Paints.");
    assert_eq!(names, ["apart", "block", "declared", "function_calls", "paintings", "quiet", "undocumented"]);
}

#[test]
fn a_missing_package_or_one_without_a_program_is_rejected() {
    for (package, words) in
        [("nothing", "`cargo build --package nothing` ended with"), ("shown", "the package `shown` has no executable")]
    {
        let Output { status, stdout, stderr } = catalog(package);
        let said = String::from_utf8_lossy(&stderr);
        assert_eq!((status.code(), stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(words), "{said}");
    }
}
