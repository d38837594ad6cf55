//! The values of one open label: each value up to the cap has its own index, all others share the last index.

use std::hash::{BuildHasher, RandomState};
#[cfg(feature = "exporter")]
use std::sync::atomic::AtomicU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use rapidhash::v3::{RapidSecrets, rapidhash_v3_micro_inline};

use crate::names::OTHER;
#[cfg(feature = "exporter")]
use crate::shards::block::NO_NUMBER;

/// The maximum length of strings that are treated as two words.
pub(crate) const SHORT: usize = 16;

/// Strings and their indices, up to a cap: an open-addressing hash table, at least twice as large as the cap, so that a known string is found without a
/// lock and without an allocation. Entries are never removed, because series are not removed either.
///
/// A string of up to 16 bytes is treated as two words, which are hashed and compared: calling the C library's functions for this takes longer than the rest of
/// the search. The factors of the hash are random, so that clients cannot choose colliding strings. In any case, a search has at most as many steps as the cap.
pub(crate) struct Interner {
    max: usize,
    slots: Box<[OnceLock<Box<Entry>>]>,
    /// The number of strings; the lock admits one insertion at a time.
    count: AtomicUsize,
    adding: Mutex<()>,
    factors: [u64; 2],
    /// The upper bits of a hash are a position in `slots`: every bit of the string has an influence on them.
    shift: u32,
    /// For longer strings. The hash function is that of `metrics`.
    secrets: RapidSecrets,
}

#[derive(Debug)]
pub(crate) struct Entry {
    /// Of a string of up to 16 bytes.
    words: [u64; 2],
    text: Box<str>,
    index: u32,
    /// The number in the shards of the series with this value, if it is that of the only label; [`NO_NUMBER`] until the first call.
    #[cfg(feature = "exporter")]
    number: AtomicU32,
}

#[cfg(feature = "http")]
impl Entry {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    #[inline]
    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// Whether this is the entry of the string.
    #[inline]
    pub(crate) fn is_of(&self, text: &str) -> bool {
        match words(text.as_bytes()) {
            Some(words) => self.words == words && self.text.len() == text.len(),
            None => same(self.text.as_bytes(), text.as_bytes()),
        }
    }
}

#[cfg(feature = "exporter")]
impl Entry {
    /// Returns the number in the shards of the series with this value.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn number(&self) -> u32 {
        // Relaxed: an index, which every thread looks up in its own table.
        self.number.load(Ordering::Relaxed)
    }

    pub(crate) fn use_number(&self, number: u32) {
        self.number.store(number, Ordering::Relaxed);
    }
}

impl Interner {
    pub(crate) fn new(max: usize) -> Self {
        let random = RandomState::new();
        let slots: Box<[_]> = (0..(max * 2).next_power_of_two().max(2)).map(|_| OnceLock::new()).collect();
        Self {
            max,
            shift: u64::BITS - slots.len().ilog2(),
            slots,
            count: AtomicUsize::new(0),
            adding: Mutex::new(()),
            factors: [0, 1].map(|number| random.hash_one(number)),
            secrets: RapidSecrets::seed(random.hash_one(2)),
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
            Ok(entry) => (entry.index as usize, &entry.text, false),
            // The value `other` itself is not an overflow.
            Err(_) => self
                .add(text)
                .map_or((self.max, OTHER, text != OTHER), |entry| (entry.index as usize, &entry.text, false)),
        }
    }

    /// Returns the entry of a string that has an index of its own.
    #[cfg(feature = "exporter")]
    #[inline]
    pub(crate) fn known(&self, text: &str) -> Option<&Entry> {
        self.find(text).ok()
    }

    /// The same for a string of up to [`SHORT`] bytes, which needs no function call.
    #[cfg(feature = "exporter")]
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn known_short(&self, text: &str) -> Option<&Entry> {
        self.find_short(words(text.as_bytes())?, text).ok()
    }

    /// Returns the entry of a string, if it is stored.
    #[cfg(feature = "http")]
    #[inline]
    pub(crate) fn stored(&self, text: &str) -> Option<&Entry> {
        self.find(text).ok()
    }

    /// Returns the entry of a string; `None` if the string is beyond the cap.
    #[cfg(feature = "http")]
    #[inline]
    pub(crate) fn store(&self, text: &str) -> Option<&Entry> {
        self.find(text).ok().or_else(|| self.add(text))
    }

    /// Returns the index of a string and whether it is beyond the cap, if that is known without an insertion.
    #[inline]
    pub(crate) fn seen(&self, text: &str) -> Option<(usize, bool)> {
        match self.find(text) {
            Ok(entry) => Some((entry.index as usize, false)),
            Err(_) => self.unseen(text),
        }
    }

    /// The same for a string that has no index of its own.
    #[inline]
    pub(crate) fn unseen(&self, text: &str) -> Option<(usize, bool)> {
        // Relaxed: the count only grows, and a thread that reads an old one goes on to `add`, under the lock.
        (text == OTHER || self.count.load(Ordering::Relaxed) >= self.max).then(|| (self.max, text != OTHER))
    }

    /// Returns the entry of a string, or the slot where it would be inserted.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    fn find(&self, text: &str) -> Result<&Entry, usize> {
        match words(text.as_bytes()) {
            Some(words) => self.find_short(words, text),
            None => self.find_long(text),
        }
    }

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    fn find_short(&self, words: [u64; 2], text: &str) -> Result<&Entry, usize> {
        let [first, last] = words;
        let hash = first.wrapping_mul(self.factors[0]).wrapping_add(last.wrapping_mul(self.factors[1]));
        self.probe(hash, |entry| entry.words == words && entry.text.len() == text.len())
    }

    /// The same for a string of more than [`SHORT`] bytes.
    #[inline(never)]
    fn find_long(&self, text: &str) -> Result<&Entry, usize> {
        let hash = rapidhash_v3_micro_inline::<false, false>(text.as_bytes(), &self.secrets);
        self.probe(hash, |entry| same(entry.text.as_bytes(), text.as_bytes()))
    }

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    #[allow(clippy::cast_possible_truncation, reason = "it is a position")]
    fn probe(&self, hash: u64, is_it: impl Fn(&Entry) -> bool) -> Result<&Entry, usize> {
        let mut slot = hash.wrapping_shr(self.shift) as usize;
        // At most half of the slots are occupied, so the search ends at an empty one.
        while let Some(entry) = self.slots.get(slot).and_then(OnceLock::get) {
            if is_it(entry) {
                return Ok(entry);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        Err(slot)
    }

    /// Stores a string; returns `None` if it is beyond the cap.
    #[cold]
    fn add(&self, text: &str) -> Option<&Entry> {
        // Relaxed: the count only grows, and it is checked again under the lock.
        if text == OTHER || self.count.load(Ordering::Relaxed) >= self.max {
            return None;
        }
        let _one_at_a_time = self.adding.lock().unwrap_or_else(PoisonError::into_inner);
        // Relaxed: written only under the lock.
        let index = self.count.load(Ordering::Relaxed);
        match self.find(text) {
            Ok(entry) => Some(entry),
            Err(_) if index >= self.max => None,
            Err(slot) => {
                let entry = self.slots[slot].get_or_init(|| {
                    Box::new(Entry {
                        words: words(text.as_bytes()).unwrap_or_default(),
                        text: text.into(),
                        index: u32::try_from(index).unwrap_or(u32::MAX),
                        #[cfg(feature = "exporter")]
                        number: AtomicU32::new(NO_NUMBER),
                    })
                });
                self.count.store(index + 1, Ordering::Relaxed);
                Some(entry)
            }
        }
    }
}

/// Up to 16 bytes as two words, which may overlap: no other bytes of the same number have the same ones.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
fn words(text: &[u8]) -> Option<[u64; 2]> {
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return (text.len() <= SHORT).then(|| [u64::from_le_bytes(*first), u64::from_le_bytes(*last)]);
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return Some([u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last))]);
    }
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return Some([0, 0]) };
    Some([u64::from(*first), u64::from(*last) | u64::from(text[text.len() / 2]) << 8])
}

/// Whether two texts are the same. Up to 32 bytes are compared as two words, which may overlap.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the search")]
fn same(one: &[u8], other: &[u8]) -> bool {
    match (one.first_chunk::<16>(), other.first_chunk::<16>(), one.last_chunk::<16>(), other.last_chunk::<16>()) {
        (Some(a), Some(b), Some(y), Some(z)) if one.len() <= 32 => one.len() == other.len() && a == b && y == z,
        _ => one == other,
    }
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::{Interner, same, words};

    /// Each differs from the others in its length, or in one byte.
    fn texts() -> Vec<String> {
        let lengths = (0..=70).chain([200]);
        let of_length = |length: usize| {
            let plain = "a".repeat(length);
            let changed = (0..length).map(move |at| format!("{}b{}", &plain[..at], &plain[at + 1..]));
            changed.chain(["a".repeat(length)])
        };
        lengths.flat_map(of_length).collect()
    }

    #[test]
    fn strings_that_differ_in_one_byte_or_their_length_have_indices_of_their_own() {
        let texts = texts();
        let interner = Interner::new(texts.len());
        for (index, text) in texts.iter().enumerate() {
            assert_eq!(interner.index(text), (index, text.as_str(), false));
        }
        for (index, text) in texts.iter().enumerate() {
            assert_eq!(interner.seen(text), Some((index, false)), "{text}");
        }
        assert_eq!(interner.seen("past the cap"), Some((texts.len(), true)));
    }

    #[test]
    fn strings_are_compared_to_their_ends() {
        let texts = texts();
        for one in &texts {
            for other in texts.iter().filter(|other| other.len().abs_diff(one.len()) < 2) {
                assert_eq!(same(one.as_bytes(), other.as_bytes()), one == other, "{one} {other}");
                let (one_words, other_words) = (words(one.as_bytes()), words(other.as_bytes()));
                if one.len() == other.len() && one_words.is_some() {
                    assert_eq!(one_words == other_words, one == other, "{one} {other}");
                }
            }
        }
        assert_eq!((words(&[0; 16]).is_some(), words(&[0; 17])), (true, None));
    }
}
