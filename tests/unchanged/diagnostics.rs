//! Errors and warnings about the user's code are the same, at the same place: clippy's, which sees the function as it was written, and the
//! compiler's, which sees the expansion.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::bodies::{self, MARK};
use crate::twice::{Diagnostic, Twice};

/// What makes two of them the same. The words may differ where they name a closure.
fn key(said: &Diagnostic) -> (&str, u64, &str, &str) {
    (&said.program, said.line, &said.code, &said.level)
}

/// What there is of these and not of the others, one for one.
fn without<'a>(these: &'a [Diagnostic], others: &[Diagnostic]) -> Vec<&'a Diagnostic> {
    let mut left = BTreeMap::<_, usize>::new();
    for other in others {
        *left.entry(key(other)).or_default() += 1;
    }
    let mut without = Vec::new();
    for said in these {
        match left.get_mut(&key(said)) {
            Some(count @ 1..) => *count -= 1,
            _ => without.push(said),
        }
    }
    without
}

/// The faults that are none: the compiler says nothing of the kind in any shape.
fn unseen(programs: &[(String, String)], said: &[Diagnostic]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    for (program, text) in programs {
        let mut lines =
            (1..).zip(text.lines()).filter_map(|(line, text)| Some((line, text.strip_prefix(MARK)?))).peekable();
        while let Some((begin, code)) = lines.next() {
            let end = lines.peek().map_or(u64::MAX, |(line, _)| *line);
            let is_it =
                |said: &Diagnostic| said.program == *program && said.code == code && (begin..end).contains(&said.line);
            *seen.entry(format!("{program}: {code}")).or_insert(false) |= said.iter().any(is_it);
        }
    }
    seen.into_iter().filter(|(_, seen)| !seen).map(|(fault, _)| fault).collect()
}

/// The same under clippy.
const KNOWN_UNDER_CLIPPY: &[(&str, &str, &str, usize)] = &[
    // The value of a label is checked in the function, and that is not `const`.
    ("lost", "signatures", "clippy::missing_const_for_fn", 1),
];

/// What is not the same, and why: whether it is lost or new, the program, the code, and how often. It may only become less.
const KNOWN: &[(&str, &str, &str, usize)] = &[
    // A `break` that leaves a closure instead of a function: the same place, another number.
    ("lost", "types", "E0268", 7),
    ("new", "types", "E0267", 7),
    // A reference to an argument, which is dropped before the value is read: the same place, another number.
    ("lost", "lifetimes", "E0515", 3),
    ("new", "lifetimes", "E0597", 3),
    // `self`, captured by a closure that never comes to its mention, or that is not `mut`.
    ("new", "lints", "unused_assignments", 1),
    ("new", "lifetimes", "unused_assignments", 1),
    // The function returns a future: a lifetime error in it is reported at the return type.
    ("lost", "lifetimes", "", 2),
    ("new", "lifetimes", "", 2),
    // A wrong output type, or a missing future, is reported where it is created, and again where it is returned.
    ("new", "types", "E0271", 2),
    ("new", "values", "E0277", 2),
    // An `async fn` of a public trait says itself that it returns a future. That it is in a trait cannot be seen by an attribute on it.
    ("lost", "signatures", "async_fn_in_trait", 1),
];

/// Compares, and tells what differs and is not known to.
#[track_caller]
fn compare(twice: &Twice, [bare, annotated]: &[Vec<Diagnostic>; 2], known: &[(&str, &str, &str, usize)]) {
    let mut report = String::new();
    for (word, differing) in [("lost", without(bare, annotated)), ("new", without(annotated, bare))] {
        let mut counts = BTreeMap::<_, usize>::new();
        for said in &differing {
            *counts.entry((said.program.as_str(), said.code.as_str())).or_default() += 1;
        }
        for said in differing {
            let count = counts[&(said.program.as_str(), said.code.as_str())];
            let is_known =
                |known: &&(&str, &str, &str, usize)| (known.0, known.1, known.2) == (word, &said.program, &said.code);
            if known.iter().find(is_known).is_none_or(|known| known.3 < count) {
                writeln!(report, "{word}: {said}\n      {}", twice.line(&said.program, said.line))
                    .expect("writing to a string succeeds");
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// Compares what clippy says, which has no exceptions, and what the compiler says; returns clippy's words of the bare programs.
#[track_caller]
fn compare_both(twice: &Twice) -> Vec<Diagnostic> {
    let clippy = twice.diagnostics("clippy");
    compare(twice, &clippy, KNOWN_UNDER_CLIPPY);
    compare(twice, &twice.diagnostics("check"), KNOWN);
    let [bare, _] = clippy;
    bare
}

#[test]
fn every_fault_in_every_shape_is_told_as_in_the_bare_function() {
    let programs = bodies::programs();
    let twice = Twice::write("bodies", programs.clone());
    let bare = compare_both(&twice);
    assert_eq!(unseen(&programs, &bare), [""; 0], "these are no faults");
}

#[test]
fn whole_functions_are_told_of_as_bare_ones() {
    let programs = [
        ("signatures", include_str!("programs/signatures.rs")),
        ("values", include_str!("programs/values.rs")),
        ("futures", include_str!("programs/futures.rs")),
        ("lifetimes", include_str!("programs/lifetimes.rs")),
    ];
    let twice = Twice::write("whole", programs.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec());
    let bare = compare_both(&twice);
    for (program, _) in programs {
        assert!(bare.iter().any(|said| said.program == program), "{program} has no fault");
    }
}

/// The lints that functions of `expected.rs` expect.
fn expected_lints(text: &str) -> BTreeSet<&str> {
    let expects = text.lines().filter_map(|line| line.trim().strip_prefix("#[expect(")?.strip_suffix(")]"));
    expects.flat_map(|lints| lints.split(", ")).collect()
}

#[test]
fn an_expectation_that_the_bare_function_fulfils_is_fulfilled() {
    let text = include_str!("programs/expected.rs");
    let lints = expected_lints(text);
    assert!(lints.len() > 20, "{lints:?}");
    // The same without expectations: each lint is reported of the bare function, and of the annotated one.
    let told = text.lines().map(|line| if line.trim().starts_with("#[expect(") { "//" } else { line });
    let told = told
        .collect::<Vec<_>>()
        .join("\n")
        .replace("#![deny(warnings)]", "#![warn(clippy::cognitive_complexity)]")
        .replace("#![allow(", "#![warn(");
    let programs = [("expected", text.to_owned()), ("told", told)];
    let twice = Twice::write("expectations", programs.map(|(name, text)| (name.to_owned(), text)).to_vec());
    for command in ["clippy", "check"] {
        for said in twice.diagnostics(command) {
            let unfulfilled: Vec<String> =
                said.iter().filter(|said| said.program == "expected").map(ToString::to_string).collect();
            assert_eq!(unfulfilled, [""; 0], "{command}");
        }
    }
    for said in twice.diagnostics("clippy") {
        let told: BTreeSet<&str> =
            said.iter().filter(|said| said.program == "told").map(|said| said.code.as_str()).collect();
        let untold: Vec<&str> = lints.iter().copied().filter(|lint| !told.contains(lint)).collect();
        assert_eq!(untold, [""; 0], "{told:?}");
    }
}
