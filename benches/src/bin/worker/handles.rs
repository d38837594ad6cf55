//! Peers whose metrics are kept by hand: each counts in flight up and down, a duration in 15 buckets, calls by outcome. And hotpath, whose attribute
//! times a function.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use metrics_instrumented_benches::{BOUNDS, Outcome, work};
use opentelemetry::metrics::{BoundCounter, BoundHistogram, MeterProvider as _, UpDownCounter};
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};

/// The metrics of one function.
trait Metrics {
    fn begin(&self);
    fn end(&self, took: Duration, is_ok: bool);
}

/// A call that is counted in them.
#[inline(always)]
fn call(metrics: &impl Metrics, x: u64) -> Outcome {
    metrics.begin();
    let start = Instant::now();
    let value = work(x, 1);
    metrics.end(start.elapsed(), value.is_ok());
    value
}

/// The functions that are measured.
macro_rules! functions {
    ($($function:ident $type:ident,)*) => {
        $(
            #[inline(never)]
            pub fn $function(x: u64) -> Outcome {
                static METRICS: LazyLock<$type> = LazyLock::new($type::new);
                call(&*METRICS, x)
            }
        )*
    };
}

functions! {
    fastmetrics FastMetrics,
    fast_telemetry FastTelemetry,
    measured Measured,
    opentelemetry_bound OpenTelemetry,
}

struct FastMetrics {
    in_flight: fastmetrics::metrics::gauge::Gauge,
    duration: fastmetrics::metrics::histogram::Histogram,
    ok: fastmetrics::metrics::counter::Counter,
    error: fastmetrics::metrics::counter::Counter,
}

impl FastMetrics {
    fn new() -> Self {
        let duration = fastmetrics::metrics::histogram::Histogram::new(BOUNDS.iter().copied());
        Self { in_flight: Default::default(), duration, ok: Default::default(), error: Default::default() }
    }
}

impl Metrics for FastMetrics {
    #[inline(always)]
    fn begin(&self) {
        self.in_flight.inc();
    }

    #[inline(always)]
    fn end(&self, took: Duration, is_ok: bool) {
        self.duration.observe(took.as_secs_f64());
        self.in_flight.dec();
        if is_ok { &self.ok } else { &self.error }.inc();
    }
}

/// Its gauge can only be set, so that calls in flight are a sharded counter that goes up and down.
struct FastTelemetry {
    in_flight: fast_telemetry::Counter,
    duration: fast_telemetry::Histogram,
    ok: fast_telemetry::Counter,
    error: fast_telemetry::Counter,
}

impl FastTelemetry {
    fn new() -> Self {
        let shards = std::thread::available_parallelism().map_or(4, usize::from);
        let nanoseconds: Vec<u64> = BOUNDS.iter().map(|bound| (bound * 1e9) as u64).collect();
        let counter = || fast_telemetry::Counter::new(shards);
        let duration = fast_telemetry::Histogram::new(&nanoseconds, shards);
        Self { in_flight: counter(), duration, ok: counter(), error: counter() }
    }
}

impl Metrics for FastTelemetry {
    #[inline(always)]
    fn begin(&self) {
        self.in_flight.inc();
    }

    #[inline(always)]
    fn end(&self, took: Duration, is_ok: bool) {
        self.duration.record(took.as_nanos() as u64);
        self.in_flight.add(-1);
        if is_ok { &self.ok } else { &self.error }.inc();
    }
}

struct Measured {
    in_flight: measured::Gauge,
    duration: measured::Histogram<15>,
    ok: measured::Counter,
    error: measured::Counter,
}

impl Measured {
    fn new() -> Self {
        let bounds = BOUNDS.try_into().expect("fifteen");
        let thresholds = measured::metric::histogram::Thresholds::with_buckets(bounds);
        Self {
            in_flight: measured::Gauge::new(),
            duration: measured::Histogram::with_metadata(thresholds),
            ok: measured::Counter::new(),
            error: measured::Counter::new(),
        }
    }
}

impl Metrics for Measured {
    #[inline(always)]
    fn begin(&self) {
        self.in_flight.inc();
    }

    #[inline(always)]
    fn end(&self, took: Duration, is_ok: bool) {
        self.duration.observe(took.as_secs_f64());
        self.in_flight.dec();
        if is_ok { &self.ok } else { &self.error }.inc();
    }
}

/// Instruments that are bound to their attributes. Up-down counters cannot be bound; without attributes they need no look-up.
struct OpenTelemetry {
    in_flight: UpDownCounter<i64>,
    duration: BoundHistogram<f64>,
    ok: BoundCounter<u64>,
    error: BoundCounter<u64>,
    _provider: SdkMeterProvider,
}

impl OpenTelemetry {
    fn new() -> Self {
        let provider = SdkMeterProvider::builder().with_reader(ManualReader::default()).build();
        let meter = provider.meter("bench");
        let calls = meter.u64_counter("calls").build();
        let outcome = |value: &'static str| [opentelemetry::KeyValue::new("outcome", value)];
        Self {
            in_flight: meter.i64_up_down_counter("in_flight").build(),
            duration: meter.f64_histogram("duration").with_boundaries(BOUNDS.to_vec()).build().bind(&[]),
            ok: calls.bind(&outcome("ok")),
            error: calls.bind(&outcome("error")),
            _provider: provider,
        }
    }
}

impl Metrics for OpenTelemetry {
    #[inline(always)]
    fn begin(&self) {
        self.in_flight.add(1, &[]);
    }

    #[inline(always)]
    fn end(&self, took: Duration, is_ok: bool) {
        self.duration.record(took.as_secs_f64());
        self.in_flight.add(-1, &[]);
        if is_ok { &self.ok } else { &self.error }.add(1);
    }
}

/// Starts the profiler of hotpath, which its attribute needs; it stays.
pub fn start_hotpath() {
    static STARTED: LazyLock<()> = LazyLock::new(|| std::mem::forget(hotpath::HotpathGuardBuilder::new("worker").build()));
    LazyLock::force(&STARTED);
}

/// A duration by function, without outcomes or calls in flight.
#[inline(never)]
#[hotpath::measure]
pub fn hotpath_measured(x: u64) -> Outcome {
    work(x, 1)
}
