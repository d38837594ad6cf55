//! What the system does to a process.

use std::io::Write;
use std::sync::Mutex;
use std::sync::mpsc;
use std::thread;

use metrics_instrumented::exporter;
use metrics_instrumented_tests::{Exposition, alone, read_answer};
use rustix::process::{Signal, getpid, kill_process};
use tokio::signal::unix::{SignalKind, signal};

use crate::{LONG, Served};

#[test]
fn a_scrape_that_is_under_way_at_sigterm_is_finished() {
    alone(|| {
        let (begun, has_begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        let may_go_on = Mutex::new(may_go_on);
        let mut served = Served::new(exporter().collector("slow", LONG, move || {
            begun.send(()).unwrap_or_default();
            may_go_on.lock().unwrap().recv().unwrap_or_default();
        }));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut terminated = {
            let _context = runtime.enter();
            signal(SignalKind::terminate()).unwrap()
        };
        let mut client = served.connect();
        client.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        has_begun.recv_timeout(LONG).unwrap();
        kill_process(getpid(), Signal::TERM).unwrap();
        runtime.block_on(terminated.recv()).unwrap();
        // As a service's `main` does it then.
        let shutdown = {
            let handle = served.handle.clone();
            thread::spawn(move || handle.shutdown())
        };
        // The listener is closed before the scrape is over.
        metrics_instrumented_tests::eventually(LONG, || std::net::TcpStream::connect(served.address).is_err());
        drop(go_on);
        let answer = read_answer(client);
        assert_eq!((answer.status, answer.header("connection")), (200, "close"));
        Exposition::parse(answer.text()).unwrap();
        shutdown.join().unwrap();
        // Recording goes on, and so may serving.
        served.address = served.handle.listen("127.0.0.1:0").unwrap();
        served.is_right();
    });
}
