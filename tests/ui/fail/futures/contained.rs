//! Functions whose returned value contains a future.

#![allow(unused)]

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use futures::future::BoxFuture;
use metrics_instrumented::{Operation, instrumented};
use tokio::task::JoinHandle;

type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;
type Started<T> = Result<T, String>;

#[derive(Operation)]
#[operation(name = "volumes")]
struct Volumes {}

#[instrumented]
fn result_of_impl(valid: bool) -> Result<impl Future<Output = u32>, String> {
    if valid { Ok(ready(1)) } else { Err("invalid".to_owned()) }
}

#[instrumented]
fn option_of_boxed() -> Option<BoxFuture<'static, u32>> {
    None
}

#[instrumented]
fn list_of_pinned() -> Vec<Pin<Box<dyn Future<Output = u32> + Send>>> {
    Vec::new()
}

#[instrumented]
fn pair() -> (u32, impl Future<Output = ()>) {
    (1, async {})
}

#[instrumented]
fn array() -> [BoxFuture<'static, ()>; 2] {
    [Box::pin(async {}), Box::pin(async {})]
}

#[instrumented]
fn nested() -> Result<Option<Vec<Box<dyn Future<Output = ()> + Unpin>>>, u32> {
    Ok(None)
}

#[instrumented]
fn result_of_alias() -> Result<Boxed<u32>, String> {
    Ok(Box::pin(async { 1 }))
}

#[instrumented]
fn option_of_named() -> Option<Ready<u32>> {
    None
}

#[instrumented]
fn list_of_handles() -> Vec<JoinHandle<()>> {
    Vec::new()
}

#[instrumented]
fn slice_of_handles() -> Box<[JoinHandle<()>]> {
    Box::default()
}

#[instrumented]
fn alias_of_result() -> Started<JoinHandle<()>> {
    Ok(tokio::spawn(async {}))
}

#[instrumented]
fn generic<F: Future>(future: F) -> Option<F> {
    Some(future)
}

#[instrumented(Volumes {})]
fn declared() -> Result<Boxed<u32>, String> {
    Ok(Box::pin(async { 1 }))
}

#[instrumented]
impl Volumes {
    fn in_a_block() -> Option<Boxed<u32>> {
        None
    }

    fn written_in_a_block() -> Result<BoxFuture<'static, ()>, String> {
        Ok(Box::pin(async {}))
    }
}

#[instrumented(at_return)]
fn is_timed() -> BoxFuture<'static, ()> {
    Box::pin(async {})
}

#[instrumented(at_return)]
fn returns_no_future() -> u32 {
    1
}

#[instrumented]
fn after_an_early_exit(text: &str) -> Result<JoinHandle<u32>, std::num::ParseIntError> {
    let number = text.parse()?;
    Ok(tokio::spawn(async move { number }))
}

fn main() {}
