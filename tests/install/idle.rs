//! Nothing is installed, or a recorder without a state of its own, which looks like nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use metrics::{Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use metrics_instrumented::{Counter as _, exporter};
use metrics_instrumented_tests::{Exposition, alone};

use crate::{call, calls};

static REGISTERED: AtomicUsize = AtomicUsize::new(0);
static COUNTED: AtomicUsize = AtomicUsize::new(0);

/// All that it knows is in statics.
#[derive(Clone, Copy)]
struct WithoutSize;

struct Counting;

impl CounterFn for Counting {
    fn increment(&self, value: u64) {
        COUNTED.fetch_add(usize::try_from(value).unwrap(), Relaxed);
    }

    fn absolute(&self, _: u64) {}
}

impl Recorder for WithoutSize {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        REGISTERED.fetch_add(1, Relaxed);
        Counter::from_arc(Arc::new(Counting))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// Words that were said.
#[derive(metrics_instrumented::Counter)]
#[counter(name = "install_words_total")]
struct Words;

#[test]
fn a_process_wide_recorder_without_size_registers_a_series_once() {
    alone(|| {
        metrics::set_global_recorder(WithoutSize).unwrap();
        for _ in 0..1_000 {
            call(true).unwrap_err();
            Words.increment(1);
        }
        assert_eq!(COUNTED.load(Relaxed), 2_000);
        // Four outcomes and the words; and those of the first calls, before it is known that it stays.
        assert!(REGISTERED.load(Relaxed) <= 20, "{}", REGISTERED.load(Relaxed));
    });
}

#[test]
fn a_local_recorder_without_size_counts_while_nothing_is_installed() {
    alone(|| {
        for _ in 0..100 {
            call(false).unwrap();
            Words.increment(1);
        }
        for _ in 0..10 {
            metrics::with_local_recorder(&WithoutSize, || {
                call(false).unwrap();
                Words.increment(1);
            });
        }
        assert_eq!(COUNTED.load(Relaxed), 20);
    });
}

#[test]
fn a_recorder_installed_after_many_calls_counts_all_later_ones() {
    alone(|| {
        for _ in 0..10_000 {
            call(false).unwrap();
            Words.increment(1);
        }
        let metrics = exporter().install_recorder().unwrap();
        call(false).unwrap();
        // Calls have shards of their own; this goes to a handle.
        Words.increment(1);
        assert_eq!(calls("install_calls").ok, 1);
        let words = Exposition::parse(&metrics.render()).unwrap().expect_value("install_words_total", &[]);
        assert_eq!(words.to_string(), "1");
    });
}
