//! Paths and methods.

use std::io::Write;
use std::net::TcpStream;

use metrics_instrumented::{Error, exporter};
use metrics_instrumented_tests::{Answer, read_answer};

use crate::{ORDER, get, listening};

const PLAIN: &str = "text/plain; charset=utf-8";
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

fn send(address: std::net::SocketAddr, method: &str, path: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    read_answer(stream)
}

#[test]
fn each_path_has_its_response() {
    let (_handle, address) = listening(exporter());
    for (path, status, content_type, text) in [
        ("/metrics", 200, TEXT, ORDER),
        ("/metrics?name=x", 200, TEXT, ORDER),
        ("http://localhost/metrics", 200, TEXT, ORDER),
        ("/health", 200, PLAIN, "alive\n"),
        ("/ready", 200, "application/json", "{\"ready\":true,\"components\":[]}\n"),
        ("/", 200, PLAIN, "/metrics: the metrics, as Prometheus text format"),
        ("/metrics/", 404, PLAIN, "not found; the metrics are at /metrics\n"),
        ("/favicon.ico", 404, PLAIN, "not found; the metrics are at /metrics\n"),
    ] {
        let answer = get(address, path, &[]);
        assert_eq!((answer.status, answer.header("content-type")), (status, content_type), "{path}");
        assert!(answer.text().contains(text), "{path}: {}", answer.text());
        assert_eq!(answer.header("content-length"), answer.body.len().to_string(), "{path}");
    }
}

#[test]
fn each_path_has_the_methods_get_and_head() {
    let (_handle, address) = listening(exporter());
    for path in ["/metrics", "/health", "/ready", "/"] {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "UNHEARD-OF"] {
            let answer = send(address, method, path);
            let expected =
                if (method, path) == ("OPTIONS", "/") { (200, "GET, HEAD, OPTIONS") } else { (405, "GET, HEAD") };
            assert_eq!((answer.status, answer.header("allow")), expected, "{method} {path}");
        }
        let (head, full) = (send(address, "HEAD", path), send(address, "GET", path));
        assert_eq!((head.status, head.body.len()), (full.status, 0), "{path}");
        for header in ["content-type", "vary"] {
            assert_eq!(head.header(header), full.header(header), "{path}");
        }
        // The numbers that tell of the scrapes themselves change in between.
        let lengths = [head.header("content-length"), full.header("content-length")].map(str::parse::<i64>);
        let [Ok(head), Ok(full)] = lengths else { panic!("{path}: {lengths:?}") };
        assert!(head > 0 && (full - head).abs() < 100, "{path}: {head} {full}");
    }
    assert_eq!(send(address, "POST", "/nowhere").status, 404);
}

/// As `HAProxy` checks it, also where the metrics take the place of the live page.
#[test]
fn options_are_answered_where_the_metrics_are_at_the_root() {
    let (_handle, address) = listening(exporter().path("/"));
    let answer = send(address, "OPTIONS", "/");
    assert_eq!((answer.status, answer.header("allow")), (200, "GET, HEAD, OPTIONS"));
    assert!(get(address, "/", &["accept: text/html"]).text().contains(ORDER));
    assert_eq!(send(address, "POST", "/").status, 405);
}

#[test]
fn the_path_of_the_metrics_is_a_setting() {
    let (_handle, address) = listening(exporter().path("/internal/m%C3%A9"));
    assert!(get(address, "/internal/m%C3%A9", &[]).text().contains(ORDER));
    assert_eq!(get(address, "/metrics", &[]).status, 404);
    let index = get(address, "/", &[]);
    assert!(index.text().starts_with("/internal/m%C3%A9: ") && index.text().contains("problems found:\n- "));
    // The list of problems belongs to the page.
    let (_handle, address) = listening(exporter().page(false));
    assert!(!get(address, "/", &[]).text().contains("problems found"));
    let (_handle, address) = listening(exporter().path("/"));
    assert!(get(address, "/", &[]).text().contains(ORDER));
}

#[test]
fn an_invalid_path_is_an_error() {
    for (path, reason) in [
        ("", "must start with `/`"),
        ("metrics", "must start with `/`"),
        ("/a b", "visible ASCII"),
        ("/a?b", "other than `?`"),
        ("/é", "visible ASCII"),
        ("/ready", "choose another path"),
    ] {
        let error = exporter().path(path).build().unwrap_err();
        assert!(matches!(error, Error::Setting { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.starts_with(&format!("invalid setting: the path `{path}` ")) && text.contains(reason), "{text}");
    }
}
