//! Each server shows its metrics.

use std::time::Duration;

use metrics_instrumented_test_support::exposition::Exposition;
use metrics_instrumented_test_support::http;
use metrics_instrumented_test_support::process::Program;

const LONG: Duration = Duration::from_secs(90);

/// Starts a program, asks it twice, and returns where its metrics are and what they were.
fn scraped(program: &str) -> (Program, String, Exposition) {
    let program = Program::start(program, &[]);
    let url = program.wait_for_line("metrics: ", LONG);
    for _ in 0..2 {
        http::get(&url.replace("/metrics", "/")).unwrap();
    }
    let response = http::get(&url).unwrap();
    assert_eq!(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    let exposition = Exposition::parse(&response.body).unwrap();
    (program, url, exposition)
}

const OK: [(&str, &str); 1] = [("outcome", "ok")];

#[test]
fn axum_serves_them_in_its_router() {
    let (_program, _, exposition) = scraped(env!("CARGO_BIN_EXE_axum"));
    assert_eq!(exposition.value("greetings_total", &OK), Some(2.0));
}

#[test]
fn hyper_serves_them_with_health_and_readiness() {
    let (_program, url, exposition) = scraped(env!("CARGO_BIN_EXE_hyper"));
    assert_eq!(exposition.value("greetings_total", &OK), Some(1.0));
    assert_eq!(http::get(&url.replace("/metrics", "/ready")).unwrap().status, 200);
}

#[test]
fn a_server_without_a_runtime_serves_them() {
    let (_program, _, exposition) = scraped(env!("CARGO_BIN_EXE_plain"));
    assert_eq!(exposition.value("greetings_total", &OK), Some(3.0));
}
