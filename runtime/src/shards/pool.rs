//! The shards: one for each thread that counts, handed on when a thread ends, never given back, so that nothing counted is lost.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::atomic::AtomicU64;

/// Slots of one segment. A shard gets a segment when its thread first counts in it: 16 KiB each.
pub(super) const SEGMENT: usize = if cfg!(metrics_instrumented_loom) { 32 } else { 2_048 };

/// Segments of a shard: room for two million slots, a hundred thousand operations of twenty.
pub(super) const SEGMENTS: usize = 1_024;

/// The slots of one thread.
pub(super) struct Shard {
    segments: Box<[OnceLock<Box<[AtomicU64]>>]>,
}

impl Shard {
    pub(super) fn new() -> Self {
        Self { segments: (0..SEGMENTS).map(|_| OnceLock::new()).collect() }
    }

    /// The slots from this one on, up to the end of its segment, for the thread that writes.
    #[inline]
    pub(super) fn slots(&self, base: usize) -> &[AtomicU64] {
        let segment = self.segments[base / SEGMENT].get_or_init(Self::segment);
        &segment[base % SEGMENT..]
    }

    /// The same for who only reads: nothing, if the thread never counted there.
    pub(super) fn written(&self, base: usize) -> Option<&[AtomicU64]> {
        self.segments[base / SEGMENT].get().map(|segment| &segment[base % SEGMENT..])
    }

    #[cold]
    fn segment() -> Box<[AtomicU64]> {
        (0..SEGMENT).map(|_| AtomicU64::new(0)).collect()
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
        if let Some(shard) = CURRENT.take() {
            pool().free.push(shard);
        }
    }
}

/// Runs `f` with a shard that no other thread writes to.
#[inline]
pub(super) fn with(f: impl FnOnce(&'static Shard)) {
    match CURRENT.get() {
        Some(shard) => f(shard),
        None => with_new(f),
    }
}

#[cold]
fn with_new(f: impl FnOnce(&'static Shard)) {
    let shard = take();
    if LEASE.try_with(|_| ()).is_ok() {
        CURRENT.set(Some(shard));
        f(shard);
    } else {
        // A call from a thread's own destructors, after the lease's: counted on a shard borrowed for this once.
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
    // As many as there were threads at once, for the life of the process: leaking is what owning would be.
    let shard: &'static Shard = Box::leak(Box::new(Shard::new()));
    pool.all.push(shard);
    COUNT.store(pool.all.len(), Ordering::Release);
    shard
}

/// Every shard that there is, for a scrape.
pub(crate) struct Shards(Vec<&'static Shard>);

impl Shards {
    pub(crate) fn new() -> Self {
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
        // The model's shards are all there from the start, and not in the pool.
        if !cfg!(metrics_instrumented_loom) && COUNT.load(Ordering::Acquire) != self.0.len() {
            self.0.clone_from(&pool().all);
        }
    }
}

fn pool() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}
