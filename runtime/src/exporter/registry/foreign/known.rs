//! The keys that were checked before: `counter!` registers its metric on every call, and the check is made once.

use metrics::atomics::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use metrics::Key;

use crate::names::Kind;

/// Entries; a power of two. A program with more series looks at some of them again now and then.
const ENTRIES: usize = 4096;

/// The hashes of keys, each in the entry that its low bits name. A key whose 64-bit hash is another one's would be taken for it: with a million
/// series, that happens in one of 40 million programs.
#[derive(Debug)]
pub(super) struct KnownKeys(Box<[AtomicU64; ENTRIES]>);

impl Default for KnownKeys {
    fn default() -> Self {
        // Each entry begins with a hash that belongs into another one.
        Self(Box::new(std::array::from_fn(|at| AtomicU64::new(u64::from(at == 0)))))
    }
}

impl KnownKeys {
    // `Relaxed`: an entry says something about a key that is true for ever, and publishes nothing else.

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

/// The key's hash, which it carries, apart for each kind.
#[inline]
fn hash(key: &Key, kind: Kind) -> u64 {
    key.get_hash() ^ kind as u64
}
