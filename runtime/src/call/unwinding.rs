//! Targets of calls that began while their thread was unwinding. This is recorded in the target, so that guards of all other calls need no word for it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::setup::SetUp;
use crate::shards::target::CallTarget;

/// Returns the target that stands for this one. Never freed: neither is the target. `None` if the thread is in a set-up, which allocates: an instrumented
/// allocator makes calls then, and they must not wait for the lock.
pub(super) fn target(target: &'static CallTarget) -> Option<&'static CallTarget> {
    static ALL: Mutex<BTreeMap<usize, &'static CallTarget>> = Mutex::new(BTreeMap::new());
    let _set_up = SetUp::begin()?;
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let address = std::ptr::from_ref(target).addr();
    Some(all.entry(address).or_insert_with(|| Box::leak(Box::new(CallTarget::WhileUnwinding(target)))))
}
