//! The head of generated programs: values that log when they are dropped, and calls that log when they begin and how they end.
//!
//! In the bare version, calls are logged by what the caller can see: `call` and `Watched`. In the annotated one, by what arrives at a recorder. The two
//! logs are the same if the attribute changes nothing and counts exactly the call.

#![allow(
    clippy::all,
    clippy::pedantic,
    dead_code,
    private_interfaces,
    unused_assignments,
    unused_imports,
    unused_macros,
    reason = "each program uses a part of it; `diagnostics` compares what is said about assignments"
)]

use std::cell::{Cell, RefCell};
use std::fmt::{Debug, Display};
use std::future::Future;
use std::panic::{self, AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;

use metrics::{
    self, Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, SharedString, Unit,
};
use metrics_instrumented::{Ended, Operation, Outcome, instrumented};

fn is_bare() -> bool {
    env!("CARGO_PKG_NAME").ends_with("bare")
}

fn log(line: impl Display) {
    println!("{line}");
}

thread_local! {
    /// The value that panics when it is dropped.
    static BOMB: Cell<u32> = const { Cell::new(0) };
}

/// Logs when it is dropped.
#[derive(Debug)]
pub struct Noisy(u32);

impl Drop for Noisy {
    fn drop(&mut self) {
        log(format_args!("  drop {}", self.0));
        if BOMB.get() == self.0 && !thread::panicking() {
            BOMB.set(0);
            panic!("bomb {}", self.0);
        }
    }
}

/// A type whose fields can be moved out of it.
#[derive(Debug)]
pub struct Plain {
    a: Noisy,
    b: Noisy,
    n: u32,
}

/// A type with a destructor of its own.
#[derive(Debug)]
pub struct Closing {
    a: Noisy,
    b: Noisy,
    n: u32,
}

impl Drop for Closing {
    fn drop(&mut self) {
        log("  closing");
    }
}

#[derive(Debug)]
pub struct Wrapped<T> {
    a: T,
    b: Noisy,
    n: u32,
}

#[derive(Debug)]
pub struct Pair {
    first: Noisy,
    second: Noisy,
}

pub trait Made: Debug {
    fn made(id: u32) -> Self;
}

impl Made for Noisy {
    fn made(id: u32) -> Self {
        Self(id)
    }
}

#[derive(Debug)]
pub struct Fail(Noisy);

pub type Checked<T> = Result<T, Fail>;

/// An error if it is odd.
#[derive(Debug)]
pub struct Verdict(u32);

impl Outcome for Verdict {
    fn outcome(&self) -> Ended {
        if self.is_error() { Ended::Error } else { Ended::Ok }
    }
}

impl Verdict {
    fn is_error(&self) -> bool {
        self.0 % 2 == 1
    }
}

fn note(value: &(impl Debug + ?Sized)) {
    log(format_args!("  note {value:?}"));
}

fn check(n: u32, at: u32) -> Result<u32, Fail> {
    if n == at { Err(Fail(Noisy(900 + at))) } else { Ok(n) }
}

fn maybe(n: u32, at: u32) -> Option<u32> {
    (n != at).then_some(n)
}

fn explode(n: u32, at: u32) -> u32 {
    assert_ne!(n, at, "exploded");
    n
}

macro_rules! leave {
    ($condition:expr $(, $value:expr)?) => {
        if $condition {
            return $($value)?;
        }
    };
}

macro_rules! attempt {
    ($result:expr) => {
        $result?
    };
}

/// Calls something when it is dropped, maybe while a panic unwinds.
struct Calling<F: FnMut()>(F);

impl<F: FnMut()> Drop for Calling<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Waits for so many polls.
struct Yields(u32);

impl Future for Yields {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        Poll::Pending
    }
}

/// The call of a function, as its caller sees it. A name that ends in `-` is counted without an outcome.
struct Seen<'a> {
    name: &'a str,
    outcome: &'static str,
    /// Whether it may be dropped by a panic that is not the call's.
    is_unwound: bool,
}

impl Seen<'_> {
    fn begin(name: &str) -> Seen<'_> {
        log(format_args!("  begin {}", name.trim_end_matches('-')));
        Seen { name, outcome: "panic", is_unwound: true }
    }
}

impl Drop for Seen<'_> {
    fn drop(&mut self) {
        let outcome = if thread::panicking() && !self.is_unwound { "panic" } else { self.outcome };
        match self.name.strip_suffix('-') {
            Some(name) => log(format_args!("  end {name} -")),
            None => log(format_args!("  end {} {outcome}", self.name)),
        }
    }
}

fn call<R>(name: &str, function: impl FnOnce() -> R, is_error: impl FnOnce(&R) -> bool) -> R {
    if !is_bare() {
        return function();
    }
    let mut seen = Seen::begin(name);
    let value = function();
    seen.outcome = if is_error(&value) { "error" } else { "ok" };
    value
}

/// The same of a future: a call from the first poll on.
struct Watched<'a, F: Future, E> {
    // Dropped first.
    future: Pin<Box<F>>,
    name: &'a str,
    is_error: E,
    seen: Option<Seen<'a>>,
    is_done: bool,
}

fn watch<F: Future, E: Fn(&F::Output) -> bool>(name: &str, future: F, is_error: E) -> Watched<'_, F, E> {
    Watched { future: Box::pin(future), name, is_error, seen: None, is_done: false }
}

impl<F: Future, E: Fn(&F::Output) -> bool + Unpin> Future for Watched<'_, F, E> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if !is_bare() || self.is_done {
            return self.future.as_mut().poll(context);
        }
        let mut seen = self.seen.take().unwrap_or_else(|| Seen::begin(self.name));
        seen.outcome = "panic";
        // Until it is known to go on: what ends by a panic has ended.
        self.is_done = true;
        let polled = self.future.as_mut().poll(context);
        match &polled {
            Poll::Ready(value) => seen.outcome = if (self.is_error)(value) { "error" } else { "ok" },
            Poll::Pending => {
                seen.outcome = "cancelled";
                self.is_done = false;
                self.seen = Some(seen);
            }
        }
        polled
    }
}

impl<F: Future, E> Drop for Watched<'_, F, E> {
    fn drop(&mut self) {
        if let Some(seen) = &mut self.seen {
            seen.is_unwound = thread::panicking();
        }
    }
}

fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls a future so often and drops it.
fn cancel<F: Future>(future: F, after: u32) {
    let mut future = Box::pin(future);
    for _ in 0..after {
        if poll(future.as_mut()).is_ready() {
            break;
        }
        log("  pending");
    }
}

/// Logs what is counted.
struct Recorder;

struct Event {
    name: String,
    outcome: Option<String>,
}

static IN_FLIGHT: AtomicI64 = AtomicI64::new(0);

impl Event {
    /// `None` if it is not the main family of its kind.
    fn of(key: &Key, suffix: &str) -> Option<Arc<Self>> {
        let label = |name: &str| key.labels().find(|label| label.key() == name).map(|label| label.value().to_owned());
        let base = key.name().strip_suffix(suffix)?;
        let name = match label("function") {
            Some(function) => function.rsplit("::").next().unwrap_or_default().to_owned(),
            None => base.to_owned(),
        };
        let is_name = name.strip_prefix('f').is_some_and(|rest| rest.parse::<u32>().is_ok());
        is_name.then(|| Arc::new(Self { name, outcome: label("outcome") }))
    }
}

impl CounterFn for Event {
    fn increment(&self, value: u64) {
        assert!(value <= 1, "{value}");
        let outcome = self.outcome.as_deref().unwrap_or("-");
        if value == 1 && outcome != "started" {
            log(format_args!("  end {} {outcome}", self.name));
        }
    }

    fn absolute(&self, _: u64) {
        unreachable!("a counter of calls is incremented");
    }
}

impl GaugeFn for Event {
    fn increment(&self, value: f64) {
        if value == 1.0 {
            log(format_args!("  begin {}", self.name));
            IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn decrement(&self, value: f64) {
        if value == 1.0 {
            IN_FLIGHT.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn set(&self, _: f64) {}
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Event::of(key, "_total").map_or_else(Counter::noop, Counter::from_arc)
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Event::of(key, "_in_flight").map_or_else(Gauge::noop, Gauge::from_arc)
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// The inputs that a function gets.
const INPUTS: u32 = 7;

fn start() {
    metrics::set_global_recorder(Recorder).expect("the first recorder");
    panic::set_hook(Box::new(|info| {
        let (at, text) = (info.location().expect("a location"), info.payload_as_str().unwrap_or_default());
        log(format_args!("  panic at {}:{}: {text}", at.line(), at.column()));
    }));
}

fn run(title: impl Display, bomb: u32, body: impl FnOnce()) {
    log(title);
    BOMB.set(bomb);
    let _ = catch_unwind(AssertUnwindSafe(body));
    let in_flight = IN_FLIGHT.load(Ordering::Relaxed);
    if in_flight != 0 {
        log(format_args!("in flight: {in_flight}"));
    }
}

/// Runs a function with all inputs, and with each of these values as one that panics when it is dropped.
fn run_sync(name: &str, bombs: &[u32], function: impl Fn(u32)) {
    for n in 0..INPUTS {
        run(format_args!("{name}({n})"), 0, || function(n));
    }
    for bomb in bombs {
        for n in [0, 3, 6] {
            run(format_args!("{name}({n}) with bomb {bomb}"), *bomb, || function(n));
        }
    }
}

/// The same of a function that returns a future, which is also cancelled after several polls.
fn run_async<F: Future<Output = ()>>(name: &str, bombs: &[u32], function: impl Fn(u32) -> F) {
    const TO_THE_END: u32 = 50;
    for n in 0..INPUTS {
        for polls in [0, 1, 2, 3, TO_THE_END] {
            run(format_args!("{name}({n}), {polls} polls"), 0, || cancel(function(n), polls));
        }
    }
    for bomb in bombs {
        for (n, polls) in [(0, TO_THE_END), (3, TO_THE_END), (0, 1), (6, 2)] {
            run(format_args!("{name}({n}), {polls} polls, with bomb {bomb}"), *bomb, || cancel(function(n), polls));
        }
    }
}
