//! Targets of calls that began while their thread was unwinding. This is recorded in the target, so that guards of all other calls need no word for it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::setup::SetUp;
use crate::shards::target::CallTarget;

/// Returns the target that stands for this one. Never freed: neither is the target.
pub(super) fn target(target: &'static CallTarget) -> &'static CallTarget {
    static ALL: Mutex<BTreeMap<usize, &'static CallTarget>> = Mutex::new(BTreeMap::new());
    // An instrumented allocator makes calls, which must not wait for the lock.
    let Some(_set_up) = SetUp::begin() else { return target };
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let address = std::ptr::from_ref(target).addr();
    all.entry(address).or_insert_with(|| Box::leak(Box::new(CallTarget::WhileUnwinding(target))))
}
