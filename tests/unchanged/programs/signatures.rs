//! Functions whose heads the compiler and clippy have something to say about, or nothing.

#![warn(
    absolute_paths_not_starting_with_crate,
    ambiguous_negative_literals,
    closure_returning_async_block,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    ffi_unwind_calls,
    future_incompatible,
    impl_trait_redundant_captures,
    keyword_idents,
    let_underscore,
    macro_use_extern_crate,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    missing_unsafe_on_extern,
    non_ascii_idents,
    nonstandard_style,
    redundant_imports,
    redundant_lifetimes,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unsafe_op_in_unsafe_fn,
    unused,
    unused_crate_dependencies,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction
)]
#![allow(clippy::blanket_clippy_restriction_lints)]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::future::{Future, ready};
use std::num::ParseIntError;
use std::ops::Deref;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

#[allow(unused_imports)]
use metrics_instrumented::instrumented;

/// A large error.
#[derive(Debug)]
pub struct Large([u64; 32]);

/// A service.
pub struct Service {
    pub count: u32,
    name: String,
}

#[instrumented]
pub fn undocumented() {}

#[instrumented]
pub fn eight(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32) -> Option<u32> {
    Some(a + b + c + d + e + f + g + h)
}

#[instrumented]
pub async fn eight_later(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32) -> Option<u32> {
    Some(a + b + c + d + e + f + g + ready(h).await)
}

#[instrumented]
pub fn large_error() -> Result<u32, Large> {
    Err(Large([0; 32]))
}

#[instrumented]
pub async fn large_error_later() -> Result<u32, Large> {
    ready(Err(Large([0; 32]))).await
}

#[instrumented]
pub fn large_error_in_a_future() -> impl Future<Output = Result<u32, Large>> {
    ready(Err(Large([0; 32])))
}

#[instrumented]
fn pointers(vec: &Vec<u32>, string: &String, path: &PathBuf, boxed: &Box<u32>) -> Option<usize> {
    Some(vec.len() + string.len() + path.as_os_str().len() + **boxed as usize)
}

#[instrumented]
fn pointers_for_nothing(vec: &Vec<u32>, string: &mut String) {
    string.push('a');
    drop(vec.iter().sum::<u32>());
}

#[instrumented]
async fn pointers_later(vec: &Vec<u32>, string: &String) -> Option<usize> {
    ready(()).await;
    Some(vec.len() + string.len())
}

#[instrumented]
async fn pointers_that_are_needed(vec: &mut Vec<u32>, string: &mut String) -> Option<usize> {
    vec.push(1);
    string.push('a');
    ready(vec.len().checked_add(string.len())).await
}

#[instrumented]
fn pointers_that_are_needed_now(vec: &mut Vec<u32>, string: &String) -> Option<String> {
    vec.push(1);
    Some(string.clone())
}

#[instrumented]
fn numbers(count: u32) -> Option<f64> {
    let n = 3;
    let f = 2.5;
    (count > n).then(|| f * 2.0)
}

#[instrumented]
async fn numbers_later() -> Option<f64> {
    let f = 2.5;
    ready(Some(f)).await
}

#[instrumented]
async fn never_waits() -> Option<u32> {
    Some(1)
}

#[instrumented]
async fn never_waits_for_nothing() {}

#[instrumented]
fn bools(a: bool, b: bool, c: bool, d: bool) -> Option<bool> {
    Some(a && b && c && d)
}

#[instrumented]
fn by_value(list: Vec<u32>, text: String) -> Option<usize> {
    Some(list.len() + text.len())
}

#[instrumented]
fn by_reference(n: &u32, mutable: &mut u32) -> Option<u32> {
    Some(*n + *mutable)
}

#[instrumented]
fn named<'a>(text: &'a str) -> &'a str {
    text
}

#[instrumented]
fn named_once<'a>(text: &'a str) -> Option<usize> {
    Some(text.len())
}

#[instrumented]
fn unused_lifetime<'a>(n: u32) -> Option<u32> {
    Some(n)
}

#[instrumented]
fn unused_type<T>(n: u32) -> Option<u32> {
    Some(n)
}

#[instrumented]
async fn named_once_later<'a>(text: &'a str) -> Option<usize> {
    ready(Some(text.len())).await
}

#[instrumented]
fn boxed(value: Box<u32>) -> Option<u32> {
    Some(*value)
}

#[instrumented]
fn complicated() -> Option<Rc<RefCell<HashMap<String, Vec<Box<dyn Fn(u32) -> Result<u32, String>>>>>>> {
    None
}

#[instrumented]
fn unit_error() -> Result<u32, ()> {
    Err(())
}

#[instrumented]
pub fn public_unit_error() -> Result<u32, ()> {
    Err(())
}

#[instrumented]
fn option_of_option() -> Option<Option<u32>> {
    None
}

#[instrumented]
fn box_of_vec() -> Box<Vec<u32>> {
    Box::new(Vec::new())
}

#[instrumented]
fn arc_of_cell() -> Arc<Cell<u32>> {
    Arc::new(Cell::new(1))
}

#[instrumented]
fn mutex_of_integer() -> Mutex<u32> {
    Mutex::new(1)
}

#[instrumented]
fn clones_on_copy(n: u32) -> Option<u32> {
    Some(n.clone())
}

#[instrumented]
fn panics(n: u32) -> u32 {
    if n == 0 {
        panic!("none");
    }
    n.checked_sub(1).unwrap()
}

#[instrumented]
pub fn panics_with_a_result(n: u32) -> Result<u32, String> {
    assert!(n > 0, "none");
    n.checked_sub(1).ok_or_else(String::new)
}

#[instrumented]
pub unsafe fn without_a_word_on_safety(pointer: *const u32) -> Option<u32> {
    unsafe { pointer.as_ref() }.copied()
}

#[instrumented]
pub fn dereferences(pointer: *const u32) -> u32 {
    unsafe { *pointer }
}

#[instrumented]
pub extern "C" fn foreign(text: String) -> u32 {
    text.len() as u32
}

#[instrumented]
fn Name(Argument: u32) -> Option<u32> {
    Some(Argument)
}

#[instrumented]
async fn Later(Argument: u32) -> Option<u32> {
    ready(Some(Argument)).await
}

#[instrumented]
fn recursion(n: u32) -> u32 {
    recursion(n)
}

#[instrumented]
fn recursion_for_nothing(n: u32) {
    recursion_for_nothing(n);
}

#[instrumented]
fn recursion_with_a_result(n: u32) -> Result<u32, String> {
    recursion_with_a_result(n)
}

#[instrumented]
fn only_for_recursion(n: u32, passed: u32) -> u32 {
    if n == 0 { 0 } else { only_for_recursion(n - 1, passed) }
}

#[instrumented]
async fn across_await(lock: &Mutex<u32>, cell: &RefCell<u32>) -> Option<u32> {
    let guard = lock.lock().ok()?;
    let borrowed = cell.borrow();
    ready(()).await;
    Some(*guard + *borrowed)
}

#[instrumented]
pub async fn not_send(shared: Rc<u32>) -> Rc<u32> {
    ready(()).await;
    shared
}

#[instrumented]
pub fn returns_a_future(n: u32) -> impl Future<Output = u32> {
    async move { ready(n).await }
}

#[instrumented]
pub fn returns_a_box(n: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { ready(n).await })
}

#[instrumented]
fn diverges() -> ! {
    panic!("always")
}

#[instrumented]
async fn diverges_later() -> ! {
    ready(()).await;
    panic!("always")
}

#[must_use]
#[instrumented]
fn must_use_of_must_use() -> Result<u32, String> {
    Ok(1)
}

#[must_use]
#[instrumented]
async fn must_use_later() -> u32 {
    ready(1).await
}

#[must_use]
#[instrumented]
fn must_use_of_nothing() {}

#[inline(always)]
#[instrumented]
fn always_inlined() -> Option<u32> {
    Some(1)
}

#[instrumented]
fn impl_argument(value: impl Display + Debug, list: impl Iterator<Item = u32>) -> Option<usize> {
    Some(value.to_string().len() + list.count())
}

#[instrumented]
fn shadowed(n: u32, text: &str) -> Option<u32> {
    let n = n + 1;
    let text = text.len();
    Some(n + text as u32)
}

#[instrumented]
async fn shadowed_later(n: u32, text: &str) -> Option<u32> {
    let n = n + 1;
    let text = text.len();
    Some(ready(n).await + text as u32)
}

#[instrumented]
fn underscored(_n: u32, _: u32, _used: u32) -> Option<u32> {
    Some(_used)
}

#[instrumented]
async fn underscored_later(_n: u32, _: u32, _used: u32) -> Option<u32> {
    ready(Some(_used)).await
}

#[instrumented]
fn patterns((a, mut b): (u32, u32), Large([c, ..]): Large, &d: &u32) -> Option<u64> {
    b += a;
    Some(u64::from(b + d) + c)
}

#[instrumented]
fn unused_patterns((a, mut b): (u32, u32), Service { count, name }: Service) -> Option<u32> {
    Some(1)
}

#[instrumented]
async fn unused_patterns_later((a, mut b): (u32, u32), Service { count, name }: Service) -> Option<u32> {
    ready(Some(1)).await
}

#[instrumented(labels(big = n > 10))]
fn labelled(n: u32, other: u32) -> Option<u32> {
    Some(n)
}

impl Service {
    #[instrumented]
    pub fn new() -> Self {
        Self { count: 1, name: String::new() }
    }

    #[instrumented]
    pub fn into_name(&self) -> Option<String> {
        Some(self.name.clone())
    }

    #[instrumented]
    pub fn to_count(self) -> Option<u32> {
        Some(self.count)
    }

    #[instrumented]
    pub fn is_big(self) -> bool {
        self.count > 10
    }

    #[instrumented]
    pub fn from_str(text: &str) -> Self {
        Self { count: 1, name: text.to_owned() }
    }

    #[instrumented]
    fn self_for_nothing(&self, n: u32) -> Option<u32> {
        Some(n)
    }

    #[instrumented]
    async fn self_for_nothing_later(&self, n: u32) -> Option<u32> {
        ready(Some(n)).await
    }

    #[instrumented]
    pub fn returns_self(self) -> Self {
        self
    }

    #[instrumented]
    pub fn mutable_for_nothing(&mut self, list: &mut Vec<u32>) -> Option<usize> {
        Some(list.len() + self.name.len())
    }

    #[instrumented]
    pub fn name(&self) -> &String {
        &self.name
    }

    #[instrumented]
    pub async fn name_later<'a>(&'a self) -> &'a str {
        ready(self.name.as_str()).await
    }

    #[instrumented]
    pub fn mutable(mut self, mut n: u32) -> Option<u32> {
        Some(n + self.count)
    }
}

/// Assignments to an owned `self` that is only dropped after them.
impl Service {
    #[instrumented]
    pub async fn replaced_later(mut self, other: Self) {
        self = other;
    }

    #[instrumented]
    pub async fn part_replaced_later(mut self) -> Option<u32> {
        ready(()).await;
        self.name = String::new();
        None
    }

    #[instrumented]
    pub async fn replaced_in_a_branch(mut self, other: Self, n: u32) -> Result<u32, ParseIntError> {
        if n == 1 {
            ready(()).await;
            self = other;
        }
        "1".parse()
    }

    #[instrumented]
    pub async fn added_later(mut self, n: u32) {
        ready(()).await;
        self.count += n;
    }

    #[instrumented]
    pub async fn mutated_later(mut self, n: u32) -> usize {
        ready(()).await;
        self.name.push('a');
        self.name.len()
    }

    #[instrumented]
    pub fn replaced(mut self, other: Self) -> Option<u32> {
        self = other;
        None
    }

    #[instrumented]
    pub fn part_replaced(mut self, n: u32) -> Result<(), ParseIntError> {
        if n == 2 {
            return Ok(());
        }
        self.name = "1".parse::<u32>()?.to_string();
        Ok(())
    }
}

macro_rules! set {
    ($place:expr, $value:expr) => {
        $place = $value
    };
}

/// The same by a macro and by a pattern.
impl Service {
    #[instrumented]
    pub fn set_by_macro(mut self) {
        set!(self.name, String::new());
    }

    #[instrumented]
    pub async fn set_by_macro_later(mut self) {
        ready(()).await;
        set!(self.name, String::new());
    }

    #[instrumented]
    pub fn set_by_pattern(mut self, n: u32) -> Result<(), ParseIntError> {
        let parsed = "1".parse::<u32>()?;
        (self.count, self.name) = (n + parsed, String::new());
        Ok(())
    }

    #[instrumented]
    pub async fn set_by_pattern_later(mut self, n: u32) {
        ready(()).await;
        [self.count] = [n];
    }
}

impl Deref for Service {
    type Target = String;

    #[instrumented]
    fn deref(&self) -> &Self::Target {
        &self.name
    }
}

impl Iterator for Service {
    type Item = u32;

    #[instrumented]
    fn next(&mut self) -> Option<Self::Item> {
        self.count = self.count.checked_sub(1)?;
        Some(self.count)
    }
}

/// A trait.
pub trait Trait {
    #[instrumented]
    fn provided(&self, unused: u32) -> Result<u32, ParseIntError> {
        "1".parse()
    }

    #[instrumented]
    async fn provided_later(&self) -> Option<u32> {
        ready(Some(1)).await
    }
}

mod private {
    #[instrumented]
    pub fn unreachable() -> Option<u32> {
        Some(1)
    }

    #[instrumented]
    pub async fn unreachable_later() -> Option<u32> {
        Some(1)
    }

    #[allow(unused_imports)]
    use metrics_instrumented::instrumented;
}

#[instrumented]
async fn spawned() -> Option<u32> {
    not_send(Rc::new(1)).await;
    None
}

#[instrumented]
fn main() {
    let _ = private::unreachable();
    std::mem::drop(private::unreachable_later());
    drop(spawned());
}
