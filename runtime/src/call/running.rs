//! A running call: where it is counted, and when it began.

use std::sync::Arc;
#[cfg(feature = "http")]
use std::time::Duration;

use super::transient;
use crate::exit::{CANCELLED, PANIC};
use crate::live::polls::Polls;
use crate::recorder::{Destination, Found, is_nowhere, with_destination};
#[cfg(feature = "exporter")]
use crate::series::exposed;
use crate::series::families::{Families, Series};
use crate::setup::SetUp;
#[cfg(feature = "exporter")]
use crate::shards::calls;
use crate::shards::target::CallTarget;

/// A call that is running: the gauge is up, the clock started. Two words, which are returned in registers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Running {
    /// `None` if the call is not counted, or has ended.
    target: Option<&'static CallTarget>,
    /// A reading of the target's clock, or [`NOT_TIMED`], or the number of a transient call.
    since: u64,
}

static TRANSIENT: CallTarget = CallTarget::Transient;

#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
impl Running {
    /// A call that is not counted.
    pub(super) const UNCOUNTED: Self = Self { target: None, since: 0 };

    /// Begins a call. It takes the series over: if it has values that can leave, it is released when the call has ended, or here.
    #[inline(always)]
    pub(crate) fn start(series: &'static Series) -> Self {
        with_destination(|destination| match destination {
            Destination::Nowhere => Self::released(series),
            #[cfg(feature = "exporter")]
            Destination::Shards => match calls::begin(series.number()) {
                Some(begun) => Self::begun(begun),
                None => Self::start_set_up(series),
            },
            Destination::Facade => Self::start_on_facade(series),
        })
    }

    /// Begins a call of an operation without labels.
    #[inline(always)]
    pub(super) fn start_unlabelled(families: &'static Families) -> Self {
        with_destination(|destination| match destination {
            Destination::Nowhere => Self::nowhere(),
            #[cfg(feature = "exporter")]
            Destination::Shards => match calls::begin(families.number()) {
                Some(begun) => Self::begun(begun),
                None => Self::start_set_up_unlabelled(families),
            },
            Destination::Facade => Self::start_unlabelled_on_facade(families),
        })
    }

    /// Begins a call of an operation whose only label is closed.
    #[inline(always)]
    pub(super) fn start_closed(families: &'static Families, set: &'static [&'static str], index: usize) -> Self {
        // The destination as a value: what follows is too much to be repeated for each of the recorders that `metrics` chooses from, and as a
        // function of its own it would get its arguments through memory (31 instructions).
        match with_destination(|destination| destination) {
            Destination::Nowhere => Self::nowhere(),
            #[cfg(feature = "exporter")]
            Destination::Shards => match calls::begin(families.number_of(set, index)) {
                Some(begun) => Self::begun(begun),
                None => Self::start_set_up_closed(families, set, index),
            },
            Destination::Facade => Self::start_closed_on_facade(families, set, index),
        }
    }

    /// Not in place, where the compiler would set both words before it knows that they are needed.
    #[cold]
    #[inline(never)]
    fn nowhere() -> Self {
        Self::UNCOUNTED
    }

    /// The same for a series.
    #[cold]
    #[inline(never)]
    fn released(series: &'static Series) -> Self {
        series.release();
        Self::UNCOUNTED
    }

    #[cfg(feature = "exporter")]
    #[inline(always)]
    fn begun((target, since): (&'static CallTarget, u64)) -> Self {
        Self { target: Some(target), since }
    }

    #[cfg(feature = "exporter")]
    #[cold]
    #[inline(never)]
    fn start_set_up_closed(families: &'static Families, set: &'static [&'static str], index: usize) -> Self {
        let Some(series) = families.closed(set, index) else { return Self::UNCOUNTED };
        let running = Self::start_set_up(series);
        families.use_numbers(set, index, series.number());
        running
    }

    #[inline(never)]
    fn start_closed_on_facade(families: &'static Families, set: &'static [&'static str], index: usize) -> Self {
        families.closed(set, index).map_or(Self::UNCOUNTED, Self::start_on_facade)
    }

    #[inline(never)]
    fn start_unlabelled_on_facade(families: &'static Families) -> Self {
        families.unlabelled().map_or(Self::UNCOUNTED, Self::start_on_facade)
    }

    #[cfg(feature = "exporter")]
    #[cold]
    #[inline(never)]
    fn start_set_up_unlabelled(families: &'static Families) -> Self {
        families.unlabelled().map_or(Self::UNCOUNTED, Self::start_set_up)
    }

    /// The first call of a series on a thread, and all calls of one that found no number.
    #[cfg(feature = "exporter")]
    #[cold]
    #[inline(never)]
    fn start_set_up(series: &'static Series) -> Self {
        match series.sharded().or_else(|| set_up(series)) {
            Some(target) => calls::begin_slow(target).map_or_else(|| Self::released(series), Self::begun),
            None => Self::start_on_facade(series),
        }
    }

    #[inline(never)]
    fn start_on_facade(series: &'static Series) -> Self {
        match series.cached() {
            Some(target @ CallTarget::Kept(handles)) => Self { target: Some(target), since: handles.begin() },
            _ => Self::start_uncached(series),
        }
    }

    #[cold]
    fn start_uncached(series: &'static Series) -> Self {
        let Some(set_up) = SetUp::begin().filter(|_| series.is_counted() && !is_nowhere()) else {
            return Self::released(series);
        };
        let found = series.handles();
        drop(set_up);
        match found {
            // Cached for good, so the series is not released, and its values stay.
            Found::Kept(target @ CallTarget::Kept(handles)) => Self { target: Some(target), since: handles.begin() },
            Found::Transient(CallTarget::Kept(handles)) => {
                series.release();
                let since = handles.begin();
                Self { target: Some(&TRANSIENT), since: transient::keep(handles, since) }
            }
            Found::Kept(_) | Found::Transient(_) => Self::released(series),
        }
    }

    /// Ends the call with the index of its outcome and, if there is one, of its error kind. Only the first end counts.
    #[inline(always)]
    pub(crate) fn end(&mut self, outcome: usize, error: Option<usize>) {
        let Some(target) = self.target.take() else { return };
        #[cfg(feature = "exporter")]
        if let CallTarget::Sharded(block) = target {
            calls::end(target, block, self.since, outcome, error);
            return;
        }
        end_elsewhere(target, self.since, outcome, error);
    }

    #[inline(never)]
    pub(crate) fn panic(&mut self) {
        self.end(PANIC, None);
    }

    #[inline(never)]
    pub(crate) fn cancel(&mut self) {
        self.end(CANCELLED, None);
    }

    #[inline]
    pub(crate) fn has_ended(&self) -> bool {
        self.target.is_none()
    }
}

/// Where the polls of a series are counted, if its operation asks for it.
#[cold]
pub(super) fn polls_of(series: &'static Series) -> Option<Arc<Polls>> {
    with_destination(|destination| match destination {
        Destination::Nowhere => None,
        #[cfg(feature = "exporter")]
        Destination::Shards => series.sharded().or_else(|| set_up(series))?.tracking()?.polls.clone(),
        Destination::Facade => polls_on_facade(series),
    })
}

fn polls_on_facade(series: &'static Series) -> Option<Arc<Polls>> {
    if let Some(CallTarget::Kept(handles)) = series.cached() {
        return handles.tracking()?.polls.clone();
    }
    // Until the transient handles have been freed.
    let _set_up = SetUp::begin().filter(|_| series.is_counted() && !is_nowhere())?;
    let found = series.handles();
    match &found {
        Found::Kept(CallTarget::Kept(handles)) | Found::Transient(CallTarget::Kept(handles)) => {
            handles.tracking()?.polls.clone()
        }
        Found::Kept(_) | Found::Transient(_) => None,
    }
}

#[cold]
#[inline(never)]
#[allow(clippy::match_wildcard_for_single_variants, reason = "with the exporter there are more")]
fn end_elsewhere(target: &'static CallTarget, since: u64, outcome: usize, error: Option<usize>) {
    match target {
        CallTarget::Kept(handles) => handles.end(since, outcome, error),
        #[cfg(feature = "exporter")]
        CallTarget::Tracked(tracked) => calls::end_tracked(target, tracked, since, outcome, error),
        _ => transient::end(since, outcome, error),
    }
}

/// Counts a call that has ended, under labels that are known only at its end.
#[cfg(feature = "http")]
pub(crate) fn record(series: &'static Series, nanoseconds: u64, outcome: usize) {
    with_destination(|destination| match destination {
        Destination::Nowhere => series.release(),
        #[cfg(feature = "exporter")]
        Destination::Shards => match series.sharded().or_else(|| set_up(series)) {
            Some(target) => {
                calls::record(target, nanoseconds, outcome);
                series.release();
            }
            None => record_on_facade(series, nanoseconds, outcome),
        },
        Destination::Facade => record_on_facade(series, nanoseconds, outcome),
    });
}

#[cfg(feature = "http")]
fn record_on_facade(series: &'static Series, nanoseconds: u64, outcome: usize) {
    let duration = Duration::from_nanos(nanoseconds);
    if let Some(CallTarget::Kept(handles)) = series.cached() {
        handles.record(duration, outcome);
        return;
    }
    let Some(set_up) = SetUp::begin().filter(|_| series.is_counted() && !is_nowhere()) else {
        series.release();
        return;
    };
    let found = series.handles();
    drop(set_up);
    match found {
        Found::Kept(CallTarget::Kept(handles)) => handles.record(duration, outcome),
        Found::Transient(CallTarget::Kept(handles)) => {
            series.release();
            handles.record(duration, outcome);
            // An instrumented allocator makes no calls until they have been freed.
            let _set_up = SetUp::enter();
            drop(handles);
        }
        Found::Kept(_) | Found::Transient(_) => series.release(),
    }
}

/// The target of a series in the shards, set up now unless this thread is already in a set-up.
#[cfg(feature = "exporter")]
fn set_up(series: &'static Series) -> Option<&'static CallTarget> {
    let _set_up = SetUp::begin().filter(|_| series.is_counted())?;
    exposed::add(series)
}
