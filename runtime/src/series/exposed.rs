//! The series that are counted in shards, in the order of their first calls, for the exposition.

use std::sync::{Mutex, PoisonError};

use super::families::Series;
use super::target::CallTarget;
use crate::setup::SetUp;
use crate::shards::block::Block;

static EXPOSED: Mutex<Vec<&'static Series>> = Mutex::new(Vec::new());

/// Allocates the slots of a series, if it has none yet, and adds it to the exposition. `None` if no slots are left.
pub(crate) fn add(series: &'static Series) -> Option<&'static CallTarget> {
    series.sharded_or(|| {
        let block = Block::allocate(series.meta())?;
        EXPOSED.lock().unwrap_or_else(PoisonError::into_inner).push(series);
        Some(CallTarget::Sharded(block))
    })
}

/// The series after the first `seen`, up to the first one whose slots are still being allocated; that one is returned next time.
pub(crate) fn after(seen: usize) -> Vec<&'static Series> {
    let _set_up = SetUp::enter();
    let exposed = EXPOSED.lock().unwrap_or_else(PoisonError::into_inner);
    exposed[seen..].iter().copied().take_while(|series| series.block().is_some()).collect()
}
