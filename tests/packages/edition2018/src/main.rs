//! The macros in edition 2018.

#![forbid(unsafe_code)]
#![deny(warnings)]

use metrics_instrumented::{instrumented, Counter, Gauge, LabelValue, Operation};
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

metrics_instrumented::build_info!("edition_build_info", version = env!("CARGO_PKG_VERSION"));

#[derive(LabelValue, Clone, Copy)]
pub enum Kind {
    Big,
    Small,
}

/// Things that cannot be read.
#[derive(LabelValue, Debug)]
pub enum Failure {
    Empty,
}

/// Reads.
#[instrumented(name = "edition_reads", labels(size: Kind = kind, r#async = kind.index() == 0), errors = "edition_reads_errors_total")]
async fn read(kind: Kind, text: &str) -> Result<usize, Failure> {
    if text.is_empty() {
        return Err(Failure::Empty);
    }
    Ok(text.len())
}

#[instrumented(name = "edition_provided")]
fn boxed<'a>(dyn_text: &'a str) -> Pin<Box<dyn Future<Output = usize> + 'a>> {
    Box::pin(async move { dyn_text.len() })
}

#[instrumented(name = "edition_put")]
fn put(array: [u8; 2]) -> impl Future<Output = usize> {
    async move { array.len() }
}

/// In these editions, what the last expression borrows is given back behind the body, but in front of the arguments.
#[instrumented(name = "edition_last_borrows")]
async fn last_borrow(list: Mutex<Vec<u32>>, (at, _): (usize, u32)) -> Option<u32> {
    list.lock().unwrap().get(at).copied()
}

#[instrumented(name = "edition_last_borrows_of_values")]
fn last_borrow_of_value(list: Mutex<Vec<u32>>, (at, _): (usize, u32)) -> Option<u32> {
    list.lock().unwrap().get(at).copied()
}

/// A temporary whose drop panics.
struct Panics(u32);

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("a temporary is dropped");
    }
}

/// In these editions, the temporaries of a last expression are dropped after the variables of the body, and still before the call ends.
#[instrumented(name = "edition_last_temporaries")]
fn last_temporary() -> u32 {
    let number = 1;
    Panics(number).0
}

/// Steps.
#[derive(Operation)]
#[operation(name = "edition_steps")]
struct Step {
    kind: Kind,
}

#[instrumented(Step { kind: Kind::Big })]
fn step() {}

/// Events.
#[derive(Counter)]
#[counter(name = "edition_events_total")]
struct Events;

/// Sessions.
#[derive(Gauge)]
#[gauge(name = "edition_sessions")]
struct Sessions;

fn ready<F: Future>(future: F) -> F::Output {
    match Box::pin(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it has nothing to wait for"),
    }
}

fn main() {
    let metrics = metrics_instrumented::exporter().install_recorder().unwrap();
    assert!(ready(read(Kind::Big, "abc")).is_ok());
    assert!(ready(read(Kind::Small, "")).is_err());
    assert_eq!(ready(boxed("x")), 1);
    assert_eq!(ready(put([1, 2])) + ready(put([3, 4])), 4);
    assert_eq!(ready(last_borrow(Mutex::new(vec![1]), (0, 0))), Some(1));
    assert_eq!(last_borrow_of_value(Mutex::new(vec![1]), (0, 0)), Some(1));
    assert!(std::panic::catch_unwind(last_temporary).is_err());
    step();
    Events.increment(3);
    Sessions.set(4.0);
    print!("{}", metrics.render());
}
