//! The endpoint's metrics about itself.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};

use metrics_instrumented::exporter;
use metrics_instrumented_tests::{Exposition, read_answer};

use crate::{get, listening};

fn scraped(address: SocketAddr) -> (Exposition, usize) {
    let answer = get(address, "/metrics", &["authorization: Bearer x"]);
    (Exposition::parse(answer.text()).unwrap(), answer.body.len())
}

#[test]
fn scrapes_are_counted_by_code_with_duration_bytes_and_series() {
    let (_handle, address) = listening(exporter().bearer_token("x"));
    let (first, length) = scraped(address);
    let codes = |exposition: &Exposition| {
        ["200", "401", "405", "500", "503"]
            .map(|code| exposition.value("metrics_instrumented_scrapes_total", &[("code", code)]))
    };
    assert_eq!(codes(&first), [Some(0.0); 5]);
    assert_eq!(first.histogram("metrics_instrumented_scrape_duration_seconds", &[]).count, 0);
    get(address, "/metrics", &[]);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"PUT /metrics HTTP/1.0\r\n\r\n").unwrap();
    read_answer(stream);
    // Not scrapes.
    get(address, "/health", &[]);
    get(address, "/nowhere", &[]);
    let (second, _) = scraped(address);
    assert_eq!(codes(&second), [Some(1.0), Some(1.0), Some(1.0), Some(0.0), Some(0.0)]);
    assert_eq!(second.histogram("metrics_instrumented_scrape_duration_seconds", &[]).count, 1);
    let last = |name: &str| second.expect_value(&format!("metrics_instrumented_scrape_{name}"), &[]);
    assert_eq!(last("bytes").to_string(), length.to_string());
    let series: usize = first
        .families
        .iter()
        .map(|family| {
            let is_counted = |name: &str| name == family.name || *name == format!("{}_count", family.name);
            family.samples.iter().filter(|sample| is_counted(&sample.name)).count()
        })
        .sum();
    assert_eq!(last("series").to_string(), series.to_string());
}

#[test]
fn an_exporter_that_serves_nothing_shows_nothing_of_it() {
    let recorder = exporter().build().unwrap();
    assert!(!recorder.handle().render().contains("metrics_instrumented_scrape"));
}

#[test]
fn open_connections_are_counted() {
    let (handle, address) = listening(exporter());
    let open = || {
        let exposition = Exposition::parse(&handle.render()).unwrap();
        exposition.value("metrics_instrumented_connections", &[])
    };
    assert_eq!(open(), Some(0.0));
    let connections = [(); 3].map(|()| TcpStream::connect(address).unwrap());
    metrics_instrumented_tests::eventually(std::time::Duration::from_secs(10), || open() == Some(3.0));
    drop(connections);
    metrics_instrumented_tests::eventually(std::time::Duration::from_secs(10), || open() == Some(0.0));
}

#[test]
fn the_process_shows_what_it_uses() {
    let (_handle, address) = listening(exporter().process_metrics().bearer_token("x"));
    let (exposition, _) = scraped(address);
    let value = |name: &str| exposition.expect_value(name, &[]);
    assert!(value("process_resident_memory_bytes") > 1e6);
    let open = value("process_open_fds");
    assert!(open <= value("process_max_fds"), "{open}");
    // Wine counts no handles.
    assert!(open >= 3.0 || cfg!(windows), "{open}");
    let since_1970 = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64();
    assert!((since_1970 - value("process_start_time_seconds")).abs() < 3600.0);
    assert!(value("process_cpu_seconds_total") >= 0.0);
    assert_eq!(exposition.value("metrics_instrumented_collector_up", &[("collector", "process")]), Some(1.0));
}
