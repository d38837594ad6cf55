//! The places of one label's values, see `idle.rs`.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::atomic::{AtomicU64, Ordering, RwLock};
use crate::clock::NOT_TIMED;
use crate::names::OTHER;

/// The values of one label, of all sites that share a family.
pub(crate) struct Values {
    max: usize,
    /// In nanoseconds.
    idle: u64,
    places: Box<[Place]>,
    taken: RwLock<Taken>,
    /// No value leaves before this time, so that values beyond the cap do not look for one at every call.
    next: AtomicU64,
}

struct Taken {
    by_text: HashMap<Box<str>, usize>,
    free: Vec<usize>,
}

/// A place under the cap.
pub(crate) struct Place {
    /// How many calls and operations use the value.
    pins: AtomicU64,
    /// When it was last looked up or released.
    seen: AtomicU64,
    /// How many values have left this place.
    generation: AtomicU64,
    series: Mutex<Vec<&'static dyn Resident>>,
}

/// A series with the value of a place.
pub(crate) trait Resident: Sync {
    /// The value leaves, and nothing else uses the series.
    fn reset(&self);
}

impl Values {
    pub(crate) fn new(max: usize, idle: u64) -> Self {
        Self {
            max,
            idle,
            places: (0..max).map(|_| Place::new()).collect(),
            taken: RwLock::new(Taken { by_text: HashMap::new(), free: (0..max).rev().collect() }),
            next: AtomicU64::new(0),
        }
    }

    /// The number of indices, including that of `other`.
    pub(crate) fn len(&self) -> usize {
        self.max + 1
    }

    /// The place with this index; `other` has none.
    pub(crate) fn place(&self, index: usize) -> Option<&Place> {
        self.places.get(index)
    }

    /// Returns the index of a string, with its place pinned, and whether it is beyond the cap.
    pub(crate) fn pin(&self, text: &str, now: u64) -> (usize, bool) {
        if text == OTHER {
            return (self.max, false);
        }
        {
            let taken = self.taken.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(index) = taken.by_text.get(text) {
                self.places[*index].pin(now);
                return (*index, false);
            }
            // Relaxed: a time of its own; one that is old only costs the way through the write lock.
            if taken.free.is_empty() && now < self.next.load(Ordering::Relaxed) {
                return (self.max, true);
            }
        }
        let mut taken = self.taken.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = taken.by_text.get(text) {
            self.places[*index].pin(now);
            return (*index, false);
        }
        if taken.free.is_empty() && now != NOT_TIMED {
            self.expire_in(&mut taken, now);
        }
        let Some(index) = taken.free.pop() else { return (self.max, true) };
        taken.by_text.insert(text.into(), index);
        self.places[index].pin(now);
        (index, false)
    }

    /// Has all values leave that were not seen for as long as the label says.
    pub(crate) fn expire(&self, now: u64) {
        // Without a clock, nothing is known to be idle.
        if now != NOT_TIMED && now >= self.next.load(Ordering::Relaxed) {
            self.expire_in(&mut self.taken.write().unwrap_or_else(PoisonError::into_inner), now);
        }
    }

    fn expire_in(&self, taken: &mut Taken, now: u64) {
        let Taken { by_text, free } = taken;
        // A value that comes later stays at least this long.
        let mut next = now.saturating_add(self.idle);
        by_text.retain(|_, index| {
            let place = &self.places[*index];
            let Some(seen) = place.seen_without_pins() else { return true };
            let leaves = seen.saturating_add(self.idle);
            if leaves > now {
                next = next.min(leaves);
                return true;
            }
            place.leave();
            free.push(*index);
            false
        });
        self.next.store(next, Ordering::Relaxed);
    }

    /// Has a value leave at once; returns whether it is gone, which it is not while a call uses it.
    pub(crate) fn retire(&self, text: &str) -> bool {
        let mut taken = self.taken.write().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = taken.by_text.get(text).copied() else { return true };
        let place = &self.places[index];
        if place.seen_without_pins().is_none() {
            return false;
        }
        place.leave();
        taken.by_text.remove(text);
        taken.free.push(index);
        true
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.taken.read().unwrap_or_else(PoisonError::into_inner).by_text.len()
    }
}

impl Place {
    fn new() -> Self {
        Self {
            pins: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            generation: AtomicU64::new(0),
            series: Mutex::default(),
        }
    }

    fn pin(&self, now: u64) {
        // Relaxed: the lock orders it, and what is counted is published by `release`.
        self.pins.fetch_add(1, Ordering::Relaxed);
        self.see(now);
    }

    /// The same for one that is pinned already.
    pub(crate) fn pin_again(&self) {
        self.pins.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn release(&self, now: u64) {
        self.see(now);
        // Release: what was counted comes before it.
        self.pins.fetch_sub(1, Ordering::Release);
    }

    /// A clock that differs between cores must not make a value older.
    fn see(&self, now: u64) {
        self.seen.fetch_max(now, Ordering::Relaxed);
    }

    /// When it was last seen; `None` while it is pinned.
    fn seen_without_pins(&self) -> Option<u64> {
        (self.pins.load(Ordering::Acquire) == 0).then(|| self.seen.load(Ordering::Relaxed))
    }

    /// The value leaves. Called under the write lock and without pins.
    fn leave(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.seen.store(0, Ordering::Relaxed);
        self.residents().iter().for_each(|series| series.reset());
    }

    /// How many values have left.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// From now on, a value that leaves resets this series.
    pub(crate) fn add(&self, series: &'static dyn Resident) {
        self.residents().push(series);
    }

    fn residents(&self) -> MutexGuard<'_, Vec<&'static dyn Resident>> {
        self.series.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").field("pins", &self.pins).finish_non_exhaustive()
    }
}
