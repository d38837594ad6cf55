//! A running call: where it is counted, and when it began.

#[cfg(feature = "http")]
use std::time::Duration;

use super::transient;
use crate::clock::NOT_TIMED;
use crate::exit::{CANCELLED, PANIC};
use crate::recorder::{Destination, Found, destination, is_nowhere};
#[cfg(feature = "exporter")]
use crate::series::exposed;
use crate::series::families::{Families, Series};
use crate::series::target::CallTarget;
use crate::setup::SetUp;

/// A running call: the gauge was incremented and the clock read. It is two words large, so that it is returned in registers.
#[derive(Debug)]
pub(crate) struct Running {
    /// `None` if the call is not counted, or has ended.
    target: Option<&'static CallTarget>,
    /// A reading of the target's clock, or [`NOT_TIMED`], or the number of a transient call.
    since: u64,
}

static TRANSIENT: CallTarget = CallTarget::Transient;

#[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
impl Running {
    /// A call that is not counted.
    pub(super) const UNCOUNTED: Self = Self { target: None, since: NOT_TIMED };

    /// Begins a call.
    #[inline(always)]
    pub(crate) fn start(series: &'static Series) -> Self {
        match destination() {
            Destination::Nowhere => Self::UNCOUNTED,
            #[cfg(feature = "exporter")]
            Destination::Shards => match series.sharded() {
                Some(target) => Self::start_in_shards(target),
                None => Self::start_set_up(series),
            },
            Destination::Facade => Self::start_on_facade(series),
        }
    }

    /// Begins a call of an operation without labels.
    #[inline(always)]
    pub(super) fn start_unlabelled(families: &'static Families) -> Self {
        match destination() {
            Destination::Nowhere => Self::UNCOUNTED,
            #[cfg(feature = "exporter")]
            Destination::Shards => match families.sharded() {
                Some(target) => Self::start_in_shards(target),
                None => Self::start_set_up_unlabelled(families),
            },
            Destination::Facade => Self::start_unlabelled_on_facade(families),
        }
    }

    #[cfg(feature = "exporter")]
    #[inline(always)]
    fn start_in_shards(target: &'static CallTarget) -> Self {
        let CallTarget::Sharded(block) = target else { return Self::start_tracked(target) };
        // `None` if the thread has no shard yet and is setting one up: the call is not counted.
        let Some(since) = block.begin() else { return Self::UNCOUNTED };
        Self { target: Some(target), since }
    }

    #[cfg(feature = "exporter")]
    #[inline(never)]
    fn start_tracked(target: &'static CallTarget) -> Self {
        let CallTarget::Tracked(tracked) = target else { return Self::UNCOUNTED };
        let Some(since) = tracked.begin() else { return Self::UNCOUNTED };
        Self { target: Some(target), since }
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

    /// The first call of a series in the shards, and all calls of a series without slots.
    #[cfg(feature = "exporter")]
    #[cold]
    #[inline(never)]
    fn start_set_up(series: &'static Series) -> Self {
        match set_up(series) {
            Some(target) => Self::start_in_shards(target),
            None => Self::start_on_facade(series),
        }
    }

    #[inline(never)]
    fn start_on_facade(series: &'static Series) -> Self {
        match series.cached() {
            Some(target @ CallTarget::Kept(handles)) => {
                Self { target: Some(target), since: handles.begin(|| series.is_sampled()) }
            }
            _ => Self::start_uncached(series),
        }
    }

    #[cold]
    fn start_uncached(series: &'static Series) -> Self {
        let Some(set_up) = SetUp::begin().filter(|_| series.is_counted()) else { return Self::UNCOUNTED };
        if is_nowhere() {
            return Self::UNCOUNTED;
        }
        let found = series.handles();
        drop(set_up);
        match found {
            Found::Kept(target @ CallTarget::Kept(handles)) => {
                Self { target: Some(target), since: handles.begin(|| series.is_sampled()) }
            }
            Found::Transient(CallTarget::Kept(handles)) => {
                let since = handles.begin(|| series.is_sampled());
                Self { target: Some(&TRANSIENT), since: transient::keep(handles, since) }
            }
            Found::Kept(_) | Found::Transient(_) => Self::UNCOUNTED,
        }
    }

    /// Ends the call with the index of its outcome and, if there is one, of its error kind. Only the first end counts.
    #[inline(always)]
    pub(crate) fn end(&mut self, outcome: usize, error: Option<usize>) {
        let Some(target) = self.target.take() else { return };
        #[cfg(feature = "exporter")]
        if let CallTarget::Sharded(block) = target {
            block.end(self.since, outcome, error);
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

#[inline(never)]
#[allow(clippy::match_wildcard_for_single_variants, reason = "with the exporter there are more")]
fn end_elsewhere(target: &CallTarget, since: u64, outcome: usize, error: Option<usize>) {
    match target {
        CallTarget::Kept(handles) => handles.end(since, outcome, error),
        #[cfg(feature = "exporter")]
        CallTarget::Tracked(tracked) => tracked.end(since, outcome, error),
        _ => {
            if let Some((handles, since)) = transient::take(since) {
                handles.end(since, outcome, error);
            }
        }
    }
}

/// Counts a call that has ended, under labels that are known only at its end.
#[cfg(feature = "http")]
pub(crate) fn record(series: &'static Series, duration: Duration, outcome: usize) {
    match destination() {
        Destination::Nowhere => {}
        #[cfg(feature = "exporter")]
        Destination::Shards => match series.sharded().or_else(|| set_up(series)).and_then(CallTarget::block) {
            Some(block) => block.record(duration, outcome),
            None => record_on_facade(series, duration, outcome),
        },
        Destination::Facade => record_on_facade(series, duration, outcome),
    }
}

#[cfg(feature = "http")]
fn record_on_facade(series: &'static Series, duration: Duration, outcome: usize) {
    if let Some(CallTarget::Kept(handles)) = series.cached() {
        handles.record(duration, outcome);
        return;
    }
    let Some(set_up) = SetUp::begin().filter(|_| series.is_counted() && !is_nowhere()) else { return };
    let found = series.handles();
    drop(set_up);
    match found {
        Found::Kept(CallTarget::Kept(handles)) => handles.record(duration, outcome),
        Found::Transient(CallTarget::Kept(handles)) => handles.record(duration, outcome),
        Found::Kept(_) | Found::Transient(_) => {}
    }
}

/// The target of a series in the shards, set up now unless this thread is already in a set-up.
#[cfg(feature = "exporter")]
fn set_up(series: &'static Series) -> Option<&'static CallTarget> {
    let _set_up = SetUp::begin().filter(|_| series.is_counted())?;
    exposed::add(series)
}
