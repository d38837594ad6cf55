//! The facade's keys and handles of one series of an operation.

mod late;

#[cfg(feature = "http")]
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Key, Metadata, Recorder, SharedString};

use crate::clock::{self, NOT_TIMED, seconds};
use crate::exit::outcome_slot;
use crate::facade::{LEVEL, describe_role, key, known_keys};
use crate::live::ask::{Answer, Question, ask, takes};
use crate::live::seen::IdleLabels;
use crate::live::tracking::Tracking;
use crate::meta::{Location, OperationMeta, OwnLabel};
use crate::names::{Ends, Kind, Never, Role};
use crate::sampling::Shared;
#[cfg(feature = "exporter")]
use crate::ticks::{has_ticks, nanoseconds_since_ticks, ticks};

/// The keys of each family. They do not depend on the recorder.
#[derive(Debug)]
pub(crate) struct Keys(Box<[(Role, Box<[Key]>)]>);

/// The handles of one recorder.
#[derive(Debug)]
pub(crate) struct Handles {
    /// By outcome.
    calls: Box<[Counter]>,
    started: Option<Counter>,
    /// The histograms: one, or one for each outcome.
    duration: Box<[Histogram]>,
    in_flight: InFlight,
    /// The number of outcomes, and the counters of some of them.
    outcomes: usize,
    ends: Box<[(Ends, Counter)]>,
    /// By kind.
    errors: Box<[Counter]>,
    /// The state of sampling, if only a sample of the calls is timed.
    sampling: Option<&'static Shared>,
    /// Whether calls count on one gauge, one histogram and the counters of outcomes only, and are timed by the processor's time stamp counter.
    #[cfg(feature = "exporter")]
    is_plain: bool,
}

/// How running calls are counted.
#[derive(Debug)]
enum InFlight {
    Nothing,
    Gauge(Gauge),
    Tracked(Box<(Gauge, Tracking)>),
}

impl Handles {
    /// Counts the beginning of a call, and returns the clock's reading, or [`NOT_TIMED`].
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn begin(&self) -> u64 {
        #[cfg(feature = "exporter")]
        if let (true, InFlight::Gauge(gauge)) = (self.is_plain, &self.in_flight) {
            gauge.increment(1.0);
            return ticks();
        }
        self.begin_any()
    }

    #[inline(never)]
    fn begin_any(&self) -> u64 {
        if let Some(started) = &self.started {
            started.increment(1);
        }
        let is_timed = || self.sampling.is_none_or(Shared::is_timed);
        let since = if !self.duration.is_empty() && is_timed() { clock::reading() } else { NOT_TIMED };
        match &self.in_flight {
            InFlight::Nothing => since,
            InFlight::Gauge(gauge) => {
                gauge.increment(1.0);
                since
            }
            InFlight::Tracked(tracked) => {
                let token = tracked.1.begin(since);
                tracked.0.increment(1.0);
                token
            }
        }
    }

    /// Counts the end of a call.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn end(&self, since: u64, outcome: usize, error: Option<usize>) {
        #[cfg(feature = "exporter")]
        if let (true, InFlight::Gauge(gauge), [duration]) = (self.is_plain, &self.in_flight, &*self.duration) {
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
    fn end_any(&self, since: u64, outcome: usize, error: Option<usize>) {
        let since = self.end_in_flight(since);
        if let Some(sampling) = self.sampling {
            self.end_sampled(sampling, since, outcome);
        } else if since != NOT_TIMED
            && let Some(duration) = self.duration.get(self.histogram(outcome))
        {
            duration.record(seconds(clock::reading().saturating_sub(since)));
        }
        self.count_out(outcome, error);
    }

    #[cfg(feature = "exporter")]
    fn is_plain(&self) -> bool {
        has_ticks()
            && matches!(self.in_flight, InFlight::Gauge(_))
            && self.duration.len() == 1
            && self.started.is_none()
            && self.ends.is_empty()
            && self.errors.is_empty()
            && self.sampling.is_none()
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
        if let InFlight::Tracked(tracked) = &self.in_flight { Some(&tracked.1) } else { None }
    }

    #[cold]
    fn end_sampled(&self, sampling: &Shared, since: u64, outcome: usize) {
        let histogram = self.histogram(outcome);
        let seconds = (since != NOT_TIMED).then(|| seconds(clock::reading().saturating_sub(since)));
        if let (Some(seconds), Some(duration)) =
            (sampling.represented(seconds, histogram), self.duration.get(histogram))
        {
            duration.record(seconds);
        }
    }

    /// The index of the histogram of an outcome's durations.
    fn histogram(&self, outcome: usize) -> usize {
        let count = self.duration.len();
        outcome_slot(outcome, count).min(count.wrapping_sub(1))
    }

    /// Ends the tracking of a call; returns when it began.
    fn end_in_flight(&self, token: u64) -> u64 {
        match &self.in_flight {
            InFlight::Nothing => token,
            InFlight::Gauge(gauge) => {
                gauge.decrement(1.0);
                token
            }
            InFlight::Tracked(tracked) => {
                tracked.0.decrement(1.0);
                tracked.1.end(token, tracked.1.time.now())
            }
        }
    }

    fn count_out(&self, outcome: usize, error: Option<usize>) {
        if let Some(calls) = self.calls.get(outcome_slot(outcome, self.calls.len())) {
            calls.increment(1);
        }
        for (ends, counter) in &self.ends {
            if ends.include(outcome_slot(outcome, self.outcomes), self.outcomes) {
                counter.increment(1);
            }
        }
        if let Some(errors) = error.and_then(|kind| self.errors.get(kind)) {
            errors.increment(1);
        }
    }
}

impl Keys {
    pub(crate) fn new<T: Clone + Into<SharedString>>(
        meta: &'static OperationMeta,
        location: Location,
        texts: &[T],
    ) -> Self {
        let const_labels = meta.const_labels.labels(location);
        let keys = meta.families.iter().map(|(role, family)| {
            let key = |own| key(family, &const_labels, meta.labels, texts, own);
            let keys = match meta.own_label(*role, Never::default()) {
                None => {
                    // Without the outcome label, all outcomes are one series.
                    let times = if *role == Role::Calls { meta.outcome.count() } else { 1 };
                    (0..times).map(|_| key(None)).collect()
                }
                Some(OwnLabel { name, values }) => values.into_iter().map(|value| key(Some((name, value)))).collect(),
            };
            (*role, keys)
        });
        Self(keys.collect())
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

    /// Registers all handles at once: `rate()` sees the first error only if the counter was at 0 before. Counters of excluded outcomes are registered
    /// when they count.
    pub(crate) fn register(
        &self,
        meta: &OperationMeta,
        location: Location,
        never: Never,
        sampling: Option<&'static Shared>,
        recorder: &dyn Recorder,
    ) -> Handles {
        describe_operation(meta, recorder);
        let metadata = metadata(location);
        let counter = |key: &Key| recorder.register_counter(key, &metadata);
        let counters = |keys: &[Key]| keys.iter().map(counter).collect();
        let calls = self.of(Role::Calls);
        let (outcomes, started) = calls.split_at(meta.outcome.count().min(calls.len()));
        let outcomes = outcomes.iter().enumerate().map(|(outcome, key)| {
            if meta.outcome.is_possible(outcome, never) {
                counter(key)
            } else {
                late::counter(key.clone(), metadata.clone())
            }
        });
        let durations = self.of(Role::Duration).iter().enumerate().map(|(outcome, key)| {
            if !meta.has_duration_by_outcome() || meta.outcome.is_possible(outcome, never) {
                recorder.register_histogram(key, &metadata)
            } else {
                late::histogram(key.clone(), metadata.clone())
            }
        });
        // Asked first, because a capture removes idle series when it is asked.
        let tracking = self.tracking(meta, recorder);
        let gauge = self.of(Role::InFlight).first().map(|key| recorder.register_gauge(key, &metadata));
        let in_flight = match (tracking, gauge) {
            (None, None) => InFlight::Nothing,
            (None, Some(gauge)) => InFlight::Gauge(gauge),
            (Some(tracking), gauge) => InFlight::Tracked(Box::new((gauge.unwrap_or_else(Gauge::noop), tracking))),
        };
        #[cfg_attr(not(feature = "exporter"), allow(unused_mut, reason = "there are no ticks"))]
        let mut handles = Handles {
            calls: outcomes.collect(),
            started: started.first().map(counter),
            duration: durations.collect(),
            in_flight,
            outcomes: meta.outcome.count(),
            ends: self.of_ends().map(|(ends, key)| (ends, counter(key))).collect(),
            errors: counters(self.of(Role::Errors)),
            sampling,
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

impl Keys {
    fn ask_polls(&self, meta: &OperationMeta, recorder: &dyn Recorder) -> Option<Answer> {
        let key = |role| self.of(role).first().cloned();
        let keys = [key(Role::Polls)?, key(Role::Busy)?, key(Role::SlowPolls)?];
        let (role, family) = meta.families.iter().find(|(role, _)| *role == Role::Polls)?;
        ask(recorder, *role, family, Question::Polls(keys, meta.slow_poll))
    }

    /// Asks a recorder to remove idle values of the labels with `idle`.
    fn ask_seen(&self, meta: &OperationMeta, recorder: &dyn Recorder) -> Option<Answer> {
        let value = |name: &str| {
            let mut labels = self.0.iter().filter_map(|(_, keys)| keys.first()).flat_map(Key::labels);
            labels.find(|label| label.key() == name).map(|label| label.value().to_owned())
        };
        let families = meta.families.iter().map(|(_, family)| family.name);
        let labels = IdleLabels::new(families, meta.labels, value)?;
        let (role, family) = meta.families.first()?;
        ask(recorder, *role, family, Question::Seen(labels))
    }

    /// The trackers of a recorder of this crate, if the operation has any.
    fn tracking(&self, meta: &OperationMeta, recorder: &dyn Recorder) -> Option<Tracking> {
        let ask = |role: Role, question: fn(Key, &'static str) -> Question| {
            let key = self.of(role).first().filter(|_| clock::reading() != NOT_TIMED)?;
            let (_, family) = meta.families.iter().find(|(of, _)| *of == role)?;
            ask(recorder, role, family, question(key.clone(), family.name))
        };
        let peak = match ask(Role::Peak, |key, _| Question::Peak(key)) {
            Some(Answer::Peak(peak)) => Some(peak),
            _ => None,
        };
        let oldest = match ask(Role::Oldest, Question::Oldest) {
            Some(Answer::Oldest(oldest)) => Some(oldest),
            _ => None,
        };
        let polls = match self.ask_polls(meta, recorder) {
            Some(Answer::Polls(polls)) => Some(polls),
            _ => None,
        };
        let seen = match self.ask_seen(meta, recorder) {
            Some(Answer::Seen(seen)) => Some(seen),
            _ => None,
        };
        let times = [
            peak.as_ref().map(|peak| peak.time()),
            oldest.as_ref().map(|oldest| oldest.time()),
            polls.as_ref().map(|polls| polls.time()),
            seen.as_ref().map(|seen| seen.time()),
        ];
        let time = times.into_iter().flatten().next()?.clone();
        Some(Tracking { time, peak, oldest, polls, seen })
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

fn metadata(location: Location) -> Metadata<'static> {
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
