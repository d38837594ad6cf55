//! A running call that may end on another thread.

#[cfg(feature = "http")]
use std::time::Duration;

#[cfg(feature = "exporter")]
use super::begin::target_in_shards;
use super::begin::{Begun, begin, begin_unlabelled, begin_valued, released};
use super::end::end;
use super::unwinding;
#[cfg(all(feature = "exporter", feature = "http"))]
use crate::clock::NOT_TIMED;
use crate::exit::{CANCELLED, PANIC};
use crate::label::Value;
use crate::live::polls::PollsRef;
use crate::recorder::{Current, Destination, Found, current, is_nowhere};
use crate::series::families::{Families, Series};
use crate::series::lazy::LazySeries;
use crate::setup::SetUp;
#[cfg(feature = "exporter")]
use crate::shards::calls;
use crate::shards::place::Place;
use crate::shards::target::CallTarget;

/// A running call: the gauge is incremented, and the clock has started.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    /// `None` if the call is not counted, or has ended.
    target: Option<&'static CallTarget>,
    /// A reading of the target's clock, or `NOT_TIMED`, or the number of a transient call.
    since: u64,
}

impl From<Begun> for Running {
    #[inline]
    fn from((place, since): Begun) -> Self {
        Self { target: place.target(), since }
    }
}

impl Running {
    /// A call that is not counted.
    pub(crate) const UNCOUNTED: Self = Self { target: None, since: 0 };

    /// A call that has not begun. No clock returns this number.
    pub(super) const NOT_BEGUN: Self = Self { target: None, since: u64::MAX - 1 };

    #[inline]
    pub(super) fn has_begun(&self) -> bool {
        self.since != Self::NOT_BEGUN.since
    }

    /// The same call, whose future is dropped by an unrelated unwinding.
    pub(super) fn while_unwinding(self) -> Self {
        let Some(target) = self.target else { return self };
        Self { target: Some(unwinding::target(target).unwrap_or(target)), ..self }
    }

    pub(super) fn is_while_unwinding(&self) -> bool {
        matches!(self.target, Some(CallTarget::WhileUnwinding(_)))
    }

    /// Begins a call, which takes over the pin of the series: if its values can expire, the pin is released when the call has ended, or here.
    #[inline]
    pub(crate) fn start(series: &'static Series) -> Self {
        let current = current();
        if current.is_nothing() { released(series).into() } else { begin(series, current) }
    }

    /// Begins a call of an operation without labels.
    #[inline]
    pub(super) fn start_unlabelled(families: &'static Families) -> Self {
        let current = current();
        if current.is_nothing() { Self::UNCOUNTED } else { begin_unlabelled(families, current) }
    }

    /// Begins a call with this recorder, and is rare for the compiler, see `local.rs`.
    #[cold]
    #[inline(never)]
    pub(super) fn begun_unlabelled(families: &'static Families, current: Current) -> Self {
        begin_unlabelled(families, current)
    }

    /// The same of a series that may have labels.
    #[cold]
    #[inline(never)]
    pub(super) fn begun(series: LazySeries, current: Current) -> Self {
        match series {
            LazySeries::Only(families) => begin_unlabelled(families, current),
            LazySeries::Found(series) => begin(series, current),
        }
    }

    /// Begins a call with these values of its labels.
    #[inline]
    pub(super) fn start_valued(families: &'static Families, values: &[Value<'_>], current: Current) -> Self {
        begin_valued(families, values, current)
    }

    /// Ends the call with the index of its outcome and, if there is one, of its error kind. Only the first end counts.
    #[inline]
    pub(crate) fn end(&mut self, outcome: usize, error: Option<usize>) {
        let target = self.target.take();
        Self { target, ..*self }.finish(outcome, error);
    }

    /// The same by value, in registers.
    #[inline(never)]
    pub(super) fn finish(self, outcome: usize, error: Option<usize>) {
        match self.target {
            #[cfg(feature = "exporter")]
            Some(target @ CallTarget::Sharded(block)) => end(calls::here(block, target), self.since, outcome, error),
            Some(target) => end_rarely(target, self.since, outcome, error),
            None => {}
        }
    }

    #[inline(never)]
    pub(crate) fn panic(&mut self) {
        self.end(PANIC, None);
    }

    #[inline(never)]
    pub(crate) fn cancel(&mut self) {
        self.end(CANCELLED, None);
    }

    /// Begins a call of an operation that is not timed.
    #[cfg(feature = "http")]
    #[inline]
    pub(crate) fn start_untimed(series: &'static Series) -> Self {
        #[cfg(feature = "exporter")]
        {
            let current = current();
            if !current.is_nothing()
                && current.destination() == Destination::Shards
                && let Some(target) = calls::begin_untimed(series.number())
            {
                return Self { target: Some(target), since: NOT_TIMED };
            }
        }
        Self::start(series)
    }

    /// Begins a call whose clock was read before, by [`early_reading`](super::stopwatch::early_reading).
    #[cfg(feature = "http")]
    #[inline]
    #[cfg_attr(not(feature = "exporter"), allow(unused_variables, reason = "there are no shards"))]
    pub(crate) fn start_since(series: &'static Series, early: Option<u64>) -> Self {
        #[cfg(feature = "exporter")]
        if let Some(since) = early {
            let current = current();
            if !current.is_nothing()
                && current.destination() == Destination::Shards
                && let Some(target) = calls::begin_with_ticks(series.number())
            {
                return Self { target: Some(target), since };
            }
        }
        Self::start(series)
    }

    /// Ends a call that is not timed, and counts another one on its recorder, which has ended, too.
    #[cfg(feature = "http")]
    #[inline]
    pub(crate) fn end_with(&mut self, series: &'static Series, nanoseconds: u64) {
        #[cfg(feature = "exporter")]
        if let Some(CallTarget::Sharded(block)) = self.target {
            record_in_shards(series, nanoseconds);
            if calls::end_untimed(block.number(), RECORDED) {
                self.target = None;
            } else {
                self.end_rarely();
            }
            return;
        }
        record(series, nanoseconds);
        self.end_rarely();
    }

    #[cfg(feature = "http")]
    #[inline(never)]
    fn end_rarely(&mut self) {
        self.end(RECORDED, None);
    }

    #[inline]
    pub(crate) fn has_ended(&self) -> bool {
        self.target.is_none()
    }
}

/// Ends a call that is tracked or not in the shards.
#[inline(never)]
fn end_rarely(target: &'static CallTarget, since: u64, outcome: usize, error: Option<usize>) {
    #[cfg(feature = "exporter")]
    if let CallTarget::Tracked(tracked) = target {
        let place = calls::here(&tracked.block, target);
        if calls::is_tracked(place) {
            return calls::end_tracked_in(place, since, outcome, error);
        }
    }
    end(Place::of(target), since, outcome, error);
}

/// Where the polls of a series are counted, if its operation has `polls`.
#[cold]
pub(super) fn polls_of(series: LazySeries) -> Option<PollsRef> {
    let current = current();
    if current.is_nothing() {
        return None;
    }
    let series = series.get()?;
    match current.destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => target_in_shards(series)?.tracking()?.polls.as_deref().map(PollsRef::Lasting),
        Destination::Facade => polls_on_facade(series),
    }
}

fn polls_on_facade(series: &'static Series) -> Option<PollsRef> {
    if let Some(CallTarget::Kept(handles)) = series.cached() {
        return handles.tracking()?.polls.clone().map(PollsRef::Shared);
    }
    // Until the transient handles have been freed.
    let _set_up = SetUp::begin().filter(|_| series.is_counted() && !is_nowhere())?;
    let found = series.handles();
    let target: &CallTarget = match &found {
        Found::Kept(target) => target,
        Found::Transient(target) => target,
    };
    let CallTarget::Kept(handles) = target else { return None };
    handles.tracking()?.polls.clone().map(PollsRef::Shared)
}

/// Counts a call that has ended, under labels that are known only at its end; they include its outcome.
#[cfg(feature = "http")]
pub(crate) fn record(series: &'static Series, nanoseconds: u64) {
    let current = current();
    if current.is_nothing() {
        return series.release();
    }
    match current.destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => record_in_shards(series, nanoseconds),
        Destination::Facade => record_on_facade(series, nanoseconds),
    }
}

#[cfg(all(feature = "exporter", feature = "http"))]
#[inline]
fn record_in_shards(series: &'static Series, nanoseconds: u64) {
    calls::record(series.number(), nanoseconds, RECORDED, || record_rarely(series, nanoseconds));
}

#[cfg(all(feature = "exporter", feature = "http"))]
#[inline(never)]
fn record_rarely(series: &'static Series, nanoseconds: u64) {
    match target_in_shards(series) {
        Some(target) => {
            calls::record_in_any_mode(target, nanoseconds, RECORDED);
            series.release();
        }
        None => record_on_facade(series, nanoseconds),
    }
}

/// The outcome of these calls, as the families count it: they have no label for it.
#[cfg(feature = "http")]
const RECORDED: usize = 0;

#[cfg(feature = "http")]
fn record_on_facade(series: &'static Series, nanoseconds: u64) {
    let duration = Duration::from_nanos(nanoseconds);
    if let Some(CallTarget::Kept(handles)) = series.cached() {
        handles.record(duration, RECORDED);
        return;
    }
    let Some(set_up) = SetUp::begin().filter(|_| series.is_counted() && !is_nowhere()) else {
        series.release();
        return;
    };
    let found = series.handles();
    drop(set_up);
    let record = |target: &CallTarget| {
        if let CallTarget::Kept(handles) = target {
            handles.record(duration, RECORDED);
        }
    };
    match found {
        Found::Kept(target) => record(target),
        Found::Transient(target) => {
            series.release();
            record(&target);
            // An instrumented allocator makes no calls until they have been freed.
            let _set_up = SetUp::enter();
            drop(target);
        }
    }
}
