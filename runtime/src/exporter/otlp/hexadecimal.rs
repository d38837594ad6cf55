//! Hexadecimal digits.

/// Returns the byte that these digits, at most two, stand for.
pub(super) fn byte(digits: &[u8]) -> Option<u8> {
    // `from_str_radix` accepts a sign.
    let digits = Some(digits).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
