//! Functions that return a future in a way that cannot be timed to its end.

#![allow(unused)]

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use metrics_instrumented::{Operation, instrumented};

type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

#[derive(Operation)]
#[operation(name = "volumes")]
struct Volumes {}

struct Own;

impl Future for Own {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        Poll::Ready(1)
    }
}

trait Work: Future<Output = u32> {}

impl Work for Own {}

#[instrumented(name = "a")]
fn named() -> Ready<u32> {
    ready(1)
}

#[instrumented(name = "b")]
fn alias() -> Boxed<u32> {
    Box::pin(async { 1 })
}

#[instrumented(name = "c")]
fn own() -> Own {
    Own
}

#[instrumented(name = "d")]
fn other_bound() -> impl Work {
    Own
}

#[instrumented(name = "e")]
fn generic<F: Future<Output = u32> + Unpin>(future: F) -> F {
    future
}

#[instrumented(Volumes {})]
fn declared() -> Own {
    Own
}

/// Counted itself, and so accepted.
#[instrumented(outcome = none)]
fn handle() -> tokio::task::JoinHandle<u32> {
    tokio::spawn(async { 1 })
}

/// Timed to completion, and so accepted.
#[instrumented]
fn boxed() -> Box<dyn Future<Output = u32> + Unpin> {
    Box::new(ready(1))
}

#[instrumented]
async fn spawns() -> tokio::task::JoinHandle<u32> {
    tokio::spawn(async { 1 })
}

#[instrumented]
fn shared() -> futures::future::Shared<Ready<u32>> {
    futures::FutureExt::shared(ready(1))
}

/// The `?` belongs to the block.
#[instrumented]
fn with_a_question_mark_inside(text: &'static str) -> Boxed<Result<u32, std::num::ParseIntError>> {
    Box::pin(async move { Ok(text.parse::<u32>()? + 1) })
}

fn main() {
    let _ = (named(), alias(), own(), other_bound(), generic(ready(1)), declared(), boxed());
}
