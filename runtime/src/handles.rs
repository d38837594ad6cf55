//! The facade's keys and handles of one series of an operation.

mod late;

use std::fmt;
#[cfg(feature = "http")]
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Key, Metadata, Recorder, SharedString};

use crate::clock::{self, NOT_TIMED, seconds};
use crate::exit::outcome_slot;
use crate::facade::{LEVEL, describe_role, key, known_keys};
use crate::live::ask::takes;
use crate::live::tracking::Tracking;
use crate::meta::{Location, OperationMeta, OwnLabel};
use crate::names::{Ends, Kind, Never, Role};
#[cfg(feature = "exporter")]
use crate::ticks::{has_ticks, nanoseconds_since_ticks, ticks};

/// The keys of each family. They do not depend on the recorder.
#[derive(Debug)]
pub(crate) struct Keys(Vec<(Role, Vec<Key>)>);

/// The handles of one recorder.
#[derive(Debug)]
pub(crate) struct Handles {
    /// By outcome.
    calls: Vec<Counter>,
    /// The histograms: one, or one for each outcome.
    duration: Vec<Histogram>,
    in_flight: Option<Gauge>,
    /// What few operations count, too.
    extension: Option<Box<dyn Extension>>,
    /// Whether calls count on one gauge, one histogram and the counters of outcomes only, and are timed by the processor's time stamp counter.
    #[cfg(feature = "exporter")]
    is_plain: bool,
}

/// What few operations count, too: a program in which no operation does so does not contain the code for it.
pub(crate) trait Extension: fmt::Debug + Send + Sync {
    /// Counts the beginning of a call, and returns whether it is timed.
    fn begin(&self) -> bool;

    /// Begins to track a call with this reading of the clock, or [`NOT_TIMED`]. Returns the token that the call stores instead.
    fn track(&self, since: u64) -> u64;

    /// Ends the tracking of a call; returns when it began.
    fn untrack(&self, token: u64) -> u64;

    /// Returns the seconds that a call is counted with in the histogram with this index; `None` if it is not counted there.
    fn represented(&self, seconds: Option<f64>, histogram: usize) -> Option<f64>;

    /// Counts the end of a call.
    fn end(&self, outcome: usize, error: Option<usize>);

    /// The trackers of the running calls.
    fn tracking(&self) -> Option<&Tracking>;
}

/// Creates the extension of a recorder's handles.
pub(crate) type Extend<'a> = &'a dyn Fn(&Keys, &dyn Recorder) -> Box<dyn Extension>;

impl Handles {
    /// Counts the beginning of a call, and returns the clock's reading, or [`NOT_TIMED`].
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn begin(&self) -> u64 {
        #[cfg(feature = "exporter")]
        if let (true, Some(gauge)) = (self.is_plain, &self.in_flight) {
            gauge.increment(1.0);
            return ticks();
        }
        self.begin_any()
    }

    #[inline(never)]
    fn begin_any(&self) -> u64 {
        let extension = self.extension.as_deref();
        let is_timed = extension.is_none_or(Extension::begin);
        let since = if is_timed && !self.duration.is_empty() { clock::reading() } else { NOT_TIMED };
        let token = extension.map_or(since, |extension| extension.track(since));
        if let Some(gauge) = &self.in_flight {
            gauge.increment(1.0);
        }
        token
    }

    /// Counts the end of a call.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn end(&self, since: u64, outcome: usize, error: Option<usize>) {
        #[cfg(feature = "exporter")]
        if let (true, Some(gauge), [duration]) = (self.is_plain, &self.in_flight, &*self.duration) {
            duration.record(seconds(nanoseconds_since_ticks(since)));
            gauge.decrement(1.0);
            if let Some(calls) = self.calls.get(outcome_slot(outcome, self.calls.len())) {
                calls.increment(1);
            }
            return;
        }
        self.end_any(since, outcome, error);
    }

    #[inline(never)]
    fn end_any(&self, token: u64, outcome: usize, error: Option<usize>) {
        let since = self.end_in_flight(token);
        let mut measured = (since != NOT_TIMED).then(|| seconds(clock::reading().saturating_sub(since)));
        let histogram = self.histogram(outcome);
        if let Some(extension) = self.extension.as_deref() {
            measured = extension.represented(measured, histogram);
        }
        if let (Some(seconds), Some(duration)) = (measured, self.duration.get(histogram)) {
            duration.record(seconds);
        }
        self.count_out(outcome, error);
    }

    #[cfg(feature = "exporter")]
    fn is_plain(&self) -> bool {
        has_ticks() && self.in_flight.is_some() && self.duration.len() == 1 && self.extension.is_none()
    }

    /// Counts a call that has ended.
    #[cfg(feature = "http")]
    pub(crate) fn record(&self, duration: Duration, outcome: usize) {
        let token = self.begin();
        if let Some(histogram) = self.duration.get(self.histogram(outcome)) {
            histogram.record(duration);
        }
        self.end_in_flight(token);
        self.count_out(outcome, None);
    }

    /// The trackers of the running calls.
    pub(crate) fn tracking(&self) -> Option<&Tracking> {
        self.extension.as_deref()?.tracking()
    }

    /// The index of the histogram of an outcome's durations.
    fn histogram(&self, outcome: usize) -> usize {
        let count = self.duration.len();
        outcome_slot(outcome, count).min(count.wrapping_sub(1))
    }

    /// Ends the tracking of a call; returns when it began.
    fn end_in_flight(&self, token: u64) -> u64 {
        if let Some(gauge) = &self.in_flight {
            gauge.decrement(1.0);
        }
        self.extension.as_deref().map_or(token, |extension| extension.untrack(token))
    }

    fn count_out(&self, outcome: usize, error: Option<usize>) {
        if let Some(calls) = self.calls.get(outcome_slot(outcome, self.calls.len())) {
            calls.increment(1);
        }
        if let Some(extension) = self.extension.as_deref() {
            extension.end(outcome, error);
        }
    }
}

impl Keys {
    // Loops, because each adapter of an iterator would be more code in every program.
    pub(crate) fn new(meta: &'static OperationMeta, location: Location, texts: &[SharedString]) -> Self {
        let const_labels = meta.const_labels.labels(location);
        let mut all = Vec::with_capacity(meta.families.len());
        for (role, family) in meta.families {
            let own = meta.own_label(*role, Never::default());
            // Without the outcome label, all outcomes are one series.
            let times = match &own {
                Some(own) => own.values.len(),
                None if *role == Role::Calls => meta.outcome.count(),
                None => 1,
            };
            let mut keys = Vec::with_capacity(times);
            for at in 0..times {
                let own = own.as_ref().map(|own| (own.name, own.values[at]));
                keys.push(key(family, &const_labels, meta.labels, texts, own));
            }
            all.push((*role, keys));
        }
        Self(all)
    }

    /// The keys of the family with this role: one for each value of the operation's own label (the outcome or the error kind), or one without it. Those of
    /// `Calls` are the outcomes in their order, then the value that is counted when a call begins, if any.
    pub(crate) fn of(&self, role: Role) -> &[Key] {
        self.0.iter().find(|(of, _)| *of == role).map_or(&[], |(_, keys)| keys)
    }

    /// The keys of the counters of some of the ends.
    pub(crate) fn of_ends(&self) -> impl Iterator<Item = (Ends, &Key)> {
        self.0.iter().filter_map(|(role, keys)| role.ends().zip(keys.first()))
    }

    /// The first key of each family.
    pub(crate) fn firsts(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().filter_map(|(_, keys)| keys.first())
    }

    /// Registers all handles at once: `rate()` sees the first error only if the counter was at 0 before. Counters of excluded outcomes are registered
    /// when they count.
    pub(crate) fn register(
        &self,
        meta: &OperationMeta,
        location: Location,
        never: Never,
        extend: Option<Extend<'_>>,
        recorder: &dyn Recorder,
    ) -> Handles {
        describe_operation(meta, recorder);
        // Before the others, because a capture removes idle series when it is asked about them.
        let extension = extend.map(|extend| extend(self, recorder));
        let metadata = metadata(location);
        let in_flight = self.of(Role::InFlight).first().map(|key| recorder.register_gauge(key, &metadata));
        let outcomes = self.of(Role::Calls);
        let outcomes = &outcomes[..meta.outcome.count().min(outcomes.len())];
        let mut calls = Vec::with_capacity(outcomes.len());
        for (outcome, key) in outcomes.iter().enumerate() {
            calls.push(if meta.outcome.is_possible(outcome, never) {
                recorder.register_counter(key, &metadata)
            } else {
                late::counter(key.clone(), metadata.clone())
            });
        }
        let durations = self.of(Role::Duration);
        let mut duration = Vec::with_capacity(durations.len());
        for (outcome, key) in durations.iter().enumerate() {
            duration.push(if !meta.has_duration_by_outcome() || meta.outcome.is_possible(outcome, never) {
                recorder.register_histogram(key, &metadata)
            } else {
                late::histogram(key.clone(), metadata.clone())
            });
        }
        #[cfg_attr(not(feature = "exporter"), allow(unused_mut, reason = "there are no ticks"))]
        let mut handles = Handles {
            calls,
            duration,
            in_flight,
            extension,
            #[cfg(feature = "exporter")]
            is_plain: false,
        };
        #[cfg(feature = "exporter")]
        {
            handles.is_plain = handles.is_plain();
        }
        handles
    }
}

/// Registers the series of each family that are known in advance with a recorder, unless the family may have more than `limit`.
pub(crate) fn announce_operation(
    meta: &'static OperationMeta,
    location: Location,
    never: Never,
    recorder: &dyn Recorder,
    limit: usize,
) {
    describe_operation(meta, recorder);
    let metadata = metadata(location);
    let const_labels = meta.const_labels.labels(location);
    for (role, family) in meta.families.iter().filter(|(role, _)| !meta.hides_empty(*role)) {
        if !takes(recorder, *role, family) {
            continue;
        }
        let own = meta.own_label(*role, never);
        let own = own.as_ref().map(|OwnLabel { name, values }| (*name, values.as_slice()));
        for key in known_keys(family, &const_labels, meta.labels, own, limit) {
            match role.kind() {
                Kind::Counter => drop(recorder.register_counter(&key, &metadata)),
                Kind::Histogram => drop(recorder.register_histogram(&key, &metadata)),
                Kind::Gauge => drop(recorder.register_gauge(&key, &metadata)),
            }
        }
    }
}

/// How metrics of functions at this location are registered.
pub(crate) fn metadata(location: Location) -> Metadata<'static> {
    let module = location.module;
    Metadata::new(module, LEVEL, Some(module))
}

fn describe_operation(meta: &OperationMeta, recorder: &dyn Recorder) {
    for (role, family) in meta.families {
        if !role.needs_own_recorder() {
            describe_role(recorder, *role, family);
        }
    }
}
