//! Finds the declarations in a program: entries of the library's section.
//!
//! An entry begins with eight bytes: the stamp of its build of the library, its size, its kind, and whether it is read elsewhere. `runtime/src/catalog/entry.rs` defines them.

use std::collections::BTreeMap;

use object::{Object, ObjectSection};

use super::memory::Memory;

/// The prefixes of section names in ELF, in PE, and in Mach-O, where copies of entries have a section of their own.
const PREFIXES: [&str; 4] = ["metrics_instrumented_", ".mi", "__mi", "__mk"];

/// The size of an entry's head; padding between entries is a multiple of it.
const HEAD: u64 = 8;

/// The kind of the entry of a function without a `name`.
const FUNCTION: u8 = 8;

/// The declarations of one build of the library in a program.
#[derive(Debug, Default)]
pub(super) struct Build {
    /// The address of the layout entry.
    pub(super) layout: Option<u64>,
    pub(super) declarations: Vec<Found>,
}

/// An entry.
#[derive(Debug)]
pub(super) struct Found {
    /// Its kind.
    pub(super) declares: &'static str,
    /// The address of its static.
    pub(super) at: u64,
    /// The end of the entry.
    pub(super) end: u64,
    /// The last byte of its head.
    pub(super) detail: u8,
}

/// All entries, by the stamps of the library's builds. A program may link several builds, and a linker may write two sections with the same name.
pub(super) fn builds(file: &object::File<'_>, memory: &Memory<'_>) -> Result<BTreeMap<u32, Build>, String> {
    let mut builds = BTreeMap::<u32, Build>::new();
    for section in file.sections() {
        let Ok(name) = section.name() else { continue };
        if !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let (mut at, end) = (section.address(), section.address().saturating_add(section.size()));
        while at + HEAD <= end {
            let stamp = memory.word(at)?;
            if stamp == 0 {
                at += HEAD;
                continue;
            }
            let size = u64::from(memory.short(at + 4)?);
            if size < HEAD || size > end - at || size % HEAD != 0 {
                return Err(format!("the section `{name}` is damaged"));
            }
            let (kind, detail) = (memory.byte(at + 6)?, memory.byte(at + 7)?);
            // Of the library's own families, a program uses those that have a copy in another section.
            let is_copied = kind != FUNCTION && detail == 1;
            if is_copied {
                at += size;
                continue;
            }
            let build = builds.entry(stamp).or_default();
            match kind {
                1 => build.layout = Some(at + HEAD),
                kind => {
                    let declares = ["operation", "site", "counter", "gauge", "histogram", "info", "function"]
                        .get(usize::from(kind).wrapping_sub(2))
                        .ok_or_else(|| format!("the section `{name}` has an entry of unknown kind {kind}; install the tool of the library's version"))?;
                    build.declarations.push(Found { declares, at: at + HEAD, end: at + size, detail });
                }
            }
            at += size;
        }
    }
    Ok(builds)
}
