//! Borrows that reach over the end of a function.

use std::future::{Future, ready};
use std::pin::Pin;

#[allow(unused_imports)]
use metrics_instrumented::instrumented;

#[instrumented]
fn other<'a, 'b>(a: &'a str, b: &'b str) -> &'a str {
    if a.is_empty() { b } else { a }
}

#[instrumented]
fn other_option<'a, 'b>(a: &'a str, b: &'b str) -> Option<&'a str> {
    if a.is_empty() {
        return Some(b);
    }
    Some(a)
}

#[instrumented]
async fn other_later<'a, 'b>(a: &'a str, b: &'b str) -> Option<&'a str> {
    if a.is_empty() {
        return Some(b);
    }
    ready(Some(a)).await
}

#[instrumented]
fn of_a_local() -> Option<&'static str> {
    let text = String::new();
    Some(&text)
}

#[instrumented]
fn of_an_argument<'a>(text: String) -> Option<&'a str> {
    Some(&text)
}

#[instrumented]
fn of_an_argument_alone<'a>(text: String) -> &'a str {
    &text
}

#[instrumented]
async fn of_an_argument_later<'a>(text: String) -> Option<&'a str> {
    ready(()).await;
    Some(&text)
}

#[instrumented]
fn boxed<'a>(text: &'a str) -> Box<dyn Fn() -> usize> {
    Box::new(move || text.len())
}

#[instrumented]
fn boxed_future<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = usize>>> {
    Box::pin(async move { text.len() })
}

#[instrumented]
fn future<'a>(text: &'a str) -> impl Future<Output = usize> + 'static {
    async move { text.len() }
}

#[instrumented]
fn iterator<'a>(list: &'a [u32]) -> impl Iterator<Item = &'a u32> + 'static {
    list.iter()
}

#[instrumented]
fn out_of_a_local_vector() -> impl Iterator<Item = u32> {
    let list = vec![1];
    list.iter().copied()
}

#[instrumented]
fn generic<T>(value: &T) -> Option<Box<dyn Fn() -> usize>> {
    let pointer = std::ptr::from_ref(value);
    Some(Box::new(move || pointer.addr()))
}

#[instrumented]
fn mutable_twice<'a>(list: &'a mut Vec<u32>) -> Option<(&'a mut u32, &'a mut u32)> {
    let first = list.first_mut()?;
    let last = list.last_mut()?;
    Some((first, last))
}

struct Service(String);

impl Service {
    #[instrumented]
    fn out(&self) -> Option<String> {
        Some(self.0)
    }

    #[instrumented]
    fn changes(&self) -> Option<u32> {
        self.0.push('a');
        None
    }

    #[instrumented]
    fn replaces(self) -> Option<u32> {
        self.0 = String::new();
        None
    }

    #[instrumented]
    async fn changes_later(&self) -> Option<u32> {
        self.0.push('a');
        ready(None).await
    }

    #[instrumented]
    fn longer<'a>(&self, other: &'a str) -> Option<&'a str> {
        if other.is_empty() { Some(&self.0) } else { Some(other) }
    }

    #[instrumented]
    async fn longer_later<'a>(&self, other: &'a str) -> Option<&'a str> {
        ready(()).await;
        Some(&self.0)
    }

    #[instrumented]
    fn moved_twice(self) -> Option<String> {
        drop(self.0);
        Some(self.0)
    }
}

fn main() {}
