//! A bounded, lock-free set of start times.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::AtomicUsize;

use crate::atomic::{AtomicU64, Ordering};
use crate::setup::SetUp;

/// How many chunks a slab has at most.
const CHUNKS: usize = 64;

/// Slots of a chunk: one for each bit of a word.
const SLOTS: usize = u64::BITS as usize;

// HELP of `metrics_instrumented_untracked_calls_total` and the documentation state how many start times a slab holds.
const _: () = assert!(CHUNKS * SLOTS == 4096);

/// The content of a slot without a start time.
const NONE: u64 = 0;

/// Start times. Each thread begins its search for a free slot in another chunk, so that threads rarely write to the same cache line.
pub(super) struct Slab {
    chunks: [OnceLock<Box<Chunk>>; CHUNKS],
}

/// 64 slots.
struct Chunk {
    /// A bit for each slot that is taken.
    taken: AtomicU64,
    since: [AtomicU64; SLOTS],
}

impl Slab {
    pub(super) const fn new() -> Self {
        Self { chunks: [const { OnceLock::new() }; CHUNKS] }
    }

    /// Stores a start time and returns its slot; `None` if all slots are taken, or if this thread would have to allocate a chunk during a
    /// set-up.
    pub(super) fn claim(&self, since: u64) -> Option<usize> {
        let first = number_of_thread() % CHUNKS;
        (0..CHUNKS).find_map(|at| {
            let at = (first + at) % CHUNKS;
            let slot = self.chunk(at)?.claim(since)?;
            Some(at * SLOTS + slot)
        })
    }

    /// Frees a slot and returns its start time.
    pub(super) fn release(&self, slot: usize) -> u64 {
        self.chunks.get(slot / SLOTS).and_then(OnceLock::get).map_or(NONE, |chunk| chunk.release(slot % SLOTS))
    }

    /// Returns the earliest start time.
    pub(super) fn earliest(&self) -> Option<u64> {
        self.chunks.iter().filter_map(OnceLock::get).filter_map(|chunk| chunk.earliest()).min()
    }

    fn chunk(&self, at: usize) -> Option<&Chunk> {
        if let Some(chunk) = self.chunks[at].get() {
            return Some(chunk);
        }
        // The allocator may be instrumented; its calls must not get here.
        let _set_up = SetUp::begin()?;
        Some(self.chunks[at].get_or_init(|| Box::new(Chunk::new())))
    }
}

impl Chunk {
    fn new() -> Self {
        Self { taken: AtomicU64::new(0), since: std::array::from_fn(|_| AtomicU64::new(NONE)) }
    }

    fn claim(&self, since: u64) -> Option<usize> {
        // Relaxed: only a first guess, which `fetch_or` checks.
        let mut taken = self.taken.load(Ordering::Relaxed);
        while taken != u64::MAX {
            let slot = taken.trailing_ones() as usize;
            // Release: a scrape that sees this call also sees that an idle value was removed before it. Acquire: the `NONE` of the release that freed the slot
            // must not overwrite this start time.
            let before = self.taken.fetch_or(1 << slot, Ordering::AcqRel);
            if before & (1 << slot) == 0 {
                // Relaxed: a scrape that sees the slot before its start time ignores it.
                self.since[slot].store(since.max(NONE + 1), Ordering::Relaxed);
                return Some(slot);
            }
            taken = before;
        }
        None
    }

    fn release(&self, slot: usize) -> u64 {
        let since = self.since[slot].load(Ordering::Relaxed);
        // Stored before the slot is freed (Release), because a scrape must not see the next call with this start time.
        self.since[slot].store(NONE, Ordering::Relaxed);
        self.taken.fetch_and(!(1 << slot), Ordering::Release);
        since
    }

    fn earliest(&self) -> Option<u64> {
        let taken = self.taken.load(Ordering::Acquire);
        let slots = (0..SLOTS).filter(|slot| taken & (1 << slot) != 0);
        slots.map(|slot| self.since[slot].load(Ordering::Relaxed)).filter(|since| *since != NONE).min()
    }
}

/// Returns a number of this thread, which selects its part of memory that other threads rarely write to.
pub(super) fn number_of_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        // It has no destructor, so it can be read until the thread has ended.
        static NUMBER: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    if NUMBER.get() == usize::MAX {
        NUMBER.set(NEXT.fetch_add(1, Ordering::Relaxed));
    }
    NUMBER.get()
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_start_time_is_that_of_the_oldest_slot_in_use() {
        let slab = Slab::new();
        assert_eq!(slab.earliest(), None);
        let slots: Vec<_> = [30, 10, 20].map(|since| slab.claim(since).unwrap()).to_vec();
        assert_eq!(slab.earliest(), Some(10));
        assert_eq!(slab.release(slots[1]), 10);
        assert_eq!(slab.earliest(), Some(20));
        assert_eq!((slab.release(slots[2]), slab.release(slots[0])), (20, 30));
        assert_eq!(slab.earliest(), None);
    }

    #[test]
    fn a_full_slab_refuses_and_a_freed_slot_is_used_again() {
        let slab = Slab::new();
        let capacity = if cfg!(miri) { SLOTS } else { CHUNKS * SLOTS };
        let slots: Vec<_> = (0..capacity as u64).map(|since| slab.claim(since + 1).unwrap()).collect();
        if !cfg!(miri) {
            assert_eq!(slab.claim(1), None);
        }
        let mut distinct = slots.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), capacity);
        for (since, slot) in slots.iter().enumerate() {
            assert_eq!(slab.release(*slot), since as u64 + 1);
        }
        assert_eq!(slab.earliest(), None);
        assert!(slab.claim(7).is_some());
    }

    #[test]
    fn calls_on_several_threads_are_never_shown_older_than_they_are() {
        let slab = Slab::new();
        let rounds: u64 = if cfg!(miri) { 20 } else { 20_000 };
        // The time is a counter; a call that begins at `n` ends before `n + 100`.
        let now = AtomicU64::new(1_000);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        let since = now.fetch_add(1, Ordering::SeqCst);
                        let slot = slab.claim(since).unwrap();
                        assert_eq!(slab.release(slot), since);
                    }
                });
            }
            for _ in 0..rounds / 10 {
                let before = now.load(Ordering::SeqCst);
                if let Some(earliest) = slab.earliest() {
                    // At most one call of each thread began before and still runs, or ended a moment ago.
                    assert!(earliest + 3 * rounds >= before && earliest >= 1_000, "{earliest} at {before}");
                }
            }
        });
        assert_eq!(slab.earliest(), None);
    }
}

#[cfg(all(test, metrics_instrumented_loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    /// One call ends and another begins in its slot, while a scrape reads: it sees the start time of either call or none.
    #[test]
    fn a_reused_slot_does_not_show_the_start_time_of_the_previous_call() {
        ::loom::model(|| {
            let chunk = Arc::new(Chunk::new());
            let slot = chunk.claim(5).unwrap();
            let caller = thread::spawn({
                let chunk = Arc::clone(&chunk);
                move || {
                    assert_eq!(chunk.release(slot), 5);
                    let slot = chunk.claim(9).unwrap();
                    assert_eq!(slot, 0);
                    slot
                }
            });
            let seen = chunk.earliest();
            assert!(matches!(seen, None | Some(5 | 9)), "{seen:?}");
            let slot = caller.join().unwrap();
            assert_eq!(chunk.earliest(), Some(9));
            assert_eq!(chunk.release(slot), 9);
            assert_eq!(chunk.earliest(), None);
        });
    }

    /// Two calls begin at once: each gets another slot, and ends with its own start time.
    #[test]
    fn two_calls_never_share_a_slot() {
        ::loom::model(|| {
            let chunk = Arc::new(Chunk::new());
            let callers: Vec<_> = [3, 4]
                .map(|since| {
                    let chunk = Arc::clone(&chunk);
                    thread::spawn(move || {
                        let slot = chunk.claim(since).unwrap();
                        assert_eq!(chunk.release(slot), since);
                    })
                })
                .into_iter()
                .collect();
            for caller in callers {
                caller.join().unwrap();
            }
            assert_eq!(chunk.earliest(), None);
        });
    }
}
