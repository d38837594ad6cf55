//! Sends arbitrary bytes to the listener, and checks that it answers with HTTP or not at all, and that it answers the next request.

#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use metrics_instrumented::Limits;

fn address() -> SocketAddr {
    static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();
    *ADDRESS.get_or_init(|| {
        let time = Duration::from_millis(500);
        let limits = Limits { head_time: time, request_time: time, idle_time: time, ..Limits::default() };
        let exporter = metrics_instrumented::exporter().listen("127.0.0.1:0").bearer_token("x").limits(limits);
        exporter.install().expect("nothing is installed").local_addr().expect("it listens")
    })
}

fn exchange(bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address()).expect("it listens");
    // The server may close the connection early, so writing and reading may fail.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

fuzz_target!(|bytes: &[u8]| {
    let answer = exchange(bytes);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{answer:?}");
    if bytes.len() % 8 == 0 {
        let answer =
            exchange(b"GET /metrics HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\nconnection: close\r\n\r\n");
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    }
});
