//! The built program, tested from outside.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use metrics_instrumented_test_support::exposition::{Exposition, Kind};
use metrics_instrumented_test_support::process::Program;
use metrics_instrumented_test_support::prometheus::promtool_check_metrics;
use metrics_instrumented_test_support::{eventually, http};

/// Has `promtool` read what a program publishes: before anything happened, and under load. The arguments are those that it is always started with.
///
/// # Panics
/// With its findings, if it has any.
pub fn check_idle_and_busy(path: &str, arguments: &[&str]) {
    let idle = Live::start(path, arguments);
    idle.check_with_promtool();
    idle.end();

    let busy = Live::start(path, &[arguments, &["--load", "--load-pause-ms=5"]].concat());
    busy.wait_until_counted(200.0);
    busy.check_with_promtool();
    busy.end();
}

/// How long a busy machine may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program with its two addresses. Dropped, it is ended.
#[derive(Debug)]
pub struct Live {
    program: Program,
    /// Where its metrics are.
    pub metrics: SocketAddr,
    /// Where its HTTP API is.
    pub api: SocketAddr,
}

impl Live {
    /// Starts the program at a path such as `env!("CARGO_BIN_EXE_storage-driver")`, at free ports.
    ///
    /// # Panics
    /// When it cannot be started, or does not say where it listens.
    #[must_use]
    pub fn start(path: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        let any = ["--metrics-listen=127.0.0.1:0", "--api-listen=127.0.0.1:0"];
        let program = Program::start(path, &[&any, arguments].concat());
        let address = |prefix| {
            let url = program.wait_for_line(prefix, PATIENCE);
            let address = url.split('/').nth(2).and_then(|address| address.parse().ok());
            address.unwrap_or_else(|| panic!("`{prefix}{url}` has no address"))
        };
        Self { metrics: address("metrics: "), api: address("api: "), program }
    }

    /// Sends a request to the API, whose answer may take its time.
    ///
    /// # Panics
    /// When it cannot be sent.
    #[must_use = "dropped, the request is given up"]
    pub fn send(&self, method: &str, path: &str) -> Request {
        let mut stream = TcpStream::connect(self.api).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\n", self.api);
        write!(stream, "{head}Connection: close\r\n\r\n").unwrap();
        Request { stream }
    }

    /// Sends a request to the API and holds the status of its answer against what is expected.
    ///
    /// # Panics
    /// When it is another one, with the answer's body.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, expected: u16) {
        let (status, answer) = self.send(method, path).answer();
        assert_eq!(status, expected, "{method} {path}: {answer}");
    }

    /// What the program publishes now.
    ///
    /// # Panics
    /// When it is not valid.
    #[must_use]
    #[track_caller]
    pub fn scrape(&self) -> Exposition {
        http::scrape(self.metrics)
    }

    /// Has `promtool` check the text of `/metrics`.
    ///
    /// # Panics
    /// When it finds fault, with its words and the text.
    #[track_caller]
    pub fn check_with_promtool(&self) {
        let text = http::get(&format!("http://{}/metrics", self.metrics)).unwrap().body;
        promtool_check_metrics(&text).unwrap_or_else(|said| panic!("{said}\n{text}"));
    }

    /// Waits until the counters have counted to `total`, all of them together.
    ///
    /// # Panics
    /// When they do not within a minute.
    #[track_caller]
    pub fn wait_until_counted(&self, total: f64) {
        eventually(PATIENCE, || {
            let exposition = self.scrape();
            let counters = exposition.families.iter().filter(|family| family.kind == Kind::Counter);
            let counted: f64 = counters.flat_map(|family| &family.samples).map(|sample| sample.value).sum();
            if counted >= total { Ok(()) } else { Err(format!("{counted} of {total}")) }
        });
    }

    /// Asks the program to end and waits until it has.
    ///
    /// # Panics
    /// When it does not end, or not well.
    #[track_caller]
    pub fn end(mut self) {
        self.program.terminate();
        let status = self.program.wait(PATIENCE);
        assert!(status.success(), "{status}: {:?}", self.program.stderr());
    }
}

/// A request that was sent. Dropped without its answer, it is given up, as by a client that loses patience.
#[derive(Debug)]
pub struct Request {
    stream: TcpStream,
}

impl Request {
    /// Waits for the answer: its status, and what follows.
    ///
    /// # Panics
    /// When there is none within a minute.
    #[must_use]
    #[track_caller]
    pub fn answer(mut self) -> (u16, String) {
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("`{answer}` has no status")), answer)
    }
}
