//! Free functions of every shape.

#[path = "../support.rs"]
mod support;

use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard};

use metrics_instrumented::instrumented;
use support::{assert_ended, recorded};

#[instrumented]
fn without_arguments() {}

#[instrumented()]
fn with_an_empty_list(value: u32) -> u32 {
    value + 1
}

#[instrumented(name = "divisions",)]
pub(crate) fn divide(a: u32, b: u32) -> Result<u32, String> {
    if b == 0 {
        return Err(format!("{a} by zero"));
    }
    Ok(a / b)
}

#[instrumented(name = "questions")]
fn question_mark(text: &str) -> Result<u32, Box<dyn std::error::Error>> {
    let number: u32 = text.trim().parse()?;
    if number > 100 {
        Err("too large")?;
    }
    Ok(number)
}

#[instrumented(name = "options")]
fn option(text: &str) -> Option<char> {
    let first = text.chars().next()?;
    Some(first.to_ascii_uppercase())
}

#[instrumented(name = "units")]
fn early_return(stop: bool, log: &mut Vec<&'static str>) {
    log.push("begun");
    if stop {
        return;
    }
    log.push("done");
}

#[instrumented(name = "loops")]
fn out_of_a_loop(limit: usize) -> usize {
    let mut n = 0;
    'outer: loop {
        loop {
            n += 1;
            if n == limit {
                break 'outer n;
            }
            if n > 1_000 {
                return 0;
            }
        }
    }
}

#[instrumented(name = "generics")]
fn generic<K, V, const N: usize>(pairs: [(K, V); N], key: &K) -> Option<V>
where
    K: Eq + Hash,
    V: Clone,
{
    let map: HashMap<K, V> = pairs.into_iter().collect();
    map.get(key).cloned()
}

#[instrumented(name = "generic_results")]
fn generic_result<T, E: From<String>>(value: T, fail: bool) -> Result<T, E> {
    if fail { Err(E::from("no".to_owned())) } else { Ok(value) }
}

#[instrumented(name = "lifetimes")]
fn longest<'long, 'short: 'long>(a: &'long str, b: &'short str) -> &'long str {
    if a.len() > b.len() { a } else { b }
}

#[instrumented(name = "borrows")]
fn first_mut(values: &mut [u32]) -> Result<&mut u32, &'static str> {
    values.first_mut().ok_or("empty")
}

#[instrumented(name = "borrowed_options")]
fn entry<'a>(map: &'a mut HashMap<String, u32>, key: &str) -> Option<&'a mut u32> {
    map.get_mut(key)
}

#[instrumented(name = "impl_arguments")]
fn impl_argument(value: impl Display, callback: impl FnOnce(String) -> usize) -> usize {
    callback(value.to_string())
}

#[instrumented(name = "impl_returns")]
fn impl_return(n: u32) -> impl Iterator<Item = u32> + Clone {
    (0..n).filter(|n| n % 2 == 0)
}

#[instrumented(name = "borrowing_iterators")]
fn borrowing_iterator(values: &[u32]) -> impl Iterator<Item = &u32> {
    values.iter().rev()
}

#[instrumented(name = "fallible_impl_returns")]
fn fallible_impl_return(fail: bool) -> Result<impl Iterator<Item = u32>, impl Debug + Display> {
    if fail {
        return Err("no");
    }
    Ok([1, 2, 3].into_iter())
}

#[instrumented(name = "closures")]
fn closure(factor: u32) -> impl Fn(u32) -> u32 {
    move |value| value * factor
}

#[instrumented(name = "boxed_closures")]
fn boxed_closure<'a>(prefix: &'a str) -> Box<dyn Fn(&str) -> String + 'a> {
    if prefix.is_empty() {
        return Box::new(|text| text.to_owned());
    }
    Box::new(move |text| format!("{prefix}{text}"))
}

#[instrumented(name = "function_pointers")]
fn function_pointer(negate: bool) -> fn(i32) -> i32 {
    fn same(n: i32) -> i32 {
        n
    }
    if negate { |n| -n } else { same }
}

#[instrumented(name = "recursions")]
fn factorial(n: u64) -> u64 {
    if n <= 1 { 1 } else { n * factorial(n - 1) }
}

#[instrumented(name = "fallible_recursions")]
fn countdown(n: i32) -> Result<i32, i32> {
    if n == 0 {
        return Err(0);
    }
    countdown(n - 1).map_err(|depth| depth + 1)
}

#[instrumented(name = "patterns")]
fn patterns((a, mut b): (u32, u32), [first, .., last]: [u32; 4], Point { x, y: _ }: Point, _: u8, &n: &u32) -> u32 {
    b += a;
    a + b + first + last + x + n
}

struct Point {
    x: u32,
    y: u32,
}

#[instrumented(name = "mutable_arguments")]
fn mutable_argument(mut values: Vec<u32>, mut extra: u32) -> Option<Vec<u32>> {
    extra += 1;
    values.push(extra);
    Some(values)
}

#[instrumented(name = "raw_names")]
fn r#match(r#type: u32, r#fn: Result<u32, u32>) -> Result<u32, u32> {
    let r#in = r#type;
    Ok(r#in + r#fn?)
}

#[instrumented(name = "unsafe_functions")]
unsafe fn read(pointer: *const u32) -> Option<u32> {
    // SAFETY: the caller gives a valid pointer.
    let value = unsafe { *pointer };
    Some(value)
}

#[instrumented(name = "c_functions")]
extern "C" fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[instrumented(name = "exported_functions")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn metrics_instrumented_ui_exported(a: *const i32) -> Option<&'static i32> {
    // SAFETY: the caller gives a valid pointer.
    unsafe { a.as_ref() }
}

#[instrumented(name = "diverging")]
fn diverge(why: &'static str) -> ! {
    // A panic without the message of the hook.
    std::panic::resume_unwind(Box::new(why))
}

#[instrumented(name = "unfinished")]
fn unfinished() -> Result<(), String> {
    diverge("not yet implemented")
}

#[instrumented(name = "tuples")]
fn tuple(n: u32) -> (u32, Result<u32, u32>) {
    if n == 0 {
        return (0, Err(0));
    }
    (n, Ok(n))
}

#[instrumented(name = "slices")]
fn array<const N: usize>() -> [usize; N] {
    std::array::from_fn(|at| at)
}

#[instrumented(name = "pointers")]
fn pointer(value: &u32) -> *const u32 {
    value
}

type Alias<T> = Result<T, String>;

mod aliases {
    pub type Result<T> = core::result::Result<T, u8>;
}

#[instrumented(name = "aliases")]
fn aliased(fail: bool) -> Alias<()> {
    if fail { Err(String::new()) } else { Ok(()) }
}

#[instrumented(name = "module_aliases")]
fn module_aliased(fail: bool) -> aliases::Result<()> {
    if fail { Err(1) } else { Ok(()) }
}

macro_rules! type_macro {
    ($t:ty) => { Result<$t, u8> };
}

#[instrumented(name = "type_macros")]
fn type_macro_returned(fail: bool) -> type_macro!(u32) {
    if fail { Err(1) } else { Ok(1) }
}

#[instrumented(name = "higher_ranked")]
fn higher_ranked<F>(f: F) -> Result<usize, u8>
where
    for<'a> F: Fn(&'a str) -> &'a str,
{
    Ok(f("abc").len())
}

/// A type with a raw name.
#[allow(non_camel_case_types)]
struct r#trait;

#[instrumented]
fn raw_type() -> r#trait {
    r#trait
}

#[instrumented]
fn unfinished_impl() -> impl Debug {
    todo!()
}

#[instrumented]
#[allow(unreachable_code)]
fn unfinished_iterator(numbers: Vec<u8>) -> Option<impl Iterator<Item = u8>> {
    if numbers.is_empty() {
        return Some(numbers.into_iter());
    }
    Some(todo!())
}

#[instrumented]
#[allow(unreachable_code)]
fn unfinished_closure(number: u8) -> Result<impl Fn(u8) -> u8, String> {
    if number > 0 {
        return Ok(move |other| number + other);
    }
    Ok(unimplemented!())
}

#[instrumented]
#[allow(unreachable_code)]
fn unfinished_closure_in_option(number: u8) -> Option<impl Fn(u8) -> u8> {
    if number > 0 {
        return Some(move |other| number + other);
    }
    Some(todo!())
}

#[instrumented]
#[allow(unreachable_code)]
fn unfinished_closures(number: u8) -> Vec<impl Fn(u8) -> u8> {
    if number > 0 {
        return vec![move |other| number + other];
    }
    vec![todo!()]
}

#[instrumented]
async fn unfinished_later() -> impl Debug {
    unimplemented!("later")
}

#[instrumented]
fn endless_impl(value: u32) -> impl Display {
    println!("{value}");
    loop {
        std::thread::park();
    }
}

/// A `_` in a `let` would drop the lock at once, and is an error.
#[instrumented(name = "locks")]
fn locked(_: MutexGuard<'_, ()>, (_, _): (RwLockReadGuard<'_, u32>, String)) -> Result<(), String> {
    Ok(())
}

#[instrumented(name = "mutable_references")]
fn mutable_references(ref mut numbers: Vec<u32>, (ref mut text, _): (String, String)) -> usize {
    numbers.push(1);
    text.push('a');
    numbers.len() + text.len()
}

#[instrumented]
async fn mutable_references_later(ref mut numbers: Vec<u32>) -> usize {
    numbers.push(1);
    std::future::ready(numbers.len()).await
}

#[instrumented(name = "odd_names")]
fn odd_names(#[allow(non_snake_case)] Odd: String) -> usize {
    Odd.len()
}

fn main() {
    let exposition = recorded(|| {
        let r#trait = raw_type();
        assert!(std::panic::catch_unwind(|| format!("{:?}", unfinished_impl())).is_err());
        assert_eq!(unfinished_iterator(Vec::new()).map(Iterator::count), Some(0));
        assert_eq!(unfinished_closure(1).map(|add| add(2)), Ok(3));
        assert_eq!(unfinished_closure_in_option(1).map(|add| add(2)), Some(3));
        assert_eq!(unfinished_closures(1)[0](2), 3);
        drop(unfinished_later());
        let _endless: fn(u32) -> _ = endless_impl;
        drop(mutable_references_later(Vec::new()));
        let (lock, shared) = (Mutex::new(()), RwLock::new(1));
        assert_eq!(locked(lock.lock().unwrap(), (shared.read().unwrap(), String::new())), Ok(()));
        assert!(lock.try_lock().is_ok() && shared.try_write().is_ok());
        assert_eq!(mutable_references(vec![1], (String::new(), String::new())), 3);
        assert_eq!(odd_names("odd".to_owned()), 3);
        without_arguments();
        assert_eq!(with_an_empty_list(1), 2);
        assert_eq!(divide(6, 3), Ok(2));
        assert_eq!(divide(6, 0), Err("6 by zero".to_owned()));
        assert_eq!(question_mark(" 7 ").unwrap(), 7);
        assert_eq!(question_mark("x").unwrap_err().to_string(), "invalid digit found in string");
        assert_eq!(question_mark("101").unwrap_err().to_string(), "too large");
        assert_eq!(option("abc"), Some('A'));
        assert_eq!(option(""), None);
        let mut log = Vec::new();
        early_return(true, &mut log);
        early_return(false, &mut log);
        assert_eq!(log, ["begun", "begun", "done"]);
        assert_eq!(out_of_a_loop(7), 7);
        assert_eq!(out_of_a_loop(2_000), 0);
        assert_eq!(generic([("a", 1), ("b", 2)], &"b"), Some(2));
        assert_eq!(generic([(1, "x")], &2), None);
        assert_eq!(generic_result::<_, String>(1, false), Ok(1));
        assert_eq!(generic_result::<u8, Box<dyn std::error::Error>>(1, true).unwrap_err().to_string(), "no");
        assert_eq!(longest("ab", "abc"), "abc");
        let mut values = [1, 2];
        *first_mut(&mut values).unwrap() = 5;
        assert_eq!(values, [5, 2]);
        assert_eq!(first_mut(&mut []), Err("empty"));
        let mut map = HashMap::from([("a".to_owned(), 1)]);
        *entry(&mut map, "a").unwrap() += 1;
        assert_eq!(map["a"], 2);
        assert_eq!(impl_argument(12, |text| text.len()), 2);
        assert!(impl_return(5).clone().eq([0, 2, 4]));
        assert!(borrowing_iterator(&[1, 2]).eq(&[2, 1]));
        assert_eq!(fallible_impl_return(false).ok().unwrap().sum::<u32>(), 6);
        assert_eq!(fallible_impl_return(true).err().unwrap().to_string(), "no");
        assert_eq!(closure(3)(4), 12);
        assert_eq!(boxed_closure("a")("b"), "ab");
        assert_eq!(boxed_closure("")("b"), "b");
        assert_eq!(function_pointer(true)(3), -3);
        assert_eq!(function_pointer(false)(3), 3);
        assert_eq!(factorial(5), 120);
        assert_eq!(countdown(3), Err(3));
        assert_eq!(patterns((1, 2), [3, 0, 0, 4], Point { x: 5, y: 0 }, 0, &6), 22);
        let _ = Point { x: 0, y: 0 }.y;
        assert_eq!(mutable_argument(vec![1], 1), Some(vec![1, 2]));
        assert_eq!(r#match(1, Ok(2)), Ok(3));
        assert_eq!(r#match(1, Err(2)), Err(2));
        // SAFETY: both pointers are valid.
        assert_eq!(unsafe { read(&7) }, Some(7));
        assert_eq!(unsafe { metrics_instrumented_ui_exported(std::ptr::null()) }, None);
        assert_eq!(add(1, 2), 3);
        assert!(std::panic::catch_unwind(|| diverge("on purpose")).is_err());
        assert!(std::panic::catch_unwind(|| unfinished()).is_err());
        assert_eq!(tuple(0), (0, Err(0)));
        assert_eq!(tuple(1), (1, Ok(1)));
        assert_eq!(array::<3>(), [0, 1, 2]);
        assert_eq!(unsafe { *pointer(&3) }, 3);
        assert!(aliased(true).is_err() && aliased(false).is_ok());
        assert!(module_aliased(true).is_err() && module_aliased(false).is_ok());
        assert!(type_macro_returned(true).is_err() && type_macro_returned(false).is_ok());
        assert_eq!(higher_ranked(|text| &text[1..]), Ok(2));
    });

    let unnamed = |function: &str| {
        let module = module_path!();
        let calls = exposition
            .value("function_calls_total", &[("module", module), ("function", function), ("outcome", "ok")])
            .unwrap();
        let timed = exposition.value("function_calls_duration_seconds_count", &[("module", module), ("function", function)]);
        assert_eq!(timed, Some(calls), "{function}");
        calls
    };
    assert_eq!(unnamed("without_arguments"), 1.0);
    assert_eq!(unnamed("with_an_empty_list"), 1.0);
    for (name, expected) in [
        ("divisions", [1.0, 1.0, 0.0, 0.0]),
        ("questions", [1.0, 2.0, 0.0, 0.0]),
        ("options", [2.0, 0.0, 0.0, 0.0]),
        ("units", [2.0, 0.0, 0.0, 0.0]),
        ("loops", [2.0, 0.0, 0.0, 0.0]),
        ("generics", [2.0, 0.0, 0.0, 0.0]),
        ("generic_results", [1.0, 1.0, 0.0, 0.0]),
        ("lifetimes", [1.0, 0.0, 0.0, 0.0]),
        ("borrows", [1.0, 1.0, 0.0, 0.0]),
        ("borrowed_options", [1.0, 0.0, 0.0, 0.0]),
        ("impl_arguments", [1.0, 0.0, 0.0, 0.0]),
        ("impl_returns", [1.0, 0.0, 0.0, 0.0]),
        ("borrowing_iterators", [1.0, 0.0, 0.0, 0.0]),
        ("fallible_impl_returns", [1.0, 1.0, 0.0, 0.0]),
        ("closures", [1.0, 0.0, 0.0, 0.0]),
        ("boxed_closures", [2.0, 0.0, 0.0, 0.0]),
        ("function_pointers", [2.0, 0.0, 0.0, 0.0]),
        ("recursions", [5.0, 0.0, 0.0, 0.0]),
        ("fallible_recursions", [0.0, 4.0, 0.0, 0.0]),
        ("patterns", [1.0, 0.0, 0.0, 0.0]),
        ("mutable_arguments", [1.0, 0.0, 0.0, 0.0]),
        ("raw_names", [1.0, 1.0, 0.0, 0.0]),
        ("locks", [1.0, 0.0, 0.0, 0.0]),
        ("mutable_references", [1.0, 0.0, 0.0, 0.0]),
        ("odd_names", [1.0, 0.0, 0.0, 0.0]),
        ("unsafe_functions", [1.0, 0.0, 0.0, 0.0]),
        ("c_functions", [1.0, 0.0, 0.0, 0.0]),
        ("exported_functions", [1.0, 0.0, 0.0, 0.0]),
        ("diverging", [0.0, 0.0, 2.0, 0.0]),
        ("unfinished", [0.0, 0.0, 1.0, 0.0]),
        ("tuples", [2.0, 0.0, 0.0, 0.0]),
        ("slices", [1.0, 0.0, 0.0, 0.0]),
        ("pointers", [1.0, 0.0, 0.0, 0.0]),
        ("aliases", [1.0, 1.0, 0.0, 0.0]),
        ("module_aliases", [1.0, 1.0, 0.0, 0.0]),
        ("type_macros", [1.0, 1.0, 0.0, 0.0]),
        ("higher_ranked", [1.0, 0.0, 0.0, 0.0]),
    ] {
        assert_ended(&exposition, name, expected);
    }
}
