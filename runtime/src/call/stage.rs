//! The state of the call of a future or stream: it begins at the first poll and ends once.

use std::mem;
use std::thread;

use super::running::Running;
use crate::recorder::current;
use crate::series::families::Families;
use crate::series::lazy::LazySeries;

/// What a call that begins later is counted in.
pub trait Later: Copy {
    /// Begins the call.
    fn begin(self) -> Running;

    /// Releases the values of a call that does not begin.
    fn release(self);

    /// Adds another call, and returns its series.
    fn pin_again(self) -> Self;

    /// Whether its values can expire.
    fn is_leased(self) -> bool;
}

/// An operation without labels. That it has its own type saves a word of the future, and a check when its call begins.
impl Later for &'static Families {
    #[inline]
    fn begin(self) -> Running {
        begin_unlabelled(self)
    }

    #[inline]
    fn release(self) {}

    #[inline]
    fn pin_again(self) -> Self {
        self
    }

    #[inline]
    fn is_leased(self) -> bool {
        false
    }
}

impl Later for LazySeries {
    #[inline]
    fn begin(self) -> Running {
        begin_lazily(self)
    }

    fn release(self) {
        LazySeries::release(self);
    }

    #[inline]
    fn pin_again(self) -> Self {
        LazySeries::pin_again(self)
    }

    #[inline]
    fn is_leased(self) -> bool {
        LazySeries::is_leased(self)
    }
}

/// The state of a call. If it is dropped while the call is running, the call is cancelled.
pub(super) struct Stage<L: Later> {
    series: L,
    call: Running,
}

// Futures are moved and nested, so every word counts. On some 32-bit processors, there is padding before the call.
const _: () = {
    let call = size_of::<Running>();
    assert!(call <= 2 * size_of::<u64>() && size_of::<LazySeries>() <= 2 * size_of::<usize>());
    let [word, words] = [size_of::<usize>(), size_of::<LazySeries>()];
    assert!(size_of::<Stage<&'static Families>>() == word.next_multiple_of(align_of::<Running>()) + call);
    assert!(size_of::<Stage<LazySeries>>() == words.next_multiple_of(align_of::<Running>()) + call);
};

impl<L: Later> Stage<L> {
    #[inline]
    pub(super) fn fresh(series: L) -> Self {
        Self { series, call: Running::NOT_BEGUN }
    }

    /// A new call of the same series.
    pub(super) fn anew(&self) -> Self {
        let Self { series, call } = *self;
        // Its values may have left since the end, and the clone of a completed future does not run.
        if call.has_ended() && call.has_begun() && series.is_leased() {
            return Self { series, call };
        }
        Self::fresh(series.pin_again())
    }

    /// The future is about to be dropped.
    #[inline]
    pub(super) fn is_dropped(&mut self) {
        if !self.call.has_ended() {
            dropped_while_running(&mut self.call);
        }
    }

    /// Runs a poll; the first poll begins the call. `ends` returns how the call ends, if it ends with this poll, and is not called if it is not counted.
    #[inline]
    pub(super) fn watch<R>(
        &mut self,
        poll: impl FnOnce() -> R,
        ends: impl FnOnce(&R) -> Option<(usize, Option<usize>)>,
    ) -> R {
        if !self.call.has_begun() {
            self.call = self.series.begin();
        }
        // If this is dropped before `forget`, the poll panicked. `thread::panicking()` is not sufficient: a future may be dropped while its thread unwinds
        // from another panic.
        let panics = Panics(&mut self.call);
        let result = poll();
        if !panics.0.has_ended()
            && let Some((outcome, error)) = ends(&result)
        {
            panics.0.end(outcome, error);
        }
        mem::forget(panics);
        result
    }
}

impl<L: Later> Drop for Stage<L> {
    #[inline]
    fn drop(&mut self) {
        if !self.call.has_begun() {
            self.series.release();
        }
        if !self.call.has_ended() {
            end_early(&mut self.call);
        }
    }
}

/// Ends the call as a panic when it is dropped; forgotten after a poll that returned.
struct Panics<'a>(&'a mut Running);

impl Drop for Panics<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.0.has_ended() {
            self.0.panic();
        }
    }
}

// The rest is not generic, so that a program has it once. A call begins in place only with link-time optimization, as with `start_call`.

fn begin_unlabelled(families: &'static Families) -> Running {
    let current = current();
    if current.is_nothing() { Running::UNCOUNTED } else { Running::begun_unlabelled(families, current) }
}

fn begin_lazily(series: LazySeries) -> Running {
    let current = current();
    if current.is_nothing() {
        series.release();
        return Running::UNCOUNTED;
    }
    Running::begun(series, current)
}

/// The future is about to be dropped. `extern "C"` says that it does not unwind, which makes the drop of every future smaller.
#[cold]
#[inline(never)]
#[allow(improper_ctypes_definitions, reason = "called only here")]
extern "C" fn dropped_while_running(call: &mut Running) {
    if thread::panicking() {
        *call = call.while_unwinding();
    }
}

/// The future was dropped.
#[cold]
#[inline(never)]
fn end_early(call: &mut Running) {
    // If the thread began to unwind during the drop, something that the future owns panicked.
    if thread::panicking() && !call.is_while_unwinding() {
        call.panic();
    } else {
        call.cancel();
    }
}
