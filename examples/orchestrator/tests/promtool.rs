//! `promtool` reads what the orchestrator publishes: the program before anything happened, and under load.

use example_acceptance::check_idle_and_busy;

#[test]
fn promtool_finds_no_problem() {
    // Besides the addresses that all programs have.
    let any = ["--ingress-listen=127.0.0.1:0", "--dns-listen=127.0.0.1:0"];
    check_idle_and_busy(env!("CARGO_BIN_EXE_orchestrator"), &any);
}
