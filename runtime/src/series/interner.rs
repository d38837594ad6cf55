//! The values of one open label: those up to the cap have an index each, all others share the last index.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use rapidhash::v3::{RapidSecrets, rapidhash_v3_micro_inline};

use crate::names::OTHER;

/// Strings and their indices, up to a cap: an open-addressing hash table, at least twice as large as the cap, so that a known string is found without a
/// lock and without an allocation. Entries are never removed, because series are not removed either.
pub(crate) struct Interner {
    max: usize,
    slots: Box<[OnceLock<Box<Entry>>]>,
    /// The number of strings; the lock admits one insertion at a time.
    count: AtomicUsize,
    adding: Mutex<()>,
    /// Random, so that clients cannot choose colliding strings. The hash function is that of `metrics`: a fifth of the instructions of the standard library's.
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

    /// The number of indices, including that of `other`.
    pub(crate) fn len(&self) -> usize {
        self.max + 1
    }

    /// Returns the index of a string, the stored copy, and whether the string is beyond the cap.
    #[inline]
    pub(crate) fn index<'a>(&'a self, text: &str) -> (usize, &'a str, bool) {
        match self.find(text) {
            Ok(entry) => (entry.index, &entry.text, false),
            Err(_) => self.add(text),
        }
    }

    /// Returns the index of a string that has one of its own.
    #[cfg(feature = "exporter")]
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn known(&self, text: &str) -> Option<usize> {
        self.find(text).ok().map(|entry| entry.index)
    }

    /// Returns the index of a string and whether it is beyond the cap, if that is known without an insertion.
    #[inline]
    pub(crate) fn seen(&self, text: &str) -> Option<(usize, bool)> {
        match self.find(text) {
            Ok(entry) => Some((entry.index, false)),
            // Relaxed: the count only grows, and a thread that reads an old one goes on to `add`, under the lock.
            Err(_) => {
                (text == OTHER || self.count.load(Ordering::Relaxed) >= self.max).then(|| (self.max, text != OTHER))
            }
        }
    }

    /// Returns the entry of a string, or the slot where it would be inserted.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    #[allow(clippy::cast_possible_truncation, reason = "only the lower bits of the hash are looked at")]
    fn find(&self, text: &str) -> Result<&Entry, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = rapidhash_v3_micro_inline::<false, false>(text.as_bytes(), &self.secrets) as usize & mask;
        // At most half of the slots are occupied, so the search ends at an empty one.
        while let Some(entry) = self.slots.get(slot).and_then(OnceLock::get) {
            if same(entry.text.as_bytes(), text.as_bytes()) {
                return Ok(entry);
            }
            slot = (slot + 1) & mask;
        }
        Err(slot)
    }

    #[cold]
    fn add(&self, text: &str) -> (usize, &str, bool) {
        // The value `other` itself is not an overflow.
        let beyond = (self.max, OTHER, text != OTHER);
        if text == OTHER || self.count.load(Ordering::Relaxed) >= self.max {
            return beyond;
        }
        let _one_at_a_time = self.adding.lock().unwrap_or_else(PoisonError::into_inner);
        // Relaxed: written only under the lock.
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

/// Whether two texts are the same: those of up to 32 bytes by two words of each, which may overlap. A function of the C library takes as long for them as
/// the whole search.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        8..=16 => {
            one.first_chunk::<8>() == other.first_chunk::<8>() && one.last_chunk::<8>() == other.last_chunk::<8>()
        }
        17..=32 => {
            one.first_chunk::<16>() == other.first_chunk::<16>() && one.last_chunk::<16>() == other.last_chunk::<16>()
        }
        4..=7 => one.first_chunk::<4>() == other.first_chunk::<4>() && one.last_chunk::<4>() == other.last_chunk::<4>(),
        1..=3 => one[0] == other[0] && one[one.len() / 2] == other[one.len() / 2] && one.last() == other.last(),
        _ => one == other,
    }
}
