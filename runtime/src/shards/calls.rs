//! Calls that count in shards.

use super::block::{Block, Mode};
use super::layout::Timing;
use super::local;
pub(crate) use super::local::{entry, find};
#[cfg(feature = "exemplars")]
use super::place;
use super::place::Place;
use super::slots::Counts;
use super::target::{CallTarget, Tracked};
use crate::clock::NOT_TIMED;
use crate::setup::SetUp;
use crate::ticks::{Clock, nanoseconds_since_ticks, ticks};

/// A call that has begun: where it is counted, and the clock's reading, or [`NOT_TIMED`].
pub(crate) type Begun = (Place, u64);

/// Begins a call of the series with this number. `rarely` begins it if the place does not have one of the two frequent modes.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn begin<G: From<Begun>>(number: impl FnOnce() -> u32, rarely: impl FnOnce(Place) -> G) -> G {
    let Some(place) = entry(number) else { return rarely(Place::NONE) };
    if place.begin_with_ticks() {
        G::from((place, ticks()))
    } else if place.begin_untimed() {
        G::from((place, NOT_TIMED))
    } else {
        rarely(place)
    }
}

/// Begins a call in one of the other modes. Returns `None` if the place has no mode, because this thread has no slots.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn begin_in_other_mode(place: Place) -> Option<Begun> {
    if place.is_of(Mode::Tracked) {
        return Some(begin_tracked(place));
    }
    let (block, counts) = place.counts(Mode::Other)?;
    Some((place, begin_in(block, counts)))
}

/// Begins a call in these slots; returns the clock's reading, or [`NOT_TIMED`].
#[inline]
fn begin_in(block: &Block, counts: Counts<'_>) -> u64 {
    counts.begin();
    match block.layout.timing {
        Timing::Every => Clock::get().reading(),
        Timing::OneIn(calls) if counts.is_sampled(calls) => Clock::get().reading(),
        Timing::Never | Timing::OneIn(_) => NOT_TIMED,
    }
}

/// Begins a tracked call in this place.
#[inline(never)]
fn begin_tracked(place: Place) -> Begun {
    let Some((tracked, counts)) = place.tracked() else { return (Place::NONE, NOT_TIMED) };
    let reading = if tracked.block.mode == Mode::Ticks {
        counts.begin();
        ticks()
    } else {
        begin_in(&tracked.block, counts)
    };
    (place, tracked.tracking.begin(reading))
}

/// Begins a call that has no slots yet. Returns `None` if the thread is in a set-up; then the call is not counted.
#[cold]
#[inline(never)]
pub(crate) fn begin_slow(target: &'static CallTarget) -> Option<Begun> {
    let reading = begin_reading(target)?;
    let token = target.tracking().map_or(reading, |tracking| tracking.begin(reading));
    Some((here(target.block()?, target), token))
}

/// Returns where this thread counts a call that began without slots, or on another thread.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of what futures call")]
pub(crate) fn here(block: &Block, target: &'static CallTarget) -> Place {
    let place = find(block.number());
    if place.is_none() { Place::of(target) } else { place }
}

fn begin_reading(target: &'static CallTarget) -> Option<u64> {
    let block = target.block()?;
    let begin = |counts: Counts<'_>| begin_in(block, counts);
    if let Some(reading) = local::with(block, begin) {
        return Some(reading);
    }
    let _set_up = SetUp::begin()?;
    local::make(target);
    Some(local::with(block, begin).unwrap_or_else(|| block.without_slots(begin)))
}

/// Ends a call, if its mode and its outcome are among the frequent ones; returns whether they are.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn end(place: Place, since: u64, outcome: usize, error: Option<usize>) -> bool {
    if place.end_with_ticks(since, outcome, error) {
        return true;
    }
    if let Some((_, counts)) = place.counts(Mode::Untimed)
        && counts.has_finished(outcome)
    {
        counts.count_out(outcome, error);
        return true;
    } else if let Some((block, counts)) = place.counts(Mode::Native)
        && counts.has_finished(outcome)
    {
        let nanoseconds = block.layout.nanoseconds_since(since);
        match counts.native_slot(nanoseconds) {
            Some(slot) => {
                counts.end_in_slot(slot, nanoseconds, outcome, error);
                observe(block, Some(nanoseconds), outcome);
            }
            None => end_native(place, nanoseconds, outcome, error),
        }
        return true;
    }
    false
}

/// Ends a call whose mode is the next most frequent; `rarely` ends all others.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn end_rarely(place: Place, since: u64, outcome: usize, error: Option<usize>, rarely: impl FnOnce()) {
    if place.is_of(Mode::Native) {
        return end_native(place, nanoseconds_since_ticks(since), outcome, error);
    }
    if since == NOT_TIMED
        && let Some((block, counts)) = place.counts(Mode::Other)
        && block.layout.is_sampled_plainly()
        && counts.has_finished(outcome)
    {
        let represented = counts.represented(None, 0, block.first_duration());
        return counts.end(represented, outcome, error);
    }
    rarely();
}

/// Ends a call with native buckets whose outcome or bucket takes longer to find.
#[cold]
#[inline(never)]
fn end_native(place: Place, nanoseconds: u64, outcome: usize, error: Option<usize>) {
    let Some((block, counts)) = place.counts(Mode::Native) else { return };
    counts.end_any(Some(nanoseconds), outcome, error);
    observe(block, Some(nanoseconds), outcome);
}

/// The same with any other mode and any outcome; returns whether it has a mode.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn end_in_any_mode(place: Place, since: u64, outcome: usize, error: Option<usize>) -> bool {
    let modes = [Mode::Other, Mode::Ticks, Mode::Untimed];
    let Some((block, counts)) = modes.into_iter().find_map(|mode| place.counts(mode)) else { return false };
    end_in(block, counts, since, outcome, error);
    true
}

/// Ends a call of any mode in these slots.
fn end_in(block: &Block, counts: Counts<'_>, since: u64, outcome: usize, error: Option<usize>) {
    let nanoseconds = nanoseconds(block, since);
    count_out(block, counts, nanoseconds, outcome, error);
    observe(block, nanoseconds, outcome);
}

/// Returns the duration of a call, if it was timed.
fn nanoseconds(block: &Block, since: u64) -> Option<u64> {
    match block.mode {
        Mode::Ticks | Mode::Native => Some(block.layout.nanoseconds_since(since)),
        Mode::Untimed => None,
        Mode::Tracked | Mode::Other => (since != NOT_TIMED).then(|| Clock::get().nanoseconds_since(since)),
    }
}

/// Counts the end of a call. In a sampled operation, a call that was not timed gets the duration of a timed one.
pub(super) fn count_out(
    block: &Block,
    counts: Counts<'_>,
    nanoseconds: Option<u64>,
    outcome: usize,
    error: Option<usize>,
) {
    let Timing::OneIn(_) = block.layout.timing else { return counts.end_any(nanoseconds, outcome, error) };
    if let Some(nanoseconds) = nanoseconds {
        block.set_first_duration(nanoseconds);
    }
    counts.end_any(Some(counts.represented(nanoseconds, outcome, block.first_duration())), outcome, error);
}

/// Offers a timed call as an exemplar.
#[inline(always)]
#[allow(clippy::inline_always, reason = "without exemplars, it is nothing")]
#[cfg_attr(not(feature = "exemplars"), allow(unused_variables, reason = "there are no exemplars"))]
fn observe(block: &Block, nanoseconds: Option<u64>, outcome: usize) {
    #[cfg(feature = "exemplars")]
    if let Some(nanoseconds) = nanoseconds {
        place::observe(block, nanoseconds, outcome);
    }
}

/// Whether the place is in slots of a series whose calls are tracked.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn is_tracked(place: Place) -> bool {
    place.is_of(Mode::Tracked)
}

/// Ends a tracked call in its place.
#[inline(never)]
pub(crate) fn end_tracked_in(place: Place, token: u64, outcome: usize, error: Option<usize>) {
    let Some((tracked, counts)) = place.tracked() else { return };
    let block = &tracked.block;
    // One reading for the trackers and for the duration.
    if block.mode == Mode::Ticks && counts.has_finished(outcome) {
        let now = ticks();
        let nanoseconds = block.layout.nanoseconds_of(now.saturating_sub(tracked.tracking.end(token, now)));
        counts.end(nanoseconds, outcome, error);
        observe(block, Some(nanoseconds), outcome);
    } else {
        let now = Clock::get().reading();
        let since = tracked.tracking.end(token, now);
        let nanoseconds = (since != NOT_TIMED).then(|| Clock::get().nanoseconds(now.saturating_sub(since)));
        count_out(block, counts, nanoseconds, outcome, error);
        observe(block, nanoseconds, outcome);
    }
    if let Some(leased) = tracked.leased {
        leased.release();
    }
}

/// Ends a tracked call on a thread that may have no slots for it.
pub(crate) fn end_tracked(
    target: &'static CallTarget,
    tracked: &'static Tracked,
    token: u64,
    outcome: usize,
    error: Option<usize>,
) {
    let since = tracked.tracking.end(token, Clock::get().reading());
    end_anywhere(target, &tracked.block, since, outcome, error);
    if let Some(leased) = tracked.leased {
        leased.release();
    }
}

/// Ends a call on a thread that may have no slots for it. Its beginning was counted, so its end is always counted. `block` is that of the target.
#[cold]
#[inline(never)]
pub(crate) fn end_anywhere(
    target: &'static CallTarget,
    block: &'static Block,
    since: u64,
    outcome: usize,
    error: Option<usize>,
) {
    let nanoseconds = nanoseconds(block, since);
    count_out_anywhere(target, block, nanoseconds, outcome, error);
    observe(block, nanoseconds, outcome);
}

pub(super) fn count_out_anywhere(
    target: &'static CallTarget,
    block: &'static Block,
    nanoseconds: Option<u64>,
    outcome: usize,
    error: Option<usize>,
) {
    let end = |counts: Counts<'_>| count_out(block, counts, nanoseconds, outcome, error);
    if local::with(block, end).is_some() {
        return;
    }
    let _set_up = SetUp::enter();
    local::make(target);
    if local::with(block, end).is_none() {
        block.without_slots(end);
    }
}

/// Begins a call of the series with this number, if its calls are not timed and this thread has slots of it.
#[cfg(feature = "http")]
#[inline]
pub(crate) fn begin_untimed(number: u32) -> Option<&'static CallTarget> {
    let place = find(number);
    if place.begin_untimed() { place.target() } else { None }
}

/// Begins a call of the series with this number whose clock has started, if it is timed by the time stamp counter and this thread has slots of the series.
#[cfg(feature = "http")]
#[inline]
pub(crate) fn begin_with_ticks(number: u32) -> Option<&'static CallTarget> {
    let place = find(number);
    if place.begin_with_ticks() { place.target() } else { None }
}

/// Ends a call that is not timed; returns false if this thread has no slots of the series, or if the outcome is not one of the frequent ones.
#[cfg(feature = "http")]
#[inline]
pub(crate) fn end_untimed(number: u32, outcome: usize) -> bool {
    match find(number).counts(Mode::Untimed) {
        Some((_, counts)) if counts.has_finished(outcome) => {
            counts.count_out(outcome, None);
            true
        }
        _ => false,
    }
}

/// Counts a call of the series with this number that has already ended. `rarely` counts it if its mode or its outcome is not one of the frequent ones.
#[cfg(feature = "http")]
#[inline]
pub(crate) fn record(number: u32, nanoseconds: u64, outcome: usize, rarely: impl FnOnce()) {
    match find(number).counts(Mode::Ticks) {
        Some((block, counts)) if counts.has_finished(outcome) => {
            counts.begin();
            counts.end(nanoseconds, outcome, None);
            observe(block, Some(nanoseconds), outcome);
        }
        _ => rarely(),
    }
}

/// The same in any mode.
#[cfg(feature = "http")]
pub(crate) fn record_in_any_mode(target: &'static CallTarget, nanoseconds: u64, outcome: usize) {
    let Some(block) = target.block() else { return };
    let timed = (block.layout.buckets != 0).then_some(nanoseconds);
    let count = |counts: Counts<'_>| {
        counts.begin();
        counts.end_any(timed, outcome, None);
    };
    if local::with(block, count).is_none() {
        record_first(target, block, count);
    }
    observe(block, Some(nanoseconds), outcome);
}

/// Does the same on a thread without slots for it. During a set-up, the call is not counted.
#[cfg(feature = "http")]
#[cold]
fn record_first(target: &'static CallTarget, block: &'static Block, count: impl Fn(Counts<'_>)) {
    let Some(_set_up) = SetUp::begin() else { return };
    local::make(target);
    if local::with(block, &count).is_none() {
        block.without_slots(count);
    }
}
