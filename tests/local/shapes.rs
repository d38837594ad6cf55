//! Every shape that Rust has for a function, one row each: it compiles, runs as it would without the attribute, and is one call.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use futures::executor::block_on;
use futures::stream::{Stream, StreamExt};
use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local, panic_of};

/// Rows of a name, how the call ends, the function, and a call of it.
macro_rules! shapes {
    ($($row:ident $outcome:ident { $($items:tt)* } $call:expr;)*) => {
        $(
            #[allow(
                dead_code, unused_imports, unused_mut, unused_qualifications, unused_variables, unreachable_code, unreachable_pub,
                improper_ctypes_definitions, clippy::all, clippy::pedantic,
                reason = "one example of each kind of item"
            )]
            mod $row {
                use super::*;

                $($items)*

                #[test]
                fn is_one_call() {
                    let local = Local::new();
                    local.run(|| $call);
                    assert_eq!(local.calls("shapes"), Calls { $outcome: 1, ..Calls::NONE });
                }
            }
        )*
    };
}

#[derive(Clone, Debug, PartialEq)]
struct Thing {
    name: String,
    sizes: [u8; 3],
}

fn thing() -> Thing {
    Thing { name: "a".to_owned(), sizes: [1, 2, 3] }
}

#[derive(Debug)]
struct Failure;

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl Error for Failure {}

trait Named {
    type Name: Display;
    fn name(&self) -> Self::Name;
}

impl Named for Thing {
    type Name = String;
    fn name(&self) -> String {
        self.name.clone()
    }
}

// Bodies in closures that are called without `call_n`: no receiver, and no argument with a lifetime.
shapes! {
    early_number error { #[instrumented(name = "shapes")] fn early_number(x: u64) -> Result<u64, Failure> { if x == 1 { return Err(Failure); } Ok(x) } } assert!(early_number(1).is_err());
    early_nothing ok { #[instrumented(name = "shapes")] fn early_nothing() -> Result<&'static str, Failure> { let text = Ok::<_, Failure>("a")?; Ok(text) } } assert_eq!(early_nothing().unwrap(), "a");
    early_patterns ok { #[instrumented(name = "shapes")] fn early_patterns(mut x: u8, (a, _): (u8, bool), [first, ..]: [u8; 3]) -> Result<u8, Failure> { x += a; if x == 0 { return Err(Failure); } Ok(x + first) } } assert_eq!(early_patterns(1, (2, true), [3, 0, 0]).unwrap(), 6);
    early_constant_generic ok { #[instrumented(name = "shapes")] fn early_constant_generic<const N: usize>(x: [u8; N]) -> Result<usize, Failure> { if N == 0 { return Err(Failure); } Ok(x.len()) } } assert_eq!(early_constant_generic([0; 4]).unwrap(), 4);
    early_lifetime ok { #[instrumented(name = "shapes")] fn early_lifetime<'a, T: Named + 'a>(x: u8) -> Result<Option<&'a T>, Failure> { if x == 1 { return Err(Failure); } Ok(None) } } assert!(early_lifetime::<Thing>(0).unwrap().is_none());
    early_panic panic { #[instrumented(name = "shapes")] fn early_panic(x: u8) -> Result<u8, Failure> { if x == 1 { return Err(Failure); } panic!("no") } } panic_of(|| early_panic(0));
    early_associated ok { impl Thing { #[instrumented(name = "shapes")] fn early_associated(x: u8) -> Result<Self, Failure> { if x == 1 { return Err(Failure); } Ok(Self { name: String::new(), sizes: [x; 3] }) } } } assert_eq!(Thing::early_associated(0).unwrap().sizes, [0; 3]);
}

// Receivers.
shapes! {
    by_value ok { impl Thing { #[instrumented(name = "shapes")] fn by_value(self) -> String { self.name } } } assert_eq!(thing().by_value(), "a");
    by_mutable_value ok { impl Thing { #[instrumented(name = "shapes")] fn by_mutable_value(mut self) -> String { self.name.push('b'); self.name } } } assert_eq!(thing().by_mutable_value(), "ab");
    by_reference ok { impl Thing { #[instrumented(name = "shapes")] fn by_reference(&self) -> &str { &self.name } } } assert_eq!(thing().by_reference(), "a");
    by_mutable_reference ok { impl Thing { #[instrumented(name = "shapes")] fn by_mutable_reference(&mut self) -> Option<&mut u8> { self.sizes.iter_mut().next() } } } *thing().by_mutable_reference().unwrap() += 1;
    by_mutable_reference_plain ok { impl Thing { #[instrumented(name = "shapes")] fn by_mutable_reference_plain(&mut self) { self.name.clear(); } } } thing().by_mutable_reference_plain();
    by_box ok { impl Thing { #[instrumented(name = "shapes")] fn by_box(self: Box<Self>) -> Box<Self> { self } } } assert_eq!(*Box::new(thing()).by_box(), thing());
    by_rc ok { impl Thing { #[instrumented(name = "shapes")] fn by_rc(self: Rc<Self>) -> Rc<Self> { self } } } assert_eq!(*Rc::new(thing()).by_rc(), thing());
    by_arc ok { impl Thing { #[instrumented(name = "shapes")] fn by_arc(self: &Arc<Self>) -> Arc<Self> { Arc::clone(self) } } } assert_eq!(*Arc::new(thing()).by_arc(), thing());
    by_pin ok { impl Thing { #[instrumented(name = "shapes")] fn by_pin(mut self: Pin<&mut Self>) -> usize { self.name.push('b'); self.name.len() } } } assert_eq!(Pin::new(&mut thing()).by_pin(), 2);
    async_by_reference ok { impl Thing { #[instrumented(name = "shapes")] async fn async_by_reference(&self) -> &str { &self.name } } } assert_eq!(block_on(thing().async_by_reference()), "a");
    async_by_mutable_reference ok { impl Thing { #[instrumented(name = "shapes")] async fn async_by_mutable_reference(&mut self) -> Result<&mut u8, Failure> { self.sizes.first_mut().ok_or(Failure) } } } *block_on(thing().async_by_mutable_reference()).unwrap() += 1;
    default_method ok { trait Greets { #[instrumented(name = "shapes")] fn greet(&self) -> String where Self: Debug { format!("{self:?}") } } impl Greets for u8 {} } assert_eq!(7u8.greet(), "7");
    trait_method error { trait Tries { fn try_it(&self) -> Result<(), Failure>; } impl Tries for u8 { #[instrumented(name = "shapes")] fn try_it(&self) -> Result<(), Failure> { Err(Failure) } } } { let it: &dyn Tries = &7u8; it.try_it().unwrap_err(); };
    associated ok { impl Thing { #[instrumented(name = "shapes")] fn associated(name: &str) -> Self { Self { name: name.to_owned(), ..thing() } } } } assert_eq!(Thing::associated("b").name, "b");
}

// Arguments.
shapes! {
    tuple ok { #[instrumented(name = "shapes")] fn f((a, mut b): (u8, u8)) -> u8 { b += a; b } } assert_eq!(f((1, 2)), 3);
    structure ok { #[instrumented(name = "shapes")] fn f(Thing { name, sizes: [first, ..] }: Thing) -> (String, u8) { (name, first) } } assert_eq!(f(thing()), ("a".to_owned(), 1));
    reference ok { #[instrumented(name = "shapes")] fn f(&x: &u8, &(y, ref z): &(u8, String)) -> usize { usize::from(x + y) + z.len() } } assert_eq!(f(&1, &(2, "z".to_owned())), 4);
    wildcard ok { #[instrumented(name = "shapes")] fn f(_: u8, _x: u8) -> Result<u8, Failure> { Ok(1) } } assert_eq!(f(1, 2).unwrap(), 1);
    binding ok { #[instrumented(name = "shapes")] fn f(all @ (a, _): (u8, u8)) -> Option<(u8, u8)> { (a > 0).then_some(all) } } assert_eq!(f((1, 2)), Some((1, 2)));
    mutable ok { #[instrumented(name = "shapes")] fn f(mut x: Vec<u8>) -> Vec<u8> { x.push(1); x } } assert_eq!(f(vec![]), [1]);
    async_mutable ok { #[instrumented(name = "shapes")] async fn f(mut x: Vec<u8>, (mut a, b): (u8, u8)) -> Vec<u8> { a += b; x.push(a); x } } assert_eq!(block_on(f(vec![], (1, 2))), [3]);
    attribute ok { #[instrumented(name = "shapes")] fn f(#[allow(unused_variables)] x: u8, #[cfg(any())] y: Missing, #[cfg(all())] z: u8) -> Option<u8> { Some(z) } } assert_eq!(f(1, 2), Some(2));
    raw_identifiers ok { #[instrumented(name = "shapes")] fn r#match(r#type: u8, mut r#in: u8) -> Option<u8> { r#in += r#type; Some(r#in) } } assert_eq!(r#match(1, 2), Some(3));
    its_own_names ok { #[instrumented(name = "shapes")] fn f(call: u8, value: u8, guard: u8, kept: u8, series: u8, private: u8, output: u8, instrument: u8) -> Option<u8> { Some(call + value + guard + kept + series + private + output + instrument) } } assert_eq!(f(1, 1, 1, 1, 1, 1, 1, 1), Some(8));
    its_own_names_async ok { #[instrumented(name = "shapes")] async fn f(call: u8, value: u8, kept: u8, returned: u8) -> Option<u8> { Some(call + value + kept + returned) } } assert_eq!(block_on(f(1, 1, 1, 1)), Some(4));
    no_prelude_names ok { mod inner { use metrics_instrumented::instrumented; struct Option; struct Some; struct Ok; struct Result; mod core {} mod std {} #[instrumented(name = "shapes")] pub fn f() -> ::std::result::Result<u8, super::Failure> { ::std::result::Result::Ok(1) } } } assert_eq!(inner::f().unwrap(), 1);
    alternatives ok { #[instrumented(name = "shapes")] fn f((Ok(mut a) | Err(mut a)): Result<u8, u8>) -> Option<u8> { a += 1; Some(a) } } assert_eq!(f(Err(1)), Some(2));
    async_alternatives ok { #[instrumented(name = "shapes")] async fn f((Ok(mut a) | Err(mut a)): Result<u8, u8>) -> Option<u8> { a += 1; Some(a) } } assert_eq!(block_on(f(Err(1))), Some(2));
    configured_field ok { struct S { a: u8, #[cfg(any())] b: Missing } #[instrumented(name = "shapes")] fn f(S { a, #[cfg(any())] b }: S) -> Option<u8> { Some(a) } } assert_eq!(f(S { a: 1 }), Some(1));
    async_configured_field ok { struct S { a: u8, #[cfg(any())] b: Missing } #[instrumented(name = "shapes")] async fn f(S { a, #[cfg(any())] b }: S) -> Option<u8> { if a == 0 { return None; } Some(a) } } assert_eq!(block_on(f(S { a: 1 })), Some(1));
    async_attribute ok { #[instrumented(name = "shapes")] async fn f(#[cfg(any())] y: Missing, #[cfg(all())] (z, _): (u8, u8)) -> Option<u8> { Some(z) } } assert_eq!(block_on(f((1, 2))), Some(1));
    async_reassigned ok { #[instrumented(name = "shapes")] async fn f(mut x: &str) -> Option<usize> { let s = String::from("ab"); if x.is_empty() { x = &s; } x.len().checked_add(0) } } assert_eq!(block_on(f("")), Some(2));
    async_reassigned_self ok { impl Thing { #[instrumented(name = "shapes")] async fn reassigned(mut self: &Self) -> usize { let other = Thing { name: "ab".to_owned(), sizes: [0; 3] }; if self.name.len() < 2 { self = &other; } self.name.len() } } } assert_eq!(block_on(thing().reassigned()), 2);
    reassigned_self ok { impl Thing { #[instrumented(name = "shapes")] fn reassigned_now<'a>(mut self: &'a Self, other: &'a Self) -> Result<&'a str, Failure> { if other.name.is_empty() { return Err(Failure); } self = other; Ok(&self.name) } } } assert_eq!(thing().reassigned_now(&thing()).unwrap(), "a");
    function_pointer ok { #[instrumented(name = "shapes")] fn f(g: for<'a> fn(&'a str) -> &'a str, h: &dyn Fn(u8) -> u8) -> usize { g("ab").len() + usize::from(h(1)) } } assert_eq!(f(|x| x, &|x| x + 1), 4);
    impl_argument ok { #[instrumented(name = "shapes")] fn f(x: impl Into<String>, y: impl FnOnce() -> u8) -> (String, u8) { (x.into(), y()) } } assert_eq!(f("a", || 1), ("a".to_owned(), 1));
}

// Generics and lifetimes.
shapes! {
    generic ok { #[instrumented(name = "shapes")] fn f<T: Clone + Debug>(x: &T) -> T where T: PartialEq { x.clone() } } assert_eq!(f(&1), 1);
    const_parameter ok { #[instrumented(name = "shapes")] fn f<const N: usize, T: Default + Copy>() -> [T; N] { [T::default(); N] } } assert_eq!(f::<2, u8>(), [0, 0]);
    lifetimes ok { #[instrumented(name = "shapes")] fn f<'a, 'b: 'a>(x: &'a str, y: &'b str) -> Result<&'a str, Failure> { Ok(if x.is_empty() { y } else { x }) } } assert_eq!(f("", "y").unwrap(), "y");
    async_lifetimes ok { #[instrumented(name = "shapes")] async fn f<'a>(x: &'a str, y: &str) -> Result<&'a str, Failure> { if y.is_empty() { Err(Failure) } else { Ok(x) } } } assert_eq!(block_on(f("x", "y")).unwrap(), "x");
    higher_ranked ok { #[instrumented(name = "shapes")] fn f<F>(g: F) -> usize where F: for<'a> Fn(&'a str) -> &'a str { g("ab").len() } } assert_eq!(f(|x| &x[1..]), 1);
    qualified ok { #[instrumented(name = "shapes")] fn f<T: Named>(x: &T) -> <T as Named>::Name { x.name() } } assert_eq!(f(&thing()), "a");
    associated_type ok { #[instrumented(name = "shapes")] async fn f<T: Named>(x: T) -> Option<T::Name> { Some(x.name()) } } assert_eq!(block_on(f(thing())).unwrap(), "a");
    unsized_type ok { #[instrumented(name = "shapes")] fn f<T: ?Sized + AsRef<str>>(x: &T) -> usize { x.as_ref().len() } } assert_eq!(f("ab"), 2);
}

// What is returned.
shapes! {
    nothing ok { #[instrumented(name = "shapes")] fn f() {} } f();
    impl_iterator ok { #[instrumented(name = "shapes")] fn f(x: &[u8]) -> impl Iterator<Item = u8> + '_ { x.iter().copied() } } assert_eq!(f(&[1, 2]).sum::<u8>(), 3);
    impl_in_result error { #[instrumented(name = "shapes")] fn f(x: u8) -> Result<impl Iterator<Item = impl Display>, Box<dyn Error>> { if x == 0 { return Err(Box::new(Failure)); } Ok(vec![x].into_iter()) } } assert!(f(0).is_err());
    impl_fn ok { #[instrumented(name = "shapes")] fn f(x: u8) -> impl Fn(u8) -> u8 { move |y| x + y } } assert_eq!(f(1)(2), 3);
    impl_higher_ranked_fn ok { #[instrumented(name = "shapes")] fn f() -> impl for<'a> FnMut(&'a str) -> &'a str { |x| x } } assert_eq!(f()("a"), "a");
    boxed_fn ok { #[instrumented(name = "shapes")] fn f(x: u8) -> Box<dyn Fn(u8) -> u8> { if x == 0 { return Box::new(|y| y); } Box::new(move |y| x + y) } } assert_eq!(f(1)(2), 3);
    boxed_trait ok { #[instrumented(name = "shapes")] fn f(x: u8) -> Box<dyn Display> { if x == 0 { return Box::new("none"); } Box::new(x) } } assert_eq!(f(0).to_string(), "none");
    async_boxed_trait ok { #[instrumented(name = "shapes")] async fn f(x: u8) -> Box<dyn Display> { if x == 0 { return Box::new("none"); } Box::new(x) } } assert_eq!(block_on(f(0)).to_string(), "none");
    boxed_error error { #[instrumented(name = "shapes")] fn f(x: &str) -> Result<u8, Box<dyn Error>> { Ok(x.parse::<u8>()?) } } assert!(f("x").is_err());
    async_boxed_error error { #[instrumented(name = "shapes")] async fn f(x: &str) -> Result<u8, Box<dyn Error + Send + Sync>> { let x = x.parse::<u8>()?; Err("no".into()).map(|()| x) } } assert!(block_on(f("1")).is_err());
    into_error error { impl From<std::num::ParseIntError> for Failure { fn from(_: std::num::ParseIntError) -> Self { Failure } } #[instrumented(name = "shapes")] fn f(x: &str) -> Result<u8, Failure> { let x = x.parse()?; Ok(x) } } assert!(f("x").is_err());
    collects error { #[instrumented(name = "shapes")] fn f(x: &[&str]) -> Result<Vec<u8>, std::num::ParseIntError> { x.iter().map(|x| x.parse()).collect() } } assert!(f(&["1", "x"]).is_err());
    collects_map ok { #[instrumented(name = "shapes")] fn f() -> HashMap<u8, String> { [(1, "a".into())].into_iter().collect() } } assert_eq!(f()[&1], "a");
    async_collects ok { #[instrumented(name = "shapes")] async fn f(x: &[&str]) -> Result<Vec<u8>, std::num::ParseIntError> { x.iter().map(|x| x.parse()).collect() } } assert_eq!(block_on(f(&["1"])).unwrap(), [1]);
    alias error { type Fallible<T = ()> = std::result::Result<T, Failure>; #[instrumented(name = "shapes")] fn f() -> Fallible { Err(Failure) } } assert!(f().is_err());
    reference_returned ok { #[instrumented(name = "shapes")] fn f(x: &mut Vec<u8>) -> &mut u8 { x.push(1); x.last_mut().unwrap() } } *f(&mut vec![]) = 2;
    last_borrows ok { #[instrumented(name = "shapes")] fn f(x: std::cell::RefCell<u8>) -> Option<u8> { Some(*x.borrow()) } } assert_eq!(f(1.into()), Some(1));
    tuple_returned ok { #[instrumented(name = "shapes")] fn f() -> (u8, Result<u8, Failure>) { (1, Err(Failure)) } } assert_eq!(f().0, 1);
    never panic { #[instrumented(name = "shapes")] fn f() -> ! { panic!("over") } } assert_eq!(panic_of(|| f()), "over");
    async_never panic { #[instrumented(name = "shapes")] async fn f() -> ! { panic!("over") } } assert_eq!(panic_of(|| block_on(f())), "over");
    stream ok { #[instrumented(name = "shapes")] fn f(x: u8) -> impl Stream<Item = u8> { futures::stream::iter(0..x) } } assert_eq!(block_on(f(3).collect::<Vec<_>>()), [0, 1, 2]);
    impl_future error { #[instrumented(name = "shapes")] fn f(x: &str) -> impl Future<Output = Result<u8, std::num::ParseIntError>> + '_ { async move { x.parse() } } } assert!(block_on(f("x")).is_err());
    boxed_future error { #[instrumented(name = "shapes")] fn f<'a>(x: &'a str) -> Pin<Box<dyn Future<Output = Result<u8, Failure>> + Send + 'a>> { Box::pin(async move { if x.is_empty() { Err(Failure) } else { Ok(1) } }) } } assert!(block_on(f("")).is_err());
    boxed_future_early ok { #[instrumented(name = "shapes")] fn f(x: u8) -> Pin<Box<dyn Future<Output = u8>>> { if x == 0 { return Box::pin(std::future::ready(7)); } Box::pin(async move { x }) } } assert_eq!(block_on(f(0)), 7);
    boxed_future_alias ok { #[instrumented(name = "shapes")] fn f(x: u8) -> futures::future::BoxFuture<'static, Option<u8>> { Box::pin(async move { Some(x) }) } } assert_eq!(block_on(f(1)), Some(1));
    impl_alias ok { trait Alias: for<'a> Fn(&'a str) -> &'a str {} impl<T: for<'a> Fn(&'a str) -> &'a str> Alias for T {} #[instrumented(name = "shapes")] fn f() -> impl Alias { |x| &x[1..] } } assert_eq!(f()("ab"), "b");
    future_of_higher_ranked_closure ok { #[instrumented(name = "shapes")] async fn f() -> impl Fn(&str) -> &str { |x| &x[1..] } } assert_eq!(block_on(f())("ab"), "b");
    future_of_alias ok { trait Alias: for<'a> Fn(&'a str) -> &'a str {} impl<T: for<'a> Fn(&'a str) -> &'a str> Alias for T {} #[instrumented(name = "shapes")] async fn f() -> impl Alias { move |x| &x[1..] } } assert_eq!(block_on(f())("ab"), "b");
    closure_of_owned_self ok { impl Thing { #[instrumented(name = "shapes")] fn cut(self) -> impl Fn(&str) -> &str { move |x| &x[self.name.len()..] } } } assert_eq!(thing().cut()("ab"), "b");
    closure_of_boxed_self ok { impl Thing { #[instrumented(name = "shapes")] fn add(self: Box<Self>) -> impl FnMut(&mut u8) -> &mut u8 { move |x| { *x += self.sizes[0]; x } } } } assert_eq!(*Box::new(thing()).add()(&mut 1), 2);
    early_closure_of_owned_self ok { impl Thing { #[instrumented(name = "shapes")] fn early_cut(self, early: bool) -> impl Fn(&str) -> &str { fn same(x: &str) -> &str { x } fn cut(x: &str) -> &str { &x[1..] } if early { return cut as fn(&str) -> &str; } same } } } assert_eq!(thing().early_cut(true)("ab"), "b");
    awaited_closure_of_owned_self ok { impl Thing { #[instrumented(name = "shapes")] async fn later_cut(self) -> impl Fn(&str) -> &str { std::future::ready(()).await; move |x| &x[self.name.len()..] } } } assert_eq!(block_on(thing().later_cut())("ab"), "b");
    alias_of_async_closure ok { trait Alias: AsyncFn(&str) -> usize {} impl<T: AsyncFn(&str) -> usize> Alias for T {} #[instrumented(name = "shapes")] fn f(n: usize) -> impl Alias { async move |x: &str| x.len() + n } } assert_eq!(block_on(f(1)("ab")), 3);
    future_of_async_closure ok { trait Alias: AsyncFn(&str) -> usize {} impl<T: AsyncFn(&str) -> usize> Alias for T {} #[instrumented(name = "shapes")] async fn f(n: usize) -> impl Alias { std::future::ready(()).await; async move |x: &str| x.len() + n } } assert_eq!(block_on(block_on(f(1))("ab")), 3);
    pinned_box_of_a_future error { #[instrumented(name = "shapes")] fn f(x: u8) -> Pin<Box<impl Future<Output = Result<u8, Failure>> + Send>> { let wait = x; Box::pin(async move { if wait == 0 { return Err(Failure); } Ok(x) }) } } assert!(block_on(f(0)).is_err());
    pinned_box_of_a_stream error { #[instrumented(name = "shapes")] fn f() -> Pin<Box<impl Stream<Item = Result<u8, Failure>>>> { Box::pin(futures::stream::iter([Ok(1), Err(Failure)])) } } assert_eq!(block_on(f().collect::<Vec<_>>()).len(), 2);
    fused error { #[instrumented(name = "shapes")] fn f() -> impl futures::future::FusedFuture<Output = Result<u8, Failure>> { futures::future::ready(Err(Failure)) } } assert!(block_on(f()).is_err());
    fused_and_more ok { #[instrumented(name = "shapes")] fn f() -> impl futures::future::FusedFuture + Future<Output = Option<u8>> + Send + Unpin { futures::future::ready(Some(1)) } } assert_eq!(block_on(f()), Some(1));
    fallible_future error { #[instrumented(name = "shapes")] fn f() -> impl futures::future::TryFuture<Ok = u8, Error = Failure> { futures::future::ready(Err::<u8, _>(Failure)) } } { use futures::future::TryFutureExt; assert!(block_on(TryFutureExt::into_future(f())).is_err()); };
    unpinned_future error { #[instrumented(name = "shapes")] fn f(x: u8) -> Box<dyn Future<Output = Result<u8, Failure>> + Unpin + Send> { if x == 0 { return Box::new(std::future::ready(Err(Failure))); } Box::new(Box::pin(async move { Ok(x) })) } } assert!(block_on(f(0)).is_err());
    awaited_higher_ranked_closure ok { #[instrumented(name = "shapes")] async fn f() -> impl Fn(&str) -> &str { std::future::ready(()).await; |x: &str| &x[1..] } } assert_eq!(block_on(f())("ab"), "b");
    awaited_closure_of_argument ok { #[instrumented(name = "shapes")] async fn f(n: String) -> impl Fn(&str) -> Option<&str> + Send { let n = std::future::ready(n.len()).await; move |x| x.get(n..) } } assert_eq!(block_on(f("a".to_owned()))("ab"), Some("b"));
    awaited_closure_that_returns ok { #[instrumented(name = "shapes")] async fn f<'a>(p: &'a str) -> impl for<'b> Fn(&'b str) -> &'b str + 'a { std::future::ready(()).await; move |x| { if x == p { return ""; } x } } } assert_eq!(block_on(f("a"))("b"), "b");
    future_of_closure ok { #[instrumented(name = "shapes")] async fn f(x: u8) -> impl Fn(u8) -> u8 { move |y| x + y } } assert_eq!(block_on(f(1))(2), 3);
}

// Qualifiers, attributes, bodies.
shapes! {
    extern_c error { #[instrumented(name = "shapes")] extern "C" fn f(x: *const u8) -> Result<u8, Failure> { let _ = x; Err(Failure) } } assert!(f(std::ptr::null()).is_err());
    default_abi ok { #[instrumented(name = "shapes")] extern "Rust" fn f() -> u8 { 1 } } assert_eq!(f(), 1);
    macro_made error { macro_rules! make { ($name:ident, $body:block, $ty:ty) => { #[instrumented(name = "shapes")] fn $name() -> $ty $body } } make!(f, { Err(Failure) }, Result<(), Failure>); } assert!(f().is_err());
    must_use ok { #[must_use] #[instrumented(name = "shapes")] #[inline(always)] fn f() -> Option<u8> { Some(1) } } assert_eq!(f(), Some(1));
    cold ok { #[instrumented(name = "shapes")] #[cold] #[inline(never)] #[doc(hidden)] fn f() -> Option<u8> { Some(1) } } assert_eq!(f(), Some(1));
    track_caller ok { #[instrumented(name = "shapes")] #[track_caller] fn f() { assert_eq!(std::panic::Location::caller().file(), file!()); } } f();
    inner_attribute ok { #[instrumented(name = "shapes")] fn f() -> Option<u8> { #![allow(unused_variables)] let x = 1; Some(2) } } assert_eq!(f(), Some(2));
    nested ok { fn f() -> u8 { #[instrumented(name = "shapes")] fn inner(x: u8) -> Option<u8> { Some(x) } inner(1).unwrap() } } assert_eq!(f(), 1);
    labelled_block ok { #[instrumented(name = "shapes")] fn f(x: u8) -> Result<u8, Failure> { let y = 'a: { if x == 0 { break 'a 1; } x }; Ok(y) } } assert_eq!(f(0).unwrap(), 1);
    loop_body ok { #[instrumented(name = "shapes")] fn f() -> Option<u8> { let mut x = 0; loop { x += 1; if x == 3 { return Some(x); } } } } assert_eq!(f(), Some(3));
    items_in_body ok { #[instrumented(name = "shapes")] fn f() -> Option<usize> { const N: usize = 2; struct Inner([u8; N]); static S: u8 = 1; use std::mem::size_of_val; Some(size_of_val(&Inner([S; N]))) } } assert_eq!(f(), Some(2));
    let_else error { #[instrumented(name = "shapes")] fn f(x: Option<u8>) -> Result<u8, Failure> { let Some(x) = x else { return Err(Failure) }; Ok(x) } } assert!(f(None).is_err());
    moves_argument ok { #[instrumented(name = "shapes")] fn f(x: String) -> Option<String> { let y = x; Some(y) } } assert_eq!(f("a".to_owned()).unwrap(), "a");
    async_awaits ok { #[instrumented(name = "shapes")] async fn f(x: impl Future<Output = u8>) -> Option<u8> { let x = x.await; Some(x) } } assert_eq!(block_on(f(async { 1 })), Some(1));
    async_send ok { #[instrumented(name = "shapes")] async fn f(x: Arc<str>) -> Option<usize> { tokio::task::yield_now().await; Some(x.len()) } fn is_send<T: Send>(x: T) -> T { x } } assert_eq!(block_on(is_send(f("ab".into()))), Some(2));
    async_not_send ok { #[instrumented(name = "shapes")] async fn f(x: Rc<str>) -> Option<usize> { std::future::ready(()).await; Some(x.len()) } } assert_eq!(block_on(f("ab".into())), Some(2));
    under_tracing ok { #[tracing::instrument] #[instrumented(name = "shapes")] async fn f(x: u8) -> Option<u8> { Some(x) } } assert_eq!(block_on(f(1)), Some(1));
    over_tracing error { #[instrumented(name = "shapes")] #[tracing::instrument(err(Debug))] fn f(x: u8) -> Result<u8, Failure> { Err(Failure) } } assert!(f(1).is_err());
}

/// Two functions that call themselves are as many calls as there are.
#[test]
fn recursion_is_a_call_for_each_level() {
    #[instrumented(name = "shapes")]
    fn down(x: u8) -> Result<u8, Failure> {
        if x == 0 { Err(Failure) } else { down(x - 1) }
    }

    #[instrumented(name = "shapes")]
    async fn down_async(x: u8) -> Option<u8> {
        if x == 0 { None } else { Box::pin(down_async(x - 1)).await }
    }

    let local = Local::new();
    local.run(|| {
        assert!(down(2).is_err());
        assert_eq!(block_on(down_async(3)), None);
    });
    assert_eq!(local.calls("shapes"), Calls { ok: 4, error: 3, ..Calls::NONE });
}
