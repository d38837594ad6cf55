//! What a series has whose labels can leave: the places of its values, and its present life.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use metrics::SharedString;
use metrics::atomics::AtomicU64;

use super::groups;
use super::places::{Place, Resident};

/// The places of a series and the texts that it has now. The series stays when its values leave, and is used by the next ones.
#[derive(Debug)]
pub(crate) struct Leased {
    /// Those of all labels with `idle` whose value is not `other`.
    places: Box<[&'static Place]>,
    identity: Vec<SharedString>,
    /// The generation of the present life, plus one; 0 before the first one. A call compares it without the lock.
    alive: AtomicU64,
    life: Mutex<Option<Life>>,
}

/// A series from the first call with its values until one of them leaves.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) generation: u64,
    /// The values of the labels.
    pub(crate) texts: Vec<SharedString>,
    /// When it began.
    pub(crate) since: SystemTime,
}

impl Leased {
    pub(crate) fn new(places: Box<[&'static Place]>, identity: Vec<SharedString>) -> Self {
        Self { places, identity, alive: AtomicU64::new(0), life: Mutex::new(None) }
    }

    /// Texts that stand for the series whatever its values are.
    #[cfg(feature = "exporter")]
    pub(crate) fn identity(&self) -> &[SharedString] {
        &self.identity
    }

    /// How many lives it has had: the generations only increase, so the sum changes with each of them.
    pub(crate) fn generation(&self) -> u64 {
        self.places.iter().map(|place| place.generation()).sum()
    }

    /// The series is pinned and has these values: if it had other ones before, its next life begins.
    pub(crate) fn revive(&self, series: &'static dyn Resident, texts: &dyn Fn() -> Vec<SharedString>) {
        // Pinned, so it does not change meanwhile.
        let generation = self.generation();
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

    /// Its first life begins: from now on it is reset when a value leaves.
    fn settle(&self, series: &'static dyn Resident) {
        self.places.iter().for_each(|place| place.add(series));
    }

    /// A value leaves; the memory of the texts is freed.
    pub(crate) fn end(&self) {
        *self.life() = None;
    }

    /// The present life, if there is one.
    pub(crate) fn current(&self) -> Option<Life> {
        self.life().clone().filter(|life| life.generation == self.generation())
    }

    pub(crate) fn pin_again(&self) {
        self.places.iter().for_each(|place| place.pin_again());
    }

    pub(crate) fn release(&self) {
        let now = groups::now();
        self.places.iter().for_each(|place| place.release(now));
    }

    fn life(&self) -> MutexGuard<'_, Option<Life>> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
