//! Where the declarations are in a program: entries of the library's section, one after the other.
//!
//! An entry begins with eight bytes: the stamp of the build of the library that it belongs to, its size, and what it declares. The library
//! writes them in `runtime/src/catalog/entry.rs`.

use std::collections::BTreeMap;

use object::{Object, ObjectSection};

use super::memory::Memory;

/// What the names of the sections begin with: in ELF, in PE, and in Mach-O.
const PREFIXES: [&str; 3] = ["metrics_instrumented_", ".mi", "__mi"];

/// The size of an entry's head, and of a gap between entries a divisor.
const HEAD: u64 = 8;

/// What one build of the library declares in a program.
#[derive(Debug, Default)]
pub(super) struct Build {
    /// The address of the layout of the others.
    pub(super) layout: Option<u64>,
    /// What each of the others declares, and its address.
    pub(super) declarations: Vec<(&'static str, u64)>,
}

/// Everything in the sections, by the stamps of the library's builds: a program may link several, and a linker may write two sections of one name.
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
                return Err(format!("its section `{name}` is damaged"));
            }
            let build = builds.entry(stamp).or_default();
            match memory.byte(at + 6)? {
                1 => build.layout = Some(at + HEAD),
                kind => {
                    let declares = ["operation", "site", "counter", "gauge", "histogram", "info"]
                        .get(usize::from(kind).wrapping_sub(2))
                        .ok_or_else(|| format!("its section `{name}` has an entry of unknown kind {kind}"))?;
                    build.declarations.push((declares, at + HEAD));
                }
            }
            at += size;
        }
    }
    Ok(builds)
}
