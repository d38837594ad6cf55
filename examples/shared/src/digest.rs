//! A hash that detects corrupted copies; it is not cryptographic.

/// FNV-1a, 64 bits, over as many pieces as there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// The hash of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Takes in one more piece.
    pub fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash of one piece.
    #[must_use]
    pub fn of(bytes: &[u8]) -> u64 {
        let mut digest = Self::new();
        digest.update(bytes);
        digest.value()
    }

    /// The hash so far.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_the_whole() {
        let mut digest = Digest::new();
        digest.update(b"foo");
        digest.update(b"bar");
        assert_eq!(digest.value(), Digest::of(b"foobar"));
        // From the list of test vectors at http://www.isthe.com/chongo/tech/comp/fnv/.
        assert_eq!(Digest::of(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
