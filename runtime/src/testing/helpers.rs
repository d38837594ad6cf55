//! Cancels a future and catches a panic, for tests of these exit paths.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::payload::message;

/// Polls a future once and then drops it, as a server does with a request whose client disconnects.
///
/// Needs no async runtime. The waker does nothing.
pub fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Runs a closure that must panic, and returns the panic message.
///
/// ```
/// use metrics_instrumented::testing::{Capture, panics};
///
/// #[metrics_instrumented::instrumented(name = "half")]
/// fn half(n: u32) -> u32 { assert!(n % 2 == 0, "{n} is odd"); n / 2 }
///
/// let capture = Capture::new();
/// assert_eq!(panics(|| capture.run(|| half(3))), "3 is odd");
/// assert_eq!(capture.counter("half_total", &[("outcome", "panic")]), 1);
/// ```
///
/// # Panics
/// Panics if the closure returns.
#[track_caller]
pub fn panics<R>(f: impl FnOnce() -> R) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => panic!("the closure returned; it was expected to panic"),
        Err(payload) => message(&*payload).unwrap_or("(the panic payload is not a string)").to_owned(),
    }
}
