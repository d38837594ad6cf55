//! Bytes that are no requests.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use metrics_instrumented::exporter;
use metrics_instrumented_tests::{Exposition, read_answer};

use crate::{LONG, Served, short};

/// Numbers without pattern (Marsaglia's xorshift), the same ones every time.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn garbage_is_refused_or_the_connection_is_closed() {
    let mut served = Served::new(exporter().limits(short()));
    let mut state = 0x4d65_7472_6963_7321;
    for round in 0..300 {
        let length = random(&mut state) % 2000;
        let mut bytes: Vec<u8> = (0..length).map(|_| random(&mut state).to_le_bytes()[0]).collect();
        if round % 3 == 0 {
            bytes.splice(0..0, *b"GET /metrics HTTP/1.1\r\n");
        }
        let mut stream = served.connect();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{text}");
    }
    served.is_right();
}

#[test]
fn connections_with_endless_heads_are_closed() {
    let mut served = Served::new(exporter());
    let long = vec![b'x'; 10 * 1024 * 1024];
    for start in ["GET /metrics HTTP/1.1\r\nx: ", "GET /", "", "GET /metrics HTTP/1.1\r\ncontent-length: 5\r\nx: "] {
        let mut stream = served.connect();
        let _ = stream.write_all(start.as_bytes()).and_then(|()| stream.write_all(&long));
        let mut answer = Vec::new();
        // What was not read of the head may take the answer with it.
        let _ = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{text}");
        served.is_right();
    }
    // Just above the limit, where the answer arrives.
    let mut stream = served.connect();
    write!(stream, "GET /metrics HTTP/1.1\r\nx: {}", "x".repeat(20_000)).unwrap();
    assert_eq!(read_answer(stream).status, 431);
    let mut stream = served.connect();
    stream.write_all(b"GET /metrics HTTP/1.1\r\n").unwrap();
    for number in 0..200 {
        write!(stream, "x{number}: y\r\n").unwrap();
    }
    stream.write_all(b"\r\n").unwrap();
    assert_eq!(read_answer(stream).status, 431);
    served.is_right();
}

#[test]
fn bodies_are_not_read() {
    let mut served = Served::new(exporter().limits(short()));
    for head in [
        "GET /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 10485760\r\n\r\n",
        "POST /metrics HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
        "GET /metrics HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
    ] {
        let mut stream = served.connect();
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&vec![b'z'; 10 * 1024 * 1024]));
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        served.is_right();
    }
}

#[test]
fn a_client_that_closes_its_half_is_answered() {
    // So long that its half is seen to be closed before the answer is there.
    let collect = || std::thread::sleep(Duration::from_millis(200));
    let mut served = Served::new(exporter().collector("slow", LONG, collect));
    let mut stream = served.connect();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let answer = read_answer(stream);
    assert_eq!((answer.status, answer.header("content-length")), (200, &*answer.body.len().to_string()));
    Exposition::parse(answer.text()).unwrap();
    // Without a request there is no answer.
    let mut stream = served.connect();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0);
    served.is_right();
}

#[test]
fn a_client_that_disconnects_leaves_no_resources_behind() {
    let mut served = Served::new(exporter());
    for _ in 0..100 {
        let mut stream = served.connect();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        drop(stream);
    }
    served.is_right();
    metrics_instrumented_tests::eventually(LONG, || {
        served.handle.render().contains("\nmetrics_instrumented_connections 0\n")
    });
}

#[test]
fn requests_that_come_at_once_are_answered_in_their_order() {
    let mut served = Served::new(exporter());
    let mut stream = served.connect();
    let requests = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n".repeat(9);
    write!(stream, "{requests}GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!((text.matches("HTTP/1.1 200").count(), text.matches("alive\n").count()), (9, 9));
    assert!(text.contains("HTTP/1.1 404"));
    served.is_right();
}
