//! Guards against re-entrant set-ups: each thread performs at most one set-up at a time.
//!
//! The table of series, the handles and a thread's shard are created when a call first needs them. This set-up allocates, registers metrics and takes
//! locks. An allocator or a recorder may be instrumented itself, and its calls would then deadlock on those locks. Therefore a call that begins while its
//! thread is in a set-up does not start another one, and is not counted. Calls whose series and shard already exist are counted as usual.

use std::cell::Cell;

thread_local! {
    /// `const` and without a destructor: it can be read without an allocation until the thread ends.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Marks this thread as being in a set-up until it is dropped.
#[derive(Debug)]
pub(crate) struct SetUp {
    before: bool,
}

impl SetUp {
    /// Begins a set-up, or returns `None` if this thread is already in one.
    pub(crate) fn begin() -> Option<Self> {
        (!BUSY.get()).then(Self::enter)
    }

    /// Begins a set-up in any case: for code that allocates while it holds the locks of a set-up.
    pub(crate) fn enter() -> Self {
        Self { before: BUSY.replace(true) }
    }
}

impl Drop for SetUp {
    fn drop(&mut self) {
        BUSY.set(self.before);
    }
}
