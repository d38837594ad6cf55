//! The handles of calls on recorders that may go away, such as a thread-local one in a test. They are stored in a list for one call, so that a running
//! call needs only two words.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::setup::SetUp;
use crate::shards::target::CallTarget;

/// The handles, and the clock's reading when the call began.
type Entry = (Box<CallTarget>, u64);

/// The running calls, by their numbers. A list, because a map would be more code in every program.
struct Calls {
    /// `None` where the number is free.
    running: Vec<Option<Entry>>,
    /// The numbers that are free.
    free: Vec<usize>,
}

static CALLS: Mutex<Calls> = Mutex::new(Calls { running: Vec::new(), free: Vec::new() });

fn calls() -> MutexGuard<'static, Calls> {
    CALLS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stores the handles of a call that began, and returns the call's number.
pub(super) fn keep(handles: Box<CallTarget>, since: u64) -> u64 {
    let _set_up = SetUp::enter();
    let mut calls = calls();
    let number = calls.free.pop().unwrap_or(calls.running.len());
    let entry = Some((handles, since));
    match calls.running.get_mut(number) {
        Some(place) => *place = entry,
        None => calls.running.push(entry),
    }
    number as u64
}

/// Ends a call. An instrumented allocator would begin another transient call when the handles are freed, and so on without end; its calls are not counted
/// until then.
#[allow(clippy::cast_possible_truncation, reason = "it was an index")]
pub(super) fn end(number: u64, outcome: usize, error: Option<usize>) {
    let _set_up = SetUp::enter();
    let number = number as usize;
    let mut calls = calls();
    let kept = calls.running.get_mut(number).and_then(Option::take);
    if kept.is_some() {
        calls.free.push(number);
    }
    drop(calls);
    if let Some((target, since)) = kept
        && let CallTarget::Kept(handles) = &*target
    {
        handles.end(since, outcome, error);
    }
}
