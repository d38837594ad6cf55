//! The hash of label values in a map whose keys are strings only.

use std::hash::{BuildHasher, Hasher, RandomState};

use rapidhash::v3::{RapidSecrets, rapidhash_v3_micro_inline};

/// Makes hashers with random secrets, so that clients cannot choose values that collide. The standard library's hash takes three times as long for a short
/// string.
#[derive(Clone, Debug)]
pub(super) struct TextHash(RapidSecrets);

impl TextHash {
    pub(super) fn new() -> Self {
        Self(RapidSecrets::seed(RandomState::new().hash_one(0)))
    }
}

impl BuildHasher for TextHash {
    type Hasher = TextHasher;

    #[inline]
    fn build_hasher(&self) -> TextHasher {
        TextHasher { secrets: self.0, hash: 0 }
    }
}

/// Hashes one string.
#[derive(Debug)]
pub(super) struct TextHasher {
    secrets: RapidSecrets,
    hash: u64,
}

impl Hasher for TextHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.hash = rapidhash_v3_micro_inline::<false, false>(bytes, &self.secrets);
    }

    /// A string ends with a byte that separates it from the next one, but there is only one.
    #[inline]
    fn write_u8(&mut self, _: u8) {}

    #[inline]
    fn finish(&self) -> u64 {
        self.hash
    }
}
