//! What a layer costs a request: an axum router, or a plain `tower` service, in memory, called with one request after the other, whose response is read
//! to its end.
//!
//! `scripts/bench-http` runs it. Without arguments it prints a table of allocations and nanoseconds; with the name of a stack and a number, it only
//! sends that many requests, for callgrind. `--names` lists the stacks.

mod allocations;
mod stacks;

use std::env;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::http::{Request, Response};
use tower::Service;

use stacks::{STACKS, Stack};

/// Requests of one measurement: few enough that most measurements are not interrupted.
const BATCH: u32 = 500;

/// Measurements of each stack, in turn; the table has the fastest, which is the one that was disturbed least.
const ROUNDS: u32 = 600;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let _exporter = metrics_instrumented::exporter().install_recorder().expect("nothing is installed yet");
    if arguments == ["--names"] {
        STACKS.iter().for_each(|(name, _)| println!("{name}"));
        return;
    }
    if let [name, count] = &arguments[..] {
        let (_, stack) = STACKS.iter().find(|(own, _)| own == name).expect("the name of a stack");
        let mut stack = stack();
        (0..count.parse().expect("a number")).for_each(|_: u32| stack());
        return;
    }
    let mut stacks: Vec<Stack> = STACKS.iter().map(|(_, stack)| stack()).collect();
    let mut fastest = vec![Duration::MAX; stacks.len()];
    for _ in 0..ROUNDS {
        for (stack, fastest) in stacks.iter_mut().zip(&mut fastest) {
            let start = Instant::now();
            (0..BATCH).for_each(|_| stack());
            *fastest = start.elapsed().min(*fastest);
        }
    }
    println!("{:<36} {:>12} {:>12}", "layer", "allocations", "ns/request");
    for (((name, _), stack), fastest) in STACKS.iter().zip(&mut stacks).zip(fastest) {
        let allocations = allocations::counted(|| (0..BATCH).for_each(|_| stack()));
        #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
        let allocations = allocations as f64 / f64::from(BATCH);
        println!("{name:<36} {allocations:>12.2} {:>12.0}", fastest.as_secs_f64() * 1e9 / f64::from(BATCH));
    }
}

/// One request, and its response to the end: nothing in it waits. Callgrind counts what is in this function.
#[inline(never)]
fn request<S, B>(service: &mut S)
where
    S: Service<Request<Body>, Response = Response<B>>,
    B: HttpBody,
{
    let request = Request::get("/users/7").body(Body::empty()).expect("a request");
    let Ok(response) = now(service.call(request)) else { unreachable!("no stack fails") };
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
