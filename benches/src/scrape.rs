//! Scrapes of the same series on our recorder and on the stock one, and their cost.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Instant;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use metrics_instrumented::Handle;

use crate::counting::counted;
use crate::random::Random;

/// The four outcomes that a call can have.
pub const OUTCOMES: [&str; 4] = ["ok", "error", "panic", "cancelled"];

/// A stock recorder with the series of an operation, with the same counts as the instrumented function.
#[derive(Debug)]
pub struct Stock {
    recorder: PrometheusRecorder,
    /// Its handles are kept, as in a program.
    kept: Mutex<Vec<(metrics::Counter, metrics::Gauge, metrics::Histogram)>>,
}

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

impl Stock {
    /// A recorder with these bounds.
    #[must_use]
    pub fn new(bounds: &[f64]) -> Self {
        let recorder = PrometheusBuilder::new().set_buckets(bounds).expect("valid bounds").build_recorder();
        Self { recorder, kept: Mutex::default() }
    }

    /// Sets the same HELP as ours.
    pub fn describe(&self, base: &str) {
        let key = |suffix| KeyName::from(format!("{base}{suffix}"));
        self.recorder.describe_counter(key("_total"), Some(Unit::Count), "Calls.".into());
        self.recorder.describe_gauge(key("_in_flight"), Some(Unit::Count), "Calls that are running.".into());
        self.recorder.describe_histogram(key("_duration_seconds"), Some(Unit::Seconds), "How long calls took.".into());
    }

    /// The series of one function or label value, after this number of calls.
    pub fn add(&self, base: &str, labels: &[(&'static str, String)], calls: u32) {
        let labels: Vec<Label> = labels.iter().map(|(name, value)| Label::new(*name, value.clone())).collect();
        let key = |suffix: &str, labels: &[Label]| Key::from_parts(format!("{base}{suffix}"), labels.to_vec());
        let counters = OUTCOMES.map(|outcome| {
            let labels = [labels.as_slice(), &[Label::new("outcome", outcome)]].concat();
            self.recorder.register_counter(&key("_total", &labels), &METADATA)
        });
        let gauge = self.recorder.register_gauge(&key("_in_flight", &labels), &METADATA);
        let histogram = self.recorder.register_histogram(&key("_duration_seconds", &labels), &METADATA);
        for call in 0..calls {
            counters[0].increment(1);
            // About the number of digits of ours.
            histogram.record(f64::from(call + 50) * 1e-9);
        }
        let [ok, ..] = counters;
        self.kept.lock().expect("one thread").push((ok, gauge, histogram));
    }

    /// Renders it. Before, its upkeep sorts the stored samples into buckets.
    #[must_use]
    pub fn handle(&self) -> PrometheusHandle {
        let handle = self.recorder.handle();
        handle.run_upkeep();
        handle
    }
}

/// Prints the cost of a scrape of both: `time <ours ms> <stock ms>` as medians, the same as minima, bytes and peaks.
pub fn compare(ours: &Handle, stock: &PrometheusHandle, rounds: usize) {
    let (first, allocated) = counted(|| ours.render());
    println!("first\t{}\t{}", first.len(), allocated.peak);
    drop(first);
    let (body, allocated) = counted(|| ours.render());
    let samples = samples(&body);
    println!("ours\t{}\t{}\t{}\t{samples}", body.len(), allocated.peak, allocated.allocations);
    drop(body);
    drop(stock.render());
    let (body, allocated) = counted(|| stock.render());
    println!("stock\t{}\t{}\t{}\t{}", body.len(), allocated.peak, allocated.allocations, self::samples(&body));
    drop(body);
    let mut random = Random::default();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        let mut order = [0, 1];
        random.shuffle(&mut order);
        for which in order {
            let start = Instant::now();
            let body = if which == 0 { ours.render() } else { stock.render() };
            times[which].push(start.elapsed().as_secs_f64() * 1e3);
            drop(body);
        }
    }
    let [ours, stock] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        (times[times.len() / 2], times[0])
    });
    println!("median\t{}\t{}", ours.0, stock.0);
    println!("minimum\t{}\t{}", ours.1, stock.1);
}

/// Prints the cost of a whole `GET /metrics`: time and peak memory, including the client's buffer of 64 KiB.
pub fn over_http(ours: &Handle, rounds: usize) {
    let address = ours.listen("127.0.0.1:0").expect("a free port");
    let mut buffer = vec![0; 64 * 1024];
    let mut get = || {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("it reads");
        let mut length = 0;
        loop {
            match stream.read(&mut buffer).expect("it answers") {
                0 => return length,
                read => length += read,
            }
        }
    };
    get();
    let (length, allocated) = counted(&mut get);
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            get();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("http\t{length}\t{}\t{}\t{}", allocated.peak, times[times.len() / 2], times[0]);
}

/// The number of samples of an exposition.
fn samples(exposition: &str) -> usize {
    exposition.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count()
}

/// All functions of a table, three calls each.
pub fn functions(module: &str, functions: &[fn(u64) -> crate::Outcome]) {
    const CALLS: u32 = 3;
    let rounds = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(10);
    let ours = metrics_instrumented::exporter().install_recorder().expect("nothing is installed yet");
    let stock = Stock::new(crate::BOUNDS);
    stock.describe("function_calls");
    for (n, function) in functions.iter().enumerate() {
        for call in 0..CALLS {
            let _ = std::hint::black_box(function(u64::from(call)));
        }
        let labels = [("module", module.to_owned()), ("function", format!("f{n}"))];
        stock.add("function_calls", &labels, CALLS);
    }
    compare(&ours, &stock.handle(), rounds);
    over_http(&ours, rounds);
}
