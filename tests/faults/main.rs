//! What clients and systems do wrong, on purpose or not: after each of it the next scrape is right and the totals are exact.

#![forbid(unsafe_code)]

mod bytes;
mod connections;
mod load;
mod slow;
mod system;

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use metrics_instrumented::{Exporter, Handle, Limits, Recorder, instrumented};
use metrics_instrumented_tests::{Calls, http};

/// Longer than anything here takes on a busy machine.
const LONG: Duration = Duration::from_secs(90);

/// Orders.
#[instrumented(name = "faults_orders")]
fn order(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

/// A service with an exporter of its own.
struct Served {
    recorder: Recorder,
    handle: Handle,
    address: SocketAddr,
    expected: Calls,
}

impl Served {
    #[track_caller]
    fn new(exporter: Exporter) -> Self {
        let recorder = exporter.build().expect("valid settings");
        let handle = recorder.handle();
        let address = handle.listen("127.0.0.1:0").expect("a free port");
        Self { recorder, handle, address, expected: Calls::NONE }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.set_write_timeout(Some(LONG)).unwrap();
        stream
    }

    /// Two more orders, and a scrape that has all orders.
    #[track_caller]
    fn is_right(&mut self) {
        metrics::with_local_recorder(&self.recorder, || {
            order(false).unwrap();
            order(true).unwrap_err();
        });
        self.expected.ok += 1;
        self.expected.error += 1;
        assert_eq!(Calls::of(&http::scrape(self.address), "faults_orders", &[]), self.expected);
    }

    /// How many connections were dropped for a reason.
    #[track_caller]
    fn dropped(&self, reason: &str) -> u64 {
        let rendered = self.handle.render();
        let sample = format!("metrics_instrumented_connections_dropped_total{{reason=\"{reason}\"}} ");
        let value = rendered.lines().find_map(|line| line.strip_prefix(&sample));
        value.expect("the counter").parse().expect("a number")
    }
}

/// As long as tests may wait for a limit, and longer than a well-behaved client takes on a busy machine.
const SHORT: Duration = Duration::from_secs(3);

/// Limits that tests need not wait long for.
fn short() -> Limits {
    Limits { head_time: SHORT, request_time: SHORT, idle_time: SHORT, ..Limits::default() }
}
