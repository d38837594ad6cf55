//! Finds crates and their versions in the program, by their registry paths in the executable, which panics and debug information refer to. A stripped
//! release build may contain only some of them: a crate that is found is a proof, one that is not found is not.

use std::collections::BTreeSet;
use std::env;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::sync::OnceLock;

use super::bridges::BRIDGES;

/// The crate of the facade.
const FACADE: &str = "metrics";

/// What was found in the executable.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Program {
    /// The versions of `metrics`, sorted as strings.
    pub(super) versions: BTreeSet<String>,
    /// Exporters of other crates that are in [`BRIDGES`].
    pub(super) bridges: BTreeSet<&'static str>,
}

/// What is in the executable of this process. It is read once.
pub(super) fn this_program() -> &'static Program {
    static FOUND: OnceLock<Program> = OnceLock::new();

    FOUND.get_or_init(|| {
        let file = env::current_exe().and_then(File::open);
        file.and_then(|file| read(BufReader::new(file))).unwrap_or_default()
    })
}

fn read(mut program: impl BufRead) -> io::Result<Program> {
    let mut found = Program::default();
    let mut part = Vec::new();
    while program.read_until(b'/', &mut part)? > 0 {
        // Windows uses backslashes. What precedes the first separator is not a path component, and never has one of these names.
        for part in part.split_inclusive(|byte| *byte == b'\\') {
            if !part.starts_with(FACADE.as_bytes()) {
                continue;
            }
            if let Some(version) = version_of(FACADE, part) {
                found.versions.insert(version);
            }
            let names = BRIDGES.iter().map(|(name, _)| *name);
            found.bridges.extend(names.filter(|name| version_of(name, part).is_some()));
        }
        part.clear();
    }
    Ok(found)
}

/// The version in a directory of the registry, as `metrics-0.24.6/`.
fn version_of(name: &str, directory: &[u8]) -> Option<String> {
    let rest = directory.strip_prefix(name.as_bytes())?.strip_prefix(b"-")?;
    let end = rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.').unwrap_or(rest.len());
    let (version, after) = rest.split_at(end);
    let has_parts = version.split(|byte| *byte == b'.').filter(|part| !part.is_empty()).count() == 3;
    // Debug information also contains the directory alone, with a NUL at the end.
    let is_directory = has_parts && matches!(after.first(), Some(b'/' | b'\\' | 0));
    is_directory.then(|| String::from_utf8_lossy(version).into_owned())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn versions_are_read_from_paths() {
        let bytes = b"\0/r/metrics-0.24.6/src/key.rs\xff/metrics-0.23.1/src/lib.rs/metrics-0.24.6/src/x /metrics-util-0.20.4/src/y \
            /metrics-0.1/src/ /metrics-0.9.9-rc/src /metrics-0.22.0\0 /metrics-1.2.3";
        let found = read(&bytes[..]).unwrap();
        assert_eq!(found.versions.into_iter().collect::<Vec<_>>(), ["0.22.0", "0.23.1", "0.24.6"]);
        assert!(found.bridges.is_empty());
        assert!(read(&b""[..]).unwrap().versions.is_empty());
    }

    #[test]
    fn versions_are_read_from_paths_of_windows() {
        let bytes = b"C:\\r\\metrics-0.24.6\\src\\key.rs\0C:\\r/metrics-0.23.1\\src/lib.rs \\metrics-util-0.20.4\\src \\metrics-0.1\\";
        assert_eq!(read(&bytes[..]).unwrap().versions.into_iter().collect::<Vec<_>>(), ["0.23.1", "0.24.6"]);
    }

    #[test]
    fn exporters_are_read_from_paths() {
        let bytes = b"\0/r/metrics-exporter-statsd-0.9.0/src/recorder.rs\0 /metrics-exporter-prometheus-0.18.3/src/a \
            C:\\r\\metrics-exporter-opentelemetry-0.2.2\\src\\recorder.rs /metrics-exporter-statsd-fork-0.1.0/src/";
        let found = read(&bytes[..]).unwrap();
        assert_eq!(
            found.bridges.into_iter().collect::<Vec<_>>(),
            ["metrics-exporter-opentelemetry", "metrics-exporter-statsd"]
        );
        assert!(found.versions.is_empty());
    }
}
