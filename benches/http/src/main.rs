//! What a layer costs a request: an axum router in memory, called with one request after the other, whose response is read to its end.
//!
//! `scripts/bench-http` runs it. Without arguments it prints a table of allocations and nanoseconds; with the name of a stack and a number, it only
//! sends that many requests, for callgrind. `--names` lists the stacks.

mod allocations;
mod stacks;

use std::env;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::http::Request;
use tower::Service;

use stacks::STACKS;

/// Requests of one measurement.
const BATCH: u32 = 20_000;

/// Measurements; the table has the fastest, which is the one that was disturbed least.
const BATCHES: usize = 15;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let _exporter = metrics_instrumented::exporter().install_recorder().expect("nothing is installed yet");
    if arguments == ["--names"] {
        STACKS.iter().for_each(|(name, _)| println!("{name}"));
        return;
    }
    if let [name, count] = &arguments[..] {
        let (_, stack) = STACKS.iter().find(|(own, _)| own == name).expect("the name of a stack");
        let mut router = served(stack());
        for _ in 0..count.parse().expect("a number") {
            request(&mut router);
        }
        return;
    }
    println!("{:<36} {:>12} {:>12}", "layer", "allocations", "ns/request");
    for (name, stack) in STACKS {
        let mut router = served(stack());
        (0..BATCH).for_each(|_| request(&mut router));
        let allocations = allocations::counted(|| (0..1_000).for_each(|_| request(&mut router)));
        let batch = |router: &mut Router| {
            let start = Instant::now();
            (0..BATCH).for_each(|_| request(router));
            start.elapsed()
        };
        let fastest = (0..BATCHES).map(|_| batch(&mut router)).min().expect("some");
        #[allow(clippy::cast_precision_loss, reason = "a thousand requests")]
        let allocations = allocations as f64 / 1_000.0;
        println!("{name:<36} {allocations:>12.2} {:>12.0}", fastest.as_secs_f64() * 1e9 / f64::from(BATCH));
    }
}

/// Like `axum::serve` does with a router; otherwise each request would create the stack again.
fn served(router: Router) -> Router {
    router.with_state(())
}

/// One request, and its response to the end: nothing in it waits. Callgrind counts what is in this function.
#[inline(never)]
fn request(router: &mut Router) {
    let request = Request::get("/users/7").body(Body::empty()).expect("a request");
    let response = now(router.call(request)).expect("infallible");
    assert_eq!(response.status(), 200);
    let mut body = pin!(response.into_body());
    while let Some(frame) = now(std::future::poll_fn(|context| body.as_mut().poll_frame(context))) {
        drop(frame);
    }
}

fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match Pin::as_mut(&mut future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nothing waits"),
    }
}
