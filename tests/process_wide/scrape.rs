//! What the listener answers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use metrics_instrumented::{handle, instrumented};
use metrics_instrumented_tests::{Exposition, http};

use crate::{address, exporter};

/// The head and the body of the answer to a request that is written as it is.
fn answer(request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in {text:?}"));
    (head.to_lowercase(), body.to_owned())
}

fn request(method: &str, path: &str) -> (String, String) {
    answer(&format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"))
}

#[test]
fn metrics_are_the_text_format_with_its_content_type() {
    let url = format!("http://{}/metrics", address());
    let response = http::get(&url).unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    Exposition::parse(&response.body).unwrap();
    assert_eq!(http::get(&format!("{url}?name=x")).unwrap().status, 200);
}

/// Deliveries.
#[instrumented(name = "scrape_deliveries", labels(late: bool = late), buckets = [1, 2.5])]
fn deliver(late: bool) -> Result<(), ()> {
    if late { Err(()) } else { Ok(()) }
}

#[test]
fn clients_that_accept_openmetrics_get_the_same_in_that_format() {
    let url = format!("http://{}/metrics", address());
    deliver(true).unwrap_err();
    deliver(false).unwrap();
    let response = http::get_with_headers(&url, &[("Accept", "application/openmetrics-text; version=1.0.0")]).unwrap();
    assert_eq!(
        response.content_type,
        "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
    );
    let lines: Vec<&str> = response.body.lines().collect();
    assert_eq!(lines.iter().position(|line| *line == "# EOF"), Some(lines.len() - 1));
    assert!(response.body.ends_with("# EOF\n") && !lines.contains(&""), "{}", response.body);
    for line in [
        "# TYPE scrape_deliveries counter",
        "# HELP scrape_deliveries Deliveries.",
        "scrape_deliveries_total{late=\"true\",outcome=\"error\",zone=\"eu-1\"} 1",
        "scrape_deliveries_total{late=\"false\",outcome=\"ok\",zone=\"eu-1\"} 1",
        "scrape_deliveries_in_flight{late=\"true\",zone=\"eu-1\"} 0",
        "scrape_deliveries_duration_seconds_bucket{late=\"true\",zone=\"eu-1\",le=\"1.0\"} 1",
        "scrape_deliveries_duration_seconds_bucket{late=\"true\",zone=\"eu-1\",le=\"2.5\"} 1",
        "scrape_deliveries_duration_seconds_count{late=\"false\",zone=\"eu-1\"} 1",
    ] {
        assert!(lines.contains(&line), "no `{line}` in\n{}", response.body);
    }
    for accept in ["text/plain", "*/*", "application/json", "application/openmetrics-text;q=0"] {
        let response = http::get_with_headers(&url, &[("Accept", accept)]).unwrap();
        assert_eq!(response.content_type, "text/plain; version=0.0.4; charset=utf-8", "{accept}");
        Exposition::parse(&response.body).unwrap();
    }
}

#[test]
fn a_head_request_has_the_same_head_and_no_body() {
    let (head, body) = request("HEAD", "/metrics");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{head}");
    assert_eq!(body, "");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(length.parse::<usize>().unwrap() > 100, "{head}");
}

#[test]
fn the_index_lists_all_paths() {
    let response = http::get(&format!("http://{}/", address())).unwrap();
    assert_eq!((response.status, response.content_type.as_str()), (200, "text/plain; charset=utf-8"));
    assert!(response.body.contains("/metrics"), "{}", response.body);
}

#[test]
fn other_paths_are_not_found() {
    for path in ["/metric", "/metrics/", "/favicon.ico", "//metrics"] {
        let (head, body) = request("GET", path);
        assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
        assert!(body.contains("/metrics"), "{path}: {body}");
    }
    assert!(request("POST", "/nowhere").0.starts_with("http/1.1 404"));
}

#[test]
fn other_methods_are_not_allowed() {
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let (head, _) = request(method, "/metrics");
        assert!(head.starts_with("http/1.1 405"), "{method}: {head}");
        assert!(head.contains("allow: get, head"), "{method}: {head}");
    }
}

#[test]
fn invalid_requests_do_not_affect_other_clients() {
    let (head, _) = answer("nonsense\r\n\r\n");
    assert!(head.starts_with("http/1.1 400"), "{head}");
    // One that connects and says nothing does not keep others waiting.
    let silent = TcpStream::connect(address()).unwrap();
    assert_eq!(http::get(&format!("http://{}/metrics", address())).unwrap().status, 200);
    drop(silent);
}

#[test]
fn a_connection_may_send_many_requests() {
    let mut stream = TcpStream::connect(address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    for _ in 0..3 {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut bytes = [0; 1024];
        let read = stream.read(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes[..read]);
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
}

#[test]
fn concurrent_scrapes_all_get_a_response() {
    let url = format!("http://{}/metrics", address());
    let answers: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| http::get(&url).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for answer in answers {
        Exposition::parse(&answer.body).unwrap();
    }
}

#[instrumented(calls = "scrape_rendered_total")]
fn rendered() {}

#[test]
fn rendered_and_served_expositions_are_equal() {
    exporter();
    rendered();
    let rendered = Exposition::parse(&handle().expect("it is installed").render()).unwrap();
    let labels = [("outcome", "ok"), ("zone", "eu-1")];
    assert_eq!(rendered.value("scrape_rendered_total", &labels), Some(1.0));
    assert_eq!(crate::scrape().value("scrape_rendered_total", &labels), Some(1.0));
    assert_eq!(handle().and_then(|handle| handle.local_addr()), exporter().local_addr());
}

#[test]
fn it_listens_on_a_second_address() {
    let second = exporter().listen("127.0.0.1:0").unwrap();
    assert_ne!(second, address());
    assert_eq!(http::get(&format!("http://{second}/metrics")).unwrap().status, 200);
    assert_eq!(exporter().local_addr(), Some(address()));
}
