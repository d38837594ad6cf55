//! Each program has the metrics of the requests that it answers or sends.

use std::process::Command;
use std::time::Duration;

use metrics_instrumented_test_support::eventually;
use metrics_instrumented_test_support::exposition::Exposition;
use metrics_instrumented_test_support::http;
use metrics_instrumented_test_support::process::Program;

const LONG: Duration = Duration::from_secs(90);

/// Starts a server and sends these requests; returns it, and where its metrics are.
fn requested(program: &str, paths: &[&str]) -> (Program, String) {
    let program = Program::start(program, &[]);
    let metrics = program.wait_for_line("metrics: ", LONG);
    let api = program.wait_for_line("api: ", LONG);
    for path in paths {
        http::get(&format!("{api}{path}")).unwrap();
    }
    (program, metrics)
}

/// The output of a program that exits on its own.
fn printed(program: &str) -> Exposition {
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Exposition::parse(&String::from_utf8(output.stdout).unwrap()).unwrap()
}

fn server<'a>(route: &'a str, status: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("http_request_method", "GET"),
        ("http_response_status_code", status),
        ("http_route", route),
        ("url_scheme", "http"),
    ]
}

/// Waits until a server shows these counts: a request ends a moment after its client has read the response.
fn wait_for(metrics: &str, family: &str, counts: &[(&str, &str, f64)]) {
    eventually(LONG, || {
        let exposition = Exposition::parse(&http::get(metrics).unwrap().body).unwrap();
        for (route, status, count) in counts {
            let found = exposition.value(&format!("{family}_count"), &server(route, status));
            if found != Some(*count) {
                return Err(format!("{route} {status}: {found:?} and not {count}"));
            }
        }
        Ok(())
    });
}

#[test]
fn an_axum_server_counts_requests_by_route() {
    let (_program, metrics) =
        requested(env!("CARGO_BIN_EXE_axum_server"), &["/users/1", "/users/2", "/users/0", "/orders", "/elsewhere"]);
    let counts =
        [("/users/{id}", "200", 2.0), ("/users/{id}", "404", 1.0), ("/orders", "503", 1.0), ("_unmatched", "404", 1.0)];
    wait_for(&metrics, "http_server_request_duration_seconds", &counts);
    let exposition = Exposition::parse(&http::get(&metrics).unwrap().body).unwrap();
    assert_eq!(exposition.value("user_lookups_total", &[("outcome", "ok")]), Some(2.0));
    assert_eq!(exposition.value("user_lookups_total", &[("outcome", "error")]), Some(1.0));
}

#[test]
fn a_hyper_server_counts_requests_by_the_route_of_a_closure() {
    let (_program, metrics) = requested(env!("CARGO_BIN_EXE_hyper_server"), &["/users/1", "/users/2", "/elsewhere"]);
    let counts = [("/users/{id}", "200", 2.0), ("_unmatched", "404", 1.0)];
    wait_for(&metrics, "http_server_request_duration_seconds", &counts);
    wait_for(&metrics, "http_server_response_body_size_bytes", &counts);
}

#[test]
fn clients_count_the_responses_that_they_read() {
    let exposition = printed(env!("CARGO_BIN_EXE_clients"));
    let count = |method, status| {
        let durations = exposition.family("http_client_request_duration_seconds");
        let counts = durations.samples.iter().filter(|sample| sample.name.ends_with("_count"));
        counts
            .filter(|sample| {
                sample.labels["http_request_method"] == method && sample.labels["http_response_status_code"] == status
            })
            .map(|sample| sample.value)
            .sum::<f64>()
    };
    assert_eq!((count("GET", "200"), count("GET", "404"), count("HEAD", "200")), (2.0, 1.0, 1.0));
    let active = &exposition.family("http_client_active_requests").samples;
    assert!(!active.is_empty() && active.iter().all(|sample| sample.value == 0.0), "{active:?}");
}

#[test]
fn both_ends_of_grpc_count_calls_by_their_status() {
    let exposition = printed(env!("CARGO_BIN_EXE_grpc"));
    for side in ["server", "client"] {
        let count = |method: &str, code| {
            let method = format!("grpc.health.v1.Health/{method}");
            let labels = [("rpc_method", &*method), ("rpc_response_status_code", code), ("rpc_system_name", "grpc")];
            exposition.value(&format!("rpc_{side}_call_duration_seconds_count"), &labels)
        };
        assert_eq!(count("Check", "OK"), Some(1.0), "{side}");
        assert_eq!(count("Check", "NOT_FOUND"), Some(1.0), "{side}");
        assert_eq!(count("Watch", "CANCELLED"), Some(1.0), "{side}");
    }
}
