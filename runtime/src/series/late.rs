//! Counters of outcomes that a function should not have: each is registered when it counts, so that nothing shows it before.

use std::sync::Arc;

use metrics::{Counter, CounterFn, Key, Metadata};

use crate::setup::SetUp;

/// Returns a counter that registers itself on the recorder of the thread that counts.
pub(super) fn counter(key: Key, metadata: Metadata<'static>) -> Counter {
    Counter::from_arc(Arc::new(Late { key, metadata }))
}

struct Late {
    key: Key,
    metadata: Metadata<'static>,
}

impl Late {
    fn registered(&self) -> Counter {
        let _set_up = SetUp::enter();
        metrics::with_recorder(|recorder| recorder.register_counter(&self.key, &self.metadata))
    }
}

impl CounterFn for Late {
    fn increment(&self, value: u64) {
        self.registered().increment(value);
    }

    fn absolute(&self, value: u64) {
        self.registered().absolute(value);
    }
}
