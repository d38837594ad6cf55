//! Every way out of a plain function: the gauge comes back to 0, and the outcome says which way it was.

use std::cell::Cell;
use std::fmt;
use std::num::ParseIntError;

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local, lasted, panic_of};

#[derive(Debug, PartialEq)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

#[test]
fn the_end_of_the_body_is_ok() {
    #[instrumented(name = "sync_end")]
    fn end() {
        std::hint::black_box(1);
    }

    let local = Local::new();
    local.run(end);
    local.run(end);
    assert_eq!(local.calls("sync_end"), Calls { ok: 2, ..Calls::NONE });
}

#[test]
fn an_early_return_is_ok_and_skips_the_rest() {
    #[instrumented(name = "sync_early_plain")]
    fn plain(early: bool, rest: &Cell<u32>) {
        if early {
            return;
        }
        rest.set(rest.get() + 1);
    }

    #[instrumented(name = "sync_early_valued")]
    fn valued(early: bool) -> String {
        if early {
            return "early".to_owned();
        }
        "late".to_owned()
    }

    let local = Local::new();
    let rest = Cell::new(0);
    local.run(|| {
        plain(true, &rest);
        plain(false, &rest);
        assert_eq!(valued(true), "early");
        assert_eq!(valued(false), "late");
    });
    assert_eq!(rest.get(), 1);
    assert_eq!(local.calls("sync_early_plain"), Calls { ok: 2, ..Calls::NONE });
    assert_eq!(local.calls("sync_early_valued"), Calls { ok: 2, ..Calls::NONE });
}

#[test]
fn a_question_mark_is_an_error() {
    #[instrumented(name = "sync_question_mark")]
    fn parse(text: &str) -> Result<i32, ParseIntError> {
        let number: i32 = text.parse()?;
        Ok(number + 1)
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!(parse("1"), Ok(2));
        assert!(parse("one").is_err());
        assert!(parse("").is_err());
    });
    assert_eq!(local.calls("sync_question_mark"), Calls { ok: 1, error: 2, ..Calls::NONE });
}

#[test]
fn an_err_at_the_end_and_an_early_err_are_errors() {
    #[instrumented(name = "sync_err")]
    fn place(way: u8) -> Result<u8, Refused> {
        if way == 0 {
            return Err(Refused);
        }
        if way == 1 { Err(Refused) } else { Ok(way) }
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!([place(0), place(1), place(2)], [Err(Refused), Err(Refused), Ok(2)]);
    });
    assert_eq!(local.calls("sync_err"), Calls { ok: 1, error: 2, ..Calls::NONE });
}

#[test]
fn what_is_an_error_is_decided_by_the_type_and_not_by_its_name() {
    type Answer = Result<u8, Refused>;
    /// Not a `Result`, although it has the name.
    struct Result2(u8);

    #[instrumented(name = "sync_alias")]
    fn alias(fail: bool) -> Answer {
        if fail { Err(Refused) } else { Ok(1) }
    }

    #[instrumented(name = "sync_fmt_alias")]
    fn fmt_alias(fail: bool) -> fmt::Result {
        if fail { Err(fmt::Error) } else { Ok(()) }
    }

    #[instrumented(name = "sync_other_type")]
    fn other() -> Result2 {
        Result2(3)
    }

    #[instrumented(name = "sync_option")]
    fn option(some: bool) -> Option<u8> {
        some.then_some(1)
    }

    let local = Local::new();
    local.run(|| {
        assert!(alias(true).is_err() && alias(false).is_ok());
        assert!(fmt_alias(true).is_err() && fmt_alias(false).is_ok());
        assert_eq!(other().0, 3);
        assert_eq!((option(true), option(false)), (Some(1), None));
    });
    assert_eq!(local.calls("sync_alias"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("sync_fmt_alias"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("sync_other_type"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls("sync_option"), Calls { ok: 2, ..Calls::NONE });
}

#[test]
fn a_boxed_error_and_a_generic_result_are_read() {
    #[instrumented(name = "sync_boxed_error")]
    fn boxed(fail: bool) -> Result<(), Box<dyn std::error::Error>> {
        if fail {
            Err(Refused)?;
        }
        Ok(())
    }

    #[instrumented(name = "sync_generic_result")]
    fn generic<T, E>(value: Result<T, E>) -> Result<T, E> {
        value
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!(boxed(true).unwrap_err().to_string(), "refused");
        boxed(false).unwrap();
        assert_eq!(generic::<_, u8>(Ok("x")), Ok("x"));
        assert_eq!(generic::<u8, _>(Err("x")), Err("x"));
    });
    assert_eq!(local.calls("sync_boxed_error"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("sync_generic_result"), Calls { ok: 1, error: 1, ..Calls::NONE });
}

#[test]
fn a_panic_counts_as_panic_and_propagates_to_the_caller() {
    #[instrumented(name = "sync_panic_plain")]
    fn plain() {
        panic!("from plain");
    }

    #[instrumented(name = "sync_panic_valued")]
    fn valued(values: &[u8]) -> Result<u8, Refused> {
        values.first().copied().map(Ok).expect("from valued")
    }

    #[instrumented(name = "sync_panic_primitive")]
    fn primitive(divisor: u32) -> u32 {
        1 / divisor
    }

    let local = Local::new();
    assert_eq!(local.run(|| panic_of(plain)), "from plain");
    assert_eq!(local.run(|| panic_of(|| valued(&[]))), "from valued");
    assert_eq!(local.run(|| panic_of(|| primitive(0))), "attempt to divide by zero");
    for base in ["sync_panic_plain", "sync_panic_valued", "sync_panic_primitive"] {
        assert_eq!(local.calls(base), Calls { panic: 1, ..Calls::NONE }, "{base}");
    }
    assert_eq!(local.run(|| (valued(&[7]), primitive(1))), (Ok(7), 1));
    assert_eq!(local.calls("sync_panic_valued"), Calls { ok: 1, panic: 1, ..Calls::NONE });
}

#[test]
fn a_panic_that_the_body_catches_does_not_count() {
    #[instrumented(name = "sync_caught")]
    fn caught() {
        panic_of(|| panic!("inside"));
    }

    let local = Local::new();
    local.run(caught);
    assert_eq!(local.calls("sync_caught"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn a_function_that_does_not_return_ends_in_its_panic() {
    #[instrumented(name = "sync_never")]
    fn never() -> ! {
        panic!("never")
    }

    let local = Local::new();
    assert_eq!(local.run(|| panic_of(|| never())), "never");
    assert_eq!(local.calls("sync_never"), Calls { panic: 1, ..Calls::NONE });
}

#[test]
fn the_gauge_is_up_while_the_body_runs_and_nothing_has_ended_yet() {
    #[instrumented(name = "sync_during")]
    fn during(look: &dyn Fn()) -> Result<(), Refused> {
        look();
        Err(Refused)
    }

    let local = Local::new();
    let looked = Cell::new(false);
    local
        .run(|| {
            during(&|| {
                looked.set(true);
                assert_eq!(local.calls("sync_during"), Calls { in_flight: 1, ..Calls::NONE });
            })
        })
        .unwrap_err();
    assert!(looked.get());
    assert_eq!(local.calls("sync_during"), Calls { error: 1, ..Calls::NONE });
}

#[test]
fn the_duration_is_that_of_the_body() {
    const NAP: std::time::Duration = std::time::Duration::from_millis(40);

    #[instrumented(name = "sync_nap")]
    fn nap(fail: bool) -> Result<(), Refused> {
        std::thread::sleep(NAP);
        if fail { Err(Refused) } else { Ok(()) }
    }

    #[instrumented(name = "sync_nap_panic")]
    fn nap_panic() {
        std::thread::sleep(NAP);
        panic!("awake");
    }

    let local = Local::new();
    let start = std::time::Instant::now();
    local.run(|| {
        nap(false).unwrap();
        nap(true).unwrap_err();
        panic_of(nap_panic);
    });
    let most = start.elapsed();
    let exposition = local.read();
    let naps = exposition.histogram("sync_nap_duration_seconds", &[]);
    assert!(lasted(naps.sum, 2 * NAP, most), "{naps:?} of {most:?}");
    let panicked = exposition.histogram("sync_nap_panic_duration_seconds", &[]);
    assert!(lasted(panicked.sum, NAP, most), "{panicked:?} of {most:?}");
}

#[test]
fn borrows_mutations_and_return_values_of_a_body_are_unchanged() {
    #[instrumented(name = "sync_borrow")]
    fn first<'a>(all: &'a mut Vec<String>) -> Result<&'a mut String, Refused> {
        all.push("x".to_owned());
        all.first_mut().ok_or(Refused)
    }

    let local = Local::new();
    let mut all = Vec::new();
    local.run(|| first(&mut all).unwrap().push('y'));
    assert_eq!(all, ["xy"]);
    assert_eq!(local.calls("sync_borrow"), Calls { ok: 1, ..Calls::NONE });
}
