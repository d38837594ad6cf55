//! Unusual functions: what each returns is printed, bare and annotated.

#![deny(warnings)]
#![allow(dead_code, clippy::all, clippy::pedantic)]
#![forbid(unused_must_use)]

use std::cell::Cell;
use std::fmt::Debug;
use std::ops::{AsyncFn, ControlFlow};
use std::panic;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

#[allow(unused_imports, reason = "the bare version uses it nowhere")]
use metrics_instrumented::instrumented;

macro_rules! early {
    ($e:expr) => {
        match $e {
            Some(v) => v,
            None => return None,
        }
    };
}
macro_rules! make {
    ($name:ident, $t:ty, $body:block) => {
        #[instrumented]
        fn $name(x: $t) -> $t {
            let _ = &x;
            $body
        }
    };
}
make!(made, u32, { 3 });

type R<T> = Result<T, Box<dyn std::error::Error>>;

#[instrumented]
fn longest<'a, 'b: 'a>(a: &'a str, b: &'b str) -> &'a str {
    if a.len() > b.len() { a } else { b }
}
#[instrumented]
fn arr<const N: usize>(a: [u8; N]) -> [u8; N] {
    a.map(|b| b + 1)
}
#[instrumented]
fn arr2<const N: usize, T: Copy + Default>(a: [T; N]) -> impl Iterator<Item = T> {
    a.into_iter()
}
#[instrumented]
async fn borrowed(a: &mut Vec<u8>, b: &str) -> usize {
    yield_now().await;
    a.extend(b.bytes());
    a.len()
}
#[instrumented]
fn arg_impl(f: impl Fn(&str) -> Option<usize>, x: impl Into<String> + Clone) -> Option<usize> {
    let s: String = x.into();
    let n = f(&s)?;
    Some(n + 1)
}
#[instrumented]
extern "C" fn cfun(x: i32) -> i32 {
    x * 2
}
#[instrumented]
unsafe fn uns(p: *const u8) -> u8 {
    unsafe { *p }
}
#[instrumented]
unsafe extern "C" fn uns2(p: *const u8) -> i32 {
    let Some(p) = (unsafe { p.as_ref() }) else { return -1 };
    i32::from(*p)
}
#[instrumented]
fn r#match(r#type: u8) -> u8 {
    r#type + 1
}
#[instrumented]
fn nested_fns(x: u8) -> u8 {
    fn inner(y: u8) -> u8 {
        return y + 1;
    }
    inner(x)
}
#[instrumented]
fn closures(v: &[u8]) -> Vec<u8> {
    v.iter()
        .map(|b| {
            if *b == 0 {
                return 9;
            }
            *b
        })
        .collect()
}
#[instrumented]
fn let_else(x: Option<u8>) -> Result<u8, &'static str> {
    let Some(x) = x else { return Err("none") };
    Ok(x)
}
#[instrumented]
fn labelled(n: u32) -> u32 {
    'outer: loop {
        for i in 0.. {
            if i * i > n {
                break 'outer i;
            }
        }
    }
}
#[instrumented]
fn labelled_block(n: u32) -> Result<u32, u32> {
    let v = 'b: {
        if n == 0 {
            break 'b 7;
        }
        n
    };
    if v > 100 {
        return Err(v);
    }
    Ok(v)
}
#[instrumented]
async fn nested_async(x: u8) -> Result<u8, String> {
    let a = async {
        let n: u8 = "5".parse::<u8>().map_err(|e| e.to_string())?;
        Ok::<u8, String>(n)
    }
    .await?;
    Ok(a + x)
}
#[instrumented]
fn async_move(x: u8) -> impl Future<Output = u8> + use<> {
    async move { x }
}
#[instrumented]
fn async_move_str(x: &str) -> impl Future<Output = usize> + '_ {
    async move { x.len() }
}
#[instrumented]
fn early_macro(x: Option<u8>) -> Option<u8> {
    let v = early!(x);
    Some(v * 2)
}
#[instrumented]
fn attr_params(#[allow(unused_variables)] x: u8, #[cfg(any())] y: u8) -> u8 {
    4
}
#[instrumented]
fn only_question(#[cfg(any())] x: u8, #[cfg(all())] _y: String) -> Option<u8> {
    None?
}
#[instrumented]
fn hrtb(f: &dyn for<'a> Fn(&'a str) -> &'a str) -> String {
    f("abc").to_owned()
}
#[instrumented]
fn dynret(x: bool) -> Box<dyn Fn(u8) -> u8> {
    if x {
        return Box::new(|a| a + 1);
    }
    Box::new(|a| a)
}
#[instrumented]
fn never(x: bool) -> u8 {
    if x { 1 } else { diverge() }
}
#[instrumented]
fn diverge() -> ! {
    panic!("div")
}
#[instrumented]
fn strs() -> &'static [&'static str] {
    &["a", "b"]
}
#[instrumented]
fn tuple_pat((a, mut b): (u8, u8), [c, .., d]: [u8; 4]) -> u8 {
    b += a;
    b + c + d
}
#[instrumented]
fn ref_pat(&x: &u8, ref y: String) -> usize {
    x as usize + y.len()
}
#[instrumented]
fn at_pat(n @ 0..=255: u8) -> u8 {
    n
}
#[instrumented]
fn mut_arg(mut v: Vec<u8>) -> Vec<u8> {
    v.push(1);
    v
}
#[instrumented]
fn reassign<'a>(mut s: &'a str, t: &'a str) -> &'a str {
    if s.is_empty() {
        s = t;
    }
    s
}
#[instrumented]
fn aliased(x: bool) -> R<u8> {
    if x {
        Err("bad")?
    }
    Ok(1)
}
#[instrumented]
fn alias_fut(x: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move { x })
}
#[instrumented]
fn alias_fut_err(x: u8) -> Pin<Box<dyn Future<Output = Result<u8, String>> + Send>> {
    if x == 0 {
        return Box::pin(async { Err("zero".into()) });
    }
    Box::pin(async move {
        yield_now().await;
        Ok(x)
    })
}
#[instrumented]
fn alias_fut_lt(x: &str) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
    Box::pin(async move { x.len() })
}
#[instrumented]
fn unpinned(x: u8) -> Box<dyn Future<Output = u8> + Unpin + Send> {
    Box::new(std::future::ready(x))
}
#[instrumented]
async fn ret_fn() -> impl Fn(&str) -> &str {
    yield_now().await;
    |s: &str| &s[..1]
}
#[instrumented]
async fn ret_fn3(c: std::sync::Arc<u8>) -> impl Fn(&str) -> Option<&str> + Send {
    let n = async { *c }.await as usize;
    move |s| s.get(n..)
}
#[instrumented]
async fn ret_fn4<'a>(p: &'a str) -> impl for<'b> Fn(&'b str) -> &'b str + 'a {
    yield_now().await;
    move |s| {
        if s == p {
            return "";
        }
        s
    }
}
#[instrumented]
async fn ret_fn2(flag: bool) -> Result<impl Fn(u8) -> u8, String> {
    if flag {
        return Err("x".into());
    }
    Ok(|a| a + 1)
}
#[instrumented]
async fn ret_iter(v: &[u8]) -> impl Iterator<Item = u8> + '_ {
    yield_now().await;
    v.iter().copied()
}
#[instrumented]
async fn asyncfn(f: impl AsyncFn(u8) -> u8) -> u8 {
    f(1).await + 1
}
#[instrumented]
async unsafe fn auns(p: *const u8) -> u8 {
    unsafe { *p }
}
#[instrumented]
async fn recursive(n: u32) -> u32 {
    if n == 0 {
        return 0;
    }
    Box::pin(recursive(n - 1)).await + 1
}
#[instrumented]
fn recursive_sync(n: u32) -> Result<u32, ()> {
    if n == 0 {
        return Ok(0);
    }
    Ok(recursive_sync(n - 1)? + 1)
}
#[instrumented]
fn flow(v: &[u8]) -> ControlFlow<u8, ()> {
    v.iter().try_for_each(|b| if *b > 2 { ControlFlow::Break(*b) } else { ControlFlow::Continue(()) })
}
#[instrumented]
fn flow_q(v: &[u8]) -> ControlFlow<u8, usize> {
    flow(v)?;
    ControlFlow::Continue(v.len())
}
#[instrumented]
fn whered<T, U>(t: T, u: U) -> String
where
    T: Debug,
    U: for<'a> PartialEq<&'a str> + Debug,
{
    format!("{t:?}{u:?}")
}
#[instrumented]
fn try_expr(s: &str) -> Result<i32, std::num::ParseIntError> {
    Ok(s.parse::<i32>()? + s.parse::<i32>()?)
}
#[instrumented]
fn if_let_chain(a: Option<u8>, b: Option<u8>) -> Option<u8> {
    if let Some(a) = a
        && let Some(b) = b
    {
        return Some(a + b);
    }
    None
}
#[instrumented]
fn unit_early(x: &Cell<u8>) {
    if x.get() > 1 {
        return;
    }
    x.set(5)
}
#[instrumented]
fn inner_attr(x: u8) -> u8 {
    #![allow(unused_variables)]
    let y = x;
    3
}
#[instrumented]
fn const_expr() -> [u8; 1 + 2] {
    [0; 3]
}
#[instrumented]
fn shadow(guard: u8, call: u8, value: u8, private: u8, series: u8) -> u8 {
    guard + call + value + private + series
}
#[instrumented]
fn big(
    a1: u8,
    a2: u8,
    a3: u8,
    a4: u8,
    a5: u8,
    a6: u8,
    a7: u8,
    a8: u8,
    a9: u8,
    a10: u8,
    a11: u8,
    a12: u8,
    a13: u8,
    a14: String,
) -> Option<u8> {
    if a14.is_empty() {
        return None;
    }
    Some([a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13].iter().sum())
}
#[instrumented]
async fn abig(
    a1: u8,
    a2: u8,
    a3: u8,
    a4: u8,
    a5: u8,
    a6: u8,
    a7: u8,
    a8: u8,
    a9: u8,
    a10: u8,
    a11: u8,
    a12: u8,
    a13: u8,
    a14: String,
) -> Option<u8> {
    if a14.is_empty() {
        return None;
    }
    Some([a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13].iter().sum())
}
#[instrumented]
fn opaque_either(x: bool) -> impl Debug + Clone {
    if x {
        return Some(1);
    }
    None
}
#[instrumented]
fn dyn_err(x: bool) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if x {
        return Err("no".into());
    }
    Ok(())
}
#[instrumented]
fn iter_boxed<'a>(v: &'a [u8]) -> Box<dyn Iterator<Item = &'a u8> + 'a> {
    Box::new(v.iter().filter(|b| **b > 1))
}
#[instrumented]
fn fnptr() -> fn(&str) -> Result<u8, String> {
    fn f(s: &str) -> Result<u8, String> {
        s.parse().map_err(|_| s.to_owned())
    }
    f
}
#[instrumented]
fn slice_mut<'a>(v: &'a mut [u8], i: usize) -> Option<&'a mut u8> {
    let x = v.get_mut(i)?;
    *x += 1;
    Some(x)
}
#[instrumented]
fn two_phase(v: &mut Vec<usize>) -> &mut usize {
    v.push(v.len());
    v.last_mut().unwrap()
}

struct S {
    v: u8,
    name: String,
}
impl S {
    #[instrumented]
    fn pinned(self: Pin<&mut Self>) -> u8 {
        self.v
    }
    #[instrumented]
    async fn arc(self: Arc<Self>) -> Option<u8> {
        if self.v == 9 {
            return None;
        }
        Some(self.v)
    }
    #[instrumented]
    fn rc(self: &Rc<Self>) -> Rc<Self> {
        Rc::clone(self)
    }
    #[instrumented]
    fn boxed(self: Box<Self>) -> String {
        self.name.clone()
    }
    #[instrumented]
    fn into_parts(self) -> (u8, String) {
        (self.v, self.name.clone())
    }
    #[instrumented]
    fn build(mut self, v: u8) -> Self {
        self.v = v;
        self
    }
    #[instrumented]
    fn build_q(mut self, v: &str) -> Result<Self, std::num::ParseIntError> {
        self.v = v.parse()?;
        Ok(self)
    }
    #[instrumented]
    fn name(&self) -> &str {
        &self.name
    }
    #[instrumented]
    fn name_mut(&mut self) -> &mut String {
        if self.v == 0 {
            return &mut self.name;
        }
        &mut self.name
    }
    #[instrumented]
    async fn aname<'s>(&'s self, o: &'s str) -> &'s str {
        if o.is_empty() {
            return &self.name;
        }
        o
    }
}

trait T {
    #[instrumented]
    fn sized(self) -> usize
    where
        Self: Sized,
    {
        std::mem::size_of::<Self>()
    }
    #[instrumented]
    fn dflt(&self, x: u8) -> Result<u8, u8> {
        if x > 3 {
            return Err(x);
        }
        Ok(x)
    }
    #[instrumented]
    fn gen_<Q: Debug>(&self, q: Q) -> String
    where
        Self: Sized,
    {
        format!("{q:?}")
    }
    #[instrumented]
    fn fut(&self) -> impl Future<Output = u8> + Send
    where
        Self: Sync,
    {
        async { 3 }
    }
    fn assoc() -> Self
    where
        Self: Sized;
}
impl T for S {
    #[instrumented]
    fn assoc() -> Self {
        S { v: 1, name: "n".into() }
    }
}
impl T for u8 {
    #[instrumented]
    fn assoc() -> Self {
        2
    }
}
#[instrumented]
impl<'a> From<&'a str> for S {
    fn from(s: &'a str) -> Self {
        S { v: s.len() as u8, name: s.to_owned() }
    }
}
#[instrumented]
impl Drop for S {
    fn drop(&mut self) {
        self.v = 0;
    }
}
#[instrumented]
impl PartialEq<u8> for S {
    fn eq(&self, o: &u8) -> bool {
        self.v == *o
    }
}
#[instrumented]
impl std::ops::Index<usize> for S {
    type Output = u8;
    fn index(&self, i: usize) -> &u8 {
        if i > 0 {
            panic!("oob")
        }
        &self.v
    }
}

async fn all() -> Vec<String> {
    let mut o: Vec<String> = vec![];
    macro_rules! p { ($($e:expr),* $(,)?) => { $(o.push(format!("{} = {:?}", stringify!($e), $e));)* } }
    let mut v = vec![1, 2];
    p!(
        made(1),
        longest("a", "bc"),
        arr([1, 2]),
        arr2([1, 2]).collect::<Vec<i32>>(),
        borrowed(&mut v, "xy").await,
        arg_impl(|s| s.find('b'), "ab"),
        arg_impl(|_| None, "ab"),
        cfun(2),
        unsafe { uns(&7) },
        unsafe { uns2(std::ptr::null()) },
        unsafe { uns2(&3) },
        r#match(1),
        nested_fns(1),
        closures(&[0, 1]),
        let_else(None),
        let_else(Some(1)),
        labelled(10),
        labelled_block(0),
        labelled_block(101),
        nested_async(1).await,
        async_move(1).await,
        async_move_str("ab").await,
        early_macro(None),
        early_macro(Some(2)),
        attr_params(1),
        only_question(String::new()),
        hrtb(&|s| &s[1..]),
        dynret(true)(1),
        dynret(false)(1),
        never(true),
        panic::catch_unwind(|| never(false)).is_err(),
        strs(),
        tuple_pat((1, 2), [1, 2, 3, 4]),
        ref_pat(&1, "ab".into()),
        at_pat(3),
        mut_arg(vec![]),
        reassign("", "b"),
        aliased(true).is_err(),
        aliased(false).is_ok(),
        alias_fut(1).await,
        alias_fut_err(0).await,
        alias_fut_err(1).await,
        alias_fut_lt("abc").await,
        unpinned(1).await,
        ret_fn().await("xyz"),
        ret_fn3(Arc::new(1)).await("abc"),
        ret_fn4("a").await("b"),
        ret_fn2(true).await.is_err(),
        ret_fn2(false).await.unwrap()(1),
        ret_iter(&[1, 2]).await.collect::<Vec<_>>(),
        asyncfn(async |x| x + 1).await,
        unsafe { auns(&1) }.await,
        recursive(5).await,
        recursive_sync(3),
        flow(&[1, 3]),
        flow_q(&[1, 2]),
        flow_q(&[4]),
        whered(1, "a"),
        try_expr("2"),
        try_expr("x").is_err(),
        if_let_chain(Some(1), Some(2)),
        if_let_chain(None, Some(2)),
        inner_attr(1),
        const_expr(),
        shadow(1, 2, 3, 4, 5)
    );
    let c = Cell::new(1);
    unit_early(&c);
    unit_early(&c);
    p!(c.get());
    p!(
        big(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "".into()),
        big(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "a".into()),
        abig(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "a".into()).await,
        opaque_either(true).clone(),
        dyn_err(true).is_err(),
        iter_boxed(&[1, 2, 3]).collect::<Vec<_>>(),
        fnptr()("5"),
        slice_mut(&mut v, 0),
        slice_mut(&mut v, 99),
        two_phase(&mut vec![1])
    );
    let mut s = S::assoc();
    p!(
        Pin::new(&mut s).pinned(),
        s.name(),
        s.name_mut(),
        s.aname("").await,
        s.aname("o").await,
        Arc::new(S::assoc()).arc().await,
        Rc::new(S::assoc()).rc().v,
        Box::new(<u8 as T>::assoc()).sized()
    );
    p!(
        S::assoc().build(4).v,
        S::assoc().build_q("x").is_err(),
        S::assoc().build_q("6").map(|s| s.v),
        s.dflt(1),
        s.dflt(9),
        s.gen_(Some(1)),
        s.fut().await,
        S::from("abc").v,
        s == 1,
        s[0],
        panic::catch_unwind(panic::AssertUnwindSafe(|| s[1])).is_err()
    );
    o
}

/// Suspends once.
async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn main() {
    panic::set_hook(Box::new(|_| {}));
    let mut future = pin!(all());
    let lines = loop {
        if let Poll::Ready(lines) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            break lines;
        }
    };
    for line in lines {
        println!("{line}");
    }
}
