//! Arguments are dropped in the plain function's order, before the call ends: every pattern, with every exit path, bare and annotated.

use std::panic::{self, AssertUnwindSafe, Location};
use std::thread;
use std::time::Duration;

use futures::executor::block_on;
use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local, lasted, panic_of};

use crate::told::{Told, dropped};

struct Pair {
    first: Told,
    second: Told,
}

fn pair(first: &'static str, second: &'static str) -> Pair {
    Pair { first: Told(first), second: Told(second) }
}

/// How a call is left.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Exit {
    End,
    Return,
    Question,
    Panic,
}

const EXITS: [Exit; 4] = [Exit::End, Exit::Return, Exit::Question, Exit::Panic];

fn failed() -> Result<(), String> {
    Err("question".to_owned())
}

/// What is dropped by a call, which may panic.
fn dropped_by<R>(call: impl FnOnce() -> R) -> Vec<&'static str> {
    let _ = panic::catch_unwind(AssertUnwindSafe(call));
    dropped()
}

/// One function with arguments `$patterns`, in every kind, bare and annotated, called with `$values`.
macro_rules! patterns {
    ($($row:ident($($pattern:pat => $ty:ty = $value:expr),* $(,)?) $used:block;)*) => {
        $(
            #[allow(unused_variables, unused_mut, unused_assignments, clippy::all, clippy::pedantic, reason = "each is one of its kind")]
            mod $row {
                use super::*;

                macro_rules! functions {
                    ($name:ident $attribute:meta) => {
                        mod $name {
                            use super::*;

                            #[$attribute]
                            pub(super) fn unit(exit: Exit, $($pattern: $ty),*) {
                                let local = Told("local");
                                if exit != Exit::End { if exit == Exit::Panic { panic!("meant") } return; }
                                $used;
                            }

                            #[$attribute]
                            pub(super) fn one_exit(exit: Exit, $($pattern: $ty),*) -> Result<(), String> {
                                let local = Told("local");
                                if exit == Exit::Panic { panic!("meant") }
                                $used;
                                Ok(())
                            }

                            #[$attribute]
                            pub(super) fn value(exit: Exit, $($pattern: $ty),*) -> Result<(), String> {
                                let local = Told("local");
                                match exit {
                                    Exit::End => { $used; Ok(()) }
                                    Exit::Return => return Err("returned".to_owned()),
                                    Exit::Question => { failed()?; Ok(()) }
                                    Exit::Panic => panic!("meant"),
                                }
                            }

                            #[$attribute]
                            pub(super) async fn later(exit: Exit, $($pattern: $ty),*) -> Result<(), String> {
                                let local = Told("local");
                                match exit {
                                    Exit::End => { $used; Ok(()) }
                                    Exit::Return => return Err("returned".to_owned()),
                                    Exit::Question => { failed()?; Ok(()) }
                                    Exit::Panic => panic!("meant"),
                                }
                            }
                        }
                    };
                }

                functions!(bare allow(dead_code));
                functions!(annotated instrumented(name = "patterns"));

                #[test]
                fn are_dropped_as_in_the_plain_function() {
                    let local = Local::new();
                    for exit in EXITS {
                        local.run(|| {
                            let kinds = [
                                [dropped_by(|| bare::unit(exit, $($value),*)), dropped_by(|| annotated::unit(exit, $($value),*))],
                                [
                                    dropped_by(|| bare::one_exit(exit, $($value),*)),
                                    dropped_by(|| annotated::one_exit(exit, $($value),*)),
                                ],
                                [
                                    dropped_by(|| bare::value(exit, $($value),*)),
                                    dropped_by(|| annotated::value(exit, $($value),*)),
                                ],
                                [
                                    dropped_by(|| block_on(bare::later(exit, $($value),*))),
                                    dropped_by(|| block_on(annotated::later(exit, $($value),*))),
                                ],
                            ];
                            for [bare, annotated] in kinds {
                                assert!(bare.len() > 1, "{exit:?}: {bare:?}");
                                assert_eq!(annotated, bare, "{exit:?}");
                            }
                        });
                    }
                    // `unit` is ok on three paths, `one_exit` on three, the others on one.
                    assert_eq!(local.calls("patterns"), Calls { ok: 8, error: 4, panic: 4, ..Calls::NONE });
                }
            }
        )*
    };
}

patterns! {
    names(first => Told = Told("first"), _second => Told = Told("second")) { drop(first) };
    unused(first => Told = Told("first"), _second => Told = Told("second")) {};
    ignored(_ => Told = Told("first"), second => Told = Told("second"), _ => Told = Told("third")) { let _ = &second; };
    tuples((a, _) => (Told, Told) = (Told("a"), Told("b")), (_, c) => (Told, Told) = (Told("d"), Told("c"))) {};
    whole_tuples((a, b) => (Told, Told) = (Told("a"), Told("b")), (c, d) => (Told, Told) = (Told("c"), Told("d"))) { drop(b) };
    structs(Pair { first, .. } => Pair = pair("a", "b"), Pair { second, first: _ } => Pair = pair("c", "d")) { drop(first) };
    references(ref a => Told = Told("a"), (ref b, c) => (Told, Told) = (Told("b"), Told("c"))) { let _ = (a, b); };
    mutable_references(ref mut a => Told = Told("a"), (ref mut b, _) => (Told, Told) = (Told("b"), Told("c"))) { a.0 = "new a"; *b = Told("new b"); };
    bindings(whole @ Pair { .. } => Pair = pair("a", "b"), b => Told = Told("c")) {};
    mutable(mut a => Told = Told("a"), (mut b, _) => (Told, Told) = (Told("b"), Told("c"))) { a = Told("new a"); b = Told("new b"); };
    alternatives((Ok(a) | Err(a)) => Result<Told, Told> = Ok(Told("a")), (Ok(mut b) | Err(mut b)) => Result<Told, Told> = Err(Told("b"))) { b = Told("new"); };
    slices([a, ..] => [Told; 3] = [Told("a"), Told("b"), Told("c")], [.., b] => [Told; 2] = [Told("d"), Told("e")]) {};
    generic(a => impl Sized = Told("a"), b => Box<dyn std::any::Any> = Box::new(Told("b"))) { drop(a) };
    nested(((a, _), [_, Pair { first, .. }]) => ((Told, Told), [Pair; 2]) = ((Told("a"), Told("b")), [pair("c", "d"), pair("e", "f")])) {};
    borrowed(a => &Told = &Told("a"), &(b, _) => &(u8, u8) = &(1, 2), c => Option<&Told> = None) { let _ = (a, b); };
    many(
        a => Told = Told("a"), b => Told = Told("b"), c => Told = Told("c"), d => Told = Told("d"), e => Told = Told("e"),
        f => Told = Told("f"), g => Told = Told("g"), h => Told = Told("h"), i => Told = Told("i"), j => Told = Told("j"),
        k => Told = Told("k"), l => Told = Told("l"), m => Told = Told("m"),
    ) { drop(c) };
}

/// Methods that own `self`, and use a field of it.
macro_rules! methods {
    ($name:ident $attribute:meta) => {
        mod $name {
            use super::*;

            pub(super) struct Owner(pub(super) Pair);

            #[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic, reason = "each is one of its kind")]
            impl Owner {
                #[$attribute]
                pub(super) fn unit(self, _: Told) {
                    let first = self.0.first;
                }

                #[$attribute]
                pub(super) fn value(self, other: Told) -> Option<u8> {
                    let first = &self.0.first;
                    Some(1)
                }

                #[$attribute]
                pub(super) fn early(mut self, other: Told) -> Option<u8> {
                    self.0.first = Told("new");
                    if self.0.first.0 == "new" {
                        return None;
                    }
                    Some(1)
                }

                #[$attribute]
                pub(super) fn boxed(self: Box<Self>, other: Told) -> Option<u8> {
                    let second = self.0.second;
                    Some(1)
                }

                #[$attribute]
                pub(super) fn mentioned_never(self, other: Told) -> Result<u8, u8> {
                    Err(1)?
                }

                #[$attribute]
                pub(super) async fn later(self, _: Told) -> Option<u8> {
                    let first = self.0.first;
                    None?
                }
            }
        }
    };
}

methods!(bare allow(dead_code));
methods!(annotated instrumented(name = "owned_self"));

#[test]
fn a_partly_used_self_is_dropped_as_in_the_plain_function() {
    macro_rules! dropped {
        ($name:ident) => {{
            let owner = || $name::Owner(pair("first", "second"));
            [
                dropped_by(|| owner().unit(Told("other"))),
                dropped_by(|| owner().value(Told("other"))),
                dropped_by(|| owner().early(Told("other"))),
                dropped_by(|| Box::new(owner()).boxed(Told("other"))),
                dropped_by(|| owner().mentioned_never(Told("other"))),
                dropped_by(|| block_on(owner().later(Told("other")))),
            ]
        }};
    }
    let local = Local::new();
    let annotated = local.run(|| dropped!(annotated));
    assert_eq!(annotated, dropped!(bare));
    assert_eq!(local.calls("owned_self"), Calls { ok: 5, error: 1, ..Calls::NONE });
}

/// Takes its time to be dropped, or panics.
struct Slow;

const NAP: Duration = Duration::from_millis(20);

impl Drop for Slow {
    fn drop(&mut self) {
        thread::sleep(NAP);
    }
}

struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("while it is dropped");
    }
}

struct Own<T>(T);

impl<T> Own<T> {
    #[instrumented(name = "dropped_self")]
    fn take(self) {}
}

#[instrumented(name = "dropped_unit")]
fn unit<T>(_: T) {}

#[instrumented(name = "dropped_value")]
fn value<T>(_permit: T) -> Option<u8> {
    Some(1)
}

#[instrumented(name = "dropped_early")]
fn early<T>((_, _): (T, u8)) -> Option<u8> {
    None?
}

#[instrumented(name = "dropped_later")]
async fn later<T>(_: T) -> Option<u8> {
    Some(1)
}

const BASES: [&str; 5] = ["dropped_self", "dropped_unit", "dropped_value", "dropped_early", "dropped_later"];

#[test]
fn the_time_that_arguments_take_to_be_dropped_counts() {
    let local = Local::new();
    local.run(|| {
        Own(Slow).take();
        unit(Slow);
        value(Slow);
        early((Slow, 1));
        block_on(later(Slow));
    });
    for base in BASES {
        assert_eq!(local.calls(base), Calls { ok: 1, ..Calls::NONE }, "{base}");
        let durations = local.read().histogram(&format!("{base}_duration_seconds"), &[]);
        assert!(lasted(durations.sum, NAP, Duration::MAX), "{base}: {durations:?}");
    }
}

#[test]
fn a_panic_while_an_argument_is_dropped_is_a_panic() {
    let local = Local::new();
    local.run(|| {
        assert_eq!(panic_of(|| Own(Panics).take()), "while it is dropped");
        assert_eq!(panic_of(|| unit(Panics)), "while it is dropped");
        assert_eq!(panic_of(|| value(Panics)), "while it is dropped");
        assert_eq!(panic_of(|| early((Panics, 1))), "while it is dropped");
        assert_eq!(panic_of(|| block_on(later(Panics))), "while it is dropped");
    });
    for base in BASES {
        assert_eq!(local.calls(base), Calls { panic: 1, ..Calls::NONE }, "{base}");
    }
}

/// A caller's location that is asked for in a trait is not visible at the method.
trait Located {
    #[track_caller]
    fn line(&self) -> Option<u32>;
}

impl Located for u8 {
    #[instrumented(name = "located")]
    fn line(&self) -> Option<u32> {
        assert!(*self > 0, "a macro of the standard library");
        Some(Location::caller().line())
    }
}

trait LocatedOnce {
    #[track_caller]
    fn once(self, _: String) -> Option<u32>;
}

// A `self` that owns nothing does not make the body a closure.
#[instrumented(name = "located_once")]
impl LocatedOnce for &Told {
    fn once(self, _: String) -> Option<u32> {
        Some(Location::caller().line())
    }
}

#[instrumented(name = "located_once")]
impl LocatedOnce for (u8, &str) {
    fn once(mut self, _: String) -> Option<u32> {
        self.0 += 1;
        Some(Location::caller().line())
    }
}

#[instrumented(name = "located")]
#[track_caller]
fn line_of_caller(text: String) -> Option<u32> {
    Some(Location::caller().line()).filter(|_| !text.is_empty())
}

#[test]
fn the_location_of_the_caller_is_that_of_the_plain_function() {
    let local = Local::new();
    local.run(|| {
        assert_eq!(7u8.line(), Some(line!()));
        assert_eq!(line_of_caller("text".to_owned()), Some(line!()));
        assert_eq!(Told("a").once(String::new()), Some(line!()));
        assert_eq!((1, "a").once(String::new()), Some(line!()));
    });
    assert_eq!(local.calls("located"), Calls { ok: 2, ..Calls::NONE });
    let located = |function: &str| local.calls_with("located_once", &[("function", function)]);
    assert_eq!(located("<&Told as LocatedOnce>::once"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(located("<(u8, &str) as LocatedOnce>::once"), Calls { ok: 1, ..Calls::NONE });
}
