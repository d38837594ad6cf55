//! Sizes as people write them: `4096`, `64K`, `8M`, `2G`.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A number of bytes, parsed from digits and an optional `K`, `M` or `G` (powers of 1,024).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct ByteSize(pub u64);

/// Text that is not a size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a size; write bytes, or a number with `K`, `M` or `G`")]
pub struct InvalidSize(String);

impl FromStr for ByteSize {
    type Err = InvalidSize;

    fn from_str(text: &str) -> Result<Self, InvalidSize> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let factor: u64 = match &text[digits.len()..] {
            "" => 1,
            "K" => 1 << 10,
            "M" => 1 << 20,
            "G" => 1 << 30,
            _ => return Err(InvalidSize(text.to_owned())),
        };
        digits
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(factor))
            .map(Self)
            .ok_or_else(|| InvalidSize(text.to_owned()))
    }
}

impl TryFrom<String> for ByteSize {
    type Error = InvalidSize;

    fn try_from(text: String) -> Result<Self, InvalidSize> {
        text.parse()
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self.0 {
            bytes if bytes > 0 && bytes % (1 << 30) == 0 => (bytes >> 30, "G"),
            bytes if bytes > 0 && bytes % (1 << 20) == 0 => (bytes >> 20, "M"),
            bytes if bytes > 0 && bytes % (1 << 10) == 0 => (bytes >> 10, "K"),
            bytes => (bytes, ""),
        };
        write!(f, "{number}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written() {
        for (text, bytes) in [("0", 0), ("4097", 4097), ("64K", 65_536), ("8M", 8 << 20), ("2G", 2 << 30)] {
            let size = text.parse::<ByteSize>().unwrap();
            assert_eq!(size.0, bytes);
            assert_eq!(size.to_string(), text);
        }
    }

    #[test]
    fn an_invalid_size_is_rejected() {
        for text in ["", "M", "-1", "1T", "1MB", "99999999999G"] {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
    }
}
