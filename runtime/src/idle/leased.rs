//! A series whose values can expire: the places of its values, and its current life.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use metrics::SharedString;
use metrics::atomics::AtomicU64;

use super::groups;
use super::places::{CapPlace, Resident};

/// The places of a series, and its current label values. When the values expire, the series stays and is used by the next values of its places.
#[derive(Debug)]
pub(crate) struct Leased {
    /// The places of all labels with `idle` whose value is not `other`.
    places: Box<[&'static CapPlace]>,
    identity: Vec<SharedString>,
    /// The generation of the current life, plus one; 0 before the first life. A call compares it without the lock.
    alive: AtomicU64,
    life: Mutex<Option<Life>>,
}

/// A series from the first call with its values until one of them is removed.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) generation: u64,
    /// The values of the labels.
    pub(crate) texts: Vec<SharedString>,
    /// When the life began.
    pub(crate) since: SystemTime,
}

/// The places of a series, as series see it: the code for them is in programs with such labels only.
pub(crate) trait Pins: Sync {
    /// Returns the current values; none if no life is current.
    fn texts(&self) -> Vec<SharedString>;

    /// Adds a pin for another call.
    fn pin_again(&self);

    /// Releases the pin of a call.
    fn release(&self);

    /// The places.
    fn leased(&'static self) -> &'static Leased;
}

impl Pins for Leased {
    fn texts(&self) -> Vec<SharedString> {
        self.current().map(|life| life.texts).unwrap_or_default()
    }

    fn pin_again(&self) {
        Leased::pin_again(self);
    }

    fn release(&self) {
        Leased::release(self);
    }

    fn leased(&'static self) -> &'static Leased {
        self
    }
}

impl Leased {
    pub(crate) fn new(places: Box<[&'static CapPlace]>, identity: Vec<SharedString>) -> Self {
        Self { places, identity, alive: AtomicU64::new(0), life: Mutex::new(None) }
    }

    /// Strings that identify the series, whatever its values are.
    #[cfg(feature = "exporter")]
    pub(crate) fn identity(&self) -> &[SharedString] {
        &self.identity
    }

    /// The number of the current life: the generations of the places only increase, so their sum changes with every life.
    pub(crate) fn generation(&self) -> u64 {
        self.places.iter().map(|place| place.generation()).sum()
    }

    /// Begins a new life if the series, which is pinned, had other values before.
    pub(crate) fn revive(&self, series: &'static dyn Resident, texts: &dyn Fn() -> Vec<SharedString>) {
        // The pin keeps it from changing.
        let generation = self.generation();
        // Acquire: a thread that skips the lock sees the life that the `Release` below published.
        match self.alive.load(Acquire) {
            alive if alive == generation + 1 => return,
            0 => self.settle(series),
            _ => {}
        }
        let mut life = self.life();
        if life.as_ref().is_none_or(|life| life.generation != generation) {
            *life = Some(Life { generation, texts: texts(), since: SystemTime::now() });
            self.alive.store(generation + 1, Release);
        }
    }

    /// Registers the series with its places at the beginning of its first life: from now on it is reset when a value expires.
    fn settle(&self, series: &'static dyn Resident) {
        self.places.iter().for_each(|place| place.add(series));
    }

    /// Ends the life when a value expires, and frees the memory of the values.
    pub(crate) fn end(&self) {
        *self.life() = None;
    }

    /// Returns the current life, if there is one.
    pub(crate) fn current(&self) -> Option<Life> {
        self.life().clone().filter(|life| life.generation == self.generation())
    }

    pub(crate) fn pin_again(&self) {
        self.places.iter().for_each(|place| place.pin_again());
    }

    #[inline(never)]
    pub(crate) fn release(&self) {
        let now = groups::now();
        self.places.iter().for_each(|place| place.release(now));
    }

    fn life(&self) -> MutexGuard<'_, Option<Life>> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
