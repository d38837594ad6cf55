//! Errors and warnings about the user's code are the same, at the same place.

use std::collections::BTreeMap;
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

/// What is not the same, and why: whether it is lost or new, the program, the code, and how often. It may only become less.
const KNOWN: &[(&str, &str, &str, usize)] = &[
    // A `break` that leaves a closure instead of a function, a reference to what is the closure's: the same place, another number.
    ("lost", "types", "E0268", 7),
    ("new", "types", "E0267", 7),
    ("lost", "lifetimes", "E0597", 1),
    ("new", "lifetimes", "E0515", 1),
    ("lost", "futures", "", 2),
    ("new", "futures", "E0277", 1),
    // A future is what is returned: what is wrong with that is told at the return type, and not where the body ends.
    ("new", "futures", "", 1),
    ("lost", "lifetimes", "", 6),
    ("new", "lifetimes", "", 6),
    // A future of another output, or none at all, is told where it is made, and once more where it is returned.
    ("new", "types", "E0271", 2),
    ("new", "values", "E0277", 1),
    // Beside the error of a `match` that is not exhaustive, inside of a closure: the compiler has given up on what that captures.
    ("new", "types", "unused_variables", 27),
    // `self`, captured by a closure that never comes to its mention, behind a `return` or an endless loop; or that is not `mut`.
    ("new", "lints", "unused_assignments", 3),
    ("new", "lifetimes", "unused_assignments", 2),
    // The call of the function itself is in a closure.
    ("lost", "signatures", "unconditional_recursion", 1),
    // An `async fn` of a public trait says itself that it returns a future.
    ("lost", "signatures", "async_fn_in_trait", 1),
    // It cannot be one any more.
    ("lost", "lints", "clippy::missing_const_for_fn", 4),
    ("lost", "signatures", "clippy::missing_const_for_fn", 28),
    // What clippy says of the whole of a function by looking at its body, and that is in a closure or a future now.
    ("lost", "lints", "clippy::implicit_return", 663),
    ("lost", "lints", "clippy::infinite_loop", 4),
    ("lost", "lints", "clippy::manual_async_fn", 51),
    ("lost", "lints", "clippy::needless_lifetimes", 102),
    ("lost", "lints", "clippy::needless_pass_by_value", 25),
    ("lost", "lints", "clippy::unnecessary_wraps", 200),
    ("lost", "lints", "clippy::unwrap_in_result", 6),
    ("lost", "signatures", "clippy::boxed_local", 1),
    ("lost", "signatures", "clippy::implicit_return", 75),
    ("lost", "signatures", "clippy::manual_async_fn", 1),
    ("lost", "signatures", "clippy::missing_errors_doc", 1),
    ("lost", "signatures", "clippy::needless_lifetimes", 2),
    ("lost", "signatures", "clippy::needless_pass_by_ref_mut", 1),
    ("lost", "signatures", "clippy::needless_pass_by_value", 3),
    ("lost", "signatures", "clippy::only_used_in_recursion", 1),
    ("lost", "signatures", "clippy::ptr_arg", 7),
    ("lost", "signatures", "clippy::unnecessary_wraps", 21),
    ("lost", "signatures", "clippy::unused_async", 3),
    // Of the closure, and so at the attribute.
    ("lost", "lints", "clippy::large_stack_frames", 12),
    ("new", "lints", "clippy::large_stack_frames", 12),
    // Of a primitive that is the whole body: a `return` in front of it would be unreachable code where it never comes back.
    ("new", "signatures", "clippy::implicit_return", 7),
];

/// Compares, and tells what differs and is not known to.
#[track_caller]
fn compare(twice: &Twice, [bare, annotated]: &[Vec<Diagnostic>; 2]) {
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
            if KNOWN.iter().find(is_known).is_none_or(|known| known.3 < count) {
                writeln!(report, "{word}: {said}\n      {}", twice.line(&said.program, said.line)).expect("text grows");
            }
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn every_fault_in_every_shape_is_told_as_in_the_bare_function() {
    let programs = bodies::programs();
    let twice = Twice::write("bodies", programs.clone());
    let said = twice.diagnostics();
    assert_eq!(unseen(&programs, &said[0]), [""; 0], "these are no faults");
    compare(&twice, &said);
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
    let said = twice.diagnostics();
    for (program, _) in programs {
        assert!(said[0].iter().any(|said| said.program == program), "{program} has no fault");
    }
    compare(&twice, &said);
}
