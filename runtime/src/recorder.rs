//! Which recorder a call meets: the process-wide one, whose handles may be kept for ever, or a thread's own, whose may not.
//!
//! A recorder set with `metrics::set_global_recorder` stays for the life of the process, so its address names it. A thread-local
//! one (`metrics::with_local_recorder`, what tests use) comes and goes, and the next may have the same address. `metrics` tells
//! nobody which of the two it hands out, but a fresh thread has no local recorder: what it sees is the process-wide one.

#[cfg(feature = "exporter")]
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::thread;

use metrics::Recorder;

/// The address of the process-wide recorder, 0 while it is not known. It never changes once set.
static PROCESS_WIDE: AtomicUsize = AtomicUsize::new(0);

/// The same, once it is known, if that recorder is ours and counts operations in shards.
#[cfg(feature = "exporter")]
static SHARDED: AtomicUsize = AtomicUsize::new(0);

/// How often a recorder was met that might be the process-wide one.
static STRANGERS: AtomicU32 = AtomicU32::new(0);

/// A recorder and what is known about it.
#[derive(Clone, Copy)]
pub(crate) struct Current<'a> {
    pub(crate) recorder: &'a dyn Recorder,
}

impl Current<'_> {
    /// Whether it lives as long as the process, so that its handles may be cached.
    #[inline]
    pub(crate) fn is_process_wide(self) -> bool {
        let known = PROCESS_WIDE.load(Relaxed);
        if known == 0 { look_closer(self.recorder) } else { known == address(self.recorder) }
    }
}

/// Whether this thread's metrics go to the process-wide recorder and that is ours.
#[cfg(feature = "exporter")]
#[inline]
pub(crate) fn is_sharded() -> bool {
    metrics::with_recorder(address) == SHARDED.load(Acquire)
}

/// Runs `f` with the recorder that this thread's metrics go to.
#[inline]
pub(crate) fn with<R>(f: impl FnOnce(Current<'_>) -> R) -> R {
    metrics::with_recorder(|recorder| f(Current { recorder }))
}

#[cold]
fn look_closer(recorder: &dyn Recorder) -> bool {
    // Asking costs a thread. A test that lives on local recorders asks seldom; a service asks once, right after installation.
    let met = STRANGERS.fetch_add(1, Relaxed).wrapping_add(1);
    if has_identity(recorder) && (met.is_power_of_two() || met.is_multiple_of(1024)) {
        find_process_wide();
    }
    let known = PROCESS_WIDE.load(Relaxed);
    known != 0 && known == address(recorder)
}

/// Asks a fresh thread which recorder is the process-wide one. Called right after an installation, it spares the calls that follow.
pub(crate) fn find_process_wide() {
    let probe = || metrics::with_recorder(|recorder| if has_identity(recorder) { address(recorder) } else { 0 });
    // A platform without threads never caches; it is slower, and right.
    let Ok(thread) = thread::Builder::new().name("metrics-probe".into()).stack_size(64 * 1024).spawn(probe) else {
        return;
    };
    if let Ok(found @ 1..) = thread.join() {
        PROCESS_WIDE.store(found, Relaxed);
    }
}

/// The process-wide recorder is ours: operations are counted in shards from now on.
#[cfg(feature = "exporter")]
pub(crate) fn begin_sharding() {
    find_process_wide();
    SHARDED.store(PROCESS_WIDE.load(Relaxed), Release);
}

/// A value without size has no address of its own; `metrics`' no-op recorder, which is there until one is installed, is such a value.
fn has_identity(recorder: &dyn Recorder) -> bool {
    size_of_val(recorder) != 0
}

fn address(recorder: &dyn Recorder) -> usize {
    std::ptr::from_ref(recorder).cast::<()>().addr()
}
