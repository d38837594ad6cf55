//! `async fn`, and functions that return a future: timed to completion, and their errors seen.

#[path = "../support.rs"]
mod support;

use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use futures::executor::block_on;
use futures::future::{BoxFuture, LocalBoxFuture};
use metrics_instrumented::instrumented;
use support::{assert_ended, recorded};

type Error = Box<dyn std::error::Error + Send + Sync>;

#[instrumented(name = "units")]
async fn unit() {
    futures::pending!();
}

#[instrumented(name = "results")]
async fn result(text: &str) -> Result<u32, Error> {
    let number = text.parse()?;
    if number == 0 {
        return Err("zero".into());
    }
    ready(()).await;
    Ok(number)
}

#[instrumented(name = "generics")]
async fn generic<T: Clone + Send, const N: usize>(value: T) -> [T; N]
where
    T: Sync,
{
    ready(()).await;
    std::array::from_fn(|_| value.clone())
}

#[instrumented(name = "references")]
async fn reference<'a>(texts: &'a [&'a str], at: usize) -> Option<&'a str> {
    ready(()).await;
    texts.get(at).copied()
}

#[instrumented(name = "coercions")]
async fn coercion(early: bool) -> Box<dyn Fn(u32) -> u32 + Send> {
    if early {
        return Box::new(|n| n + 1);
    }
    ready(()).await;
    Box::new(|n| n * 2)
}

#[instrumented(name = "impl_results")]
async fn impl_result(fail: bool) -> Result<impl Iterator<Item = u32>, &'static str> {
    if fail {
        return Err("no");
    }
    Ok([1, 2].into_iter())
}

#[instrumented(name = "unsends")]
async fn unsend(value: Rc<u32>) -> Rc<u32> {
    ready(()).await;
    value
}

#[instrumented(name = "nevers")]
async fn never() -> ! {
    loop {
        ready(()).await;
        std::panic::resume_unwind(Box::new("a panic without the message of the hook"));
    }
}

#[instrumented(name = "unsafes")]
async unsafe fn read(pointer: *const u32) -> Option<u32> {
    // SAFETY: the caller gives a valid pointer.
    Some(unsafe { *pointer })
}

#[instrumented(name = "recursions")]
async fn recursion(n: u32) -> u32 {
    if n == 0 { 0 } else { Box::pin(recursion(n - 1)).await + 1 }
}

#[instrumented(name = "impl_futures")]
fn impl_future(n: u32) -> impl Future<Output = Result<u32, Error>> {
    async move {
        if n == 0 {
            Err("zero")?;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
        Ok(n.into())
    }
}

#[instrumented(name = "borrowing_impl_futures")]
fn borrowing_impl_future<'a>(text: &'a str, _other: &u32) -> impl Future<Output = &'a str> + Send + use<'a> {
    async move { &text[1..] }
}

#[instrumented(name = "chains")]
fn chain(n: u32) -> impl core::future::Future<Output = Result<u32, String>> + Unpin {
    ready(n).map(|n| if n > 1 { Ok(n) } else { Err("small".to_owned()) })
}

#[instrumented(name = "pinned_boxes")]
fn pinned_box(n: u32) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send>> {
    Box::pin(async move {
        if n == 0 {
            return Err("zero".into());
        }
        Ok(n)
    })
}

#[instrumented(name = "early_boxes")]
fn early_box(n: u32) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send + 'static>> {
    if n == 0 {
        return Box::pin(ready(Err("zero".into())));
    }
    let doubled = n * 2;
    Box::pin(async move { Ok(doubled) })
}

#[instrumented(name = "box_futures")]
fn box_future<'a>(text: &'a mut String) -> BoxFuture<'a, Result<&'a mut String, ()>> {
    text.push('!');
    async move { Ok(text) }.boxed()
}

#[instrumented(name = "local_box_futures")]
fn local_box_future(value: Rc<u32>) -> LocalBoxFuture<'static, Option<Rc<u32>>> {
    if *value == 0 {
        return ready(None).boxed_local();
    }
    async move { Some(value) }.boxed_local()
}

#[async_trait]
trait Store {
    async fn get(&self, key: &str) -> Result<u32, Error>;

    #[instrumented(name = "async_trait_defaults")]
    async fn get_twice(&mut self, key: &str) -> Result<u32, Error>
    where
        Self: Send + Sync,
    {
        Ok(self.get(key).await? + self.get(key).await?)
    }
}

struct Memory(u32);

#[async_trait]
impl Store for Memory {
    #[instrumented(name = "async_trait_impls")]
    async fn get(&self, key: &str) -> Result<u32, Error> {
        let number: u32 = key.parse()?;
        tokio::task::yield_now().await;
        Ok(number + self.0)
    }
}

#[async_trait(?Send)]
trait Local {
    #[instrumented(name = "local_async_traits")]
    async fn id(self: Rc<Self>) -> Option<u32> {
        Some(7)
    }
}

impl Local for Memory {}

trait Native {
    fn number(&self) -> impl Future<Output = Option<u32>> + Send;

    #[instrumented(name = "native_traits")]
    fn default_number(&self) -> impl Future<Output = Option<u32>> + Send
    where
        Self: Sync,
    {
        async move { self.number().await.map(|n| n + 1) }
    }
}

impl Native for Memory {
    #[instrumented(name = "native_async_fns")]
    async fn number(&self) -> Option<u32> {
        Some(self.0)
    }
}

impl Memory {
    #[instrumented(name = "mutable_owned")]
    async fn incremented(mut self, mut by: u32, _unused: String) -> Option<u32> {
        by += 1;
        self.0 += by;
        ready(()).await;
        Some(self.0)
    }

    #[allow(unused_braces)]
    #[instrumented(name = "patterns", labels(raw = r#type == 1))]
    async fn patterns(&self, r#type: u32, (a, b): (u32, u32), f: impl Fn(u32) -> u32 + Send) -> [u32; { 1 }] {
        ready(()).await;
        [f(r#type + a + b + self.0)]
    }

    #[instrumented(name = "async_methods")]
    async fn add(&mut self, n: u32) -> Result<&mut u32, u32> {
        if n == 0 {
            return Err(0);
        }
        self.0 += n;
        ready(()).await;
        Ok(&mut self.0)
    }

    #[instrumented(name = "async_owned")]
    async fn into_inner(self: Box<Self>) -> Option<u32> {
        Some(self.0)
    }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

/// Owns references to its arguments.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    #[instrumented(name = "borrowing")]
    async fn with(mut self, word: &str) -> usize {
        self.0.push(word);
        ready(()).await;
        self.0.len()
    }

    #[instrumented(name = "borrowing")]
    async fn with_of_box(mut self: Box<Self>, (word, _): (&str, u8)) -> Result<usize, String> {
        if word.is_empty() {
            return Err(word.to_owned());
        }
        self.0 = vec![word];
        Ok(self.0.len())
    }

    #[instrumented(name = "borrowing")]
    async fn bound_again(self, last: bool) -> usize {
        let local = last.to_string();
        let mut words = self;
        words.0.push(&local);
        ready(()).await;
        words.0.len()
    }
}

#[instrumented(name = "borrowing_block")]
impl<'a> Words<'a> {
    async fn with_in_a_block(mut self, word: &str) -> usize {
        self.0.push(word);
        self.0.len()
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let exposition = recorded(|| {
        runtime.block_on(async {
            assert_eq!(assert_send(result("1")).await.unwrap(), 1);
            let words = || Words(vec!["a"]);
            assert_eq!(assert_send(words().with("b")).await, 2);
            assert_eq!(Box::new(words()).with_of_box(("b", 1)).await, Ok(1));
            assert_eq!(words().bound_again(true).await, 2);
            assert_eq!(words().with_in_a_block("b").await, 2);
            assert!(result("0").await.is_err());
            assert!(result("x").await.is_err());
            assert_eq!(assert_send(generic::<_, 2>("a")).await, ["a", "a"]);
            assert_eq!(reference(&["a", "b"], 1).await, Some("b"));
            assert_eq!(coercion(true).await(3), 4);
            assert_eq!(coercion(false).await(3), 6);
            assert_eq!(impl_result(false).await.unwrap().sum::<u32>(), 3);
            assert_eq!(impl_result(true).await.err(), Some("no"));
            assert_eq!(*unsend(Rc::new(3)).await, 3);
            // SAFETY: the pointer is valid.
            assert_eq!(unsafe { read(&4) }.await, Some(4));
            assert_eq!(recursion(3).await, 3);
            assert_eq!(impl_future(3).await.unwrap(), 3);
            assert!(impl_future(0).await.is_err());
            let text = "abc".to_owned();
            let borrowing = borrowing_impl_future(&text, &5);
            assert_eq!(borrowing.await, "bc");
            assert_eq!(chain(2).await, Ok(2));
            assert_eq!(chain(1).await, Err("small".to_owned()));
            assert_eq!(pinned_box(1).await.unwrap(), 1);
            assert!(pinned_box(0).await.is_err());
            assert_eq!(early_box(2).await.unwrap(), 4);
            assert!(early_box(0).await.is_err());
            let mut text = "a".to_owned();
            assert_eq!(box_future(&mut text).await.unwrap(), "a!");
            assert_eq!(local_box_future(Rc::new(1)).await, Some(Rc::new(1)));
            assert_eq!(local_box_future(Rc::new(0)).await, None);
            let mut memory = Memory(1);
            assert_eq!(memory.get_twice("1").await.unwrap(), 4);
            assert!(memory.get_twice("x").await.is_err());
            assert_eq!(Rc::new(Memory(0)).id().await, Some(7));
            assert_eq!(memory.default_number().await, Some(2));
            assert_eq!(memory.add(1).await, Ok(&mut 2));
            assert_eq!(memory.add(0).await, Err(0));
            assert_eq!(Memory(1).incremented(1, String::new()).await, Some(3));
            assert_eq!(Memory(1).patterns(1, (2, 3), |n| n * 2).await, [14]);
            assert_eq!(Box::new(memory).into_inner().await, Some(2));
        });
        drop(unit());
        assert_eq!(unit().now_or_never(), None);
        block_on(async {
            let mut unit = std::pin::pin!(unit());
            assert!(futures::poll!(&mut unit).is_pending());
            unit.await;
        });
        assert!(std::panic::catch_unwind(|| block_on(never())).is_err());
    });
    for (name, expected) in [
        ("units", [1.0, 0.0, 0.0, 1.0]),
        ("results", [1.0, 2.0, 0.0, 0.0]),
        ("generics", [1.0, 0.0, 0.0, 0.0]),
        ("references", [1.0, 0.0, 0.0, 0.0]),
        ("coercions", [2.0, 0.0, 0.0, 0.0]),
        ("impl_results", [1.0, 1.0, 0.0, 0.0]),
        ("unsends", [1.0, 0.0, 0.0, 0.0]),
        ("nevers", [0.0, 0.0, 1.0, 0.0]),
        ("unsafes", [1.0, 0.0, 0.0, 0.0]),
        ("recursions", [4.0, 0.0, 0.0, 0.0]),
        ("impl_futures", [1.0, 1.0, 0.0, 0.0]),
        ("borrowing_impl_futures", [1.0, 0.0, 0.0, 0.0]),
        ("chains", [1.0, 1.0, 0.0, 0.0]),
        ("pinned_boxes", [1.0, 1.0, 0.0, 0.0]),
        ("early_boxes", [1.0, 1.0, 0.0, 0.0]),
        ("box_futures", [1.0, 0.0, 0.0, 0.0]),
        ("local_box_futures", [2.0, 0.0, 0.0, 0.0]),
        ("async_trait_defaults", [1.0, 1.0, 0.0, 0.0]),
        ("async_trait_impls", [2.0, 1.0, 0.0, 0.0]),
        ("local_async_traits", [1.0, 0.0, 0.0, 0.0]),
        ("native_traits", [1.0, 0.0, 0.0, 0.0]),
        ("native_async_fns", [1.0, 0.0, 0.0, 0.0]),
        ("async_methods", [1.0, 1.0, 0.0, 0.0]),
        ("async_owned", [1.0, 0.0, 0.0, 0.0]),
        ("mutable_owned", [1.0, 0.0, 0.0, 0.0]),
    ] {
        assert_ended(&exposition, name, expected);
    }
    let slept = exposition.histogram("impl_futures_duration_seconds", &[]);
    assert!(slept.sum >= 0.002, "timed to completion: {slept:?}");
}
