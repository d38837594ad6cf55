//! The shards: one for each thread that counts. When a thread ends, its shard is reused by another one. Shards are never freed, so that no count is lost.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::atomic::AtomicU64;
use crate::setup::SetUp;

/// The slots of one segment (16 KiB). A segment is allocated when its thread first counts in it.
pub(super) const SEGMENT: usize = if cfg!(any(metrics_instrumented_loom, miri)) { 32 } else { 2_048 };

/// The slots of a cache line. A block begins at a line, so that the slots that most calls write to share one line.
pub(super) const LINE: usize = 8;

/// The segments of a shard: two million slots, or 87,040 operations of three cache lines.
pub(super) const SEGMENTS: usize = 1_024;

/// The slots of one thread.
pub(super) struct Shard {
    segments: [OnceLock<Box<Segment>>; SEGMENTS],
}

/// Aligned to a cache line, and so is every [`LINE`]th slot.
#[repr(align(64))]
struct Segment([AtomicU64; SEGMENT]);

/// The slots from one slot to the end of its segment.
#[derive(Clone, Copy)]
pub(super) struct Slots<'a> {
    segment: &'a Segment,
    base: usize,
}

impl<'a> Slots<'a> {
    /// The slot at this offset.
    #[inline]
    pub(super) fn at(self, offset: usize) -> &'a AtomicU64 {
        // A block is within one segment, so the index never wraps; the modulo lets the compiler omit the bounds check.
        &self.segment.0[(self.base + offset) % SEGMENT]
    }
}

impl Shard {
    pub(super) fn new() -> Self {
        Self { segments: [const { OnceLock::new() }; SEGMENTS] }
    }

    /// The slots from this one on, allocated if necessary; for the thread that writes.
    #[inline]
    pub(super) fn slots(&self, base: usize) -> Slots<'_> {
        let lock = &self.segments[base / SEGMENT % SEGMENTS];
        let segment = match lock.get() {
            Some(segment) => segment,
            None => Self::segment(lock),
        };
        Slots { segment, base }
    }

    /// The slots from this one on, if the segment is allocated.
    #[inline]
    pub(super) fn written(&self, base: usize) -> Option<Slots<'_>> {
        self.segments[base / SEGMENT % SEGMENTS].get().map(|segment| Slots { segment, base })
    }

    #[cold]
    #[inline(never)]
    fn segment(lock: &OnceLock<Box<Segment>>) -> &Segment {
        lock.get_or_init(|| Box::new(Segment(std::array::from_fn(|_| AtomicU64::new(0)))))
    }
}

struct Pool {
    all: Vec<&'static Shard>,
    free: Vec<&'static Shard>,
}

/// The number of shards.
static COUNT: AtomicUsize = AtomicUsize::new(0);

static POOL: Mutex<Pool> = Mutex::new(Pool { all: Vec::new(), free: Vec::new() });

thread_local! {
    /// This thread's shard. It has no destructor, so it can be read until the thread ends.
    static CURRENT: Cell<Option<&'static Shard>> = const { Cell::new(None) };

    /// Returns the shard to the pool when the thread ends.
    static LEASE: Lease = const { Lease };
}

struct Lease;

impl Drop for Lease {
    fn drop(&mut self) {
        let _set_up = SetUp::enter();
        if let Some(shard) = CURRENT.take() {
            pool().free.push(shard);
        }
    }
}

/// This thread's shard, if it has one.
#[inline]
pub(super) fn current() -> Option<&'static Shard> {
    CURRENT.get()
}

/// Runs `f` with a shard that no other thread writes to: this thread's, which is taken from the pool if necessary.
pub(super) fn with_shard(f: impl FnOnce(&'static Shard)) {
    if let Some(shard) = current() {
        f(shard);
        return;
    }
    let shard = take();
    if LEASE.try_with(|_| ()).is_ok() {
        CURRENT.set(Some(shard));
        f(shard);
    } else {
        // A call in a thread-local destructor, after that of the lease: it is counted on a shard that is taken for this call only.
        f(shard);
        pool().free.push(shard);
    }
}

/// Takes a free shard, or creates one. The lock makes the writes of the previous owner visible to the next one.
fn take() -> &'static Shard {
    let mut pool = pool();
    if let Some(shard) = pool.free.pop() {
        return shard;
    }
    // Never freed: there are at most as many as there were threads at the same time.
    let shard: &'static Shard = Box::leak(Box::new(Shard::new()));
    pool.all.push(shard);
    // Release: a scrape that reads this count finds the shard in the pool.
    COUNT.store(pool.all.len(), Ordering::Release);
    shard
}

/// All shards, for a scrape.
pub(crate) struct Shards(Vec<&'static Shard>);

impl Shards {
    pub(crate) fn new() -> Self {
        let _set_up = SetUp::enter();
        Self(pool().all.clone())
    }

    #[cfg(all(test, metrics_instrumented_loom))]
    pub(super) fn of(shards: &[&'static Shard]) -> Self {
        Self(shards.to_vec())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'static Shard> {
        self.0.iter().copied()
    }

    /// Adds the shards that were created since.
    pub(super) fn refresh(&mut self) {
        // Acquire: pairs with the store in `take`. The shards of `loom`'s model are not in the pool.
        if !cfg!(metrics_instrumented_loom) && COUNT.load(Ordering::Acquire) != self.0.len() {
            let _set_up = SetUp::enter();
            self.0.clone_from(&pool().all);
        }
    }
}

fn pool() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}
