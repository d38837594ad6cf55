//! The handles of calls on recorders that do not stay, such as a thread's own in a test: kept aside for the one call, so that a guard is two words
//! for every other call.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

use metrics::atomics::AtomicU64;

use crate::handles::Handles;
use crate::setup::SetUp;

/// Handles, and the clock's reading when the call began.
type Kept = (Box<Handles>, u64);

static CALLS: Mutex<BTreeMap<u64, Kept>> = Mutex::new(BTreeMap::new());

/// Keeps the handles of a call that began, and returns its number.
pub(super) fn keep(handles: Box<Handles>, since: u64) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Relaxed: all that matters is that no two calls get the same number.
    let number = NEXT.fetch_add(1, Relaxed);
    let _set_up = SetUp::enter();
    CALLS.lock().unwrap_or_else(PoisonError::into_inner).insert(number, (handles, since));
    number
}

/// Takes the handles of a call that ends.
pub(super) fn take(number: u64) -> Option<Kept> {
    let _set_up = SetUp::enter();
    CALLS.lock().unwrap_or_else(PoisonError::into_inner).remove(&number)
}
