//! The program shows exemplars.

use std::time::Duration;

use metrics_instrumented_test_support::process::Program;
use metrics_instrumented_test_support::{eventually, http};

const LONG: Duration = Duration::from_secs(90);

#[test]
fn a_bucket_of_orders_shows_the_trace_of_one() {
    let program = Program::start(env!("CARGO_BIN_EXE_traced"), &[]);
    let url = program.wait_for_line("metrics: ", LONG);
    let line = eventually(LONG, || {
        let body = http::get_with_headers(&url, &[("accept", "application/openmetrics-text")]).unwrap().body;
        let line = body.lines().find(|line| line.starts_with("orders_duration_seconds_bucket") && line.contains(" # "));
        line.map(str::to_owned)
    });
    let (_, exemplar) = line.split_once(" # ").unwrap();
    let id = |label: &str| {
        let (_, rest) = exemplar.split_once(&format!("{label}=\"")).unwrap_or_else(|| panic!("no {label} in {line}"));
        rest.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!((id("trace_id").len(), id("span_id").len()), (32, 16), "{line}");
}
