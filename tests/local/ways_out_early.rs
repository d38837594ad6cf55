//! Early exits whose outcome is known without their value: the body stays in place, and the guard is dropped.

#![allow(clippy::needless_return_with_question_mark, reason = "such functions are tested")]

use std::cell::Cell;
use std::num::ParseIntError;
use std::ops::ControlFlow;
use std::panic::Location;
use std::task::Poll;

use metrics_instrumented::{Ended, LabelValue, Outcome, instrumented};
use metrics_instrumented_tests::{Calls, Local, panic_of};

#[derive(Clone, Copy, Debug, PartialEq)]
struct Refused;

/// Runs a closure when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn number(text: &str) -> Result<u8, ParseIntError> {
    text.parse()
}

#[test]
fn an_exit_of_a_nested_closure_is_none_of_the_function() {
    #[instrumented(name = "early_nested")]
    fn nested(texts: &[&str], last: &str) -> Result<u8, ParseIntError> {
        let all = || {
            let mut sum = 0;
            for text in texts {
                sum += number(text)?;
            }
            if sum == 0 {
                return Err(number("").unwrap_err());
            }
            Ok(sum)
        };
        Ok(all().unwrap_or(0) + number(last)?)
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!(nested(&["1", "2"], "3"), Ok(6));
        assert_eq!(nested(&["x"], "3"), Ok(3));
        assert_eq!(nested(&[], "3"), Ok(3));
        assert!(nested(&["1"], "x").is_err());
    });
    assert_eq!(local.calls("early_nested"), Calls { ok: 3, error: 1, ..Calls::NONE });
}

#[test]
fn an_err_that_is_returned_and_handled_is_read() {
    #[instrumented(name = "early_handled")]
    fn handled(way: u8) -> Result<u8, Refused> {
        match way {
            0 => return Err(Refused).or(Ok(7)),
            1 => return Err(Refused)?,
            2 => return Err(Refused),
            3 => return Ok(3),
            4 => return Err(Refused) as Result<u8, Refused>,
            _ => {}
        }
        Ok(way)
    }

    #[instrumented(name = "early_question_of_err")]
    fn question_of_err(fail: bool) -> Result<u8, Refused> {
        if fail {
            return Err(Refused)?;
        }
        Ok(1)
    }

    let local = Local::new();
    local.run(|| {
        let all = [0, 1, 2, 3, 4, 5].map(handled);
        assert_eq!(all, [Ok(7), Err(Refused), Err(Refused), Ok(3), Err(Refused), Ok(5)]);
        assert_eq!([question_of_err(true), question_of_err(false)], [Err(Refused), Ok(1)]);
    });
    assert_eq!(local.calls("early_handled"), Calls { ok: 3, error: 3, ..Calls::NONE });
    assert_eq!(local.calls("early_question_of_err"), Calls { ok: 1, error: 1, ..Calls::NONE });
}

#[test]
fn a_type_whose_name_ends_in_result_is_a_result_where_it_is_left_early() {
    type ParseResult<T = u8> = Result<T, ParseIntError>;

    struct SumResult {
        sum: u8,
        failed: usize,
    }

    #[instrumented(name = "early_alias")]
    fn alias(text: &str) -> ParseResult {
        let parsed = number(text)?;
        Ok(parsed + 1)
    }

    #[instrumented(name = "early_struct")]
    fn not_one(texts: &[&str]) -> SumResult {
        let parse = |text: &&str| -> ParseResult {
            let parsed = number(text)?;
            Ok(parsed)
        };
        let parsed: Vec<_> = texts.iter().map(parse).collect();
        SumResult { sum: parsed.iter().flatten().sum(), failed: parsed.iter().filter(|parsed| parsed.is_err()).count() }
    }

    let local = Local::new();
    local.run(|| {
        assert!(alias("1") == Ok(2) && alias("x").is_err());
        let SumResult { sum, failed } = not_one(&["1", "x", "3"]);
        assert_eq!((sum, failed), (4, 1));
    });
    assert_eq!(local.calls("early_alias"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("early_struct"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn early_exits_of_types_that_are_always_ok_are_ok() {
    #[instrumented(name = "early_option")]
    fn option(text: &str) -> Option<u8> {
        let first = text.chars().next()?;
        if first == '-' {
            return None;
        }
        text.parse().ok()
    }

    #[instrumented(name = "early_string")]
    fn string(early: bool) -> String {
        if early {
            return "early".to_owned();
        }
        "late".to_owned()
    }

    #[instrumented(name = "early_vec")]
    fn vec(early: bool) -> Vec<u8> {
        assert!(!early || string(early) == "early");
        if early {
            return vec![1];
        }
        vec![2]
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!(["", "-", "x", "5"].map(option), [None, None, None, Some(5)]);
        assert_eq!([string(true), string(false)], ["early", "late"]);
        assert_eq!([vec(true), vec(false)], [vec![1], vec![2]]);
    });
    assert_eq!(local.calls("early_option"), Calls { ok: 4, ..Calls::NONE });
    assert_eq!(local.calls("early_string"), Calls { ok: 3, ..Calls::NONE });
    assert_eq!(local.calls("early_vec"), Calls { ok: 2, ..Calls::NONE });
}

#[test]
fn an_early_exit_of_an_alias_has_the_outcome_of_its_type() {
    type LookupResult = Option<u8>;
    type StepResult = ControlFlow<u8, u8>;
    type PollResult = Poll<Result<u8, Refused>>;
    type PolledItem<T> = Poll<Option<Result<T, Refused>>>;
    type Fallible<T> = Result<T, Refused>;

    #[instrumented(name = "early_alias_of_option")]
    fn option(value: Option<u8>) -> LookupResult {
        let value = value?;
        Some(value + 1)
    }

    #[instrumented(name = "early_alias_of_flow")]
    fn flow(value: StepResult) -> StepResult {
        let value = value?;
        ControlFlow::Continue(value + 1)
    }

    #[instrumented(name = "early_alias_of_poll")]
    fn poll(value: Fallible<u8>) -> PollResult {
        let value = value?;
        Poll::Ready(Ok(value + 1))
    }

    #[instrumented(name = "early_alias_of_item")]
    fn item(value: Fallible<u8>) -> PolledItem<u8> {
        let value = value?;
        Poll::Ready(Some(Ok(value + 1)))
    }

    #[instrumented(name = "early_alias_of_result")]
    fn result(value: Fallible<u8>) -> Fallible<u8> {
        let value = value?;
        Ok(value + 1)
    }

    #[instrumented(name = "early_alias_with_labels", labels(big = value > 9))]
    fn labelled(value: u8) -> LookupResult {
        let value = value.checked_sub(1)?;
        Some(value)
    }

    let local = Local::new();
    local.run(|| {
        assert_eq!([None, Some(1)].map(option), [None, Some(2)]);
        assert_eq!(
            [ControlFlow::Break(1), ControlFlow::Continue(1)].map(flow).map(|flow| flow.is_break()),
            [true, false]
        );
        assert_eq!([Err(Refused), Ok(1)].map(poll), [Poll::Ready(Err(Refused)), Poll::Ready(Ok(2))]);
        assert_eq!([Err(Refused), Ok(1)].map(item), [Poll::Ready(Some(Err(Refused))), Poll::Ready(Some(Ok(2)))]);
        assert_eq!([Err(Refused), Ok(1)].map(result), [Err(Refused), Ok(2)]);
        assert_eq!([0, 1].map(labelled), [None, Some(0)]);
    });
    for always_ok in ["early_alias_of_option", "early_alias_of_flow", "early_alias_of_poll", "early_alias_of_item"] {
        assert_eq!(local.calls(always_ok), Calls { ok: 2, ..Calls::NONE }, "{always_ok}");
    }
    assert_eq!(local.calls("early_alias_of_result"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("early_alias_with_labels", &[("big", "false")]), Calls { ok: 2, ..Calls::NONE });
}

#[test]
fn a_macro_whose_path_is_a_fragment_may_return() {
    macro_rules! refuse {
        ($refuses:expr) => {
            if $refuses {
                return Err(Refused);
            }
        };
    }
    macro_rules! by_path {
        ($macro:path) => {
            #[instrumented(name = "early_macro_by_path")]
            fn by_path(refuses: bool) -> Result<u8, Refused> {
                $macro!(refuses);
                Ok(1)
            }
        };
    }
    by_path!(refuse);

    let local = Local::new();
    local.run(|| assert_eq!([true, false].map(by_path), [Err(Refused), Ok(1)]));
    assert_eq!(local.calls("early_macro_by_path"), Calls { ok: 1, error: 1, ..Calls::NONE });
}

/// An alias of a result, with the name of a type that is always `ok`.
mod named_option {
    use super::*;

    type Option<T> = Result<T, ParseIntError>;

    #[instrumented(name = "early_named_option")]
    fn by_question_mark(text: &str) -> Option<u8> {
        let parsed = number(text)?;
        Ok(parsed)
    }

    #[instrumented(name = "early_named_option_err")]
    fn by_err(text: &str) -> Option<u8> {
        if text.is_empty() {
            return Err(number("").unwrap_err());
        }
        Ok(0)
    }

    #[test]
    fn a_result_with_the_name_option_may_be_an_error() {
        let local = Local::new();
        local.run(|| {
            assert!(by_question_mark("x").is_err() && by_question_mark("1").is_ok());
            assert!(by_err("").is_err() && by_err("1").is_ok());
        });
        assert_eq!(local.calls("early_named_option"), Calls { ok: 1, error: 1, ..Calls::NONE });
        assert_eq!(local.calls("early_named_option_err"), Calls { ok: 1, error: 1, ..Calls::NONE });
    }
}

/// Enums with a variant `Err` that are no `Result`.
mod own_enums {
    use Reply::Err as Refusal;

    use super::*;

    #[derive(Debug, PartialEq)]
    enum Reply {
        Fine,
        Err(u16),
    }

    impl Outcome for Reply {
        fn outcome(&self) -> Ended {
            if matches!(self, Refusal(500..)) { Ended::Error } else { Ended::Ok }
        }
    }

    /// It has no outcome.
    #[derive(Debug, PartialEq)]
    enum ReplyResult {
        Ok,
        Err(u16),
    }

    #[instrumented(name = "early_own_enum")]
    fn by_its_outcome(code: u16) -> Reply {
        use Reply::Err;
        if code > 299 {
            return Err(code);
        }
        Reply::Fine
    }

    #[instrumented(name = "early_own_enum_without_outcome")]
    fn without_outcome(code: u16) -> ReplyResult {
        use ReplyResult::Err;
        if code > 299 {
            return Err(code);
        }
        ReplyResult::Ok
    }

    #[test]
    fn an_err_of_an_own_enum_is_read() {
        let local = Local::new();
        local.run(|| {
            assert_eq!([200, 404, 503].map(by_its_outcome), [Reply::Fine, Refusal(404), Refusal(503)]);
            assert_eq!([200, 503].map(without_outcome), [ReplyResult::Ok, ReplyResult::Err(503)]);
        });
        assert_eq!(local.calls("early_own_enum"), Calls { ok: 2, error: 1, ..Calls::NONE });
        assert_eq!(local.calls("early_own_enum_without_outcome"), Calls { ok: 2, ..Calls::NONE });
    }
}

/// Types with the name `Result` that are none, and associated ones.
mod named_result {
    use super::*;

    trait Handler {
        type Result;
        fn handle(&self, text: &str) -> Self::Result;
    }

    struct First;

    impl Handler for First {
        type Result = Option<char>;

        #[instrumented(name = "early_associated")]
        fn handle(&self, text: &str) -> Self::Result {
            let first = text.chars().next()?;
            Some(first)
        }
    }

    #[instrumented(name = "early_of_parameter")]
    fn of_parameter<H: Handler<Result = Option<char>>>(handler: &H, text: &str) -> H::Result {
        let first = handler.handle(text)?;
        Some(first)
    }

    /// As services name what they answer with.
    #[derive(Debug, PartialEq)]
    struct Result<T> {
        code: u16,
        data: T,
    }

    impl<T> Outcome for Result<T> {
        fn outcome(&self) -> Ended {
            if self.code < 500 { Ended::Ok } else { Ended::Error }
        }
    }

    #[instrumented(name = "early_own_type")]
    fn own_type(code: u16) -> Result<&'static str> {
        if code == 0 {
            return Result { code: 503, data: "early" };
        }
        Result { code, data: "late" }
    }

    #[test]
    fn a_type_that_only_has_the_name_is_read() {
        let local = Local::new();
        local.run(|| {
            assert_eq!([First.handle(""), First.handle("a")], [None, Some('a')]);
            assert_eq!([of_parameter(&First, ""), of_parameter(&First, "a")], [None, Some('a')]);
            assert_eq!([own_type(0).code, own_type(200).code, own_type(500).code], [503, 200, 500]);
        });
        assert_eq!(local.calls("early_associated"), Calls { ok: 4, ..Calls::NONE });
        assert_eq!(local.calls("early_of_parameter"), Calls { ok: 2, ..Calls::NONE });
        assert_eq!(local.calls("early_own_type"), Calls { ok: 1, error: 2, ..Calls::NONE });
    }
}

#[test]
fn a_panic_on_the_way_out_is_a_panic_and_no_error() {
    #[instrumented(name = "early_then_panic")]
    fn panics(way: u8) -> Result<u8, ParseIntError> {
        let _panics = OnDrop(|| assert!(way != 1, "of a local variable"));
        let parsed = number(if way == 2 { "2" } else { "x" })?;
        assert!(way != 2, "of the body");
        Ok(parsed)
    }

    let local = Local::new();
    local.run(|| {
        assert!(panics(0).is_err());
        assert_eq!(panic_of(|| panics(1)), "of a local variable");
        assert_eq!(panic_of(|| panics(2)), "of the body");
    });
    assert_eq!(local.calls("early_then_panic"), Calls { error: 1, panic: 2, ..Calls::NONE });
}

#[test]
fn an_early_error_while_the_thread_unwinds_is_an_error() {
    #[instrumented(name = "early_unwinding")]
    fn early(text: &str) -> Result<u8, ParseIntError> {
        let parsed = number(text)?;
        Ok(parsed)
    }

    #[instrumented(name = "early_unwinding_option")]
    fn option(text: &str) -> Option<u8> {
        let parsed = number(text).ok()?;
        Some(parsed)
    }

    let local = Local::new();
    local.run(|| {
        let unrelated = panic_of(|| {
            let _runs = OnDrop(|| {
                early("x").unwrap_err();
                early("1").unwrap();
                assert_eq!([option("x"), option("1")], [None, Some(1)]);
            });
            panic!("unrelated");
        });
        assert_eq!(unrelated, "unrelated");
    });
    assert_eq!(local.calls("early_unwinding"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("early_unwinding_option"), Calls { ok: 2, ..Calls::NONE });
}

#[test]
fn arguments_and_variables_are_dropped_before_the_call_ends() {
    #[instrumented(name = "early_drops")]
    fn drops<A: FnMut(), B: FnMut()>(argument: OnDrop<A>, text: &str, inner: B) -> Result<u8, ParseIntError> {
        let _argument = &argument;
        let _variable = OnDrop(inner);
        let parsed = number(text)?;
        Ok(parsed)
    }

    let local = Local::new();
    let seen = Cell::new(0);
    let look = || {
        let running = local.calls("early_drops");
        assert_eq!((running.in_flight, running.ok + running.error), (1, seen.get() / 2));
        seen.set(seen.get() + 1);
    };
    local.run(|| {
        drops(OnDrop(look), "x", look).unwrap_err();
        drops(OnDrop(look), "1", look).unwrap();
    });
    assert_eq!(seen.get(), 4);
    assert_eq!(local.calls("early_drops"), Calls { ok: 1, error: 1, ..Calls::NONE });
}

#[test]
fn labels_and_names_of_outcomes_apply_to_early_exits() {
    #[derive(Clone, Copy, LabelValue)]
    enum Tier {
        Free,
        Paid,
    }

    #[instrumented(name = "early_labelled", labels(tier), outcome(error = "failed"))]
    fn labelled(tier: Tier, text: &str) -> Result<u8, ParseIntError> {
        let parsed = number(text)?;
        Ok(parsed)
    }

    let local = Local::new();
    local.run(|| {
        labelled(Tier::Free, "x").unwrap_err();
        labelled(Tier::Paid, "x").unwrap_err();
        labelled(Tier::Paid, "1").unwrap();
    });
    let read = local.read();
    let ended = |tier, outcome| read.expect_value("early_labelled_total", &[("outcome", outcome), ("tier", tier)]);
    assert_eq!([ended("Free", "failed"), ended("Paid", "failed"), ended("Paid", "ok")], [1.0; 3]);
    assert_eq!(read.value("early_labelled_in_flight", &[("tier", "Free")]), Some(0.0));
}

#[test]
fn a_function_that_tracks_its_caller_does_with_an_early_exit() {
    #[track_caller]
    #[instrumented(name = "early_tracked")]
    fn tracked(text: &str) -> Result<u32, ParseIntError> {
        number(text)?;
        Ok(Location::caller().line())
    }

    let local = Local::new();
    let line = line!() + 1;
    assert_eq!(local.run(|| tracked("1")), Ok(line));
}
