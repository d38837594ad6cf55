//! Files as sources of catalogues: binaries, declarations that the library printed, and catalogues that this tool wrote.

use std::fs;
use std::path::Path;

use super::object;
use crate::catalogue::conflict::conflicts;
use crate::catalogue::contradiction::contradictions;
use crate::catalogue::declarations::{Declaration, invalid_json};
use crate::catalogue::merge::merge;
use crate::catalogue::union::union;
use crate::catalogue::{Catalogue, SCHEMA};
use crate::error::Error;

/// Reads the catalogue of a file.
pub(crate) fn read(path: &Path) -> Result<Catalogue, Error> {
    read_bytes(path, &contents(path)?)
}

/// Reads the content of a file.
pub(crate) fn contents(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

/// Reads the catalogue of a file with this content.
pub(crate) fn read_bytes(path: &Path, bytes: &[u8]) -> Result<Catalogue, Error> {
    let program = program(path);
    parse(bytes, &program).map_err(|reason| Error::Catalogue { path: path.to_owned(), reason })
}

/// Whether this is a binary, or the JSON of declarations or of a catalogue, and not a scrape.
pub(crate) fn is_catalogue(bytes: &[u8]) -> bool {
    // The quoted name of a metric begins as JSON does, but no colon follows it.
    let key = bytes.trim_ascii_start().strip_prefix(b"{").map(<[u8]>::trim_ascii_start).unwrap_or_default();
    let after = key.strip_prefix(b"\"").and_then(|key| key.splitn(2, |byte| *byte == b'"').nth(1)).unwrap_or_default();
    let is_json = after.trim_ascii_start().starts_with(b":");
    is_json || object::parse(bytes).is_some()
}

/// Merges the catalogues of several files.
pub(crate) fn read_all<P: AsRef<Path>>(paths: &[P]) -> Result<Catalogue, Error> {
    let all: Vec<Catalogue> = paths.iter().map(|path| read(path.as_ref())).collect::<Result<_, _>>()?;
    for (at, second) in all.iter().enumerate() {
        for (first, path) in all.iter().zip(paths).take(at) {
            let conflicts = conflicts(first, second);
            if !conflicts.is_empty() {
                let (first, second) = (path.as_ref().to_owned(), paths[at].as_ref().to_owned());
                return Err(Error::Conflict { first, second, conflicts });
            }
        }
    }
    union(all).ok_or(Error::NoCatalogue)
}

/// The program's name: that of the file up to its first dot.
fn program(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

fn parse(bytes: &[u8], program: &str) -> Result<Catalogue, String> {
    if let Some(file) = object::parse(bytes) {
        return merged(program, &object::declarations(&file?)?);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| UNRECOGNISED)?;
    if text.trim().is_empty() {
        return Err(EMPTY.to_owned());
    }
    if !text.trim_start().starts_with('{') {
        let is_scrape = text.starts_with("# HELP") || text.starts_with("# TYPE");
        return Err(if is_scrape { SCRAPE } else { UNRECOGNISED }.to_owned());
    }
    let is_catalogue = text.contains("\"families\"") || text.contains("\"schema\"") && !text.contains("\"declares\"");
    if !is_catalogue {
        return merged(program, &Declaration::parse_all(text)?);
    }
    let catalogue = serde_json::from_str::<Catalogue>(text).map_err(|error| invalid_json(&error, 1))?;
    if catalogue.schema == SCHEMA {
        return Ok(catalogue);
    }
    Err(format!(
        "a catalogue of schema {}, and this tool reads schema {SCHEMA}; install the tool of that version",
        catalogue.schema
    ))
}

/// The catalogue of declarations that do not contradict each other.
fn merged(program: &str, declarations: &[Declaration]) -> Result<Catalogue, String> {
    let found = contradictions(declarations);
    if found.is_empty() {
        return Ok(merge(program, declarations));
    }
    Err(format!("{CONTRADICTORY}\n  {}", found.join("\n  ")))
}

const CONTRADICTORY: &str = "declarations of one family differ, so `install()` fails, too; give the family one declaration, or different names:";
const UNRECOGNISED: &str = "unrecognised file: expected an executable, declarations or a catalogue";
const SCRAPE: &str = "it is a scrape; `verify` and `diff` read scrapes";
const EMPTY: &str = "it is empty; no code calls the instrumented functions, so the linker dropped them: call them, or add `use the_library as _;` for metrics with `#[derive(..)]`";
