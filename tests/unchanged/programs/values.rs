//! Bodies that come to no value, or to another one.

use std::future::{Future, ready};
use std::pin::Pin;

#[allow(unused_imports)]
use metrics_instrumented::instrumented;

#[instrumented]
fn no_value(list: Vec<u32>) -> Option<usize> {
    Some(list.len());
}

#[instrumented]
fn no_body(list: Vec<u32>) -> Option<usize> {}

#[instrumented]
fn other_value(list: Vec<u32>) -> Option<usize> {
    list.len()
}

#[instrumented]
fn value_of_nothing(list: Vec<u32>) {
    list.len()
}

#[instrumented]
fn early_value_of_nothing(list: Vec<u32>) {
    return list.len();
}

#[instrumented]
fn only_sometimes(list: Vec<u32>) -> Option<usize> {
    if list.is_empty() {
        None
    }
}

#[instrumented]
fn branches(list: Vec<u32>) -> impl Iterator<Item = u32> {
    if list.is_empty() {
        return Vec::new().into_iter();
    }
    list.into_iter().map(|n| n + 1)
}

#[instrumented]
fn no_iterator(list: Vec<u32>) -> impl Iterator<Item = u32> {
    list.len()
}

#[instrumented]
fn returns_nothing(list: Vec<u32>) -> Option<usize> {
    if list.is_empty() {
        return;
    }
    None
}

#[instrumented]
fn question_mark_in_nothing(text: &str) {
    let n: u32 = text.parse()?;
    drop(n);
}

#[instrumented]
fn comes_back() -> ! {
    println!();
}

#[instrumented]
async fn no_value_later(list: Vec<u32>) -> Option<usize> {
    Some(list.len());
}

#[instrumented]
async fn other_value_later(list: Vec<u32>) -> Option<usize> {
    ready(list.len()).await
}

#[instrumented]
async fn value_of_nothing_later(list: Vec<u32>) {
    ready(list.len()).await
}

#[instrumented]
async fn early_value_of_nothing_later(list: Vec<u32>) {
    return ready(list.len()).await;
}

#[instrumented]
async fn question_mark_in_nothing_later(text: &str) {
    let n: u32 = text.parse()?;
    drop(n);
}

#[instrumented]
fn no_future(list: Vec<u32>) -> impl Future<Output = usize> {
    list.len()
}

#[instrumented]
fn no_box(list: Vec<u32>) -> Pin<Box<dyn Future<Output = usize>>> {
    async move { list.len() }
}

fn main() {}
