//! The facade's keys and handles of one series of an operation.

pub(crate) mod late;

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

/// The keys of each family of one series. They do not depend on the recorder.
#[derive(Debug)]
pub(crate) struct Keys {
    meta: &'static OperationMeta,
    const_labels: Vec<(&'static str, &'static str)>,
    /// The values of the declared labels.
    texts: Vec<SharedString>,
}

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

    /// Creates the histogram of an outcome that a function should not have.
    fn late(&self, key: Key, metadata: Metadata<'static>) -> Histogram;
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
    pub(crate) fn new(meta: &'static OperationMeta, location: Location, texts: Vec<SharedString>) -> Self {
        Self { meta, const_labels: meta.const_labels.labels(location), texts }
    }

    /// Hands each key of the family with this role to `take`: one for each value of the operation's own label (the outcome or the error kind), or one without it.
    /// Those of `Calls` are the outcomes in their order, then the value that is counted when a call begins, if any.
    fn each(&self, role: Role, take: &mut dyn FnMut(usize, Key)) {
        let Some((_, family)) = self.meta.families.iter().find(|(of, _)| *of == role) else { return };
        for at in 0..self.meta.keys(role) {
            let own = self.meta.own_value(role, at);
            take(at, key(family, &self.const_labels, self.meta.labels, &self.texts, own));
        }
    }

    /// The keys of the family with this role, in the same order.
    pub(crate) fn of(&self, role: Role) -> Vec<Key> {
        let mut keys = Vec::new();
        self.each(role, &mut |_, key| keys.push(key));
        keys
    }

    /// The first key of each family.
    pub(crate) fn firsts(&self) -> impl Iterator<Item = (Role, Key)> {
        self.meta.families.iter().filter_map(|(role, _)| Some((*role, self.of(*role).into_iter().next()?)))
    }

    /// The keys of the counters of some of the ends.
    pub(crate) fn of_ends(&self) -> impl Iterator<Item = (Ends, Key)> {
        self.firsts().filter_map(|(role, key)| Some((role.ends()?, key)))
    }

    /// Registers all handles at once: `rate()` sees the first error only if the counter was at 0 before. Counters of excluded outcomes are registered
    /// when they count.
    pub(crate) fn register(
        &self,
        location: Location,
        never: Never,
        extend: Option<Extend<'_>>,
        recorder: &dyn Recorder,
    ) -> Handles {
        let meta = self.meta;
        describe_operation(meta, recorder);
        // Before the others, because a capture removes idle series when it is asked about them.
        let extension = extend.map(|extend| extend(self, recorder));
        let metadata = metadata(location);
        let mut handles = Handles {
            calls: Vec::new(),
            duration: Vec::new(),
            in_flight: None,
            extension,
            #[cfg(feature = "exporter")]
            is_plain: false,
        };
        self.each(Role::InFlight, &mut |_, key| handles.in_flight = Some(recorder.register_gauge(&key, &metadata)));
        self.each(Role::Calls, &mut |outcome, key| {
            if outcome < meta.outcome.count() {
                handles.calls.push(if meta.outcome.is_possible(outcome, never) {
                    recorder.register_counter(&key, &metadata)
                } else {
                    late::counter(key, metadata.clone())
                });
            }
        });
        let has_duration_by_outcome = meta.has_duration_by_outcome();
        self.each(Role::Duration, &mut |outcome, key| {
            let is_late = has_duration_by_outcome && !meta.outcome.is_possible(outcome, never);
            handles.duration.push(match &handles.extension {
                Some(extension) if is_late => extension.late(key, metadata.clone()),
                _ => recorder.register_histogram(&key, &metadata),
            });
        });
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
