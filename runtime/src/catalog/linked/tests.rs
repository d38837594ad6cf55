//! The content of a section is verified before it is used.
#![allow(unsafe_code, reason = "handmade sections")]

use std::sync::atomic::AtomicU32;

use super::super::entry::{Entry, Head, STAMP};
use super::super::registration::{Registration, Site};
use super::Foreign;
use super::imp::Entries;

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
fn an_entry_with_an_unknown_kind_is_not_used() {
    for kind in [0, 1, 2, 4, 5, 6, 7, 8, 255] {
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
