//! Scrapes of 10,000 series over the loopback interface, by format.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use metrics_instrumented::{exporter, instrumented};

/// The formats, with what a client accepts.
pub const FORMATS: [(&str, &str); 4] = [
    ("text", "text/plain;version=0.0.4"),
    ("openmetrics", "application/openmetrics-text;version=1.0.0"),
    ("openmetrics 2", "application/openmetrics-text;version=2.0.0"),
    ("protobuf", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"),
];

/// Each host has a counter, a histogram and a gauge.
const HOSTS: u32 = 3_334;

#[instrumented(name = "scraped", labels(host = open(host, max = 4000)), max_series = 20_000)]
fn call(host: &str) {
    std::hint::black_box(host);
}

/// Installs the exporter, counts a call of each host and scrapes this many times.
pub fn run(format: &str, scrapes: u64) {
    let (_, accept) = FORMATS.iter().find(|(name, _)| *name == format).expect("a format of this name");
    let handle = exporter().listen("127.0.0.1:0").install().expect("no recorder is installed yet");
    (0..HOSTS).for_each(|host| call(&format!("host-{host}.example")));
    let address = handle.local_addr().expect("it listens");
    // Each series is created at its first scrape, and the lengths of pages are known after it.
    for _ in 0..=scrapes {
        let length = scrape(address, accept);
        assert!(length > 500_000, "{length} bytes");
    }
}

fn scrape(address: SocketAddr, accept: &str) -> usize {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET /metrics HTTP/1.1\r\nhost: a\r\naccept: {accept}\r\nconnection: close\r\n\r\n")
        .expect("a request");
    let mut answer = Vec::with_capacity(16 << 20);
    stream.read_to_end(&mut answer).expect("an answer");
    answer.len()
}
