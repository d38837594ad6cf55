//! Futures by hand, their time, and panics that are meant.

use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Polls a future once, without a waker.
pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Waits for ever.
pub async fn pending() {
    std::future::pending::<()>().await;
}

/// Whether a sum of durations, in seconds, lies between two times: give or take a hundredth, for it was read from another clock.
#[must_use]
pub fn lasted(sum: f64, least: Duration, most: Duration) -> bool {
    sum >= least.as_secs_f64() * 0.99 && sum <= most.as_secs_f64() * 1.01
}

/// Runs `f`, which panics, and gives the text that it panicked with.
///
/// # Panics
/// When `f` does not.
#[track_caller]
pub fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let Err(payload) = panic::catch_unwind(AssertUnwindSafe(f)) else { panic!("there was no panic") };
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast_ref::<&str>().map_or_else(String::new, ToString::to_string),
    }
}
