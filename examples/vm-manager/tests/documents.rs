//! What the VM manager's code says of its metrics, as the files beside it have it.

use example_acceptance::check_declarations;

const PROGRAM: &str = env!("CARGO_BIN_EXE_vm-manager");

#[test]
fn the_declarations_are_those_of_the_code() {
    check_declarations(PROGRAM, concat!(env!("CARGO_MANIFEST_DIR"), "/docs/vm-manager.jsonl"));
}
