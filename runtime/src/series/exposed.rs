//! The series that are counted in shards, in the order of their first calls, for the exposition.

use std::sync::{Mutex, PoisonError};

use super::families::Series;
use crate::setup::SetUp;
use crate::shards::block::Block;
use crate::shards::target::CallTarget;

static EXPOSED: Mutex<Vec<&'static Series>> = Mutex::new(Vec::new());

/// Gives a series its number, if it has none yet, and shows it from now on. `None` if no numbers are left.
pub(crate) fn add(series: &'static Series) -> Option<&'static CallTarget> {
    series.sharded_or(|| {
        let block = Block::allocate(series.meta(), series.reserved())?;
        EXPOSED.lock().unwrap_or_else(PoisonError::into_inner).push(series);
        Some(CallTarget::Sharded(block))
    })
}

/// The series after the first `seen`, as far as they have their numbers: one that gets it just now comes next time.
pub(crate) fn after(seen: usize) -> Vec<&'static Series> {
    let _set_up = SetUp::enter();
    let exposed = EXPOSED.lock().unwrap_or_else(PoisonError::into_inner);
    exposed[seen..].iter().copied().take_while(|series| series.block().is_some()).collect()
}
