//! The places of one label's values, see `idle.rs`.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::text_hash::TextHash;
use crate::atomic::{AtomicU64, Ordering, RwLock};
use crate::clock::NOT_TIMED;
use crate::names::OTHER;

/// The values of one label, of all sites that share a family.
pub(crate) struct IdleValues {
    max: usize,
    /// After this many nanoseconds without a call, a value expires.
    idle: u64,
    places: Box<[CapPlace]>,
    taken: RwLock<Taken>,
    /// No value expires before this time, so calls with values beyond the cap need not search for a free place every time.
    next: AtomicU64,
}

struct Taken {
    by_text: HashMap<Box<str>, usize, TextHash>,
    free: Vec<usize>,
}

/// A place under the cap.
pub(crate) struct CapPlace {
    /// The number of calls and operations that use the value.
    pins: AtomicU64,
    /// When the value was last released. Relaxed: read after `pins`, whose `Acquire` makes it visible.
    seen: AtomicU64,
    /// The number of values that were removed from this place.
    generation: AtomicU64,
    series: Mutex<Vec<&'static dyn Resident>>,
}

/// A series with the value of a place.
pub(crate) trait Resident: Sync {
    /// Resets the series, which nothing uses at that moment, because its value expires.
    fn reset(&'static self);

    /// Whether the value may expire after its `idle` time. Called when nothing uses the series.
    fn may_expire(&'static self) -> bool {
        true
    }
}

impl IdleValues {
    pub(crate) fn new(max: usize, idle: u64) -> Self {
        Self {
            max,
            idle,
            places: (0..max).map(|_| CapPlace::new()).collect(),
            taken: RwLock::new(Taken {
                by_text: HashMap::with_hasher(TextHash::new()),
                free: (0..max).rev().collect(),
            }),
            next: AtomicU64::new(0),
        }
    }

    /// Returns the place with this index; `other` has none.
    pub(crate) fn place(&self, index: usize) -> Option<&CapPlace> {
        self.places.get(index)
    }

    /// The number of indices, including that of `other`.
    pub(crate) fn len(&self) -> usize {
        self.max + 1
    }

    /// Returns the index of a string, with its place pinned, and whether it is beyond the cap. The clock is read only for a value without a place.
    pub(crate) fn pin(&self, text: &str, now: impl FnOnce() -> u64) -> (usize, bool) {
        if text == OTHER {
            return (self.max, false);
        }
        if let Some(index) = self.pin_known(text) { (index, false) } else { self.pin_new(text, now()) }
    }

    fn pin_known(&self, text: &str) -> Option<usize> {
        let taken = self.taken.read().unwrap_or_else(PoisonError::into_inner);
        let index = *taken.by_text.get(text)?;
        self.places[index].pin();
        Some(index)
    }

    #[cold]
    fn pin_new(&self, text: &str, now: u64) -> (usize, bool) {
        // Relaxed: no other memory depends on it; an outdated time only costs an attempt under the write lock.
        if now < self.next.load(Ordering::Relaxed) {
            let taken = self.taken.read().unwrap_or_else(PoisonError::into_inner);
            // Another thread may have given the last place to this value meanwhile.
            if taken.free.is_empty() && !taken.by_text.contains_key(text) {
                return (self.max, true);
            }
        }
        let mut taken = self.taken.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = taken.by_text.get(text) {
            self.places[*index].pin();
            return (*index, false);
        }
        if taken.free.is_empty() && now != NOT_TIMED {
            self.expire_in(&mut taken, now);
        }
        let Some(index) = taken.free.pop() else { return (self.max, true) };
        taken.by_text.insert(text.into(), index);
        self.places[index].pin();
        (index, false)
    }

    /// Removes all values that had no call for the label's `idle` time.
    pub(crate) fn expire(&self, now: u64) {
        // Without a clock, no value is known to be idle. Relaxed: `expire_in` decides, under the lock.
        if now != NOT_TIMED && now >= self.next.load(Ordering::Relaxed) {
            self.expire_in(&mut self.taken.write().unwrap_or_else(PoisonError::into_inner), now);
        }
    }

    fn expire_in(&self, taken: &mut Taken, now: u64) {
        let Taken { by_text, free } = taken;
        // A value that is inserted later stays at least until then.
        let mut next = now.saturating_add(self.idle);
        by_text.retain(|_, index| {
            let place = &self.places[*index];
            let Some(seen) = place.seen_without_pins() else { return true };
            let expires_at = seen.saturating_add(self.idle);
            if expires_at > now {
                next = next.min(expires_at);
                return true;
            }
            if !place.may_expire() {
                return true;
            }
            place.expire();
            free.push(*index);
            false
        });
        // Relaxed: see `pin`.
        self.next.store(next, Ordering::Relaxed);
    }

    /// Removes a value at once. Returns whether it was removed; it stays while a call uses it.
    pub(crate) fn retire(&self, text: &str) -> bool {
        let mut taken = self.taken.write().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = taken.by_text.get(text).copied() else { return true };
        let place = &self.places[index];
        if place.seen_without_pins().is_none() {
            return false;
        }
        place.expire();
        taken.by_text.remove(text);
        taken.free.push(index);
        true
    }
}

impl CapPlace {
    fn new() -> Self {
        Self {
            pins: AtomicU64::new(0),
            seen: AtomicU64::new(0),
            generation: AtomicU64::new(0),
            series: Mutex::default(),
        }
    }

    /// Pins the place. A value with pins does not leave, so the time is stored only when they are released.
    fn pin(&self) {
        // Relaxed: the lock orders it before any reset, and `release` publishes what the call counts.
        self.pins.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds a pin to a place that is pinned already.
    pub(crate) fn pin_again(&self) {
        // Relaxed: the other pin keeps the value from expiring.
        self.pins.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn release(&self, now: u64) {
        self.see(now);
        // Release: a reset that sees no pins sees what the call counted.
        self.pins.fetch_sub(1, Ordering::Release);
    }

    /// Takes the maximum, because the clocks of two cores may differ.
    fn see(&self, now: u64) {
        self.seen.fetch_max(now, Ordering::Relaxed);
    }

    /// Returns when the value was last seen; `None` while it is pinned. Acquire: see `release`.
    fn seen_without_pins(&self) -> Option<u64> {
        (self.pins.load(Ordering::Acquire) == 0).then(|| self.seen.load(Ordering::Relaxed))
    }

    /// Whether all series of the value may expire. Called under the write lock and without pins.
    fn may_expire(&self) -> bool {
        self.residents().iter().all(|series| series.may_expire())
    }

    /// Resets all series of the value, which expires. Called under the write lock and without pins.
    fn expire(&self) {
        // AcqRel: a scrape that sees the reset also sees the new generation, because it reads the slots under a lock that the reset takes, and cells of
        // metrics with `Acquire`.
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.seen.store(0, Ordering::Relaxed);
        self.residents().iter().for_each(|series| series.reset());
    }

    /// Returns the number of values that were removed.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Registers a series, which is reset when a value expires.
    pub(crate) fn add(&self, series: &'static dyn Resident) {
        self.residents().push(series);
    }

    fn residents(&self) -> MutexGuard<'_, Vec<&'static dyn Resident>> {
        self.series.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CapPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CapPlace").field("pins", &self.pins).finish_non_exhaustive()
    }
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_value_leaves_after_the_idle_time_and_frees_its_place() {
        let values = IdleValues::new(2, 10);
        for (text, now) in [("a", 0), ("b", 3)] {
            let (index, beyond) = values.pin(text, || now);
            assert!(!beyond);
            values.place(index).unwrap().release(now);
        }
        assert_eq!(values.pin("c", || 9), (2, true));
        let (index, beyond) = values.pin("c", || 10);
        assert_eq!((index, beyond), (0, false), "the place of `a`");
        assert_eq!(values.pin("d", || 12), (2, true));
        values.expire(13);
        assert_eq!(values.pin("d", || 13), (1, false), "the place of `b`");
        assert_eq!(values.pin("e", || 1_000), (2, true), "both are pinned");
        assert_eq!(values.pin(OTHER, || 0), (2, false));
    }

    #[test]
    fn without_a_clock_values_only_leave_by_retire() {
        let values = IdleValues::new(1, 10);
        let (index, _) = values.pin("a", || NOT_TIMED);
        values.place(index).unwrap().release(NOT_TIMED);
        values.expire(NOT_TIMED);
        assert_eq!(values.pin("b", || NOT_TIMED), (1, true));
        assert!(values.retire("a"));
        assert_eq!(values.pin("b", || NOT_TIMED), (0, false));
    }

    #[test]
    fn a_pinned_value_is_not_retired() {
        let values = IdleValues::new(1, 10);
        let (index, _) = values.pin("a", || 0);
        assert!(!values.retire("a"));
        values.place(index).unwrap().release(0);
        let before = values.place(index).unwrap().generation();
        assert!(values.retire("a"));
        assert_eq!(values.place(index).unwrap().generation(), before + 1);
        assert!(values.retire("a"), "it is gone already");
    }
}

#[cfg(all(test, metrics_instrumented_loom))]
mod loom_tests;
