//! The same tests again, each with the process-wide recorder: its calls are counted in another way than a local one's.

#[test]
fn every_test_here_holds_for_the_process_wide_recorder_too() {
    // `recorders` is about local ones.
    metrics_instrumented_tests::all_process_wide(&["process_wide", "recorders"]);
}
