//! The series that are counted in shards, in the order of their first calls, for the exposition.

use std::sync::{Mutex, PoisonError};

use super::families::Series;
use super::target::{CallTarget, Tracked};
use crate::live::shared;
use crate::live::time::Time;
use crate::live::tracking::Tracking;
use crate::names::Role;
use crate::setup::SetUp;
use crate::shards::block::Block;
use crate::shards::clock::Clock;

static EXPOSED: Mutex<Vec<&'static Series>> = Mutex::new(Vec::new());

/// Allocates the slots of a series, if it has none yet, and adds it to the exposition. `None` if no slots are left.
pub(crate) fn add(series: &'static Series) -> Option<&'static CallTarget> {
    series.sharded_or(|| {
        let block = Block::allocate(series.meta())?;
        EXPOSED.lock().unwrap_or_else(PoisonError::into_inner).push(series);
        Some(match tracking(series) {
            None => CallTarget::Sharded(block),
            Some(tracking) => CallTarget::Tracked(Box::new(Tracked { block, tracking })),
        })
    })
}

/// The trackers of a series, if its operation asks for any.
fn tracking(series: &'static Series) -> Option<Tracking> {
    let meta = series.meta();
    let oldest = meta.family(Role::Oldest);
    if oldest.is_none() && meta.family(Role::Peak).is_none() {
        return None;
    }
    let (keys, time) = (series.keys(), Time::Shards(Clock::get()));
    let peak = keys.of(Role::Peak).first().map(|key| shared::peak(key, &time));
    let oldest = oldest.zip(keys.of(Role::Oldest).first());
    let oldest = oldest.map(|(family, key)| shared::oldest(key, family.name, &time));
    Some(Tracking { time, peak, oldest })
}

/// The series after the first `seen`, up to the first one whose slots are still being allocated; that one is returned next time.
pub(crate) fn after(seen: usize) -> Vec<&'static Series> {
    let _set_up = SetUp::enter();
    let exposed = EXPOSED.lock().unwrap_or_else(PoisonError::into_inner);
    exposed[seen..].iter().copied().take_while(|series| series.block().is_some()).collect()
}
