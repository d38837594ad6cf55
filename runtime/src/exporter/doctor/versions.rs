//! Finds the versions of `metrics` in a program, by their registry paths in the executable, which panics and debug information refer to. A stripped
//! release build may contain only some of them: two versions are a proof, one version is not.

use std::collections::BTreeSet;
use std::env;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::sync::OnceLock;

/// The versions, sorted as strings.
pub(super) fn of_this_program() -> &'static [String] {
    static FOUND: OnceLock<Vec<String>> = OnceLock::new();

    FOUND.get_or_init(|| {
        let file = env::current_exe().and_then(File::open);
        file.and_then(|file| read(BufReader::new(file))).unwrap_or_default()
    })
}

fn read(mut program: impl BufRead) -> io::Result<Vec<String>> {
    let mut found = BTreeSet::new();
    let mut part = Vec::new();
    while program.read_until(b'/', &mut part)? > 0 {
        // Windows uses backslashes. What precedes the first separator is not a path component, and never has this name.
        for part in part.split_inclusive(|byte| *byte == b'\\') {
            let Some(rest) = part.strip_prefix(b"metrics-") else { continue };
            let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.').unwrap_or(rest.len());
            let (version, after) = rest.split_at(end);
            let has_parts = version.split(|byte| *byte == b'.').filter(|part| !part.is_empty()).count() == 3;
            // Debug information also contains the directory alone, with a NUL at the end.
            if has_parts && matches!(after.first(), Some(b'/' | b'\\' | 0)) {
                found.insert(String::from_utf8_lossy(version).into_owned());
            }
        }
        part.clear();
    }
    Ok(found.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn versions_are_read_from_paths() {
        let bytes = b"\0/r/metrics-0.24.6/src/key.rs\xff/metrics-0.23.1/src/lib.rs/metrics-0.24.6/src/x /metrics-util-0.20.4/src/y \
            /metrics-0.1/src/ /metrics-0.9.9-rc/src /metrics-0.22.0\0 /metrics-1.2.3";
        assert_eq!(read(&bytes[..]).unwrap(), ["0.22.0", "0.23.1", "0.24.6"]);
        assert!(read(&b""[..]).unwrap().is_empty());
    }

    #[test]
    fn versions_are_read_from_paths_of_windows() {
        let bytes = b"C:\\r\\metrics-0.24.6\\src\\key.rs\0C:\\r/metrics-0.23.1\\src/lib.rs \\metrics-util-0.20.4\\src \\metrics-0.1\\";
        assert_eq!(read(&bytes[..]).unwrap(), ["0.23.1", "0.24.6"]);
    }
}
