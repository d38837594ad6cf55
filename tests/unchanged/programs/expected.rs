//! Functions that expect a lint. Each expectation is fulfilled in the plain function, so it is fulfilled in the annotated one: nothing is reported here.

#![deny(warnings)]
#![allow(dead_code, unused_imports, clippy::all, clippy::pedantic, clippy::nursery)]

use std::future::{Future, ready};

use metrics_instrumented::instrumented;

pub trait InTrait {
    #[instrumented]
    #[expect(async_fn_in_trait)]
    async fn provided(&self) -> u8 {
        ready(1).await
    }

    #[expect(async_fn_in_trait)]
    #[instrumented]
    async fn early(&self, early: bool) -> Option<u8> {
        if early {
            return None;
        }
        Some(ready(1).await)
    }
}

#[instrumented]
#[expect(unconditional_recursion)]
fn recursion(n: u8) -> u8 {
    recursion(n) + 1
}

#[instrumented]
#[expect(unconditional_recursion, clippy::only_used_in_recursion)]
fn recursion_question(n: u8) -> Result<u8, ()> {
    let n = recursion_question(n)?;
    Ok(n + 1)
}

#[instrumented]
#[expect(unconditional_recursion)]
fn recursion_return(n: u8) -> Option<u8> {
    return recursion_return(n + 1);
}

#[instrumented]
#[expect(unconditional_recursion)]
fn recursion_of_nothing() {
    recursion_of_nothing();
}

struct Recursive(String);

impl Recursive {
    #[instrumented]
    #[expect(unconditional_recursion, clippy::self_only_used_in_recursion)]
    fn by_value(self) -> Self {
        self.by_value()
    }

    #[instrumented]
    #[expect(unconditional_recursion, clippy::only_used_in_recursion)]
    fn by_reference(&self, early: bool) -> Option<&str> {
        let found = self.by_reference(early)?;
        Some(found)
    }
}

#[instrumented]
#[expect(clippy::needless_pass_by_value)]
fn by_value(text: String) -> usize {
    text.len()
}

#[instrumented]
#[expect(clippy::needless_pass_by_value)]
fn by_value_early(text: Vec<u8>) -> Option<u8> {
    let first = text.first()?;
    Some(*first)
}

#[instrumented]
#[expect(clippy::needless_pass_by_value)]
fn by_value_nothing(text: String) {
    assert!(text.is_empty());
}

#[instrumented]
#[expect(clippy::unnecessary_wraps)]
fn wraps(n: u8) -> Option<u8> {
    Some(n.wrapping_add(1))
}

#[instrumented]
#[expect(clippy::unnecessary_wraps)]
fn wraps_result(n: u8) -> Result<u8, String> {
    if n > 3 {
        return Ok(1);
    }
    Ok(n)
}

#[instrumented]
#[expect(clippy::unnecessary_wraps)]
fn wraps_nothing() -> Result<(), String> {
    println!("over");
    Ok(())
}

#[instrumented]
#[expect(clippy::unused_async)]
async fn waits_for_nothing() -> u8 {
    1
}

#[instrumented]
#[expect(clippy::unused_async)]
async fn waits_for_nothing_early(n: u8) -> Option<u8> {
    let n = n.checked_add(1)?;
    Some(n)
}

#[instrumented]
#[expect(clippy::unused_async)]
async fn waits_for_nothing_and_returns_it() {
    println!("over");
}

#[instrumented]
#[expect(clippy::ptr_arg)]
fn takes_a_vector(items: &Vec<u8>) -> usize {
    items.len()
}

#[instrumented]
#[expect(clippy::ptr_arg)]
fn takes_a_string(text: &String, early: bool) -> Option<usize> {
    if early {
        return None;
    }
    Some(text.len())
}

#[instrumented]
#[expect(clippy::ptr_arg)]
async fn takes_a_vector_later(items: &Vec<u8>) -> usize {
    ready(items.len()).await
}

#[instrumented]
#[expect(clippy::missing_const_for_fn)]
fn could_be_const(n: u8) -> u8 {
    n
}

#[instrumented]
#[expect(clippy::missing_const_for_fn)]
fn could_be_const_early(n: u8) -> Option<u8> {
    if n == 0 {
        return None;
    }
    Some(n)
}

#[instrumented]
#[expect(clippy::manual_async_fn)]
fn could_be_async() -> impl Future<Output = u8> {
    async { ready(1).await }
}

#[instrumented]
#[expect(clippy::manual_async_fn)]
fn could_be_async_and_take(text: &str) -> impl Future<Output = usize> + '_ {
    async move { ready(text.len()).await }
}

#[instrumented]
#[expect(clippy::needless_pass_by_ref_mut)]
fn reads_only(items: &mut Vec<u8>) -> usize {
    items.len()
}

#[instrumented]
#[expect(clippy::needless_pass_by_ref_mut)]
fn reads_only_early(items: &mut Vec<u8>) -> Option<u8> {
    let first = items.first()?;
    Some(*first)
}

#[instrumented]
#[expect(clippy::only_used_in_recursion)]
fn down(n: u8, unused: &str) -> u8 {
    if n == 0 { 0 } else { down(n - 1, unused) }
}

#[instrumented]
#[expect(clippy::only_used_in_recursion)]
fn down_early(n: u8, unused: &str) -> Option<u8> {
    let n = n.checked_sub(1)?;
    down_early(n, unused)
}

#[expect(clippy::missing_errors_doc)]
#[instrumented]
pub fn without_errors(n: u8) -> Result<u8, String> {
    n.checked_add(1).ok_or_else(String::new)
}

#[instrumented]
#[expect(clippy::missing_errors_doc)]
pub async fn without_errors_later(n: u8) -> Result<u8, String> {
    let n = n.checked_add(1).ok_or_else(String::new)?;
    Ok(ready(n).await)
}

#[instrumented]
#[clippy::cognitive_complexity = "3"]
#[expect(clippy::cognitive_complexity)]
fn complex(n: u32) -> u32 {
    let mut sum = 0;
    for i in 0..n {
        if i % 2 == 0 && i % 3 == 0 {
            sum += if n > 7 { 1 } else { 2 };
        } else if i % 7 == 0 {
            while sum > 100 {
                sum -= 7;
            }
        } else if n > 5 {
            sum += 1;
        }
    }
    sum
}

#[instrumented]
#[clippy::cognitive_complexity = "3"]
#[expect(clippy::cognitive_complexity)]
async fn complex_later(n: u32) -> Option<u32> {
    let mut sum = 0_u32;
    for i in 0..n {
        if i % 2 == 0 && i % 3 == 0 {
            sum = sum.checked_add(1)?;
        } else if i % 7 == 0 {
            while sum > 100 {
                sum -= 7;
            }
        } else if n > 5 {
            sum += ready(1).await;
        }
    }
    Some(sum)
}

#[rustfmt::skip]
#[instrumented]
#[expect(clippy::needless_return)]
fn returns_needlessly(n: u8) -> u8 {
    return n;
}

#[instrumented]
#[expect(clippy::needless_return)]
fn returns_nothing_needlessly(n: u8) {
    assert!(n > 0);
    return;
}

/// - An item
/// that goes on.
#[instrumented]
#[expect(clippy::doc_lazy_continuation)]
fn lazily_documented() {}

/// - An item
///        that goes on.
#[instrumented]
#[expect(clippy::doc_overindented_list_items)]
fn documented_with_indents() -> Option<u8> {
    None
}

#[instrumented]
#[expect(unused_variables, unused_mut)]
fn leaves_unused(n: u8, mut m: String) -> Option<u8> {
    let first = 1_u8.checked_add(2)?;
    Some(first)
}

#[instrumented]
#[expect(unused_assignments, unused_variables)]
async fn assigns_in_vain(mut n: u8) -> Option<u8> {
    n = 2;
    ready(None).await
}

#[instrumented]
#[expect(unreachable_code)]
fn never_comes_there(n: u8) -> Result<u8, ()> {
    return Ok(n);
    Err(())
}

#[instrumented]
#[expect(non_snake_case)]
fn notSnake(Upper: u8) -> Option<u8> {
    Upper.checked_add(1)?.checked_add(2)
}

#[instrumented]
#[expect(deprecated)]
fn calls_deprecated() -> Option<u8> {
    let n = None?;
    Some(deprecated(n))
}

#[deprecated]
const fn deprecated(n: u8) -> u8 {
    n
}

#[instrumented]
#[expect(unused_must_use)]
fn drops_results(n: Result<u8, ()>) -> Result<(), ()> {
    n?;
    wraps_nothing();
    Ok(())
}

#[expect(unused_unsafe)]
#[instrumented]
fn needs_no_unsafe(n: u8) -> Option<u8> {
    unsafe { n.checked_add(1)?.checked_add(1) }
}

/// The same with expressions in the attribute, which are checked under clippy, too.
#[derive(metrics_instrumented::LabelValue, Clone, Copy)]
enum Tier {
    Free,
    Paid,
}

#[instrumented(labels(tier: Tier = Tier::Free))]
#[expect(clippy::manual_async_fn)]
fn labelled_future() -> impl Future<Output = u8> {
    async { 1 }
}

#[expect(clippy::missing_const_for_fn)]
#[instrumented(labels(tier))]
fn labelled_constant(tier: Tier) -> Tier {
    tier
}

#[instrumented(labels(tier: Tier = Tier::Paid))]
#[expect(clippy::needless_lifetimes)]
fn labelled_lifetime<'a>(text: &'a str) -> &'a str {
    text
}

/// Documented:
/// - with an item
/// that ends here
#[expect(clippy::doc_lazy_continuation)]
#[instrumented(labels(long: bool = text.len() > 9))]
fn labelled_and_documented(text: &str) -> Option<u8> {
    text.parse().ok()
}

#[instrumented(labels(long: bool = text.len() > 9))]
#[expect(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]
fn labelled_wraps(text: String) -> Option<usize> {
    Some(text.len())
}

#[instrumented(labels(tier))]
#[expect(clippy::unused_async, clippy::needless_return)]
async fn labelled_async(tier: Tier) -> Result<Tier, ()> {
    return Ok(tier);
}

#[instrumented(labels(empty: bool = list.is_empty()))]
#[expect(clippy::ptr_arg)]
fn labelled_list(list: &Vec<u8>) -> Option<u8> {
    list.first().copied()
}

#[instrumented(labels(empty: bool = n == 0))]
#[expect(clippy::only_used_in_recursion)]
fn labelled_recursion(n: u8, unused: u8) -> Option<u8> {
    if n == 0 { None } else { labelled_recursion(n - 1, unused) }
}

pub struct InBlock(u8);

#[instrumented]
#[expect(clippy::missing_const_for_fn)]
impl InBlock {
    /// Documented:
    /// - with an item
    /// that ends here
    #[expect(clippy::doc_lazy_continuation)]
    pub fn get(&self) -> u8 {
        self.0
    }

    /// Documented:
    /// - with an item
    ///       that is indented
    #[expect(clippy::doc_overindented_list_items)]
    pub fn set(&mut self, n: u8) {
        self.0 = n;
    }
}

#[instrumented]
#[expect(clippy::needless_pass_by_value)]
pub mod in_module {
    /// Documented:
    /// - with an item
    /// that ends here
    #[expect(clippy::doc_lazy_continuation)]
    pub fn takes(text: String) -> usize {
        text.len()
    }

    pub trait Provides {
        #[expect(async_fn_in_trait)]
        async fn provided(&self) -> Option<u8> {
            None
        }
    }
}

fn main() {}
