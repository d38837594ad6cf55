//! A function has series for those outcomes only that its calls can have: an infallible one none for `error`, a synchronous one none for `cancelled`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Debug;
use std::future::{Future, ready};
use std::io;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures::stream::{self, Stream};
use metrics_instrumented::{Ended, LabelValue, Outcome, instrumented};
use metrics_instrumented_tests::{Calls, Exposition, Local, Sample};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

type Aliased<T> = io::Result<T>;
type AliasedUnit = Result<(), u8>;
type Maybe = Option<u8>;

struct Plain;
struct Wrapped<T>(T);
struct Lent<'a>(&'a str);
struct Response(u16);
struct Steady;

impl Outcome for Response {
    fn outcome(&self) -> Ended {
        if self.0 < 500 { Ended::Ok } else { Ended::Error }
    }
}

impl Outcome for Steady {
    const FALLIBLE: bool = false;
}

#[derive(LabelValue)]
enum Answer {
    Hit,
    Miss,
}

impl From<&u8> for Answer {
    fn from(byte: &u8) -> Self {
        if *byte > 0 { Self::Hit } else { Self::Miss }
    }
}

mod named {
    pub(super) struct Item;
    pub(super) type Fallible = Result<(), Item>;
}

const INFALLIBLE: &[&str] = &["ok", "panic"];
const FALLIBLE: &[&str] = &["error", "ok", "panic"];
const LATER: &[&str] = &["cancelled", "ok", "panic"];
const LATER_FALLIBLE: &[&str] = &["cancelled", "error", "ok", "panic"];

/// Functions with the outcomes that each shows before its first call.
macro_rules! functions {
    ($($outcomes:ident: $({$($async:ident)?})? $name:ident($($arguments:tt)*) -> $returned:ty $body:block)*) => {
        $(
            #[instrumented(namespace = "possible")]
            $($($async)?)? fn $name($($arguments)*) -> $returned $body
        )*

        /// Optimised builds have no series for functions that the program cannot call.
        fn keep_single() {
            $(std::hint::black_box($name as *const ());)*
        }

        const SINGLE: &[(&str, &[&str])] = &[$((stringify!($name), $outcomes)),*];
    };
}

functions! {
    INFALLIBLE: nothing() -> () {}
    INFALLIBLE: number() -> u32 { 1 }
    INFALLIBLE: pair() -> (u8, Result<(), ()>) { (1, Ok(())) }
    INFALLIBLE: array() -> [u8; 2] { [1, 2] }
    INFALLIBLE: string() -> String { String::new() }
    INFALLIBLE: borrowed(text: &str) -> &str { text }
    INFALLIBLE: borrowed_result(of: &Result<u8, u8>) -> &Result<u8, u8> { of }
    INFALLIBLE: option() -> Option<u8> { None }
    INFALLIBLE: maybe() -> Maybe { None }
    INFALLIBLE: list() -> Vec<Response> { vec![] }
    INFALLIBLE: map() -> HashMap<String, Response> { HashMap::new() }
    INFALLIBLE: shared() -> Arc<Response> { Arc::new(Response(500)) }
    INFALLIBLE: cow(text: &str) -> Cow<'_, str> { text.into() }
    INFALLIBLE: duration() -> Duration { Duration::ZERO }
    INFALLIBLE: path_of_std() -> std::num::NonZero<u8> { std::num::NonZero::<u8>::MIN }
    INFALLIBLE: flow() -> ControlFlow<u8> { ControlFlow::Break(1) }
    INFALLIBLE: poll() -> Poll<Result<(), ()>> { Poll::Ready(Err(())) }
    INFALLIBLE: object() -> Box<dyn Debug> { Box::new(1) }
    INFALLIBLE: boxed() -> Box<Plain> { Box::new(Plain) }
    INFALLIBLE: own() -> Plain { Plain }
    INFALLIBLE: steady() -> Steady { Steady }
    INFALLIBLE: path_of_own() -> named::Item { named::Item }
    INFALLIBLE: lent(text: &str) -> Lent<'_> { Lent(text) }
    INFALLIBLE: lent_static(text: &'static str) -> Lent<'static> { Lent(text) }
    INFALLIBLE: wrapped() -> Wrapped<u8> { Wrapped(1) }
    INFALLIBLE: closure() -> impl Fn(u8) -> Result<u8, u8> { Ok }
    INFALLIBLE: numbers() -> impl Iterator<Item = Result<u8, u8>> { [Ok(1)].into_iter() }

    FALLIBLE: result() -> Result<u8, u8> { Ok(1) }
    FALLIBLE: io_result() -> io::Result<()> { Ok(()) }
    FALLIBLE: aliased() -> Aliased<()> { Ok(()) }
    FALLIBLE: aliased_unit() -> AliasedUnit { Ok(()) }
    FALLIBLE: path_of_alias() -> named::Fallible { Ok(()) }
    FALLIBLE: boxed_result() -> Box<Result<u8, u8>> { Box::new(Ok(1)) }
    FALLIBLE: response() -> Response { Response(200) }
    FALLIBLE: boxed_response() -> Box<Response> { Box::new(Response(200)) }
    FALLIBLE: opaque() -> impl Debug { Ok::<u8, u8>(1) }

    LATER: {async} async_nothing() -> () {}
    LATER: {async} async_own() -> Plain { Plain }
    LATER: future_of_number() -> impl Future<Output = u8> { ready(1) }
    LATER: boxed_future() -> Pin<Box<dyn Future<Output = String>>> { Box::pin(ready(String::new())) }
    LATER: numbers_later() -> impl Stream<Item = u8> { stream::iter([1]) }
    LATER_FALLIBLE: {async} async_result() -> Aliased<u8> { Ok(1) }
    LATER_FALLIBLE: {async} async_response() -> Response { Response(200) }
    LATER_FALLIBLE: future_of_alias() -> impl Future<Output = AliasedUnit> { ready(Ok(())) }
    LATER_FALLIBLE: future_of_anything() -> impl Future + Unpin { ready(1) }
    LATER_FALLIBLE: boxed_future_of_response() -> Pin<Box<dyn Future<Output = Response>>> { Box::pin(ready(Response(200))) }
    LATER_FALLIBLE: results_later() -> impl Stream<Item = Result<u8, u8>> { stream::iter([Ok(1)]) }
}

#[instrumented(namespace = "possible")]
fn option_of_parameter<T>(of: T) -> Option<T> {
    Some(of)
}

// What cannot be known may fail.
#[instrumented(namespace = "possible")]
fn parameter<T>(of: T) -> T {
    of
}

#[instrumented(namespace = "possible")]
fn projected<I: Iterator>(of: I) -> I::Item {
    of.last().unwrap()
}

/// Types of the program that have names of the standard library.
mod like_std {
    use super::{Ended, Outcome, instrumented};

    pub(super) struct Cell;
    pub(super) struct Mutex<T>(pub(super) T);
    pub(super) struct Poll<'a>(pub(super) &'a str);
    pub(super) struct Arc;

    impl Outcome for Cell {
        fn outcome(&self) -> Ended {
            Ended::Error
        }
    }
    impl<T> Outcome for Mutex<T> {}
    impl Outcome for Poll<'_> {
        fn outcome(&self) -> Ended {
            if self.0.is_empty() { Ended::Error } else { Ended::Ok }
        }
    }

    #[instrumented(namespace = "possible")]
    pub(super) fn cell() -> Cell {
        Cell
    }

    #[instrumented(namespace = "possible")]
    pub(super) fn mutex() -> Mutex<u8> {
        Mutex(1)
    }

    #[instrumented(namespace = "possible")]
    pub(super) fn poll_of(text: &str) -> Poll<'_> {
        Poll(text)
    }

    #[instrumented(namespace = "possible")]
    pub(super) fn arc() -> Arc {
        Arc
    }

    #[instrumented(namespace = "possible")]
    impl<T> Mutex<T> {
        pub(super) fn of(value: T) -> Mutex<u8> {
            let _ = value;
            Mutex(1)
        }
    }
}

struct Stack<Item>(Vec<Item>);

// The attribute on a method sees neither `Item` nor what `Self` is.
impl<Item> Stack<Item> {
    #[instrumented(namespace = "possible")]
    fn single_own() -> Self {
        Self(vec![])
    }

    #[instrumented(namespace = "possible")]
    fn single_item(mut self) -> Item {
        self.0.remove(0)
    }

    #[instrumented(namespace = "possible")]
    fn single_wrapped(self) -> Wrapped<Vec<Item>> {
        Wrapped(self.0)
    }

    #[instrumented(namespace = "possible")]
    fn single_popped(&mut self) -> Option<Item> {
        self.0.pop()
    }
}

#[instrumented(namespace = "possible")]
impl<Item> Stack<Item> {
    fn item(mut self) -> Item {
        self.0.remove(0)
    }

    fn wrapped(self) -> Wrapped<Vec<Item>> {
        Wrapped(self.0)
    }

    fn count(&self) -> Wrapped<usize> {
        Wrapped(self.0.len())
    }
}

#[instrumented(namespace = "possible")]
impl Response {
    fn new(status: u16) -> Self {
        Self(status)
    }

    fn plain() -> Plain {
        Plain
    }
}

#[instrumented(namespace = "possible")]
impl<'a> Lent<'a> {
    fn new(text: &'a str) -> Self {
        Self(text)
    }

    async fn text(&self) -> Lent<'a> {
        Lent(self.0)
    }
}

#[instrumented(namespace = "possible")]
impl Iterator for Plain {
    type Item = Plain;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }

    fn last(self) -> Option<Plain> {
        None
    }
}

#[instrumented(namespace = "possible")]
trait Source {
    type Item: Default;

    fn item(&self) -> Self::Item {
        Self::Item::default()
    }

    fn response(&self) -> Response {
        Response(200)
    }

    fn plain(&self) -> Plain {
        Plain
    }
}

impl Source for Plain {
    type Item = u8;
}

#[instrumented(namespace = "possible")]
mod inner {
    use super::{Aliased, Plain};

    pub(super) fn module_plain() -> Plain {
        Plain
    }

    pub(super) fn module_alias() -> Aliased<Plain> {
        Ok(Plain)
    }
}

const GENERIC_AND_IN_BLOCKS: &[(&str, &[&str])] = &[
    ("option_of_parameter", INFALLIBLE),
    ("parameter", FALLIBLE),
    ("projected", FALLIBLE),
    ("single_own", FALLIBLE),
    ("single_item", FALLIBLE),
    ("single_wrapped", FALLIBLE),
    ("single_popped", INFALLIBLE),
    ("Stack::item", FALLIBLE),
    ("Stack::wrapped", FALLIBLE),
    ("Stack::count", INFALLIBLE),
    ("Response::new", FALLIBLE),
    ("Response::plain", INFALLIBLE),
    ("Lent::new", INFALLIBLE),
    ("Lent::text", LATER),
    ("<Plain as Iterator>::next", INFALLIBLE),
    ("<Plain as Iterator>::last", INFALLIBLE),
    ("Source::item", FALLIBLE),
    ("Source::response", FALLIBLE),
    ("Source::plain", INFALLIBLE),
    ("module_plain", INFALLIBLE),
    ("module_alias", FALLIBLE),
];

fn keep_future<F: Future>(future: F) {
    std::hint::black_box(&future as &dyn Future<Output = F::Output>);
}

fn keep_all() {
    keep_single();
    // A future that nothing can poll has no series either.
    keep_future(async_nothing());
    keep_future(async_own());
    keep_future(async_result());
    keep_future(async_response());
    let _ = (option_of_parameter(1), parameter(1), projected([1].into_iter()));
    let _: u8 = Stack(vec![1]).single_item();
    let _ = Stack::<u8>::single_own().single_popped();
    drop(Stack(vec![1]).single_wrapped());
    drop(Stack(vec![Stack(vec![1]).item()]).wrapped());
    let _ = Stack(vec![1]).count();
    let lent = Lent::new("");
    keep_future(lent.text());
    let _ = (Response::new(1), Response::plain());
    let _ = (Plain.next(), Plain.last(), Plain.item(), Plain.response(), Source::plain(&Plain));
    let _ = (inner::module_plain(), inner::module_alias().is_ok());
}

/// The values of the outcome label that are shown with these labels.
fn outcomes(exposition: &Exposition, family: &str, labels: &[(&str, &str)]) -> Vec<String> {
    let labels: Vec<(String, String)> =
        labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let has_all = |sample: &&Sample| labels.iter().all(|(name, value)| sample.labels.get(name) == Some(value));
    let samples = exposition.family(family).samples.iter().filter(has_all);
    let mut shown: Vec<String> = samples.filter_map(|sample| sample.labels.get("outcome").cloned()).collect();
    shown.sort_unstable();
    shown
}

#[test]
fn before_the_first_call_exactly_the_possible_outcomes_exist() {
    std::hint::black_box(keep_all as fn());
    let exposition = Local::new().read_only("possible_function_calls");
    for (function, expected) in SINGLE.iter().chain(GENERIC_AND_IN_BLOCKS) {
        assert_eq!(
            outcomes(&exposition, "possible_function_calls_total", &[("function", function)]),
            *expected,
            "{function}"
        );
    }
}

#[test]
fn a_type_named_like_one_of_the_standard_library_has_its_own_outcomes() {
    let local = Local::new();
    local.run(|| {
        like_std::cell();
        like_std::mutex();
        like_std::poll_of("");
        like_std::arc();
        like_std::Mutex::of(1);
    });
    let exposition = local.read_only("possible_function_calls");
    for (function, expected) in
        [("cell", FALLIBLE), ("mutex", FALLIBLE), ("poll_of", FALLIBLE), ("arc", INFALLIBLE), ("Mutex::of", FALLIBLE)]
    {
        let of = [("function", function)];
        assert_eq!(outcomes(&exposition, "possible_function_calls_total", &of), *expected, "{function}");
    }
}

#[test]
fn the_same_outcomes_are_there_after_a_call() {
    let local = Local::new();
    local.run(|| {
        own();
        assert!(result().is_ok());
    });
    local.block_on(async_own());
    let exposition = local.read_only("possible_function_calls");
    for (function, expected) in [("own", INFALLIBLE), ("result", FALLIBLE), ("async_own", LATER)] {
        assert_eq!(
            outcomes(&exposition, "possible_function_calls_total", &[("function", function)]),
            *expected,
            "{function}"
        );
    }
}

/// Not the one of the standard library: it returns from the function around it.
macro_rules! vec {
    () => {
        return Response(200)
    };
}

#[instrumented(name = "possible_left")]
fn left_by_macro(leave: bool) -> Response {
    if leave {
        vec![];
    }
    Response(200)
}

mod shadowed {
    use metrics_instrumented::{Ended, Outcome, instrumented};

    pub(super) struct Vec;

    impl Outcome for Vec {
        fn outcome(&self) -> Ended {
            Ended::Error
        }
    }

    #[instrumented(name = "possible_shadowed")]
    pub(super) fn fails() -> Vec {
        Vec
    }
}

#[test]
fn an_outcome_that_should_not_be_possible_is_counted_and_then_shown() {
    let local = Local::new();
    for (operation, expected) in [("possible_left", FALLIBLE), ("possible_shadowed", INFALLIBLE)] {
        assert_eq!(outcomes(&local.read_only(operation), &format!("{operation}_total"), &[]), expected);
    }
    local.run(|| {
        left_by_macro(false);
        left_by_macro(true);
        shadowed::fails();
        shadowed::fails();
    });
    assert_eq!(local.calls("possible_left"), Calls { ok: 1, cancelled: 1, ..Calls::NONE });
    assert_eq!(local.calls("possible_shadowed"), Calls { error: 2, ..Calls::NONE });
}

#[test]
fn another_recorder_sees_possible_outcomes_and_those_that_happened() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        left_by_macro(false);
        shadowed::fails();
        own();
    });
    let mut seen: Vec<String> = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let outcome = key.key().labels().find(|label| label.key() == "outcome").map(|label| label.value().to_owned());
        if let (Some(outcome), DebugValue::Counter(count)) = (outcome, value) {
            seen.push(format!("{} {outcome} {count}", key.key().name()));
        }
    }
    seen.sort_unstable();
    let expected = [
        "possible_function_calls_total ok 1",
        "possible_function_calls_total panic 0",
        "possible_left_total error 0",
        "possible_left_total ok 1",
        "possible_left_total panic 0",
        "possible_shadowed_total error 1",
        "possible_shadowed_total ok 0",
        "possible_shadowed_total panic 0",
    ];
    assert_eq!(seen, expected);
}

#[instrumented(name = "possible_together")]
fn together_infallible() {}

#[instrumented(name = "possible_together")]
async fn together_fallible() -> Result<(), ()> {
    Err(())
}

#[instrumented(name = "possible_answers", outcome = Answer)]
fn answer(byte: u8) -> u8 {
    byte
}

#[instrumented(name = "possible_renamed", outcome(label = "status", ok = "fine", error = "bad", cancelled = "bad"))]
fn renamed() {}

#[instrumented(name = "possible_uncounted", outcome = none)]
fn uncounted() {}

#[test]
fn functions_that_share_a_family_show_the_outcomes_of_all() {
    let local = Local::new();
    local.run(together_infallible);
    assert_eq!(outcomes(&local.read_only("possible_together"), "possible_together_total", &[]), LATER_FALLIBLE);
    assert_eq!(local.block_on(together_fallible()), Err(()));
    assert_eq!(local.calls("possible_together"), Calls { ok: 1, error: 1, ..Calls::NONE });
}

#[test]
fn user_defined_types_and_names_of_outcomes_are_unchanged() {
    let local = Local::new();
    local.run(|| {
        answer(1);
        renamed();
        uncounted();
    });
    let exposition = local.read_only("possible_");
    assert_eq!(outcomes(&exposition, "possible_answers_total", &[]), ["Hit", "Miss", "panic"]);
    assert_eq!(exposition.label_values("possible_renamed_total", "status"), ["fine", "panic"]);
    assert_eq!(exposition.value("possible_uncounted_total", &[]), Some(1.0));
}

#[instrumented(name = "possible_timed", duration(outcome))]
fn timed() {}

#[instrumented(name = "possible_timed_shadowed", duration(outcome))]
fn timed_shadowed() -> shadowed::Vec {
    shadowed::fails()
}

#[test]
fn durations_by_outcome_have_the_possible_outcomes() {
    let local = Local::new();
    let names = |name: &str| local.read_only("possible_timed").label_values(name, "outcome").join(" ");
    assert_eq!(names("possible_timed_duration_seconds"), "ok panic");
    local.run(|| {
        timed();
        timed_shadowed();
    });
    assert_eq!(names("possible_timed_duration_seconds"), "ok panic");
    assert_eq!(names("possible_timed_shadowed_duration_seconds"), "error ok panic");
}
