//! Clients that take their time.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use metrics_instrumented::{Limits, exporter};
use metrics_instrumented_tests::eventually;
use rustix::net::sockopt::set_socket_recv_buffer_size;

use crate::{LONG, SHORT, Served, short};

/// Writes the bytes one by one, until the server closes the connection.
fn drip(mut stream: TcpStream, bytes: &[u8]) {
    for byte in bytes.iter().cycle() {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(5));
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn slowloris_is_closed_after_the_head_time() {
    let mut served = Served::new(exporter().limits(short()));
    thread::scope(|scope| {
        for _ in 0..20 {
            let stream = served.connect();
            scope.spawn(|| drip(stream, b"GET /metrics HTTP/1.1\r\nx: "));
        }
        served.is_right();
    });
    assert_eq!(served.dropped("timeout"), 20);
    served.is_right();
}

#[test]
fn a_silent_connection_is_closed_too() {
    let mut served = Served::new(exporter().limits(short()));
    let mut silent = served.connect();
    served.is_right();
    assert_eq!(silent.read(&mut [0; 1]).unwrap_or(0), 0);
    assert_eq!(served.dropped("timeout"), 1);
}

fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut bytes = [0; 1024];
    let read = stream.read(&mut bytes).unwrap_or(0);
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

#[test]
fn between_two_requests_a_client_may_wait_longer_than_for_a_head() {
    let mut served = Served::new(exporter().limits(Limits { idle_time: LONG, ..short() }));
    let mut stream = served.connect();
    assert!(ask(&mut stream).ends_with("alive\n"));
    thread::sleep(SHORT * 4 / 3);
    assert!(ask(&mut stream).ends_with("alive\n"));
    served.is_right();
}

#[test]
fn an_idle_connection_is_closed_after_the_idle_time() {
    let mut served = Served::new(exporter().limits(Limits { head_time: LONG, request_time: LONG, ..short() }));
    let mut stream = served.connect();
    assert!(ask(&mut stream).ends_with("alive\n"));
    assert_eq!(stream.read(&mut [0; 1]).unwrap_or(0), 0);
    assert_eq!(served.dropped("timeout"), 1);
    served.is_right();
}

/// An exposition of 6 MB: more than a sender's buffer takes.
fn fill(served: &Served) {
    metrics::with_local_recorder(&served.recorder, || {
        let long = "x".repeat(4000);
        for number in 0..1500 {
            metrics::gauge!("faults_filler", "number" => format!("{long}{number}")).set(1.0);
        }
    });
}

/// The time for a request: the exposition above, too, is sent in less to a client that reads it, on a busy machine as well.
const SERVED: Duration = Duration::from_secs(8);

/// A client whose receive buffer is small.
fn connect(served: &Served) -> TcpStream {
    let stream = served.connect();
    set_socket_recv_buffer_size(&stream, 16 * 1024).expect("a size that is allowed");
    stream
}

#[test]
fn a_client_that_stops_reading_is_closed_after_the_request_time() {
    let mut served = Served::new(exporter().limits(Limits { request_time: SERVED, ..Limits::default() }));
    fill(&served);
    let clients = [(); 3].map(|()| {
        let mut stream = connect(&served);
        stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        stream
    });
    served.is_right();
    eventually(LONG, || served.dropped("timeout") == 3);
    served.is_right();
    drop(clients);
}

#[test]
fn a_client_that_reads_slowly_is_closed() {
    let mut served = Served::new(exporter().limits(Limits { request_time: SERVED, ..Limits::default() }));
    fill(&served);
    let mut stream = connect(&served);
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let is_ended = Arc::new(AtomicBool::new(false));
    let may_hurry = Arc::clone(&is_ended);
    let reader = thread::spawn(move || {
        let mut total = 0;
        let mut bytes = [0; 1000];
        // Progress all the time, and never enough.
        loop {
            match stream.read(&mut bytes) {
                Ok(0) => return total,
                Ok(read) => total += read,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return total,
                Err(error) => panic!("{error}"),
            }
            // What is left in buffers afterwards is read at once.
            if !may_hurry.load(Relaxed) {
                thread::sleep(Duration::from_millis(20));
            }
        }
    });
    served.is_right();
    eventually(LONG, || served.dropped("timeout") == 1);
    is_ended.store(true, Relaxed);
    assert!(reader.join().unwrap() < 6_000_000);
    served.is_right();
}
