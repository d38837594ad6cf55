//! Which sites share the values of an open label with `idle`: those that share a family.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::atomics::AtomicU64;

use super::places::IdleValues;
#[cfg(not(feature = "exporter"))]
use crate::clock;
use crate::clock::NOT_TIMED;
#[cfg(feature = "exporter")]
use crate::setup::SetUp;
#[cfg(feature = "exporter")]
use crate::ticks;

/// The values of one label.
struct Group {
    label: &'static str,
    /// The families of all sites that share them.
    families: Vec<&'static str>,
    values: &'static IdleValues,
}

/// Never freed, like the statics of the sites.
static GROUPS: Mutex<Vec<Group>> = Mutex::new(Vec::new());

/// How far tests advanced the time, in nanoseconds. Relaxed: no other memory depends on it.
static AHEAD: AtomicU64 = AtomicU64::new(0);

/// The current time, in nanoseconds; [`NOT_TIMED`] without a clock.
pub(crate) fn now() -> u64 {
    #[cfg(feature = "exporter")]
    let reading = ticks::nanoseconds();
    #[cfg(not(feature = "exporter"))]
    let reading = clock::reading();
    match reading {
        NOT_TIMED => NOT_TIMED,
        reading => reading.saturating_add(AHEAD.load(Relaxed)),
    }
}

/// Advances the time.
#[cfg(feature = "testing")]
pub(crate) fn advance(nanoseconds: u64) {
    let _ = AHEAD.fetch_update(Relaxed, Relaxed, |ahead| Some(ahead.saturating_add(nanoseconds)));
}

/// Returns the values of a label of these families, shared with every site that has one of the families.
pub(crate) fn shared(
    label: &'static str,
    families: &[&'static str],
    make: impl FnOnce() -> IdleValues,
) -> &'static IdleValues {
    let mut groups = groups();
    let shares = |group: &&mut Group| group.label == label && group.families.iter().any(|name| families.contains(name));
    if let Some(group) = groups.iter_mut().find(shares) {
        let new = families.iter().filter(|name| !group.families.contains(name)).copied().collect::<Vec<_>>();
        group.families.extend(new);
        return group.values;
    }
    let values: &'static IdleValues = Box::leak(Box::new(make()));
    groups.push(Group { label, families: families.to_vec(), values });
    values
}

/// Removes all values that had no call for the `idle` time of their label.
#[cfg(feature = "exporter")]
pub(crate) fn expire() {
    let _set_up = SetUp::enter();
    let now = now();
    groups().iter().for_each(|group| group.values.expire(now));
}

/// Removes a value at once. Returns `None` if the family has had no call, or has no such label with `idle`; otherwise whether the value was removed.
#[cfg(feature = "exporter")]
pub(crate) fn retire(family: &str, label: &str, value: &str) -> Option<bool> {
    let _set_up = SetUp::enter();
    let groups = groups();
    let group = groups.iter().find(|group| group.label == label && group.families.contains(&family))?;
    Some(group.values.retire(value))
}

fn groups() -> MutexGuard<'static, Vec<Group>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}
