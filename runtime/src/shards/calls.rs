//! Calls that count in shards.

use super::block::{Block, Mode};
use super::layout::Timing;
use super::local;
use super::slots::Counts;
use super::target::{CallTarget, Tracked};
use crate::clock::NOT_TIMED;
#[cfg(feature = "exemplars")]
use crate::exemplar;
#[cfg(feature = "exemplars")]
use crate::exit::outcome_slot;
use crate::setup::SetUp;
use crate::ticks::{Clock, nanoseconds_since_ticks, ticks};

/// A call that began: what it counts on, and the clock's reading, or [`NOT_TIMED`].
type Begun = (&'static CallTarget, u64);

/// A call of the series with this number begins; `None` if this thread has no slots for it.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn begin(number: u32) -> Option<Begun> {
    local::with_number(number, |target, block, counts| {
        counts.begin();
        match block.mode {
            Mode::Ticks | Mode::Native => (target, ticks()),
            Mode::Untimed => (target, NOT_TIMED),
            Mode::Other => begin_other(target, counts),
        }
    })
}

/// The rest of a call's beginning where another clock is read, or by a sample of the calls only. A function of its own, and nothing after it: so others
/// save no registers.
#[cold]
#[inline(never)]
fn begin_other(target: &'static CallTarget, counts: Counts<'_>) -> Begun {
    (target, if counts.is_timed() { Clock::get().reading() } else { NOT_TIMED })
}

/// A call begins that has no slots yet, or of which more is kept. `None` if the thread is in the middle of a set-up: the call is not counted.
#[cold]
#[inline(never)]
pub(crate) fn begin_slow(target: &'static CallTarget) -> Option<Begun> {
    let reading = begin_reading(target)?;
    Some((target, target.tracking().map_or(reading, |tracking| tracking.begin(reading))))
}

fn begin_reading(target: &'static CallTarget) -> Option<u64> {
    let block = target.block()?;
    let begin = |counts: Counts<'_>| {
        counts.begin();
        counts.is_timed()
    };
    let is_timed = match local::with(block, begin) {
        Some(is_timed) => is_timed,
        None => {
            let _set_up = SetUp::begin()?;
            local::make(target);
            local::with(block, begin).unwrap_or_else(|| block.without_slots(begin))
        }
    };
    let reading = || if matches!(block.mode, Mode::Ticks | Mode::Native) { ticks() } else { Clock::get().reading() };
    Some(if is_timed { reading() } else { NOT_TIMED })
}

/// A call ends of which more is kept.
pub(crate) fn end_tracked(
    target: &'static CallTarget,
    tracked: &'static Tracked,
    token: u64,
    outcome: usize,
    error: Option<usize>,
) {
    end(target, &tracked.block, tracked.tracking.end(token), outcome, error);
    if let Some(leased) = tracked.leased {
        leased.release();
    }
}

/// A call ends that began at this reading. `block` is that of the target.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn end(
    target: &'static CallTarget,
    block: &'static Block,
    since: u64,
    outcome: usize,
    error: Option<usize>,
) {
    match block.mode {
        Mode::Ticks => {
            let nanoseconds = nanoseconds_since_ticks(since);
            count_out(target, block, Some(nanoseconds), outcome, error);
            #[cfg(feature = "exemplars")]
            exemplar::observe(block.histogram_id(outcome_slot(outcome, block.layout.outcomes)), nanoseconds);
        }
        Mode::Native => end_native(target, block, since, outcome, error),
        Mode::Untimed => count_out(target, block, None, outcome, error),
        Mode::Other => end_other(target, block, since, outcome, error),
    }
}

/// The same with native buckets. A function of its own: the search for a cell is a call, for which all others would save registers.
#[inline(never)]
fn end_native(target: &'static CallTarget, block: &'static Block, since: u64, outcome: usize, error: Option<usize>) {
    let nanoseconds = nanoseconds_since_ticks(since);
    end_any(target, block, Some(nanoseconds), outcome, error);
    #[cfg(feature = "exemplars")]
    exemplar::observe(block.histogram_id(outcome_slot(outcome, block.layout.outcomes)), nanoseconds);
}

/// The same with another clock, or where only a sample of the calls is timed, see `sampling.rs`.
#[cold]
#[inline(never)]
fn end_other(target: &'static CallTarget, block: &'static Block, since: u64, outcome: usize, error: Option<usize>) {
    let nanoseconds = (since != NOT_TIMED).then(|| Clock::get().nanoseconds_since(since));
    match block.layout.timing {
        Timing::OneIn(_) => end_sampled(target, block, nanoseconds, outcome, error),
        _ => end_any(target, block, nanoseconds, outcome, error),
    }
    #[cfg(feature = "exemplars")]
    if let Some(nanoseconds) = nanoseconds {
        exemplar::observe(block.histogram_id(outcome_slot(outcome, block.layout.outcomes)), nanoseconds);
    }
}

pub(super) fn end_sampled(
    target: &'static CallTarget,
    block: &'static Block,
    nanoseconds: Option<u64>,
    outcome: usize,
    error: Option<usize>,
) {
    if let Some(nanoseconds) = nanoseconds {
        block.set_first_duration(nanoseconds);
    }
    let first = block.first_duration();
    let end = |counts: Counts<'_>| {
        let represented = Some(counts.represented(nanoseconds, outcome, first));
        if block.layout.is_by_outcome() || block.layout.cells.is_some() {
            counts.end_any(represented, outcome, error);
        } else {
            counts.end(represented, outcome, error);
        }
    };
    if local::with(block, end).is_none() {
        end_first(target, block, nanoseconds.or(Some(first)), outcome, error);
    }
}

/// A call ends that is counted with this duration, if its operation has a histogram, one for all outcomes.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn count_out(
    target: &'static CallTarget,
    block: &'static Block,
    nanoseconds: Option<u64>,
    outcome: usize,
    error: Option<usize>,
) {
    if local::with(block, |counts| counts.end(nanoseconds, outcome, error)).is_none() {
        end_first(target, block, nanoseconds, outcome, error);
    }
}

/// The same with any layout.
pub(super) fn end_any(
    target: &'static CallTarget,
    block: &'static Block,
    nanoseconds: Option<u64>,
    outcome: usize,
    error: Option<usize>,
) {
    if local::with(block, |counts| counts.end_any(nanoseconds, outcome, error)).is_none() {
        end_first(target, block, nanoseconds, outcome, error);
    }
}

/// A call ends on a thread that has no slots for it yet. It was counted as begun, so its end is counted in any case.
#[cold]
#[inline(never)]
fn end_first(
    target: &'static CallTarget,
    block: &'static Block,
    nanoseconds: Option<u64>,
    outcome: usize,
    error: Option<usize>,
) {
    let _set_up = SetUp::enter();
    local::make(target);
    if local::with(block, |counts| counts.end_any(nanoseconds, outcome, error)).is_none() {
        block.without_slots(|counts| counts.end_any(nanoseconds, outcome, error));
    }
}

/// Counts a call that is over.
#[cfg(feature = "http")]
pub(crate) fn record(target: &'static CallTarget, nanoseconds: u64, outcome: usize) {
    let Some(block) = target.block() else { return };
    let timed = (block.layout.buckets != 0).then_some(nanoseconds);
    let count = |counts: Counts<'_>| {
        counts.begin();
        counts.end_any(timed, outcome, None);
    };
    if local::with(block, count).is_none() {
        record_first(target, block, count);
    }
    #[cfg(feature = "exemplars")]
    exemplar::observe(block.histogram_id(outcome_slot(outcome, block.layout.outcomes)), nanoseconds);
}

/// The same on a thread that has no slots for it yet. Nothing is counted in the middle of a set-up.
#[cfg(feature = "http")]
#[cold]
fn record_first(target: &'static CallTarget, block: &'static Block, count: impl Fn(Counts<'_>)) {
    let Some(_set_up) = SetUp::begin() else { return };
    local::make(target);
    if local::with(block, &count).is_none() {
        block.without_slots(count);
    }
}
