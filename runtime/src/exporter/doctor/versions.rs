//! Which versions of `metrics` are in a program: their paths in the registry are in its file, where panics and debug information point
//! to. A stripped release build may have lost some, so that finding one proves nothing, and finding two does.

use std::collections::BTreeSet;
use std::{env, fs};

/// The versions, in their order as text.
pub(super) fn of_this_program() -> Vec<String> {
    let file = env::current_exe().and_then(fs::read);
    file.map(|bytes| in_bytes(&bytes)).unwrap_or_default()
}

fn in_bytes(bytes: &[u8]) -> Vec<String> {
    const BEFORE: &[u8] = b"/metrics-";
    let mut found = BTreeSet::new();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let Some(rest) = bytes[at..].strip_prefix(BEFORE) else { continue };
        let version: Vec<u8> = rest.iter().copied().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').collect();
        let has_parts = version.split(|byte| *byte == b'.').filter(|part| !part.is_empty()).count() == 3;
        // Debug information has the directory by itself, with a zero at its end.
        if has_parts && matches!(rest.get(version.len()), Some(b'/' | 0)) {
            found.extend(String::from_utf8(version));
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::in_bytes;

    #[test]
    fn versions_are_read_from_paths() {
        let bytes = b"\0/r/metrics-0.24.6/src/key.rs\xff/metrics-0.23.1/src/lib.rs/metrics-0.24.6/src/x /metrics-util-0.20.4/src/y \
            /metrics-0.1/src/ /metrics-0.9.9-rc/src /metrics-0.22.0\0 /metrics-1.2.3";
        assert_eq!(in_bytes(bytes), ["0.22.0", "0.23.1", "0.24.6"]);
        assert!(in_bytes(b"").is_empty());
    }
}
