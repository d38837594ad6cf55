//! Metrics of outcomes that a function should not have. Each is registered when it is recorded, so that it is not shown before.

use std::sync::Arc;

use metrics::{Counter, CounterFn, Histogram, HistogramFn, Key, Metadata};

use crate::setup::SetUp;

/// Returns a counter that registers itself with the recorder of the thread that counts.
pub(super) fn counter(key: Key, metadata: Metadata<'static>) -> Counter {
    Counter::from_arc(Arc::new(Late { key, metadata }))
}

/// Returns a histogram that registers itself with the recorder of the thread that records.
pub(crate) fn histogram(key: Key, metadata: Metadata<'static>) -> Histogram {
    Histogram::from_arc(Arc::new(Late { key, metadata }))
}

struct Late {
    key: Key,
    metadata: Metadata<'static>,
}

impl Late {
    fn counter(&self) -> Counter {
        let _set_up = SetUp::enter();
        metrics::with_recorder(|recorder| recorder.register_counter(&self.key, &self.metadata))
    }
}

impl CounterFn for Late {
    fn increment(&self, value: u64) {
        self.counter().increment(value);
    }

    fn absolute(&self, value: u64) {
        self.counter().absolute(value);
    }
}

impl HistogramFn for Late {
    fn record(&self, value: f64) {
        let _set_up = SetUp::enter();
        metrics::with_recorder(|recorder| recorder.register_histogram(&self.key, &self.metadata)).record(value);
    }
}
