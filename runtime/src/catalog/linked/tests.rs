//! The content of a section is verified before it is used.
#![allow(unsafe_code, reason = "handmade sections")]

use std::sync::atomic::AtomicU32;

use super::super::entry::{Entry, STAMP};
use super::super::function::{Named4, Named12, Named20, named_4, named_12, named_20};
use super::super::registration::{Registration, Site};
use super::Foreign;
use super::imp::Entries;
use crate::head::Head;

/// Two entries, with gaps as linkers leave them.
#[repr(C)]
struct Section {
    gap: [u64; 2],
    first: Entry<Site>,
    between: [u64; 3],
    second: Entry<Site>,
    rest: [u64; 1],
}

fn section() -> Section {
    let site = |location| Entry::new(Site { location });
    Section { gap: [0; 2], first: site("first"), between: [0; 3], second: site("second"), rest: [0; 1] }
}

/// Reads the section from `skipped` bytes on, without its last `cut` bytes.
fn read(section: Section, skipped: usize, cut: usize) -> Vec<Result<&'static str, Foreign>> {
    let section: &'static Section = Box::leak(Box::new(section));
    let first = (&raw const *section).cast::<Head>();
    let end = first.addr() + size_of::<Section>() - cut;
    // SAFETY: The memory is initialised and leaked. Entries with this build's stamp are created by `Entry::new`, except for their sizes, which are verified.
    let entries = unsafe { Entries::new(first.wrapping_byte_add(skipped), end) };
    let location = |registration| match registration {
        Registration::Site(site) => site.location,
        other => panic!("{other:?}"),
    };
    entries.map(|entry| entry.map(location)).collect()
}

/// A section whose second entry has a damaged head.
fn damaged(damage: impl FnOnce(&mut Head)) -> Section {
    let mut section = section();
    let mut head = Entry::<Site>::head(STAMP);
    damage(&mut head);
    // SAFETY: An entry begins with a head.
    unsafe { (&raw mut section.second).cast::<Head>().write(head) };
    section
}

#[test]
fn entries_are_found_between_gaps() {
    assert_eq!(read(section(), 0, 0), [Ok("first"), Ok("second")]);
    assert_eq!(read(section(), 16, 8), [Ok("first"), Ok("second")]);
}

#[test]
fn an_entry_of_another_build_ends_the_iteration() {
    assert_eq!(read(damaged(|head| head.stamp = AtomicU32::new(STAMP ^ 1)), 0, 0), [Ok("first"), Err(Foreign)]);
}

#[test]
fn an_entry_with_a_wrong_size_is_not_used() {
    assert_eq!(read(damaged(|head| head.size += 8), 0, 0), [Ok("first"), Err(Foreign)]);
    assert_eq!(read(damaged(|head| head.size = 0), 0, 0), [Ok("first"), Err(Foreign)]);
}

#[test]
fn an_entry_with_an_unknown_kind_or_another_size_is_not_used() {
    // The entries of metric families (4 to 7) have the size of a site's.
    for kind in [0, 1, 2, 8, 255] {
        let found = read(damaged(|head| head.kind = kind), 0, 0);
        assert!(matches!(found[..], [Ok("first"), Err(Foreign)]), "{kind}: {found:?}");
    }
}

#[test]
fn an_entry_beyond_the_end_is_not_used() {
    assert_eq!(read(section(), 0, 16), [Ok("first"), Err(Foreign)]);
    assert_eq!(read(section(), 0, size_of::<Section>()), []);
}

#[test]
fn a_section_that_is_not_aligned_is_not_used() {
    assert_eq!(read(section(), 4, 0), [Err(Foreign)]);
}

const MODULE: &str = "module\0file.rs";

/// Entries of functions, with names of two lengths, before a site.
#[repr(C)]
struct Functions {
    short: Named4,
    long: Named20,
    site: Entry<Site>,
}

/// The line and the name of each function, up to the first entry that is not used.
fn functions(damage: impl FnOnce(&mut Functions)) -> Vec<(u32, &'static str)> {
    let (short, long) = (named_4(MODULE, 1, first(0, "main")), named_20(MODULE, 70_000, first(3, "Type::method"), 0));
    let mut section = Functions { short, long, site: Entry::new(Site { location: "site" }) };
    damage(&mut section);
    let section: &'static Functions = Box::leak(Box::new(section));
    let first = (&raw const *section).cast::<Head>();
    // SAFETY: As above.
    let entries = unsafe { Entries::new(first, first.addr() + size_of::<Functions>()) };
    let location = |registration| match registration {
        Registration::Operation(families) => {
            let location = families.location();
            assert_eq!((location.module, location.file), ("module", "file.rs"));
            Some((location.line, location.item))
        }
        _ => None,
    };
    entries.map_while(Result::ok).filter_map(location).collect()
}

/// The first number of an entry with this name of up to 12 bytes.
const fn first(never: u8, name: &str) -> u128 {
    let mut bytes = [0; size_of::<u128>()];
    bytes[0] = never;
    bytes.split_at_mut(1).1.split_at_mut(name.len()).0.copy_from_slice(name.as_bytes());
    u128::from_le_bytes(bytes)
}

#[test]
fn entries_of_functions_have_the_size_of_their_names() {
    assert_eq!(functions(|_| {}), [(1, "main"), (70_000, "Type::method")]);
    let head = |at: *mut Head| {
        // SAFETY: An entry begins with a head.
        unsafe { &mut *at }
    };
    assert_eq!(functions(|section| head((&raw mut section.long).cast()).size += 200), [(1, "main")]);
    assert_eq!(functions(|section| head((&raw mut section.long).cast()).size -= 24), [(1, "main")]);
    assert_eq!(functions(|section| head((&raw mut section.long).cast()).size += 4), [(1, "main")]);
    for kind in (0..=7).chain([255]) {
        assert_eq!(functions(|section| head((&raw mut section.short).cast()).kind = kind), [], "{kind}");
    }
}

#[test]
fn a_function_has_the_module_and_the_file_of_its_module() {
    static NAMED: Named12 = named_12(MODULE, u32::MAX, first(2, "größer_als"));
    let location = NAMED.value.location();
    assert_eq!((location.module, location.item), ("module", "größer_als"));
    assert_eq!((location.file, location.line), ("file.rs", u32::MAX));
    let never = NAMED.value.never();
    assert!(never.cancelled && !never.error);
}
