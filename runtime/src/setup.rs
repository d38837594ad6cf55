//! One set-up at a time on each thread.
//!
//! What a call counts in is made when it is first needed: a table of series, handles, a thread's shard. Making it allocates, registers and takes
//! locks, and any of that may be annotated itself (an allocator, a recorder): such a call would wait for itself. A call that finds its thread
//! in the middle of a set-up therefore makes nothing, and runs uncounted. Calls whose series and shard are there already are counted as always.

use std::cell::Cell;

thread_local! {
    /// Constant and without a destructor: reading it allocates nothing, up to the very end of the thread.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Marks this thread as busy with a set-up until it is dropped.
#[derive(Debug)]
pub(crate) struct SetUp {
    before: bool,
}

impl SetUp {
    /// Begins a set-up, or returns `None` if this thread is in the middle of one.
    pub(crate) fn begin() -> Option<Self> {
        (!BUSY.get()).then(Self::enter)
    }

    /// Begins a set-up in any case: for code that takes the same locks as a call's set-up does, and allocates meanwhile.
    pub(crate) fn enter() -> Self {
        Self { before: BUSY.replace(true) }
    }
}

impl Drop for SetUp {
    fn drop(&mut self) {
        BUSY.set(self.before);
    }
}
