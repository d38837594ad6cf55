//! The slots of one operation's series: where they are in every shard, and what a call writes to them.

use std::sync::Mutex;
use std::sync::PoisonError;
#[cfg(feature = "http")]
use std::time::Duration;

use super::add;
use super::atomic::Ordering;
use super::bounds::Bounds;
use super::clock::Clock;
use super::pool::{LINE, SEGMENT, SEGMENTS, Shard, Shards, current, with_first};
#[cfg(feature = "exemplars")]
use crate::exemplar;
use crate::exit::outcome_slot;
use crate::meta::OperationMeta;
use crate::names::Role;

/// The number of the next free slot.
static NEXT: Mutex<usize> = Mutex::new(0);

/// A block's slots in the order of a call's way through them.
///
/// ```text
/// begun | nanoseconds | outcomes: finished.., panic, cancelled | errors by kind | buckets, the last one for +Inf
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) outcomes: usize,
    pub(crate) errors: usize,
    /// 0 without a histogram.
    pub(crate) buckets: usize,
}

const BEGUN: usize = 0;
const NANOSECONDS: usize = 1;
const OUTCOMES: usize = 2;

/// How often the calls in flight are read while calls end.
const TRIES: usize = 8;

impl Layout {
    pub(crate) fn of(meta: &OperationMeta) -> Self {
        Self {
            outcomes: meta.outcome.count(),
            errors: meta.errors.map_or(0, |errors| errors.kinds.len()),
            buckets: if meta.family(Role::Duration).is_some() { meta.buckets.len() + 1 } else { 0 },
        }
    }

    fn slots(self) -> usize {
        OUTCOMES + self.outcomes + self.errors + self.buckets
    }

    fn first_error(self) -> usize {
        OUTCOMES + self.outcomes
    }

    fn first_bucket(self) -> usize {
        self.first_error() + self.errors
    }
}

/// Each thread times its first call, and one in `sample` from there on. Out of the way of those who time every call.
#[inline(never)]
fn is_sampled(begun: u64, sample: u64) -> bool {
    sample != 0 && begun.is_multiple_of(sample)
}

/// One series' slots.
#[derive(Debug)]
pub(crate) struct Block {
    base: usize,
    layout: Layout,
    first_bucket: usize,
    bounds: Bounds,
    clock: &'static Clock,
    /// One call in so many is timed; none, if it is 0.
    sample: u64,
}

impl Block {
    /// A block of its own, or `None` if there are no slots left or it wants more than a segment.
    pub(crate) fn allocate(meta: &OperationMeta) -> Option<Self> {
        let layout = Layout::of(meta);
        let slots = layout.slots();
        if slots > SEGMENT {
            return None;
        }
        let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
        let base = next.next_multiple_of(LINE);
        let left = SEGMENT - base % SEGMENT;
        // A block does not go over a segment's end.
        let base = if slots > left { base + left } else { base };
        if base + slots > SEGMENT * SEGMENTS {
            return None;
        }
        *next = base + slots;
        drop(next);
        Some(Self {
            base,
            layout,
            first_bucket: layout.first_bucket(),
            bounds: Bounds::new(meta.buckets),
            clock: Clock::get(),
            sample: if layout.buckets == 0 { 0 } else { meta.sample },
        })
    }

    /// A call begins; returns the clock's reading, if it is one of those that are timed.
    #[inline]
    pub(crate) fn begin(&self) -> Option<u64> {
        let timed = match current() {
            Some(shard) => self.begin_on(shard),
            None => self.begin_first(),
        };
        timed.then(|| self.clock.reading())
    }

    #[cold]
    fn begin_first(&self) -> bool {
        let mut timed = true;
        with_first(|shard| timed = self.begin_on(shard));
        timed
    }

    /// A call ends that began at this reading, if it is timed.
    #[inline]
    pub(crate) fn end(&self, since: Option<u64>, outcome: usize, error: Option<usize>) {
        let nanoseconds = since.map(|since| self.clock.nanoseconds_since(since));
        self.end_after(nanoseconds, outcome, error);
        #[cfg(feature = "exemplars")]
        if let Some(nanoseconds) = nanoseconds {
            exemplar::observe(self.identity(), nanoseconds);
        }
    }

    /// Counts a call that is over.
    #[cfg(feature = "http")]
    pub(crate) fn record(&self, duration: Duration, outcome: usize) {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let record_on = |shard: &Shard| {
            self.begin_on(shard);
            self.end_on(shard, Some(nanoseconds), outcome, None);
        };
        match current() {
            Some(shard) => record_on(shard),
            None => with_first(record_on),
        }
        #[cfg(feature = "exemplars")]
        exemplar::observe(self.identity(), nanoseconds);
    }

    /// A call ends, after so many nanoseconds if it was timed.
    #[inline]
    pub(super) fn end_after(&self, nanoseconds: Option<u64>, outcome: usize, error: Option<usize>) {
        match current() {
            Some(shard) => self.end_on(shard, nanoseconds, outcome, error),
            None => self.end_first(nanoseconds, outcome, error),
        }
    }

    #[cold]
    fn end_first(&self, nanoseconds: Option<u64>, outcome: usize, error: Option<usize>) {
        with_first(|shard| self.end_on(shard, nanoseconds, outcome, error));
    }

    #[inline]
    pub(super) fn begin_on(&self, shard: &Shard) -> bool {
        let begun = add(shard.slots(self.base).at(BEGUN), 1, Ordering::Relaxed);
        self.sample == 1 || is_sampled(begun, self.sample)
    }

    #[inline]
    pub(super) fn end_on(&self, shard: &Shard, nanoseconds: Option<u64>, outcome: usize, error: Option<usize>) {
        let slots = shard.slots(self.base);
        if let Some(nanoseconds) = nanoseconds
            && self.layout.buckets != 0
        {
            add(slots.at(self.first_bucket + self.bounds.bucket(nanoseconds)), 1, Ordering::Relaxed);
            add(slots.at(NANOSECONDS), nanoseconds, Ordering::Relaxed);
        }
        if let Some(kind) = error
            && kind < self.layout.errors
        {
            add(slots.at(self.layout.first_error() + kind), 1, Ordering::Relaxed);
        }
        // Last, and with `Release`: who sees the end sees all of the call.
        add(slots.at(OUTCOMES + outcome_slot(outcome, self.layout.outcomes)), 1, Ordering::Release);
    }

    #[cfg(all(test, metrics_instrumented_loom))]
    pub(super) fn base(&self) -> usize {
        self.base
    }

    /// What its exemplars are kept under.
    #[cfg(feature = "exemplars")]
    pub(crate) fn identity(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// How many calls ended with this outcome.
    pub(crate) fn outcome(&self, shards: &Shards, outcome: usize) -> u64 {
        self.sum(shards, OUTCOMES + outcome, Ordering::Acquire)
    }

    /// How many calls began.
    pub(crate) fn begun(&self, shards: &Shards) -> u64 {
        self.sum(shards, BEGUN, Ordering::Relaxed)
    }

    /// How many calls are running.
    ///
    /// The ends are read before the beginnings, so that it is never negative; what was seen to end may have begun on a shard or in a segment
    /// that was not there a moment ago, so both are looked up again. Calls that come and go between the two readings make it too large, by
    /// many if this thread is put to sleep there: it is right as soon as nothing ended meanwhile, and else the least of a few tries is taken.
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

    /// How many errors of this kind there were.
    pub(crate) fn errors(&self, shards: &Shards, kind: usize) -> u64 {
        self.sum(shards, self.layout.first_error() + kind, Ordering::Relaxed)
    }

    /// Adds the buckets to those that are given, and returns the sum of the durations in nanoseconds.
    pub(crate) fn histogram(&self, shards: &Shards, buckets: &mut [u64]) -> u64 {
        let mut nanoseconds = 0u64;
        for slots in shards.iter().filter_map(|shard| shard.written(self.base)) {
            for (at, bucket) in buckets.iter_mut().enumerate() {
                *bucket += slots.at(self.first_bucket + at).load(Ordering::Relaxed);
            }
            nanoseconds = nanoseconds.wrapping_add(slots.at(NANOSECONDS).load(Ordering::Relaxed));
        }
        nanoseconds
    }

    fn sum(&self, shards: &Shards, at: usize, order: Ordering) -> u64 {
        let written = shards.iter().filter_map(|shard| shard.written(self.base));
        written.fold(0, |sum, slots| sum.wrapping_add(slots.at(at).load(order)))
    }
}
