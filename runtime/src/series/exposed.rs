//! The series that are counted in shards, in the order in which they came, for the exposition.

use std::sync::{Mutex, PoisonError};

use super::families::Series;
use crate::shards::block::Block;

static EXPOSED: Mutex<Vec<&'static Series>> = Mutex::new(Vec::new());

/// Gives a series its slots and shows it from now on.
pub(super) fn add(series: &'static Series) -> Option<Block> {
    let block = Block::allocate(series.meta())?;
    EXPOSED.lock().unwrap_or_else(PoisonError::into_inner).push(series);
    Some(block)
}

/// Those that came after the first `seen`.
pub(crate) fn after(seen: usize) -> Vec<&'static Series> {
    EXPOSED.lock().unwrap_or_else(PoisonError::into_inner)[seen..].to_vec()
}
