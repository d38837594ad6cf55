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

/// The number of a series that has none: larger than any other, so that it is in no thread's table.
pub(crate) const NO_NUMBER: u32 = 1 << 31;

/// How many series are counted in shards. Those beyond count through the facade: a thread's table has a word for each number.
const MAX_NUMBERS: u32 = 1 << 20;

/// The next free number.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// How often the calls in flight are read while calls end.
const TRIES: usize = 8;

/// This many threads get slots of a series at their first calls. Those after them have to call it often first: most threads of a large pool call an
/// operation rarely, and their slots would cost more memory, and more time of each scrape, than they save.
const AT_ONCE: u32 = 8;

/// How often one of those threads begins or ends a call before it gets slots, for each thread that has some.
const USES_PER_THREAD: u32 = 16;

/// However many threads there are, this is often enough.
const MAX_USES: u32 = 16_384;

/// Bytes of a cache line.
const LINE: usize = 64;

/// How many lines of slots are prefetched; those of most histograms are three.
const MAX_LINES: usize = 4;

/// Has the processor fetch a line of memory. An address that there is not does nothing.
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
    // Relaxed: all that matters is that no two get the same one.
    NEXT.fetch_update(Relaxed, Relaxed, |next| next.checked_add(series).filter(|next| *next <= MAX_NUMBERS)).ok()
}

/// A series in the shards.
#[derive(Debug)]
pub(crate) struct Block {
    pub(super) number: u32,
    pub(super) mode: Mode,
    pub(super) layout: &'static Layout,
    /// How many threads have slots, or are getting them.
    threads: AtomicU32,
    /// The address of one thread's slots, or of the common ones, or 0. Only ever prefetched: the slots may be gone.
    nearest: AtomicUsize,
    shares: Mutex<Shares>,
    /// The first duration that was measured, 0 until then; of sampled operations only.
    first_duration: AtomicU64,
}

/// How a call goes on that found its slots: in the tag of a [`Place`](super::place::Place), so that it is known before any address is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is timed by the processor's time stamp counter.
    Ticks = 0,
    /// It is not timed.
    Untimed = 1,
    /// As `Ticks`, and its duration is counted in a cell of a native histogram. Such slots begin one word after a line, and this is that word.
    Native = 8,
    /// It is timed by another clock, may be one of a sample, its duration is counted by outcome, or it can finish in one way only.
    Other = 4,
}

impl Mode {
    /// The word of a line that slots begin at.
    pub(super) fn first_word(self) -> usize {
        usize::from(self == Self::Native)
    }
}

/// What was counted, and where. All slots were made with the block's layout.
#[derive(Debug, Default)]
struct Shares {
    /// The slots of threads that run. They are taken out under the lock before they are freed. The first ones need no memory of their own.
    first: Option<Slots>,
    others: Vec<Slots>,
    /// What was counted by threads that have no slots: those that have ended, those that are ending, and those that called rarely. Never freed.
    common: Option<Slots>,
}

impl Shares {
    fn all(&self, layout: &'static Layout) -> impl Iterator<Item = Counts<'_>> {
        // SAFETY: they are not freed while the lock is held, which `self` is borrowed from.
        self.first.iter().chain(&self.others).chain(&self.common).map(move |slots| unsafe { slots.of(layout) })
    }

    fn add(&mut self, slots: Slots) {
        if self.first.is_none() {
            self.first = Some(slots);
        } else {
            self.others.push(slots);
        }
    }

    /// Takes slots out; returns whether they were there.
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
    /// The block of a series with this number, or with the next free one; `None` if there are no numbers left.
    pub(crate) fn allocate(meta: &'static OperationMeta, number: Option<u32>) -> Option<Self> {
        let layout = Layout::of(meta);
        let mode = match layout.timing {
            _ if !layout.has_two_outcomes() => Mode::Other,
            Timing::Never => Mode::Untimed,
            Timing::Every if Clock::get().has_ticks() && !layout.is_by_outcome() => {
                if layout.cells.is_some() {
                    Mode::Native
                } else {
                    Mode::Ticks
                }
            }
            Timing::Every | Timing::OneIn(_) => Mode::Other,
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

    /// Whether a thread gets slots that has begun or ended this many calls without. It is counted as one that has some, and [`Self::add_running`] follows.
    pub(super) fn admits(&self, uses: impl FnOnce() -> u16) -> bool {
        let mut uses = Some(uses);
        let mut counted = 0;
        let mut has_earned = |threads: u32| {
            counted = uses.take().map_or(counted, |uses| u32::from(uses()));
            counted > threads.saturating_mul(USES_PER_THREAD).min(MAX_USES)
        };
        // The state of sampling is that of a thread.
        let is_sampled = matches!(self.layout.timing, Timing::OneIn(_));
        let admit = |threads| (threads < AT_ONCE || is_sampled || has_earned(threads)).then_some(threads + 1);
        // Relaxed: a number of its own.
        self.threads.fetch_update(Relaxed, Relaxed, admit).is_ok()
    }

    /// Takes a thread's slots in.
    ///
    /// # Safety
    /// They have the block's layout, and stay until [`Self::end_running`].
    pub(super) unsafe fn add_running(&self, slots: Slots) {
        let mut shares = self.shares();
        shares.add(slots);
        self.nearest.store(slots.address(), Relaxed);
    }

    /// A thread ends: what it counted is added to what threads without slots did, and its slots may be freed.
    pub(super) fn end_running(&self, slots: Slots) {
        self.with_common(|common, shares| {
            if shares.remove(slots) {
                self.threads.fetch_sub(1, Relaxed);
                // SAFETY: they were in the list, so they are there still.
                common.absorb(unsafe { slots.of(self.layout) });
            }
        });
    }

    /// Counts for a thread that has no slots.
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
            // SAFETY: from `lasting`, and known to nobody else: another thread came first.
            drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(made.pointer(), Slots::words(self.layout))) });
        }
        result
    }

    /// Slots that stay as long as the process.
    pub(super) fn lasting(&self) -> Slots {
        let words: Box<[AtomicU64]> = (0..Slots::words(self.layout)).map(|_| AtomicU64::new(0)).collect();
        let words = NonNull::from(Box::leak(words)).cast();
        // SAFETY: leaked, and known to nobody else.
        unsafe { Slots::new(words, &(), self.layout) }
    }

    fn shares(&self) -> MutexGuard<'_, Shares> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the processor fetch what a reading needs first. With tens of thousands of series, most of a scrape would be waiting for memory, one series after the
    /// other: each reading takes a lock, and no load overtakes that.
    pub(crate) fn prefetch(&self) {
        prefetch((&raw const *self).addr());
        prefetch((&raw const *self).addr() + LINE);
    }

    /// The same for the slots. The block must be there for that, so others are prefetched in between.
    pub(crate) fn prefetch_slots(&self) {
        let address = self.nearest.load(Relaxed);
        for line in 0..Slots::words(self.layout).div_ceil(LINE / size_of::<u64>()).min(MAX_LINES) {
            prefetch(address + line * LINE);
        }
    }

    fn read<R>(&self, f: impl FnOnce(&Shares) -> R) -> R {
        let _set_up = SetUp::enter();
        f(&self.shares())
    }

    /// How many calls ended with this outcome.
    pub(crate) fn outcome(&self, outcome: usize) -> u64 {
        self.read(|shares| shares.sum(self.layout, OUTCOMES + outcome, Acquire))
    }

    /// How many calls began.
    pub(crate) fn begun(&self) -> u64 {
        self.read(|shares| shares.sum(self.layout, BEGUN, Relaxed))
    }

    /// How many calls are running.
    ///
    /// The ends are read before the beginnings, so that it is never negative: no thread gets slots meanwhile, because that takes the lock. Calls that
    /// begin and end between the two readings make it too large, by many if this thread is put to sleep there: it is exact if nothing ended
    /// meanwhile, and else the minimum of a few tries.
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

    /// How many errors of this kind there were.
    pub(crate) fn errors(&self, kind: usize) -> u64 {
        self.read(|shares| shares.sum(self.layout, self.layout.first_error + kind, Relaxed))
    }

    /// Adds the buckets of the calls with this outcome to those that are given, and returns the sum of their durations in nanoseconds. Unless durations are
    /// counted by outcome, these are all calls.
    ///
    /// Native buckets are handed to `native`, if there are any.
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

    /// Sets everything back to zero. No call of the series is running, and none can begin until this returns.
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

    /// The duration of calls that end on a thread before any that was timed.
    pub(super) fn first_duration(&self) -> u64 {
        self.first_duration.load(Relaxed)
    }

    pub(super) fn set_first_duration(&self, nanoseconds: u64) {
        // Relaxed: a value of its own. Written once: threads share the line.
        if self.first_duration() == 0 {
            self.first_duration.store(nanoseconds, Relaxed);
        }
    }

    #[cfg(test)]
    pub(super) fn running_threads(&self) -> usize {
        let shares = self.shares();
        shares.first.iter().chain(&shares.others).count()
    }

    /// Slots as a thread has them, that stay.
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
