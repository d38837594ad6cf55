//! Keys that were already checked: `counter!` registers its metric on every call, but each key is checked once.

use metrics::atomics::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use metrics::Key;

use crate::names::Kind;

/// The number of entries; a power of two. A program with more series checks some keys more than once.
const ENTRIES: usize = 4096;

/// The hashes of keys; the low bits of a hash are the index of its entry. Two keys with the same 64-bit hash would be confused: with a million series, that
/// happens in one of 40 million programs.
#[derive(Debug)]
pub(super) struct KnownKeys(Box<[AtomicU64; ENTRIES]>);

impl Default for KnownKeys {
    fn default() -> Self {
        // The initial hash of each entry belongs to another entry, so it matches no key.
        Self(Box::new(std::array::from_fn(|at| AtomicU64::new(u64::from(at == 0)))))
    }
}

impl KnownKeys {
    // Relaxed: the result of a check never changes, and an entry publishes no other memory.

    #[inline]
    pub(super) fn contains(&self, key: &Key, kind: Kind) -> bool {
        let hash = hash(key, kind);
        self.entry(hash).load(Relaxed) == hash
    }

    pub(super) fn add(&self, key: &Key, kind: Kind) {
        let hash = hash(key, kind);
        self.entry(hash).store(hash, Relaxed);
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
    fn entry(&self, hash: u64) -> &AtomicU64 {
        &self.0[hash as usize % ENTRIES]
    }
}

/// The key's stored hash, mixed with the kind.
#[inline]
fn hash(key: &Key, kind: Kind) -> u64 {
    key.get_hash() ^ kind as u64
}
