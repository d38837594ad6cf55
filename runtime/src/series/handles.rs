//! The facade's keys and handles of one series of an operation.

use metrics::{Counter, Gauge, Histogram, Key, Metadata, Recorder, Unit};

use super::families::{Families, Series};
use super::guard::{NOT_TIMED, place_of};
use crate::clock;
use crate::facade::{LEVEL, describe, key, known_keys};
use crate::meta::{Family, OperationMeta};
use crate::names::Kind;

/// The keys; they do not depend on the recorder.
#[derive(Debug)]
pub(crate) struct Keys {
    /// By outcome.
    pub(crate) calls: Box<[Key]>,
    pub(crate) started: Option<Key>,
    pub(crate) duration: Option<Key>,
    pub(crate) in_flight: Option<Key>,
    pub(crate) ok: Option<Key>,
    pub(crate) error: Option<Key>,
    /// By kind.
    pub(crate) errors: Box<[Key]>,
}

/// The handles of one recorder.
#[derive(Debug)]
pub(super) struct Handles {
    calls: Box<[Counter]>,
    started: Option<Counter>,
    duration: Option<Histogram>,
    in_flight: Option<Gauge>,
    ok: Option<Counter>,
    error: Option<Counter>,
    errors: Box<[Counter]>,
}

impl Handles {
    /// Counts a call in, and returns the clock's reading if it is timed.
    pub(super) fn begin(&self, series: &Series) -> u64 {
        if let Some(started) = &self.started {
            started.increment(1);
        }
        if let Some(in_flight) = &self.in_flight {
            in_flight.increment(1.0);
        }
        if series.is_timed() { clock::now() } else { NOT_TIMED }
    }

    /// Counts it out.
    pub(super) fn end(&self, since: u64, outcome: usize, error: Option<usize>) {
        if let Some(duration) = &self.duration
            && since != NOT_TIMED
        {
            duration.record(clock::seconds_since(since));
        }
        if let Some(in_flight) = &self.in_flight {
            in_flight.decrement(1.0);
        }
        if let Some(calls) = self.calls.get(place_of(outcome, self.calls.len())) {
            calls.increment(1);
        }
        if let Some(ended) = if outcome == 0 { &self.ok } else { &self.error } {
            ended.increment(1);
        }
        if let Some(errors) = error.and_then(|kind| self.errors.get(kind)) {
            errors.increment(1);
        }
    }
}

impl Keys {
    pub(super) fn new(families: &'static Families, texts: &[&'static str]) -> Self {
        let meta = families.meta();
        let fixed = meta.fixed.labels(families.place());
        let plain = |family: &Family, extra| key(family, &fixed, meta.labels, texts, extra);
        let outcome = |family: &Family, value| plain(family, meta.outcome.label.map(|label| (label, value)));
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
            ok: meta.ok.as_ref().map(|family| plain(family, None)),
            error: meta.error.as_ref().map(|family| plain(family, None)),
            errors: meta
                .errors
                .iter()
                .flat_map(|errors| errors.kinds.iter().map(|kind| plain(&errors.family, Some((errors.label, *kind)))))
                .collect(),
        }
    }

    /// All handles at once: a counter that starts at 0 with the first call is what makes `rate()` see the first error.
    pub(super) fn register(&self, families: &Families, recorder: &dyn Recorder) -> Handles {
        describe_operation(families.meta(), recorder);
        let metadata = metadata(families);
        let counter = |key: &Key| recorder.register_counter(key, &metadata);
        Handles {
            calls: self.calls.iter().map(counter).collect(),
            started: self.started.as_ref().map(counter),
            duration: self.duration.as_ref().map(|key| recorder.register_histogram(key, &metadata)),
            in_flight: self.in_flight.as_ref().map(|key| recorder.register_gauge(key, &metadata)),
            ok: self.ok.as_ref().map(counter),
            error: self.error.as_ref().map(counter),
            errors: self.errors.iter().map(counter).collect(),
        }
    }
}

/// Makes the series of each family that are known beforehand visible on a recorder, unless that family may have more than `limit`.
pub(super) fn announce_operation(families: &Families, recorder: &dyn Recorder, limit: usize) {
    let meta = families.meta();
    describe_operation(meta, recorder);
    let metadata = metadata(families);
    let fixed = meta.fixed.labels(families.place());
    let known = |family: &Family, extra| known_keys(family, &fixed, meta.labels, extra, limit);
    let outcomes: Vec<_> = meta.outcome.values().collect();
    let calls = meta
        .calls
        .iter()
        .flat_map(|family| known(family, meta.outcome.label.map(|label| (label, outcomes.as_slice()))));
    let ended = [&meta.ok, &meta.error].into_iter().flatten().flat_map(|family| known(family, None));
    let errors = meta.errors.iter().flat_map(|errors| known(&errors.family, Some((errors.label, errors.kinds))));
    for key in calls.chain(ended).chain(errors) {
        drop(recorder.register_counter(&key, &metadata));
    }
    for key in meta.duration.iter().flat_map(|family| known(family, None)) {
        drop(recorder.register_histogram(&key, &metadata));
    }
    for key in meta.in_flight.iter().flat_map(|family| known(family, None)) {
        drop(recorder.register_gauge(&key, &metadata));
    }
}

fn metadata(families: &Families) -> Metadata<'static> {
    let module = families.place().module;
    Metadata::new(module, LEVEL, Some(module))
}

fn describe_operation(meta: &OperationMeta, recorder: &dyn Recorder) {
    for (family, kind, unit) in [
        (meta.calls.as_ref(), Kind::Counter, Unit::Count),
        (meta.duration.as_ref(), Kind::Histogram, Unit::Seconds),
        (meta.in_flight.as_ref(), Kind::Gauge, Unit::Count),
        (meta.ok.as_ref(), Kind::Counter, Unit::Count),
        (meta.error.as_ref(), Kind::Counter, Unit::Count),
        (meta.errors.as_ref().map(|errors| &errors.family), Kind::Counter, Unit::Count),
    ] {
        if let Some(family) = family {
            describe(recorder, kind, family, Some(unit));
        }
    }
}
