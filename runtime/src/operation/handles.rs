//! The facade's keys and handles of one series of an operation.

use metrics::{Counter, Gauge, Histogram, Key, Recorder, Unit};

use crate::facade::{LEVEL, describe, key};
use crate::meta::{Family, OperationMeta};
use crate::names::Kind;

/// The keys; they do not depend on the recorder.
#[derive(Debug)]
pub(super) struct Keys {
    /// By outcome.
    calls: Box<[Key]>,
    started: Option<Key>,
    duration: Option<Key>,
    in_flight: Option<Key>,
    /// By kind.
    errors: Box<[Key]>,
}

/// The handles of one recorder.
#[derive(Debug)]
pub(super) struct Handles {
    pub(super) calls: Box<[Counter]>,
    pub(super) started: Option<Counter>,
    pub(super) duration: Option<Histogram>,
    pub(super) in_flight: Option<Gauge>,
    pub(super) errors: Box<[Counter]>,
}

impl Keys {
    pub(super) fn new(meta: &'static OperationMeta, texts: &[&'static str]) -> Self {
        let plain = |family: &Family, extra| key(family, meta.fixed, meta.labels, texts, extra);
        let outcome = |family: &Family, value| plain(family, Some((meta.outcome.label, value)));
        Self {
            calls: meta
                .calls
                .iter()
                .flat_map(|family| {
                    (0..meta.outcome.count()).map(move |index| outcome(family, meta.outcome.value(index)))
                })
                .collect(),
            started: meta.calls.as_ref().zip(meta.outcome.started).map(|(family, value)| outcome(family, value)),
            duration: meta.duration.as_ref().map(|family| plain(family, None)),
            in_flight: meta.in_flight.as_ref().map(|family| plain(family, None)),
            errors: meta
                .errors
                .iter()
                .flat_map(|errors| errors.kinds.iter().map(|kind| plain(&errors.family, Some((errors.label, *kind)))))
                .collect(),
        }
    }

    /// All handles at once: a counter that starts at 0 with the first call is what makes `rate()` see the first error.
    pub(super) fn register(&self, meta: &OperationMeta, recorder: &dyn Recorder) -> Handles {
        describe_operation(meta, recorder);
        let metadata = metrics::Metadata::new(meta.place.module, LEVEL, Some(meta.place.module));
        let counter = |key: &Key| recorder.register_counter(key, &metadata);
        Handles {
            calls: self.calls.iter().map(counter).collect(),
            started: self.started.as_ref().map(counter),
            duration: self.duration.as_ref().map(|key| recorder.register_histogram(key, &metadata)),
            in_flight: self.in_flight.as_ref().map(|key| recorder.register_gauge(key, &metadata)),
            errors: self.errors.iter().map(counter).collect(),
        }
    }
}

pub(crate) fn describe_operation(meta: &OperationMeta, recorder: &dyn Recorder) {
    for (family, kind, unit) in [
        (meta.calls.as_ref(), Kind::Counter, Unit::Count),
        (meta.duration.as_ref(), Kind::Histogram, Unit::Seconds),
        (meta.in_flight.as_ref(), Kind::Gauge, Unit::Count),
        (meta.errors.as_ref().map(|errors| &errors.family), Kind::Counter, Unit::Count),
    ] {
        if let Some(family) = family {
            describe(recorder, kind, family, Some(unit));
        }
    }
}
