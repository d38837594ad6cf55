//! The shards: one for each thread that counts, handed on when a thread ends, never given back, so that nothing counted is lost.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::atomic::AtomicU64;
use crate::setup::SetUp;

/// Slots of one segment. A shard gets a segment when its thread first counts in it: 16 KiB each.
pub(super) const SEGMENT: usize = if cfg!(any(metrics_instrumented_loom, miri)) { 32 } else { 2_048 };

/// Slots of a cache line. A block begins at one: the slots that most calls write to are then in one line.
pub(super) const LINE: usize = 8;

/// Segments of a shard: room for two million slots, 87,040 operations of three lines.
pub(super) const SEGMENTS: usize = 1_024;

/// The slots of one thread.
pub(super) struct Shard {
    segments: [OnceLock<Box<Segment>>; SEGMENTS],
}

/// A cache line is where it begins, and so it is for every [`LINE`]th slot.
#[repr(align(64))]
struct Segment([AtomicU64; SEGMENT]);

/// The slots from one on, up to the end of its segment.
#[derive(Clone, Copy)]
pub(super) struct Slots<'a> {
    segment: &'a Segment,
    base: usize,
}

impl<'a> Slots<'a> {
    /// The one so many behind the first.
    #[inline]
    pub(super) fn at(self, offset: usize) -> &'a AtomicU64 {
        // No block goes over its segment's end, so nothing is ever wrapped; the compiler sees that there is nothing to check.
        &self.segment.0[(self.base + offset) % SEGMENT]
    }
}

impl Shard {
    pub(super) fn new() -> Self {
        Self { segments: [const { OnceLock::new() }; SEGMENTS] }
    }

    /// The slots from this one on, for the thread that writes.
    #[inline]
    pub(super) fn slots(&self, base: usize) -> Slots<'_> {
        let lock = &self.segments[base / SEGMENT % SEGMENTS];
        let segment = match lock.get() {
            Some(segment) => segment,
            None => Self::segment(lock),
        };
        Slots { segment, base }
    }

    /// The same, if the thread has counted there before.
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

/// How many shards there are.
static COUNT: AtomicUsize = AtomicUsize::new(0);

static POOL: Mutex<Pool> = Mutex::new(Pool { all: Vec::new(), free: Vec::new() });

thread_local! {
    /// This thread's shard. It has no destructor, so it can be asked for to the very end of the thread.
    static CURRENT: Cell<Option<&'static Shard>> = const { Cell::new(None) };

    /// Its drop, when the thread ends, hands the shard on.
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

/// This thread's shard, once it has one.
#[inline]
pub(super) fn current() -> Option<&'static Shard> {
    CURRENT.get()
}

/// Runs `f` with a shard that no other thread writes to: this thread's, or one that it gets now.
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
        // A call from a thread's own destructors, after the lease's: counted on a shard that is borrowed for this call.
        f(shard);
        pool().free.push(shard);
    }
}

/// A shard that is free, or a new one. The lock makes what its last owner wrote visible to the next.
fn take() -> &'static Shard {
    let mut pool = pool();
    if let Some(shard) = pool.free.pop() {
        return shard;
    }
    // Never freed: there are as many as there were threads at once.
    let shard: &'static Shard = Box::leak(Box::new(Shard::new()));
    pool.all.push(shard);
    // Release: a scrape that sees the count finds the shard in the pool.
    COUNT.store(pool.all.len(), Ordering::Release);
    shard
}

/// Every shard that there is, for a scrape.
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

    /// Takes those in that were made meanwhile.
    pub(super) fn refresh(&mut self) {
        // Acquire: with the store in `take`. The model's shards are all there from the start, and not in the pool.
        if !cfg!(metrics_instrumented_loom) && COUNT.load(Ordering::Acquire) != self.0.len() {
            let _set_up = SetUp::enter();
            self.0.clone_from(&pool().all);
        }
    }
}

fn pool() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}
