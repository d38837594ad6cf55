//! The slots of one series: their position in every shard, and what a call writes to them.

#[cfg(feature = "http")]
use std::time::Duration;

use super::add;
use super::atomic::Ordering;
use super::cells::NativeBucket;
use super::clock::Clock;
use super::layout::{BEGUN, Layout, OUTCOMES};
use super::native::NativeSlots;
use super::pool::{Shard, Shards, Slots, current, with_shard};
use super::slots::allocate;
use crate::clock::NOT_TIMED;
#[cfg(feature = "exemplars")]
use crate::exemplar;
use crate::exit::outcome_slot;
use crate::meta::OperationMeta;
use crate::setup::SetUp;

/// The maximum number of attempts to read the calls in flight while calls end.
const TRIES: usize = 8;

/// Each thread times its first call, and then one call in `sample`.
#[inline(never)]
fn is_sampled(begun: u64, sample: u64) -> bool {
    sample != 0 && begun.is_multiple_of(sample)
}

/// The slots of one series.
#[derive(Debug)]
pub(crate) struct Block {
    base: usize,
    layout: &'static Layout,
    clock: &'static Clock,
    /// Whether every call is timed, as for most operations: stored here, so that `layout` need not be dereferenced.
    times_all: bool,
    /// Of each histogram; empty without native buckets.
    native: Box<[NativeSlots]>,
}

impl Block {
    /// Allocates a block, or returns `None` if there are no slots left or the block would be larger than a segment.
    pub(crate) fn allocate(meta: &'static OperationMeta) -> Option<Self> {
        let layout = Layout::of(meta);
        let base = allocate(layout.slots())?;
        let native =
            layout.cells.into_iter().flat_map(|cells| (0..layout.histograms()).map(|_| NativeSlots::new(cells)));
        let native = native.collect();
        Some(Self { base, layout, clock: Clock::get(), times_all: layout.sample == 1, native })
    }

    /// Counts the beginning of a call; returns the clock's reading, or [`NOT_TIMED`]. `None` if this thread has no slots for it and is in a set-up: the call is
    /// not counted.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
    pub(crate) fn begin(&self) -> Option<u64> {
        let timed = match current().and_then(|shard| shard.written(self.base)) {
            Some(slots) => self.begin_in(slots),
            None => self.begin_first()?,
        };
        Some(if timed { self.clock.reading() } else { NOT_TIMED })
    }

    /// The first call of a thread in a segment.
    #[cold]
    #[inline(never)]
    fn begin_first(&self) -> Option<bool> {
        let _set_up = SetUp::begin()?;
        let mut timed = true;
        with_shard(|shard| timed = self.begin_in(shard.slots(self.base)));
        Some(timed)
    }

    /// Counts the end of a call that began at this reading of the clock.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
    pub(crate) fn end(&self, since: u64, outcome: usize, error: Option<usize>) {
        let nanoseconds = (since != NOT_TIMED).then(|| self.clock.nanoseconds_since(since));
        self.end_after(nanoseconds, outcome, error);
        #[cfg(feature = "exemplars")]
        if let Some(nanoseconds) = nanoseconds {
            exemplar::observe(self.histogram_id(outcome_slot(outcome, self.layout.outcomes)), nanoseconds);
        }
    }

    /// Counts a call that has ended.
    #[cfg(feature = "http")]
    pub(crate) fn record(&self, duration: Duration, outcome: usize) {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let timed = (self.layout.buckets != 0).then_some(nanoseconds);
        match self.written() {
            Some((shard, slots)) => self.record_in(shard, slots, timed, outcome),
            None => {
                let _set_up = SetUp::enter();
                with_shard(|shard| self.record_in(shard, shard.slots(self.base), timed, outcome));
            }
        }
        #[cfg(feature = "exemplars")]
        exemplar::observe(self.histogram_id(outcome_slot(outcome, self.layout.outcomes)), nanoseconds);
    }

    #[cfg(feature = "http")]
    fn record_in(&self, shard: &Shard, slots: Slots<'_>, nanoseconds: Option<u64>, outcome: usize) {
        self.begin_in(slots);
        self.end_in(shard, slots, nanoseconds, outcome, None);
    }

    /// Counts the end of a call, with its duration if it was timed.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
    pub(super) fn end_after(&self, nanoseconds: Option<u64>, outcome: usize, error: Option<usize>) {
        match self.written() {
            Some((shard, slots)) => self.end_in(shard, slots, nanoseconds, outcome, error),
            None => self.end_first(nanoseconds, outcome, error),
        }
    }

    /// Counts the end of a call on a thread without slots for it. Its beginning was counted, so its end must be counted, too.
    #[cold]
    #[inline(never)]
    fn end_first(&self, nanoseconds: Option<u64>, outcome: usize, error: Option<usize>) {
        let _set_up = SetUp::enter();
        with_shard(|shard| self.end_in(shard, shard.slots(self.base), nanoseconds, outcome, error));
    }

    /// This thread's shard, if it has slots for this series.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
    fn written(&self) -> Option<(&'static Shard, Slots<'static>)> {
        let shard = current()?;
        Some((shard, shard.written(self.base)?))
    }

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
    pub(super) fn begin_in(&self, slots: Slots<'_>) -> bool {
        // Relaxed: the `Release` at the end of the call publishes it; see `in_flight`.
        let begun = add(slots.at(BEGUN), 1, Ordering::Relaxed);
        self.times_all || is_sampled(begun, self.layout.sample)
    }

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "into the few functions that generated code calls, and nowhere else")]
    pub(super) fn end_in(
        &self,
        shard: &Shard,
        slots: Slots<'_>,
        nanoseconds: Option<u64>,
        outcome: usize,
        error: Option<usize>,
    ) {
        let layout = self.layout;
        let outcome = outcome_slot(outcome, layout.outcomes);
        // Relaxed, except for the last write, which publishes the others.
        if let Some(nanoseconds) = nanoseconds {
            let is_counted = match self.native.get(layout.histogram(outcome)) {
                Some(native) => native.count(shard, nanoseconds),
                None => {
                    add(slots.at(layout.bucket(outcome, layout.bounds.bucket(nanoseconds))), 1, Ordering::Relaxed);
                    true
                }
            };
            if is_counted {
                add(slots.at(layout.nanoseconds(outcome)), nanoseconds, Ordering::Relaxed);
            }
        }
        if let Some(kind) = error
            && kind < layout.errors
        {
            add(slots.at(layout.first_error + kind), 1, Ordering::Relaxed);
        }
        // Release, and last: a scrape that reads this end reads everything else of the call.
        add(slots.at(OUTCOMES + outcome), 1, Ordering::Release);
    }

    #[cfg(all(test, metrics_instrumented_loom))]
    pub(super) fn base(&self) -> usize {
        self.base
    }

    /// The key of the exemplars of one outcome's histogram: the number of a slot that no other histogram has.
    #[cfg(feature = "exemplars")]
    pub(crate) fn histogram_id(&self, outcome: usize) -> usize {
        self.base + self.layout.nanoseconds(outcome)
    }

    /// The number of calls that ended with this outcome.
    pub(crate) fn outcome(&self, shards: &Shards, outcome: usize) -> u64 {
        self.sum(shards, OUTCOMES + outcome, Ordering::Acquire)
    }

    /// The number of calls that began.
    pub(crate) fn begun(&self, shards: &Shards) -> u64 {
        self.sum(shards, BEGUN, Ordering::Relaxed)
    }

    /// The number of running calls.
    ///
    /// The ends are read before the beginnings, so that the difference is never negative. A call whose end was read may have begun on a shard or in a
    /// segment that is newer than the list, so the list is refreshed between the two readings. Calls that begin and end between the two readings make the
    /// difference too large, by many if this thread is descheduled there. It is exact if no call ended in between; otherwise it is read again, and the
    /// minimum of a few attempts is returned.
    pub(crate) fn in_flight(&self, shards: &mut Shards) -> u64 {
        let mut ended = self.ended(shards);
        let mut least = u64::MAX;
        for _ in 0..TRIES {
            shards.refresh();
            least = least.min(self.begun(shards).wrapping_sub(ended));
            let ended_since = self.ended(shards);
            if ended_since == ended {
                break;
            }
            ended = ended_since;
        }
        least
    }

    fn ended(&self, shards: &Shards) -> u64 {
        (0..self.layout.outcomes).fold(0, |ended, outcome| ended.wrapping_add(self.outcome(shards, outcome)))
    }

    /// The number of errors of this kind.
    pub(crate) fn errors(&self, shards: &Shards, kind: usize) -> u64 {
        self.sum(shards, self.layout.first_error + kind, Ordering::Relaxed)
    }

    /// Adds the classic buckets of an outcome's histogram to `buckets`, hands the native ones to `native`, if there are any, and returns the sum of the
    /// durations in nanoseconds. If all outcomes share one histogram, `outcome` is 0.
    pub(crate) fn histogram(
        &self,
        shards: &Shards,
        outcome: usize,
        buckets: &mut [u64],
        native: &mut dyn FnMut(NativeBucket, u64),
    ) -> u64 {
        let mut nanoseconds = 0u64;
        if let Some(slots) = self.native.get(self.layout.histogram(outcome)) {
            slots.read(shards, buckets, native);
        }
        for slots in shards.iter().filter_map(|shard| shard.written(self.base)) {
            if self.native.is_empty() {
                for (at, bucket) in buckets.iter_mut().enumerate() {
                    *bucket += slots.at(self.layout.bucket(outcome, at)).load(Ordering::Relaxed);
                }
            }
            nanoseconds = nanoseconds.wrapping_add(slots.at(self.layout.nanoseconds(outcome)).load(Ordering::Relaxed));
        }
        nanoseconds
    }

    fn sum(&self, shards: &Shards, at: usize, order: Ordering) -> u64 {
        let written = shards.iter().filter_map(|shard| shard.written(self.base));
        written.fold(0, |sum, slots| sum.wrapping_add(slots.at(at).load(order)))
    }
}
