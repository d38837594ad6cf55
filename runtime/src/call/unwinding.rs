//! Targets of calls that began while their thread was unwinding. This is recorded in the target, so that guards of all other calls need no word for it.

use std::sync::{Mutex, PoisonError};

use crate::setup::SetUp;
use crate::shards::target::CallTarget;

/// Returns the target that stands for this one. Never freed: neither is the target. `None` if the thread is in a set-up, which allocates: an instrumented
/// allocator makes calls then, and they must not wait for the lock.
pub(super) fn target(target: &'static CallTarget) -> Option<&'static CallTarget> {
    /// Pairs of a target and the one that stands for it, by the address of the first. A list, because a map would be more code in every program.
    static ALL: Mutex<Vec<[&CallTarget; 2]>> = Mutex::new(Vec::new());
    let _set_up = SetUp::begin()?;
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let address = |target: &CallTarget| std::ptr::from_ref(target).addr();
    match all.binary_search_by_key(&address(target), |[known, _]| address(known)) {
        Ok(at) => Some(all[at][1]),
        Err(at) => {
            let standing: &'static CallTarget = Box::leak(Box::new(CallTarget::WhileUnwinding(target)));
            all.insert(at, [target, standing]);
            Some(standing)
        }
    }
}
