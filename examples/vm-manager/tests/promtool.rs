//! `promtool` reads what the VM manager publishes: the program before anything happened, and under load.

use example_acceptance::check_idle_and_busy;

#[test]
fn promtool_finds_no_problem() {
    check_idle_and_busy(env!("CARGO_BIN_EXE_vm-manager"), &[]);
}
