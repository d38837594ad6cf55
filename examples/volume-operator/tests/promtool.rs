//! `promtool` reads what the volume operator publishes: the program before anything happened, and under load.

use example_acceptance::Live;

const PROGRAM: &str = env!("CARGO_BIN_EXE_volume-operator");

#[test]
fn promtool_finds_no_fault() {
    let idle = Live::start(PROGRAM, &[]);
    idle.check_with_promtool();
    idle.end();

    let busy = Live::start(PROGRAM, &["--load", "--load-pause-ms=5"]);
    busy.wait_until_counted(200.0);
    busy.check_with_promtool();
    busy.end();
}
