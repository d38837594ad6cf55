//! Which sites share the values of an open label with `idle`: those that share a family.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};

use metrics::atomics::AtomicU64;

use super::places::Values;
use crate::clock::{self, NOT_TIMED};
#[cfg(feature = "exporter")]
use crate::setup::SetUp;

/// The values of one label.
struct Group {
    label: &'static str,
    /// The families of all sites that share them.
    families: Vec<&'static str>,
    values: &'static Values,
}

/// Never freed, as the statics of the sites.
static GROUPS: Mutex<Vec<Group>> = Mutex::new(Vec::new());

/// How far tests moved the time, in nanoseconds.
static AHEAD: AtomicU64 = AtomicU64::new(0);

/// The time by which values leave, in nanoseconds; [`NOT_TIMED`] without a clock.
pub(crate) fn now() -> u64 {
    match clock::reading() {
        NOT_TIMED => NOT_TIMED,
        reading => reading.saturating_add(AHEAD.load(Relaxed)),
    }
}

/// Moves the time on.
#[cfg(feature = "testing")]
pub(crate) fn advance(nanoseconds: u64) {
    let _ = AHEAD.fetch_update(Relaxed, Relaxed, |ahead| Some(ahead.saturating_add(nanoseconds)));
}

/// The values of a label that these families carry, shared with every site that has one of them.
pub(crate) fn shared(label: &'static str, families: &[&'static str], make: impl FnOnce() -> Values) -> &'static Values {
    let mut groups = groups();
    let shares = |group: &&mut Group| group.label == label && group.families.iter().any(|name| families.contains(name));
    if let Some(group) = groups.iter_mut().find(shares) {
        let new = families.iter().filter(|name| !group.families.contains(name)).copied().collect::<Vec<_>>();
        group.families.extend(new);
        return group.values;
    }
    let values: &'static Values = Box::leak(Box::new(make()));
    groups.push(Group { label, families: families.to_vec(), values });
    values
}

/// Has all values leave that were not seen for as long as their labels say.
#[cfg(feature = "exporter")]
pub(crate) fn expire() {
    let _set_up = SetUp::enter();
    let now = now();
    groups().iter().for_each(|group| group.values.expire(now));
}

/// Has a value leave at once. `None` if no call of the family was made, or if it has no such label with `idle`; otherwise whether the value is gone.
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
