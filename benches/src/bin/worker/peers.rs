//! Other ways to count: on the facade by hand, with handles that are kept and with its macros; on `prometheus-client`; and the asynchronous functions of crates
//! with an attribute. All count the same: calls in flight, a duration in 15 buckets, calls by outcome.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use metrics_instrumented_benches::{BOUNDS, Outcome, work};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

/// Runs a future that is ready at its first poll.
#[inline(always)]
pub fn complete<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("it is ready at its first poll"),
    }
}

static CLOCK: LazyLock<&'static quanta::Clock> = LazyLock::new(|| Box::leak(Box::new(quanta::Clock::new())));

/// The lower limit: two readings of the counter that are not used.
#[inline(always)]
pub fn two_readings(f: impl FnOnce() -> Outcome) -> Outcome {
    let clock: &quanta::Clock = &CLOCK;
    let start = clock.raw();
    let value = f();
    std::hint::black_box(clock.raw().wrapping_sub(start));
    value
}

/// A number that the thread adds to, in a line of its own.
#[inline(never)]
pub fn store(x: u64) -> Outcome {
    thread_local! {
        static LINE: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    }
    LINE.set(LINE.get() + 1);
    work(x, 1)
}

/// Two readings of `std`'s clock.
#[inline(never)]
pub fn two_instants(x: u64) -> Outcome {
    let start = Instant::now();
    let value = work(x, 1);
    std::hint::black_box(start.elapsed());
    value
}

/// Handles of the facade that are kept.
pub struct Handles {
    in_flight: metrics::Gauge,
    duration: metrics::Histogram,
    ok: metrics::Counter,
    error: metrics::Counter,
}

impl Handles {
    pub fn new(function: &'static str) -> Self {
        Self {
            in_flight: metrics::gauge!("by_hand_in_flight", "function" => function),
            duration: metrics::histogram!("by_hand_duration_seconds", "function" => function),
            ok: metrics::counter!("by_hand_total", "function" => function, "outcome" => "ok"),
            error: metrics::counter!("by_hand_total", "function" => function, "outcome" => "error"),
        }
    }

    #[inline(always)]
    pub fn call(&self, f: impl FnOnce() -> Outcome) -> Outcome {
        self.in_flight.increment(1.0);
        let start = Instant::now();
        let value = f();
        self.duration.record(start.elapsed());
        self.in_flight.decrement(1.0);
        if value.is_ok() { &self.ok } else { &self.error }.increment(1);
        value
    }
}

/// The facade's macros on every call.
macro_rules! with_macros {
    ($function:literal, $value:expr) => {{
        metrics::gauge!("macros_in_flight", "function" => $function).increment(1.0);
        let start = ::std::time::Instant::now();
        let value = $value;
        metrics::histogram!("macros_duration_seconds", "function" => $function).record(start.elapsed());
        metrics::gauge!("macros_in_flight", "function" => $function).decrement(1.0);
        let outcome = if value.is_ok() { "ok" } else { "error" };
        metrics::counter!("macros_total", "function" => $function, "outcome" => outcome).increment(1);
        value
    }};
}
pub(crate) use with_macros;

/// Metrics of `prometheus-client` that are kept.
pub struct Direct {
    in_flight: Gauge,
    duration: Histogram,
    ok: Counter<u64, AtomicU64>,
    error: Counter<u64, AtomicU64>,
}

impl Direct {
    pub fn new() -> Self {
        Self {
            in_flight: Gauge::default(),
            duration: Histogram::new(BOUNDS.iter().copied()),
            ok: Counter::default(),
            error: Counter::default(),
        }
    }

    #[inline(always)]
    pub fn call(&self, f: impl FnOnce() -> Outcome) -> Outcome {
        self.in_flight.inc();
        let start = Instant::now();
        let value = f();
        self.duration.observe(start.elapsed().as_secs_f64());
        self.in_flight.dec();
        if value.is_ok() { &self.ok } else { &self.error }.inc();
        value
    }
}

/// A boxed future.
type Boxed = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Two functions around an asynchronous one: one runs it, and one boxes it and runs it.
macro_rules! run_and_box {
    () => {
        #[inline(never)]
        pub fn run(x: u64) -> super::Outcome {
            super::complete(function(x))
        }

        #[inline(never)]
        fn boxed(x: u64) -> super::Boxed {
            Box::pin(function(x))
        }

        #[inline(never)]
        pub fn run_boxed(x: u64) -> super::Outcome {
            super::complete(boxed(x))
        }
    };
}

pub mod bare {
    async fn function(x: u64) -> super::Outcome {
        super::work(x, 1)
    }
    run_and_box!();
}

pub mod by_hand {
    static HANDLES: super::LazyLock<super::Handles> = super::LazyLock::new(|| super::Handles::new("async"));

    async fn body(x: u64) -> super::Outcome {
        super::work(x, 1)
    }

    async fn function(x: u64) -> super::Outcome {
        let handles = &HANDLES;
        handles.in_flight.increment(1.0);
        let start = super::Instant::now();
        let value = body(x).await;
        handles.duration.record(start.elapsed());
        handles.in_flight.decrement(1.0);
        if value.is_ok() { &handles.ok } else { &handles.error }.increment(1);
        value
    }
    run_and_box!();
}

pub mod autometrics {
    #[autometrics::autometrics(track_concurrency)]
    async fn function(x: u64) -> super::Outcome {
        super::work(x, 1)
    }
    run_and_box!();
}

pub mod function_timer {
    #[function_timer::time("function_timer")]
    async fn function(x: u64) -> super::Outcome {
        super::work(x, 1)
    }
    run_and_box!();
}

pub mod metered {
    use ::metered::{ErrorCount, HitCount, InFlight, ResponseTime};

    #[derive(Default, Debug)]
    pub struct Subject {
        metrics: SubjectMetrics,
    }

    static SUBJECT: super::LazyLock<Subject> = super::LazyLock::new(Subject::default);

    #[::metered::metered(registry = SubjectMetrics)]
    impl Subject {
        #[measure([HitCount, ErrorCount, InFlight, ResponseTime])]
        async fn function(&self, x: u64) -> super::Outcome {
            super::work(x, 1)
        }
    }

    async fn function(x: u64) -> super::Outcome {
        SUBJECT.function(x).await
    }
    run_and_box!();
}

/// An undeclared counter, registered on every call.
#[inline(never)]
pub fn hand_written_counter(x: u64) {
    metrics::counter!("hand_written_events_total", "kind" => if x % 2 == 0 { "even" } else { "odd" }).increment(1);
}

/// The same with a histogram.
#[inline(never)]
pub fn hand_written_histogram(x: u64) {
    metrics::histogram!("hand_written_sizes_bytes", "kind" => if x % 2 == 0 { "even" } else { "odd" }).record(x as f64);
}
