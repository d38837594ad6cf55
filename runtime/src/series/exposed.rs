//! The series that are counted in shards, in the order in which they came, for the exposition.

use std::sync::{Mutex, PoisonError};

use super::families::Series;
use super::target::CallTarget;
use crate::setup::SetUp;
use crate::shards::block::Block;

static EXPOSED: Mutex<Vec<&'static Series>> = Mutex::new(Vec::new());

/// Gives a series its slots, if it has none yet, and shows it from now on. `None` if no slots are left.
pub(crate) fn add(series: &'static Series) -> Option<&'static CallTarget> {
    series.sharded_or(|| {
        let block = Block::allocate(series.meta())?;
        EXPOSED.lock().unwrap_or_else(PoisonError::into_inner).push(series);
        Some(CallTarget::Sharded(block))
    })
}

/// The series after the first `seen`, as far as they have their slots: one that gets them just now comes next time.
pub(crate) fn after(seen: usize) -> Vec<&'static Series> {
    let _set_up = SetUp::enter();
    let exposed = EXPOSED.lock().unwrap_or_else(PoisonError::into_inner);
    exposed[seen..].iter().copied().take_while(|series| series.block().is_some()).collect()
}
