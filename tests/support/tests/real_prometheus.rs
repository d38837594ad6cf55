//! A system test: the real Prometheus scrapes a small server, and `promtool` reads what that serves.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    thread,
    time::Duration,
};

use metrics_instrumented_test_support::{
    eventually,
    exposition::Exposition,
    http,
    prometheus::{Metadata, Prometheus, promtool, promtool_check_metrics},
};

const LONG: Duration = Duration::from_secs(90);

const TEXT: &str = "\
# HELP orders_total Orders \\\\ taken.\\nAll of them.
# TYPE orders_total counter
orders_total{outcome=\"ok\",tier=\"q\\\"uote\"} 2
orders_total{outcome=\"error\",tier=\"gold\"} 1
# HELP orders_duration_seconds How long an order takes.
# TYPE orders_duration_seconds histogram
orders_duration_seconds_bucket{le=\"0.1\"} 1
orders_duration_seconds_bucket{le=\"+Inf\"} 3
orders_duration_seconds_sum 4.5
orders_duration_seconds_count 3
";

/// Serves the same text for ever, on a thread that ends with the process.
fn serve(text: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            _ = stream.read(&mut [0; 4096]);
            _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
                text.len()
            );
        }
    });
    address
}

#[test]
fn prometheus_scrapes_and_answers() {
    let address = serve(TEXT);
    let directory = tempfile::tempdir().unwrap();
    let rules = directory.path().join("rules.yml");
    fs::write(
        &rules,
        "groups: [{name: g, rules: [{record: 'tier:orders:sum', expr: 'sum by (tier) (orders_total)'}]}]",
    )
    .unwrap();
    let prometheus = Prometheus::start(&[("orders", address)], &[&rules]);
    prometheus.wait_until_up(LONG);

    let orders = prometheus.query("orders_total{outcome='ok'}");
    assert_eq!(orders.len(), 1, "{orders:?}");
    assert_eq!(orders[0].labels["tier"], "q\"uote");
    assert_eq!(orders[0].labels["job"], "orders");
    assert_eq!(prometheus.value("sum(orders_total)"), Some(3.0));
    assert_eq!(prometheus.value("orders_total"), None, "two values are not one");
    assert_eq!(prometheus.value("scalar(orders_duration_seconds_sum)"), Some(4.5));
    assert_eq!(prometheus.series("orders_total").len(), 2);
    assert_eq!(prometheus.targets()[0].instance, address.to_string());
    let metadata = Metadata { kind: "counter".to_owned(), help: "Orders \\ taken.\nAll of them.".to_owned() };
    assert_eq!(prometheus.metadata("orders_total"), Some(metadata));
    assert_eq!(prometheus.metadata("not_there"), None);
    assert!(prometheus.try_query("sum(").unwrap_err().contains("parse error"));
    eventually(LONG, || prometheus.value("tier:orders:sum{tier='gold'}") == Some(1.0));

    let gone = prometheus.address();
    drop(prometheus);
    assert!(http::get(&format!("http://{gone}/-/ready")).is_err(), "the server outlives its handle");
}

#[test]
fn a_target_with_an_invalid_response_is_down_with_the_reason() {
    let prometheus = Prometheus::start(&[("nonsense", serve("a b c d\n"))], &[]);
    let target = eventually(LONG, || prometheus.targets().into_iter().find(|target| target.health == "down"));
    assert!(!target.last_error.is_empty(), "{target:?}");
}

#[test]
#[should_panic(expected = "could not parse expression")]
fn a_server_that_cannot_start_shows_its_log() {
    let directory = tempfile::tempdir().unwrap();
    let rules = directory.path().join("rules.yml");
    fs::write(&rules, "groups: [{name: g, rules: [{record: x, expr: 'sum('}]}]").unwrap();
    _ = Prometheus::start(&[], &[&rules]);
}

#[test]
fn promtool_agrees_with_the_parser() {
    let exposition = http::scrape(serve(TEXT));
    assert_eq!(Ok(exposition), Exposition::parse(TEXT));
    assert_eq!(promtool_check_metrics(TEXT), Ok(()));

    let no_help = "# TYPE orders_total counter\norders_total 1\n";
    assert!(promtool_check_metrics(no_help).unwrap_err().contains("no help text"));
    assert!(promtool_check_metrics("a b c d\n").unwrap_err().contains("error"));
    assert!(promtool(&["--version"], "").unwrap().contains("promtool"));
}
