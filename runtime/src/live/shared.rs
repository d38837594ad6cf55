//! The trackers of calls in the shards, one for each series of a family: sites that share the series share them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use metrics::Key;

use super::oldest::Oldest;
use super::peak::Peak;
use super::polls::Polls;
use super::time::Time;

/// By the key of the series.
struct All<T>(Mutex<Option<HashMap<Key, Weak<T>>>>);

static PEAKS: All<Peak> = All(Mutex::new(None));
static POLLS: All<Polls> = All(Mutex::new(None));
static OLDEST: All<Oldest> = All(Mutex::new(None));

impl<T> All<T> {
    fn of(&self, key: &Key, make: impl FnOnce() -> T) -> Arc<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = all.get_or_insert_default();
        if let Some(found) = all.get(key).and_then(Weak::upgrade) {
            return found;
        }
        // Removes the entries of series that no longer exist, when the map would have to grow.
        if all.len() == all.capacity() {
            all.retain(|_, tracker| tracker.strong_count() > 0);
        }
        let tracker = Arc::new(make());
        all.insert(key.clone(), Arc::downgrade(&tracker));
        tracker
    }
}

/// Returns the peak of a series.
pub(crate) fn peak(key: &Key, time: &Time) -> Arc<Peak> {
    PEAKS.of(key, || Peak::new(time.clone()))
}

/// Returns the polls of a series; a poll is slow above this number of nanoseconds.
pub(crate) fn polls(key: &Key, slow: u64, time: &Time) -> Arc<Polls> {
    POLLS.of(key, || Polls::new(time.clone(), slow))
}

/// Returns the start times of a series, whose family has this name.
pub(crate) fn oldest(key: &Key, family: &'static str, time: &Time) -> Arc<Oldest> {
    OLDEST.of(key, || Oldest::new(time.clone(), family))
}
