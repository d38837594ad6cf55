//! An allocator that can count. While it does not, it adds one load and a branch that is not taken.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

/// The system's allocator with counters.
#[derive(Debug)]
pub struct Counting;

static ON: AtomicBool = AtomicBool::new(false);

/// Bytes that were allocated and not freed since counting began; negative if more of the earlier memory was freed.
static LIVE: AtomicI64 = AtomicI64::new(0);

/// The maximum of `LIVE`.
static PEAK: AtomicI64 = AtomicI64::new(0);

thread_local! {
    /// Allocations of this thread.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// What was allocated while something ran.
#[derive(Clone, Copy, Debug)]
pub struct Allocated {
    /// By this thread.
    pub allocations: u64,
    /// Bytes that all threads have allocated and not freed.
    pub kept: i64,
    /// The peak of these bytes.
    pub peak: i64,
}

/// Runs `f` and counts.
pub fn counted<R>(f: impl FnOnce() -> R) -> (R, Allocated) {
    LIVE.store(0, Relaxed);
    PEAK.store(0, Relaxed);
    let before = ALLOCATIONS.get();
    ON.store(true, Relaxed);
    let value = f();
    ON.store(false, Relaxed);
    let allocated = Allocated {
        allocations: ALLOCATIONS.get() - before,
        kept: LIVE.load(Relaxed),
        peak: PEAK.load(Relaxed),
    };
    (value, allocated)
}

#[cold]
fn changed(by: i64) {
    let live = LIVE.fetch_add(by, Relaxed) + by;
    PEAK.fetch_max(live, Relaxed);
    if by > 0 {
        let _ = ALLOCATIONS.try_with(|allocations| allocations.set(allocations.get() + 1));
    }
}

fn signed(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

// SAFETY: all memory operations are those of `System`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            changed(signed(layout.size()));
        }
        // SAFETY: the caller upholds the same contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if ON.load(Relaxed) {
            changed(-signed(layout.size()));
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if ON.load(Relaxed) {
            changed(signed(layout.size()));
        }
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if ON.load(Relaxed) {
            // Both allocations may exist during the move, so the new one is added first.
            changed(signed(size));
            changed(-signed(layout.size()));
        }
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
