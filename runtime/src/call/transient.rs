//! The handles of calls on recorders that may go away, such as a thread-local one in a test. They are stored in a map for one call, so that a running
//! call needs only two words.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use metrics::atomics::AtomicU64;

use crate::handles::Handles;
use crate::setup::SetUp;

/// The handles, and the clock's reading when the call began.
type Entry = (Box<Handles>, u64);

static CALLS: Mutex<BTreeMap<u64, Entry>> = Mutex::new(BTreeMap::new());

/// Stores the handles of a call that began, and returns the call's number.
pub(super) fn keep(handles: Box<Handles>, since: u64) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Relaxed: the numbers only have to be unique.
    let number = NEXT.fetch_add(1, Relaxed);
    let _set_up = SetUp::enter();
    CALLS.lock().unwrap_or_else(PoisonError::into_inner).insert(number, (handles, since));
    number
}

/// Ends a call. An instrumented allocator would begin another transient call when the handles are freed, and so on without end; its calls are not counted
/// until then.
pub(super) fn end(number: u64, outcome: usize, error: Option<usize>) {
    let _set_up = SetUp::enter();
    let kept = CALLS.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
    if let Some((handles, since)) = kept {
        handles.end(since, outcome, error);
    }
}
