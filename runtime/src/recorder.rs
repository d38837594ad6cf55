//! Which recorder a call meets, and what may be kept of it.
//!
//! A recorder set with `metrics::set_global_recorder` stays for the life of the process, so its address identifies it, and handles made from it may be kept.
//! A thread-local one (`metrics::with_local_recorder`, used by tests) comes and goes, and the next one may have the same address. `metrics` does not say which
//! of the two it hands out, nor when one is set, so every call asks `metrics::with_recorder` and compares addresses:
//!
//! | address | what it is | calls |
//! | --- | --- | --- |
//! | [`SHARDED`] | the process-wide recorder, and it is ours | count in the shards |
//! | any, with the method table of `NoopRecorder` | the recorder of `metrics` that does nothing | are not counted |
//! | [`PROCESS_WIDE`] | another process-wide recorder | use the handles that are kept |
//! | any other | a thread's own recorder, or one not seen before | register handles for the one call |
//!
//! A fresh thread has no local recorder: what it sees is the process-wide one. That is how both are found, seldom (see [`is_worth_a_thread`]). A value without a
//! size has no address of its own; there the method table is compared, too.
//!
//! The addresses are stored once and never followed, so `Relaxed` loads are enough: a call that misses a new one takes the next row of the table, which is
//! slower and also right.

use std::hash::Hasher;
use std::sync::OnceLock;
use std::sync::atomic::{
    AtomicBool, AtomicU32, AtomicUsize,
    Ordering::{Relaxed, Release},
};
use std::thread;

use metrics::Recorder;

/// The address of the process-wide recorder, 0 while it is not known. It never changes once set.
static PROCESS_WIDE: AtomicUsize = AtomicUsize::new(0);

/// The same, once it is known, if that recorder is ours and counts operations in shards.
#[cfg(feature = "exporter")]
static SHARDED: AtomicUsize = AtomicUsize::new(0);

/// The recorder without size that a fresh thread saw first: that of `metrics` that does nothing, until one is installed. It never changes
/// once set.
static IDLE: OnceLock<Identity> = OnceLock::new();

/// Where a call of an operation counts that begins now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// In the shards: this thread's metrics go to the process-wide recorder, and that is ours.
    #[cfg(feature = "exporter")]
    Shards,
    /// Nowhere: no recorder is installed, neither for the process nor for this thread.
    Nowhere,
    /// Through the facade.
    Facade,
}

/// Continues with where a call that begins now counts. A thread may get a recorder of its own at any time, and `metrics` tells nobody, so every call asks.
///
/// A continuation and not a value: `metrics` has three recorders to choose from, and with what follows behind each choice nothing is decided twice.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn with_destination<R>(f: impl FnOnce(Destination) -> R) -> R {
    metrics::with_recorder(|recorder| {
        let Identity { address, table } = identity(recorder);
        // The recorder of `metrics` that does nothing is known here by its type. Where `with_recorder` falls back to it, the compiler sees the
        // same table twice, and nothing is left to compare.
        if table == nothing().table {
            return f(Destination::Nowhere);
        }
        // Relaxed: an address is compared and never followed; a thread that misses a new one takes the way through the facade, which is right too.
        #[cfg(feature = "exporter")]
        if address == SHARDED.load(Relaxed) {
            return f(Destination::Shards);
        }
        f(Destination::Facade)
    })
}

/// What identifies the recorder of `metrics` that does nothing. Another codegen unit may have another copy of its table; calls that meet that one go
/// through the facade, and end in [`is_nowhere`].
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
fn nothing() -> Identity {
    identity(&metrics::NoopRecorder)
}

/// Whether no recorder is installed, for calls that [`destination`] sent to the facade.
#[cold]
pub(crate) fn is_nowhere() -> bool {
    // `metrics` boxes what is installed, and a value without size has no memory: the box's address is the alignment. The recorder that does nothing is a
    // static of its own. So a recorder without size that a user installed is never taken for it.
    is_idle() && IDLE.get().is_some_and(|idle| idle.address > 4_096)
}

/// How often a recorder was met that might be the process-wide one, and how often one without size.
static STRANGERS: AtomicU32 = AtomicU32::new(0);
static UNSIZED: AtomicU32 = AtomicU32::new(0);

/// What is kept of one series: the handles of the process-wide recorder, once there is one, and those of what is there before, without which
/// a program that installs none would register every call anew. No other recorder's are ever kept.
#[derive(Debug)]
pub(crate) struct HandleCache<H> {
    process_wide: OnceLock<H>,
    idle: OnceLock<H>,
}

/// Handles of what this thread's metrics go to.
pub(crate) enum Found<'a, H> {
    /// They stay.
    Kept(&'a H),
    /// Those of a recorder that will not.
    Transient(H),
}

impl<H> HandleCache<H> {
    pub(crate) const fn new() -> Self {
        Self { process_wide: OnceLock::new(), idle: OnceLock::new() }
    }

    /// The handles of what this thread's metrics go to, if they are there already.
    #[inline]
    pub(crate) fn get(&self) -> Option<&H> {
        if metrics::with_recorder(is_process_wide) { self.process_wide.get() } else { self.get_idle() }
    }

    #[inline(never)]
    fn get_idle(&self) -> Option<&H> {
        self.idle.get().filter(|_| is_idle())
    }

    /// The same, made if they are not.
    pub(crate) fn get_or_make(&self, make: impl FnOnce(&dyn Recorder) -> H) -> Found<'_, H> {
        if let Some(kept) = self.get() {
            return Found::Kept(kept);
        }
        let is_idle = is_idle();
        metrics::with_recorder(|recorder| {
            // Not within `get_or_init`: a recorder that is annotated itself would wait for itself there.
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

/// Whether a recorder lives as long as the process, so that its handles may be kept.
#[inline]
fn is_process_wide(recorder: &dyn Recorder) -> bool {
    let known = PROCESS_WIDE.load(Relaxed);
    if known == 0 { has_identity(recorder) && look_closer(recorder) } else { known == address(recorder) }
}

#[cold]
fn look_closer(recorder: &dyn Recorder) -> bool {
    if is_worth_a_thread(&STRANGERS) {
        find_process_wide();
    }
    let known = PROCESS_WIDE.load(Relaxed);
    known != 0 && known == address(recorder)
}

/// Whether this thread's metrics go to the recorder that is there while none is installed.
fn is_idle() -> bool {
    let Some(current) = unsized_recorder() else { return false };
    if IDLE.get().is_none() && is_worth_a_thread(&UNSIZED) {
        find_idle();
    }
    IDLE.get() == Some(&current)
}

/// Asks a fresh thread for the recorder without size that it sees.
fn find_idle() {
    let Some(Some(found)) = on_a_fresh_thread(unsized_recorder) else { return };
    IDLE.get_or_init(|| found);
}

/// Asking costs a thread. A test that lives on local recorders asks seldom; a service asks once, right after installation.
fn is_worth_a_thread(met: &AtomicU32) -> bool {
    let met = met.fetch_add(1, Relaxed).wrapping_add(1);
    met.is_power_of_two() || met.is_multiple_of(1024)
}

/// Asks a fresh thread which recorder is the process-wide one.
fn find_process_wide() {
    let probe = || metrics::with_recorder(|recorder| if has_identity(recorder) { address(recorder) } else { 0 });
    if let Some(found @ 1..) = on_a_fresh_thread(probe) {
        PROCESS_WIDE.store(found, Relaxed);
    }
}

/// What a thread says that has no local recorder. On a platform without threads, nothing is ever kept; it is slower, and right.
fn on_a_fresh_thread<R: Send + 'static>(probe: impl FnOnce() -> R + Send + 'static) -> Option<R> {
    // The thread may make annotated calls itself (an allocator's), and they must not ask for another one.
    static ASKING: AtomicBool = AtomicBool::new(false);
    // Relaxed: nothing is handed over by the flag.
    if ASKING.swap(true, Relaxed) {
        return None;
    }
    let answer = spawn_and_join(probe);
    ASKING.store(false, Relaxed);
    answer
}

fn spawn_and_join<R: Send + 'static>(probe: impl FnOnce() -> R + Send + 'static) -> Option<R> {
    thread::Builder::new().name("metrics-probe".into()).stack_size(64 * 1024).spawn(probe).ok()?.join().ok()
}

/// The process-wide recorder is ours: operations are counted in shards from now on. Right after the installation, it spares the calls that follow
/// to ask for it.
#[cfg(feature = "exporter")]
pub(crate) fn begin_sharding() {
    find_process_wide();
    // Release: the exporter that shows the shards was made before.
    SHARDED.store(PROCESS_WIDE.load(Relaxed), Release);
}

/// A value without size has no address of its own; `metrics`' no-op recorder, which is there until one is installed, is such a value.
fn has_identity(recorder: &dyn Recorder) -> bool {
    size_of_val(recorder) != 0
}

/// A place and a type. Values without size have nothing else to be told apart by; two of one type at one place are the same to everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Identity {
    address: usize,
    /// Of the methods of its type.
    table: usize,
}

/// The recorder that this thread's metrics go to, if it has no size. One function for all who ask: compiled elsewhere, the table of one type
/// may be another copy.
#[inline(never)]
fn unsized_recorder() -> Option<Identity> {
    metrics::with_recorder(|recorder| (!has_identity(recorder)).then(|| identity(recorder)))
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
fn identity(recorder: &dyn Recorder) -> Identity {
    let mut words = Words::default();
    std::ptr::hash(recorder, &mut words);
    words.0
}

/// Takes the two words of a pointer to a trait object, which the standard library tells to nobody but a hasher.
#[derive(Default)]
struct Words(Identity);

impl Hasher for Words {
    fn write_usize(&mut self, word: usize) {
        self.0 = Identity { address: self.0.table, table: word };
    }

    fn write(&mut self, bytes: &[u8]) {
        // Whatever it is that is hashed, and be it in one piece, takes part.
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
