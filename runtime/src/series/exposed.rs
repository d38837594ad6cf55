//! The series that are counted in shards, in the order of their first calls, for the exposition.

use std::sync::{Mutex, PoisonError};

use super::families::Series;
use crate::live::shared;
use crate::live::time::Time;
use crate::live::tracking::Tracking;
use crate::names::Role;
use crate::setup::SetUp;
use crate::shards::block::Block;
use crate::shards::target::{CallTarget, Tracked};
use crate::ticks::Clock;

static EXPOSED: Mutex<Vec<&'static Series>> = Mutex::new(Vec::new());

/// Gives a series its number, if it has none yet, and adds it to the exposition. `None` if no numbers are left.
pub(crate) fn add(series: &'static Series) -> Option<&'static CallTarget> {
    series.sharded_or(|| {
        let block = Block::allocate(series.meta(), series.reserved())?;
        let leased = series.leased();
        let target = match (tracking(series), leased) {
            (None, None) => CallTarget::Sharded(block),
            (tracking, leased) => {
                let tracking = tracking.unwrap_or_else(|| Tracking::nothing(Time::Shards(Clock::get())));
                CallTarget::Tracked(Box::new(Tracked { block, tracking, leased }))
            }
        };
        // Added before the target is set, so that the series is in the list when its first call is counted.
        EXPOSED.lock().unwrap_or_else(PoisonError::into_inner).push(series);
        Some(target)
    })
}

/// Returns the trackers of a series, if its operation has any.
fn tracking(series: &'static Series) -> Option<Tracking> {
    let meta = series.meta();
    if !meta.families.iter().any(|(role, _)| role.needs_own_recorder()) {
        return None;
    }
    let oldest = meta.family(Role::Oldest);
    let (keys, time) = (series.lasting_keys(), Time::Shards(Clock::get()));
    let peak = keys.of(Role::Peak).first().map(|key| shared::peak(key, &time));
    let oldest = oldest.zip(keys.of(Role::Oldest).into_iter().next());
    let oldest = oldest.map(|(family, key)| shared::oldest(&key, family.name, &time));
    let polls = keys.of(Role::Polls).first().map(|key| shared::polls(key, meta.slow_poll, &time));
    Some(Tracking { time, peak, oldest, polls, seen: None })
}

/// Adds a series without a target, as if another thread were about to set it.
#[cfg(all(test, feature = "http"))]
pub(crate) fn add_unfinished(series: &'static Series) {
    EXPOSED.lock().unwrap_or_else(PoisonError::into_inner).push(series);
}

/// Sets the target of such a series.
#[cfg(all(test, feature = "http"))]
pub(crate) fn finish(series: &'static Series) -> Option<&'static CallTarget> {
    series.sharded_or(|| Some(CallTarget::Sharded(Block::allocate(series.meta(), series.reserved())?)))
}

/// Returns the series after the first `seen`. The last ones may not have a number yet; they have counted nothing.
pub(crate) fn after(seen: usize) -> Vec<&'static Series> {
    let _set_up = SetUp::enter();
    let exposed = EXPOSED.lock().unwrap_or_else(PoisonError::into_inner);
    exposed[seen..].to_vec()
}
