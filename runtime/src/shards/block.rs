//! One series that is counted in shards: its number, its layout, and the slots of all threads.

#![allow(unsafe_code, reason = "slots are freed by the thread that made them, under the lock that they are read under")]

use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::cells::NativeBucket;
use super::layout::{BEGUN, Layout, OUTCOMES, Timing};
use super::slots::{Counts, Slots};
use crate::atomic::{
    AtomicU64,
    Ordering::{self, Acquire, Relaxed},
};
use crate::meta::OperationMeta;
use crate::setup::SetUp;
use crate::ticks::Clock;

/// The number of a series without a number: larger than any other, so that it is in no thread's table.
pub(crate) const NO_NUMBER: u32 = 1 << 31;

/// The maximum number of series in shards, because a thread's table has a word for each number. Further series count through the facade.
const MAX_NUMBERS: u32 = 1 << 20;

/// The next free number.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// How often the calls in flight are read again if calls end meanwhile.
const TRIES: usize = 8;

/// This many threads get slots of a series with their first call. Later threads must call it often first: most threads of a large pool rarely call an
/// operation, and their slots would cost more memory and scrape time than they save.
const AT_ONCE: u32 = 8;

/// How often a later thread begins or ends a call before it gets slots, for each thread that has slots.
const USES_PER_THREAD: u32 = 16;

/// The maximum number of these uses, however many threads have slots.
const MAX_USES: u32 = 16_384;

/// Bytes of a cache line.
const LINE: usize = 64;

/// How many lines of slots are prefetched; most histograms have three.
const MAX_LINES: usize = 4;

/// Prefetches a cache line. An invalid address has no effect.
#[inline]
#[cfg_attr(any(miri, not(target_arch = "x86_64")), allow(unused_variables, reason = "nothing is done"))]
fn prefetch(address: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the instruction is a hint. It reads nothing that the program sees, and never faults.
        unsafe { _mm_prefetch(ptr::without_provenance::<i8>(address), _MM_HINT_T0) };
    }
}

/// Reserves numbers for this many series, and returns the first one; `None` if there are no more.
pub(crate) fn reserve(series: u32) -> Option<u32> {
    // Relaxed: no other memory depends on it, and the update itself is atomic.
    NEXT.fetch_update(Relaxed, Relaxed, |next| next.checked_add(series).filter(|next| *next <= MAX_NUMBERS)).ok()
}

/// A series in the shards.
#[derive(Debug)]
pub(crate) struct Block {
    pub(super) number: u32,
    pub(super) mode: Mode,
    pub(super) layout: &'static Layout,
    /// The number of threads that have slots or are getting them. Relaxed: no other memory depends on it.
    threads: AtomicU32,
    /// The address of one thread's slots, or of the common ones, or 0. It is only prefetched, because the slots may have been freed; therefore Relaxed.
    nearest: AtomicUsize,
    shares: Mutex<Shares>,
    /// The first duration that was measured in a sampled operation; 0 until then. Relaxed: no other memory depends on it.
    first_duration: AtomicU64,
}

/// How calls in a thread's slots begin and end. It is the tag of a [`Place`](super::place::Place), so that it is known before any memory is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Timed by the processor's time stamp counter.
    Ticks = 0,
    /// Not timed.
    Untimed = 1,
    /// Like `Ticks`, with a native histogram. These slots begin one word after a cache line, and that word's offset is the tag.
    Native = 8,
    /// Of a series whose running calls are tracked or whose values can expire.
    Tracked = 2,
    /// All others: another clock, a sample of the calls, durations by outcome, or only one outcome of finished calls.
    Other = 4,
}

impl Mode {
    /// The word of a cache line at which slots begin.
    pub(super) fn first_word(self) -> usize {
        usize::from(self == Self::Native)
    }
}

/// What was counted, and where. All slots were made with the block's layout.
#[derive(Debug, Default)]
struct Shares {
    /// The slots of running threads. They are removed under the lock before they are freed. The first ones are stored here without an allocation.
    first: Option<Slots>,
    others: Vec<Slots>,
    /// The counts of threads without slots: those that have ended, those that are ending, and those that called rarely. Never freed.
    common: Option<Slots>,
}

impl Shares {
    fn all(&self, layout: &'static Layout) -> impl Iterator<Item = Counts<'_>> {
        // SAFETY: `self` is borrowed from the lock, and slots are not freed while it is held.
        self.first.iter().chain(&self.others).chain(&self.common).map(move |slots| unsafe { slots.of(layout) })
    }

    fn add(&mut self, slots: Slots) {
        if self.first.is_none() {
            self.first = Some(slots);
        } else {
            self.others.push(slots);
        }
    }

    /// Removes slots; returns whether they were in the list.
    fn remove(&mut self, slots: Slots) -> bool {
        if self.first == Some(slots) {
            self.first = self.others.pop();
            return true;
        }
        let at = self.others.iter().position(|other| *other == slots);
        at.map(|at| self.others.swap_remove(at)).is_some()
    }

    fn sum(&self, layout: &'static Layout, slot: usize, order: Ordering) -> u64 {
        self.all(layout).fold(0, |sum, counts| sum.wrapping_add(counts.load(slot, order)))
    }
}

impl Block {
    /// Creates the block of a series with this number, or with the next free one; `None` if no numbers are left.
    pub(crate) fn allocate(meta: &'static OperationMeta, number: Option<u32>) -> Option<Self> {
        let layout = Layout::of(meta);
        let mode = match layout.timing {
            _ if !layout.has_two_outcomes() => Mode::Other,
            Timing::Never => Mode::Untimed,
            Timing::OneIn(_) => Mode::Other,
            Timing::Every if layout.is_by_outcome() || !Clock::get().has_ticks() => Mode::Other,
            Timing::Every if layout.cells.is_some() => Mode::Native,
            Timing::Every => Mode::Ticks,
        };
        Some(Self {
            number: number.or_else(|| reserve(1))?,
            mode,
            layout,
            threads: AtomicU32::new(0),
            nearest: AtomicUsize::new(0),
            shares: Mutex::default(),
            first_duration: AtomicU64::new(0),
        })
    }

    /// Its index in the table of each thread.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// The key of the exemplars of the calls with this outcome.
    #[cfg(feature = "exemplars")]
    pub(crate) fn histogram_id(&self, outcome_slot: usize) -> usize {
        const OUTCOMES: usize = 1 << 11;
        self.number as usize * OUTCOMES + if self.layout.is_by_outcome() { outcome_slot % OUTCOMES } else { 0 }
    }

    /// Whether a thread gets slots after it has begun or ended this many calls without slots. If so, it is counted as a thread with slots, and the caller
    /// calls [`Self::add_running`].
    pub(super) fn admits(&self, uses: impl FnOnce() -> u16) -> bool {
        let mut uses = Some(uses);
        let mut counted = 0;
        let mut has_earned = |threads: u32| {
            counted = uses.take().map_or(counted, |uses| u32::from(uses()));
            counted > threads.saturating_mul(USES_PER_THREAD).min(MAX_USES)
        };
        // Sampling keeps its state in the slots of a thread.
        let is_sampled = matches!(self.layout.timing, Timing::OneIn(_));
        let admit = |threads| (threads < AT_ONCE || is_sampled || has_earned(threads)).then_some(threads + 1);
        // Relaxed: see `threads`.
        self.threads.fetch_update(Relaxed, Relaxed, admit).is_ok()
    }

    /// Adds a thread's slots to the list.
    ///
    /// # Safety
    /// They have the block's layout, and are not freed before [`Self::end_running`].
    pub(super) unsafe fn add_running(&self, slots: Slots) {
        let mut shares = self.shares();
        shares.add(slots);
        self.nearest.store(slots.address(), Relaxed);
    }

    /// Adds the counts of a thread that ends to the common slots. Afterwards its slots may be freed.
    pub(super) fn end_running(&self, slots: Slots) {
        self.with_common(|common, shares| {
            if shares.remove(slots) {
                self.threads.fetch_sub(1, Relaxed);
                // SAFETY: they were in the list, so they have not been freed.
                common.absorb(unsafe { slots.of(self.layout) });
            }
        });
    }

    /// Counts in the common slots, for a thread without slots.
    pub(super) fn without_slots<R>(&self, f: impl FnOnce(Counts<'_>) -> R) -> R {
        self.with_common(|common, _| f(common))
    }

    fn with_common<R>(&self, f: impl FnOnce(Counts<'_>, &mut Shares) -> R) -> R {
        let mut shares = self.shares();
        let mut unused = None;
        let common = match shares.common {
            Some(common) => common,
            None => {
                // Not under the lock: an allocator may be instrumented.
                drop(shares);
                let made = self.lasting();
                shares = self.shares();
                let common = *shares.common.get_or_insert(made);
                if common != made {
                    unused = Some(made);
                } else if self.nearest.load(Relaxed) == 0 {
                    self.nearest.store(made.address(), Relaxed);
                }
                common
            }
        };
        // SAFETY: never freed.
        let result = f(unsafe { common.of(self.layout) }, &mut shares);
        drop(shares);
        if let Some(made) = unused {
            // SAFETY: `lasting` made them, and no other thread has seen them, because another thread's slots were stored first.
            drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(made.pointer().as_ptr(), self.layout.words)) });
        }
        result
    }

    /// Creates slots that exist as long as the process.
    pub(super) fn lasting(&self) -> Slots {
        let words: Box<[AtomicU64]> = (0..self.layout.words).map(|_| AtomicU64::new(0)).collect();
        let words = NonNull::from(Box::leak(words)).cast();
        // SAFETY: never freed, and not shared yet.
        unsafe { Slots::new(words, &(), self.layout) }
    }

    fn shares(&self) -> MutexGuard<'_, Shares> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prefetches what a reading needs first: each reading takes a lock, and no load is executed before that.
    pub(crate) fn prefetch(&self) {
        prefetch((&raw const *self).addr());
        prefetch((&raw const *self).addr() + LINE);
    }

    /// Prefetches the slots. The block must be in the cache by then, so other blocks are prefetched in between.
    pub(crate) fn prefetch_slots(&self) {
        let address = self.nearest.load(Relaxed);
        for line in 0..self.layout.words.div_ceil(LINE / size_of::<u64>()).min(MAX_LINES) {
            prefetch(address + line * LINE);
        }
    }

    fn read<R>(&self, f: impl FnOnce(&Shares) -> R) -> R {
        let _set_up = SetUp::enter();
        f(&self.shares())
    }

    /// Returns the number of calls that ended with this outcome. Acquire: see `shards.rs`.
    pub(crate) fn outcome(&self, outcome: usize) -> u64 {
        self.read(|shares| shares.sum(self.layout, OUTCOMES + outcome, Acquire))
    }

    /// Returns the number of calls that began. Relaxed here and below: the outcomes are read first, with `Acquire`.
    pub(crate) fn begun(&self) -> u64 {
        self.read(|shares| shares.sum(self.layout, BEGUN, Relaxed))
    }

    /// Returns the number of running calls. The ends are read before the beginnings, so the result is never negative; no thread gets slots meanwhile, because that takes the lock. Calls that
    /// begin and end between the two readings make the result too large, by many if this thread is preempted there. The result is exact if no call ended
    /// meanwhile, and otherwise the minimum of a few tries.
    pub(crate) fn in_flight(&self) -> u64 {
        self.read(|shares| {
            let sum = |slot, order| shares.sum(self.layout, slot, order);
            let ended = || {
                (0..self.layout.outcomes).fold(0u64, |all, outcome| all.wrapping_add(sum(OUTCOMES + outcome, Acquire)))
            };
            let mut before = ended();
            let mut least = u64::MAX;
            for _ in 0..TRIES {
                least = least.min(sum(BEGUN, Relaxed).wrapping_sub(before));
                let after = ended();
                if after == before {
                    break;
                }
                before = after;
            }
            least
        })
    }

    /// Returns the number of errors of this kind.
    pub(crate) fn errors(&self, kind: usize) -> u64 {
        self.read(|shares| shares.sum(self.layout, self.layout.first_error + kind, Relaxed))
    }

    /// Adds the buckets of the calls with this outcome to `buckets`, and returns the sum of their durations in nanoseconds. Unless durations are
    /// counted by outcome, these are all calls.
    ///
    /// Native buckets, if there are any, are passed to `native`.
    pub(crate) fn histogram(
        &self,
        outcome: usize,
        buckets: &mut [u64],
        native: &mut dyn FnMut(NativeBucket, u64),
    ) -> u64 {
        let layout = self.layout;
        self.read(|shares| {
            let mut nanoseconds = 0u64;
            for counts in shares.all(layout) {
                for place in 0..layout.buckets {
                    let count = counts.load(layout.bucket(outcome, place), Relaxed);
                    if count == 0 {
                        continue;
                    }
                    let mut classic = place;
                    if let Some((of_cell, bucket)) = layout.cells.and_then(|cells| cells.buckets(place)) {
                        classic = of_cell;
                        native(bucket, count);
                    }
                    if let Some(bucket) = buckets.get_mut(classic) {
                        *bucket += count;
                    }
                }
                nanoseconds = nanoseconds.wrapping_add(counts.load(layout.nanoseconds(outcome), Relaxed));
            }
            nanoseconds
        })
    }

    /// Resets all counts. No call of the series is running, and none can begin until this returns.
    pub(crate) fn reset(&self) {
        self.read(|shares| {
            for counts in shares.all(self.layout) {
                counts.reset();
            }
        });
        self.first_duration.store(0, Relaxed);
        #[cfg(feature = "exemplars")]
        for outcome in 0..if self.layout.is_by_outcome() { self.layout.outcomes } else { 1 } {
            crate::exemplar::forget(self.histogram_id(outcome));
        }
    }

    /// Returns the duration of calls that end on a thread before its first timed call.
    pub(super) fn first_duration(&self) -> u64 {
        self.first_duration.load(Relaxed)
    }

    pub(super) fn set_first_duration(&self, nanoseconds: u64) {
        // Written once, because threads share the cache line.
        if self.first_duration() == 0 {
            self.first_duration.store(nanoseconds, Relaxed);
        }
    }

    #[cfg(test)]
    pub(super) fn running_threads(&self) -> usize {
        let shares = self.shares();
        shares.first.iter().chain(&shares.others).count()
    }

    /// Creates slots like those of a thread, which are never freed.
    #[cfg(all(test, metrics_instrumented_loom))]
    pub(super) fn running(&self) -> Counts<'static> {
        let slots = self.lasting();
        // SAFETY: they have the block's layout, and are never freed.
        unsafe {
            self.add_running(slots);
            slots.of(self.layout)
        }
    }
}
