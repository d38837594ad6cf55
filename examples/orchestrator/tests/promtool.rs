//! `promtool` reads what the orchestrator publishes: the program before anything happened, and under load.

use example_acceptance::Live;

const PROGRAM: &str = env!("CARGO_BIN_EXE_orchestrator");

/// Besides the addresses that all programs have.
const ANY: [&str; 2] = ["--ingress-listen=127.0.0.1:0", "--dns-listen=127.0.0.1:0"];

#[test]
fn promtool_finds_no_fault() {
    let idle = Live::start(PROGRAM, &ANY);
    idle.check_with_promtool();
    idle.end();

    let busy = Live::start(PROGRAM, &[&ANY[..], &["--load", "--load-pause-ms=5"]].concat());
    busy.wait_until_counted(200.0);
    busy.check_with_promtool();
    busy.end();
}
