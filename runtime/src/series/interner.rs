//! The values of one open label: the first so many get an index each, all others share the last.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use rapidhash::v3::{RapidSecrets, rapidhash_v3_micro_inline};

use crate::names::OTHER;

/// Texts and their indices, up to a cap: open addressing in an array at least twice as large, so that a text that was seen is found without
/// a lock and without an allocation. Nothing is ever taken out: a series that was seen stays.
pub(crate) struct Interner {
    max: usize,
    slots: Box<[OnceLock<Box<Entry>>]>,
    /// How many texts there are; they are put in one at a time.
    count: AtomicUsize,
    adding: Mutex<()>,
    /// Random, so that nobody can choose texts that collide. The hash is the one of `metrics`: a fifth of the standard library's instructions.
    secrets: RapidSecrets,
}

struct Entry {
    text: Box<str>,
    index: usize,
}

impl Interner {
    pub(crate) fn new(max: usize) -> Self {
        let slots = (0..(max * 2).next_power_of_two()).map(|_| OnceLock::new()).collect();
        Self {
            max,
            slots,
            count: AtomicUsize::new(0),
            adding: Mutex::new(()),
            secrets: RapidSecrets::seed(RandomState::new().hash_one(0)),
        }
    }

    /// How many indices there are, that of all others included.
    pub(crate) fn len(&self) -> usize {
        self.max + 1
    }

    /// The index of a text, its own copy of it, and whether it was beyond the cap.
    #[inline]
    pub(crate) fn index<'a>(&'a self, text: &str) -> (usize, &'a str, bool) {
        match self.find(text) {
            Ok(entry) => (entry.index, &entry.text, false),
            Err(_) => self.add(text),
        }
    }

    /// The index of a text, and whether it is beyond the cap, if that is known without adding it.
    #[inline]
    pub(crate) fn seen(&self, text: &str) -> Option<(usize, bool)> {
        match self.find(text) {
            Ok(entry) => Some((entry.index, false)),
            // Relaxed: the count only grows, and a thread that sees too few goes on to `add`, under the lock.
            Err(_) => {
                (text == OTHER || self.count.load(Ordering::Relaxed) >= self.max).then(|| (self.max, text != OTHER))
            }
        }
    }

    /// The entry of a text, or the slot that it would get.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "only the lower bits of the hash are looked at")]
    fn find(&self, text: &str) -> Result<&Entry, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = rapidhash_v3_micro_inline::<true, false>(text.as_bytes(), &self.secrets) as usize & mask;
        // At most half of the slots are taken, so an empty one comes.
        while let Some(entry) = self.slots[slot].get() {
            if *entry.text == *text {
                return Ok(entry);
            }
            slot = (slot + 1) & mask;
        }
        Err(slot)
    }

    #[cold]
    fn add(&self, text: &str) -> (usize, &str, bool) {
        // A value that is called `other` itself is no overflow.
        let beyond = (self.max, OTHER, text != OTHER);
        if text == OTHER || self.count.load(Ordering::Relaxed) >= self.max {
            return beyond;
        }
        let _one_at_a_time = self.adding.lock().unwrap_or_else(PoisonError::into_inner);
        // Relaxed: changed under the lock only.
        let index = self.count.load(Ordering::Relaxed);
        match self.find(text) {
            Ok(entry) => (entry.index, &entry.text, false),
            Err(_) if index >= self.max => beyond,
            Err(slot) => {
                let entry = self.slots[slot].get_or_init(|| Box::new(Entry { text: text.into(), index }));
                self.count.store(index + 1, Ordering::Relaxed);
                (index, &entry.text, false)
            }
        }
    }
}
