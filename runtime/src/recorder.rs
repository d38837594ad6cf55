//! Determines the recorder of a call, and whether its handles may be cached.
//!
//! A recorder that is set with `metrics::set_global_recorder` lives as long as the process, so its address identifies it, and its handles may be cached. A
//! thread-local recorder (`metrics::with_local_recorder`, used by tests) may be dropped, and the next one may have the same address. `metrics` does not
//! expose which of the two it returns, nor when one is set. Therefore every call asks `metrics::with_recorder` and compares addresses:
//!
//! | address | what it is | calls |
//! | --- | --- | --- |
//! | [`SHARDED`] | the process-wide recorder, and it is ours | count in the shards |
//! | any, with the method table of `NoopRecorder` | the recorder of `metrics` that does nothing | are not counted |
//! | [`PROCESS_WIDE`] | another process-wide recorder | use cached handles |
//! | any other | a thread's own recorder, or one not seen before | register handles for the one call |
//!
//! A new thread has no thread-local recorder, so it sees the process-wide one. Both addresses are found with such a thread, rarely (see
//! [`is_worth_a_thread`]). A zero-sized value has no address of its own; its method table is compared, too.
//!
//! The addresses are stored once and never dereferenced, so `Relaxed` loads are sufficient: a call that does not see a new address takes a later row of the
//! table, which is slower but also correct.

use std::hash::Hasher;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::thread;

use metrics::Recorder;

/// The address of the process-wide recorder, or 0 while it is not known. It is set at most once.
static PROCESS_WIDE: AtomicUsize = AtomicUsize::new(0);

/// The same address, if that recorder is this crate's and counts operations in shards.
#[cfg(all(feature = "exporter", not(unoptimised)))]
static SHARDED: AtomicUsize = AtomicUsize::new(0);

/// The zero-sized recorder that a new thread saw first: the no-op recorder of `metrics`, which is there until one is installed. It is set at most once.
static IDLE: OnceLock<Identity> = OnceLock::new();

/// Where a call of an operation is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// In the shards: this thread uses the process-wide recorder, which is this crate's.
    #[cfg(feature = "exporter")]
    Shards,
    /// Through the facade.
    Facade,
}

/// The recorder of a call that begins now, as its address, or as a number without optimisation; 0 if no recorder is installed for the process or for this
/// thread. It is not an `Option`, whose functions take as long in debug builds as all else that is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current(usize);

/// Returns the recorder of a call that begins now. A thread may get its own recorder at any time, and `metrics` has no notification, so every call asks.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn current() -> Current {
    #[cfg(unoptimised)]
    return Current(unoptimised::current());
    // Returns one number, because `with_recorder` inlines the closure for each of its three recorders, and the rest must not be repeated. The no-op recorder
    // is recognised by its type: where `with_recorder` falls back to it, the compiler sees the same method table twice and removes the comparison.
    #[cfg(not(unoptimised))]
    Current(metrics::with_recorder(|recorder| {
        let identity = identity(recorder);
        if identity.table == nothing().table { 0 } else { identity.address }
    }))
}

/// Without optimisation, each codegen unit has its own copy of a method table, so the one of the no-op recorder is compared with what the same function has
/// read before.
#[cfg(unoptimised)]
mod unoptimised {
    use std::hash::Hash;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use metrics::Recorder;

    use super::{Identity, Words};
    use crate::atomic::load_usize;

    /// What [`seen`] returns in most calls: the no-op recorder, or this crate's once it is installed for the process, whose address then has its lowest bit set.
    /// 0 while neither is known. One word, so that calls load it once. Relaxed: it is compared and never dereferenced.
    static USUAL: AtomicUsize = AtomicUsize::new(0);

    /// What [`current`] returns if calls are counted in the shards.
    #[cfg(feature = "exporter")]
    pub(super) const SHARDED: usize = 1;

    /// Returns 0 if this thread's recorder is the no-op recorder, [`SHARDED`] if calls are counted in the shards, and another number otherwise.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(super) fn current() -> usize {
        seen() ^ load_usize(&USUAL)
    }

    /// Like [`super::seen`], on a new thread. If that sees the no-op recorder, it is what calls compare with; if another one was installed meanwhile, it sees that.
    pub(super) fn seen_and_compared() -> Identity {
        let before = seen();
        let found = super::seen();
        // As in `is_nowhere`.
        if found.table != 0 && found.address > 4_096 {
            // This crate's recorder may have been installed meanwhile.
            let _ = USUAL.compare_exchange(0, before, Relaxed, Relaxed);
        }
        found
    }

    /// Recognises this recorder as the one whose calls are counted in the shards.
    #[cfg(feature = "exporter")]
    pub(super) fn shard(recorder: usize) {
        USUAL.store(recorder ^ SHARDED, Relaxed);
    }

    /// `inline(never)`: another copy may see another copy of the table. No value has the address of a table, because both take memory.
    #[inline(never)]
    #[allow(clippy::ref_as_ptr, clippy::ptr_as_ptr, reason = "the methods are function calls here")]
    fn seen() -> usize {
        metrics::with_recorder(|recorder| {
            let pointer = recorder as *const dyn Recorder;
            if size_of_val(recorder) != 0 {
                return pointer as *const () as usize;
            }
            let mut words = Words(Identity { address: 0, table: 0 });
            pointer.hash(&mut words);
            words.0.table
        })
    }
}

impl Current {
    /// Whether no recorder is installed.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// Whether its calls are counted in the shards.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    #[cfg(all(feature = "exporter", unoptimised))]
    pub(crate) fn is_sharded(self) -> bool {
        self.0 == unoptimised::SHARDED
    }

    /// Returns where its calls are counted.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    #[cfg_attr(not(feature = "exporter"), allow(clippy::unused_self, reason = "there are no shards"))]
    pub(crate) fn destination(self) -> Destination {
        // Relaxed: an address is compared and never dereferenced; a thread that does not see a new one uses the facade, which is also correct.
        #[cfg(all(feature = "exporter", not(unoptimised)))]
        let sharded = SHARDED.load(Relaxed);
        #[cfg(all(feature = "exporter", unoptimised))]
        let sharded = unoptimised::SHARDED;
        #[cfg(feature = "exporter")]
        if self.0 == sharded {
            return Destination::Shards;
        }
        Destination::Facade
    }
}

/// Identifies the no-op recorder of `metrics`, with optimisation. Another codegen unit may have another copy of its method table; calls that find that copy
/// use the facade, where [`is_nowhere`] recognises it.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
#[cfg(not(unoptimised))]
fn nothing() -> Identity {
    identity(&metrics::NoopRecorder)
}

/// Whether no recorder is installed, for calls that [`current`] sent to the facade.
#[cold]
pub(crate) fn is_nowhere() -> bool {
    // `metrics` boxes an installed recorder. The box of a zero-sized value has no memory, and its address is the alignment. The no-op recorder is a static, so
    // a zero-sized recorder that a user installed is never mistaken for it.
    is_idle() && IDLE.get().is_some_and(|idle| idle.address > 4_096)
}

/// The number of calls that saw an unknown recorder that may be the process-wide one, and of calls that saw a zero-sized one.
static UNKNOWN_SEEN: AtomicU32 = AtomicU32::new(0);
static ZERO_SIZED_SEEN: AtomicU32 = AtomicU32::new(0);

/// The cached handles of one series: those of the process-wide recorder, and those of the no-op recorder, because otherwise every call would register again in
/// a program without a recorder. Handles of other recorders are never cached.
#[derive(Debug)]
pub(crate) struct HandleCache<H> {
    process_wide: OnceLock<H>,
    idle: OnceLock<H>,
}

/// The handles of this thread's recorder.
pub(crate) enum Found<'a, H> {
    /// Cached handles.
    Kept(&'a H),
    /// Handles of a recorder that may go away.
    Transient(H),
}

impl<H> HandleCache<H> {
    pub(crate) const fn new() -> Self {
        Self { process_wide: OnceLock::new(), idle: OnceLock::new() }
    }

    /// Returns the cached handles of the process-wide recorder.
    #[cfg(feature = "exporter")]
    pub(crate) fn of_process(&self) -> Option<&H> {
        self.process_wide.get()
    }

    /// Returns the cached handles of this thread's recorder.
    #[inline]
    pub(crate) fn get(&self) -> Option<&H> {
        // No recorder is at 0, which stands for an unknown one.
        if metrics::with_recorder(address) == PROCESS_WIDE.load(Relaxed) {
            self.process_wide.get()
        } else {
            self.get_rarely()
        }
    }

    #[inline(never)]
    fn get_rarely(&self) -> Option<&H> {
        if metrics::with_recorder(is_process_wide) { self.process_wide.get() } else { self.get_idle() }
    }

    #[inline(never)]
    fn get_idle(&self) -> Option<&H> {
        self.idle.get().filter(|_| is_idle())
    }

    /// Returns the handles of this thread's recorder, created by `make` if they are not cached.
    pub(crate) fn get_or_make(&self, make: impl FnOnce(&dyn Recorder) -> H) -> Found<'_, H> {
        if let Some(kept) = self.get() {
            return Found::Kept(kept);
        }
        let is_idle = is_idle();
        metrics::with_recorder(|recorder| {
            // Not inside `get_or_init`: an instrumented recorder would deadlock there.
            let handles = make(recorder);
            if is_process_wide(recorder) {
                Found::Kept(self.process_wide.get_or_init(|| handles))
            } else if is_idle {
                Found::Kept(self.idle.get_or_init(|| handles))
            } else {
                Found::Transient(handles)
            }
        })
    }
}

/// Whether a recorder lives as long as the process, so that its handles may be cached.
#[inline]
fn is_process_wide(recorder: &dyn Recorder) -> bool {
    let known = PROCESS_WIDE.load(Relaxed);
    if known == 0 { has_identity(recorder) && look_closer(recorder) } else { known == address(recorder) }
}

#[cold]
fn look_closer(recorder: &dyn Recorder) -> bool {
    if is_worth_a_thread(&UNKNOWN_SEEN) {
        find_process_wide();
        #[cfg(feature = "exporter")]
        if PROCESS_WIDE.load(Relaxed) != 0 {
            crate::ticks::prepare();
        }
    }
    let known = PROCESS_WIDE.load(Relaxed);
    known != 0 && known == address(recorder)
}

/// Whether this thread uses the no-op recorder, which is there until one is installed.
fn is_idle() -> bool {
    let Some(current) = unsized_recorder() else { return false };
    if IDLE.get().is_none() && is_worth_a_thread(&ZERO_SIZED_SEEN) {
        find_idle();
    }
    IDLE.get() == Some(&current)
}

/// Finds the no-op recorder with a new thread.
fn find_idle() {
    let Some(found) = seen_by_a_fresh_thread().filter(|found| found.table != 0) else { return };
    IDLE.get_or_init(|| found);
}

/// A probe costs a thread, so it is made only at some of the counts. A test with many thread-local recorders probes rarely; a service probes once, right
/// after the installation.
fn is_worth_a_thread(met: &AtomicU32) -> bool {
    // Relaxed: no other memory depends on the count.
    let met = met.fetch_add(1, Relaxed).wrapping_add(1);
    met.is_power_of_two() || met.is_multiple_of(1024)
}

/// Finds the process-wide recorder with a new thread.
fn find_process_wide() {
    if let Some(Identity { address: found @ 1.., table: 0 }) = seen_by_a_fresh_thread() {
        PROCESS_WIDE.store(found, Relaxed);
    }
}

/// Returns the recorder of a new thread, which has no thread-local one. On platforms without threads nothing is cached, which is slower but correct.
fn seen_by_a_fresh_thread() -> Option<Identity> {
    // The new thread may make instrumented calls itself (in an allocator), which must not start another thread.
    static ASKING: AtomicBool = AtomicBool::new(false);
    // Relaxed: the flag publishes no other memory.
    if ASKING.swap(true, Relaxed) {
        return None;
    }
    // The stack is large enough for an instrumented allocator, whose first calls on this thread are set up from within its start.
    #[cfg(unoptimised)]
    let seen = unoptimised::seen_and_compared;
    let probe = thread::Builder::new().name("metrics-probe".into()).stack_size(512 * 1024).spawn(seen);
    let answer = probe.ok().and_then(|probe| probe.join().ok());
    ASKING.store(false, Relaxed);
    answer
}

/// Begins to count operations in shards, because the process-wide recorder is this crate's. Called directly after the installation, so that later calls need no
/// probe.
#[cfg(feature = "exporter")]
pub(crate) fn begin_sharding() {
    find_process_wide();
    let recorder = PROCESS_WIDE.load(Relaxed);
    #[cfg(unoptimised)]
    unoptimised::shard(recorder);
    #[cfg(not(unoptimised))]
    SHARDED.store(recorder, Relaxed);
}

/// Whether the address identifies the recorder. A zero-sized value has no address of its own; the no-op recorder of `metrics` is one.
fn has_identity(recorder: &dyn Recorder) -> bool {
    size_of_val(recorder) != 0
}

/// An address and a method table. Zero-sized values have no other identity; two of the same type at the same address cannot be distinguished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Identity {
    address: usize,
    /// The address of the method table of its type.
    table: usize,
}

/// This thread's recorder, if it is zero-sized.
fn unsized_recorder() -> Option<Identity> {
    Some(seen()).filter(|seen| seen.table != 0)
}

/// This thread's recorder; the table is 0 if its address identifies it. `inline(never)`, because other codegen units may have other copies of the same table.
#[inline(never)]
fn seen() -> Identity {
    metrics::with_recorder(|recorder| {
        if has_identity(recorder) { Identity { address: address(recorder), table: 0 } } else { identity(recorder) }
    })
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
fn identity(recorder: &dyn Recorder) -> Identity {
    let mut words = Words::default();
    std::ptr::hash(recorder, &mut words);
    words.0
}

/// Reads the two words of a pointer to a trait object, which stable Rust exposes only through `Hash`.
#[derive(Default)]
struct Words(Identity);

impl Hasher for Words {
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    fn write_usize(&mut self, word: usize) {
        self.0 = Identity { address: self.0.table, table: word };
    }

    fn write(&mut self, bytes: &[u8]) {
        // The standard library may hash the pointer as bytes; every byte is mixed in.
        let mut word = [0; size_of::<usize>()];
        for part in bytes.chunks(word.len()) {
            word[..part.len()].copy_from_slice(part);
            self.write_usize(usize::from_ne_bytes(word));
        }
    }

    fn finish(&self) -> u64 {
        0
    }
}

fn address(recorder: &dyn Recorder) -> usize {
    std::ptr::from_ref(recorder).cast::<()>().addr()
}
