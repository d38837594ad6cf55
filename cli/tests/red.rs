//! An HTTP service, its generated rules and dashboard, and the real Prometheus: rate, errors and duration by route are those of the requests that were
//! sent.

#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::path::Path;
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Waker};
use std::time::Duration;
use std::{fs, thread};

use ::http::{Request, Response, StatusCode};
use metrics_instrumented::http::{self, RequestHead};
use metrics_instrumented_test_support::eventually;
use metrics_instrumented_test_support::prometheus::{Prometheus, promtool};
use serde_json::Value;
use tower::{Layer, Service};

fn tool(arguments: &[&str]) -> String {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    let output = tool.args(arguments).output().expect("the tool starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn route(request: RequestHead<'_>) -> Option<&str> {
    request.uri.path().split('/').nth(1).map(|first| if first == "users" { "/users/{id}" } else { "/orders" })
}

/// Requests per round, of each route, and how many of them are answered with 503.
const ROUND: [(&str, usize, usize); 2] = [("/users/7", 30, 0), ("/orders", 10, 4)];

/// Sends a round of requests.
fn send() {
    let service = tower::service_fn(|request: Request<StatusCode>| async move {
        let mut response = Response::new(String::new());
        *response.status_mut() = request.into_body();
        Ok::<_, Infallible>(response)
    });
    let mut service = http::server().route(route).layer(service);
    for (path, count, failed) in ROUND {
        for at in 0..count {
            let status = if at < failed { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
            let mut response = pin!(service.call(Request::get(path).body(status).expect("a request")));
            let polled = response.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_ready(), "it waits");
        }
    }
}

/// The expressions of a dashboard's panels with this title, with its variables filled in.
fn panel(dashboard: &Value, title: &str) -> Vec<String> {
    let panels = dashboard["panels"].as_array().expect("panels").iter();
    let found = panels.filter(|panel| panel["title"].as_str().is_some_and(|own| own == title));
    let targets = found.flat_map(|panel| panel["targets"].as_array().expect("targets"));
    let expression = |target: &Value| {
        let text = target["expr"].as_str().expect("an expression").to_owned();
        text.replace("$__rate_interval", "1m").replace("$job", ".*").replace("$instance", ".*")
    };
    targets.map(expression).collect()
}

#[test]
fn prometheus_has_rate_errors_and_duration_by_route() {
    let handle = metrics_instrumented::exporter().listen("127.0.0.1:0").install().expect("the exporter starts");
    send();
    thread::spawn(|| {
        loop {
            send();
            thread::sleep(Duration::from_millis(20));
        }
    });
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let catalogue = file("web.jsonl", &metrics_instrumented::catalog());
    let rules = file("rules.yaml", &tool(&["rules", &catalogue]));
    promtool(&["check", "rules", &rules], "").expect("valid rules");
    let dashboard: Value = serde_json::from_str(&tool(&["dashboard", &catalogue])).expect("JSON");

    let server = Prometheus::start(&[("web", handle.local_addr().expect("it listens"))], &[Path::new(&rules)]);
    let ratio = |route: &str| {
        let record = "job_http_route:http_server_request:error_ratio_rate5m";
        server.value(&format!("{record}{{job=\"web\", http_route=\"{route}\"}}"))
    };
    let near = |value: Option<f64>, expected: f64| value.is_some_and(|value| (value - expected).abs() < 0.03);
    eventually(Duration::from_secs(90), || match (ratio("/orders"), ratio("/users/{id}")) {
        // A scrape between two requests sees a round in parts. Without an error there is no series of errors.
        (orders, Some(0.0)) if near(orders, 0.4) => Ok(()),
        found => Err(format!("error ratios of /orders and /users: {found:?}; {:?}", server.targets())),
    });

    // The names, kinds and texts of the conventions.
    let duration = server.metadata("http_server_request_duration_seconds").expect("its metadata");
    assert_eq!((duration.kind.as_str(), duration.help.as_str()), ("histogram", "Duration of HTTP server requests."));
    let active = server.metadata("http_server_active_requests").expect("its metadata");
    assert_eq!((active.kind.as_str(), active.help.as_str()), ("gauge", "Number of active HTTP server requests."));
    assert_eq!(server.value("sum(http_server_active_requests)"), Some(0.0));

    // Three of four requests are of this route, and each of them is faster than the first bound.
    let rate = "job_http_route:http_server_request:rate5m";
    let share =
        format!("{rate}{{http_route=\"/users/{{id}}\"}} / ignoring(http_route) sum without (http_route) ({rate})");
    eventually(Duration::from_secs(30), || match server.value(&share) {
        found if near(found, 0.75) => Ok(()),
        found => Err(format!("{share}: {found:?}")),
    });
    for title in ["Rate: http_server_request", "Errors: http_server_request", "Duration: http_server_request"] {
        let expressions = panel(&dashboard, title);
        assert!(!expressions.is_empty(), "no panel `{title}`");
        for expression in expressions {
            let found = server.query(&expression);
            assert_eq!(found.len(), ROUND.len(), "a series for each route, by {expression}");
            for one in found {
                assert!(
                    one.value >= 0.0 && (!title.starts_with("Duration") || one.value <= 0.005),
                    "{expression}: {one:?}"
                );
            }
        }
    }
}
