//! Functions that return a future are timed to that future's end, and are not over when they return.

use std::fmt;
use std::future::{self, Future, Ready};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::thread;
use std::time::Duration;

use async_trait::async_trait;
use futures::future::{BoxFuture, FusedFuture, FutureExt, LocalBoxFuture};
use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local, lasted, panic_of, pending, poll_once};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::sleep;

const NAP: Duration = Duration::from_millis(30);

#[instrumented(name = "returns_impl")]
fn impl_future(fail: bool) -> impl Future<Output = Result<u8, ()>> {
    async move {
        sleep(NAP).await;
        if fail { Err(()) } else { Ok(1) }
    }
}

#[instrumented(name = "returns_impl_send")]
#[allow(clippy::needless_lifetimes, clippy::elidable_lifetime_names, reason = "a lifetime by name is what is tested")]
fn impl_send<'a>(text: &'a str) -> impl Future<Output = usize> + Send + 'a {
    let length = text.len();
    sleep(NAP).map(move |()| length)
}

#[instrumented(name = "returns_pinned")]
fn pinned(fail: bool) -> Pin<Box<dyn Future<Output = Result<u8, ()>> + Send>> {
    if fail {
        return Box::pin(async {
            sleep(NAP).await;
            Err(())
        });
    }
    Box::pin(sleep(NAP).map(|()| Ok(2)))
}

#[instrumented(name = "returns_box_future")]
fn box_future(text: &str) -> BoxFuture<'_, usize> {
    sleep(NAP).map(move |()| text.len()).boxed()
}

#[instrumented(name = "returns_local_box_future")]
fn local_box_future(text: &str) -> LocalBoxFuture<'_, usize> {
    Box::pin(async move {
        sleep(NAP).await;
        text.len()
    })
}

#[test]
fn a_returned_future_is_timed_to_its_end() {
    let local = Local::new();
    local.block_on(async {
        assert_eq!((impl_future(true).await, impl_future(false).await), (Err(()), Ok(1)));
        assert_eq!(impl_send("four").await, 4);
        assert_eq!((pinned(true).await, pinned(false).await), (Err(()), Ok(2)));
        assert_eq!(box_future("four").await, 4);
        assert_eq!(local_box_future("four").await, 4);
    });
    let both = Calls { ok: 1, error: 1, ..Calls::NONE };
    let one = Calls { ok: 1, ..Calls::NONE };
    for (base, expected) in [
        ("returns_impl", both),
        ("returns_impl_send", one),
        ("returns_pinned", both),
        ("returns_box_future", one),
        ("returns_local_box_future", one),
    ] {
        assert_eq!(local.calls(base), expected, "{base}");
        let durations = local.read().histogram(&format!("{base}_duration_seconds"), &[]);
        // Some begin to sleep when they are made, a little before the first poll.
        let least = NAP / 2 * u32::try_from(durations.count).unwrap();
        assert!(lasted(durations.sum, least, Duration::MAX), "{base}: {durations:?}");
    }
}

#[test]
fn a_returned_future_counts_from_its_first_poll() {
    let local = Local::new();
    local.block_on(async {
        drop(impl_future(true));
        drop(pinned(true));
        drop(box_future("x"));
        let mut unpolled = impl_future(false).boxed_local();
        assert_eq!(local.calls("returns_impl"), Calls::NONE);
        assert!(poll_once(unpolled.as_mut()).is_pending());
        assert_eq!(local.calls("returns_impl"), Calls { in_flight: 1, ..Calls::NONE });
    });
    assert_eq!(local.calls("returns_impl"), Calls { cancelled: 1, ..Calls::NONE });
    assert_eq!(local.calls("returns_pinned"), Calls::NONE);
    assert_eq!(local.calls("returns_box_future"), Calls::NONE);
}

#[test]
fn a_panic_in_a_returned_future_is_a_panic() {
    #[instrumented(name = "returns_panic")]
    fn panics() -> impl Future<Output = ()> {
        future::ready(()).map(|()| panic!("in the future"))
    }

    let local = Local::new();
    assert_eq!(panic_of(|| local.block_on(panics())), "in the future");
    assert_eq!(local.calls("returns_panic"), Calls { panic: 1, ..Calls::NONE });
}

#[async_trait]
trait Store: Sync {
    async fn get(&self, key: u8) -> Result<u8, String>;

    async fn wait(&mut self);

    /// One with a body, in the trait itself.
    #[instrumented(name = "async_trait_provided")]
    async fn provided(&self) -> u8 {
        sleep(NAP).await;
        8
    }
}

struct Memory {
    waits: u8,
}

#[async_trait]
impl Store for Memory {
    #[instrumented(name = "async_trait_get", labels(odd = key % 2 == 1))]
    async fn get(&self, key: u8) -> Result<u8, String> {
        sleep(NAP).await;
        let value = key.checked_mul(100).ok_or_else(|| format!("{key} of {}", self.waits))?;
        Ok(value)
    }

    #[instrumented(name = "async_trait_wait")]
    async fn wait(&mut self) {
        self.waits += 1;
        pending().await;
    }
}

#[test]
fn methods_of_an_async_trait_are_timed_to_their_end() {
    let local = Local::new();
    let mut memory = Memory { waits: 0 };
    local.block_on(async {
        let store: &mut dyn Store = &mut memory;
        assert_eq!(store.get(2).await, Ok(200));
        assert_eq!(store.get(3).await, Err("3 of 0".to_owned()));
        assert_eq!(store.provided().await, 8);
        assert!(poll_once(store.wait().as_mut()).is_pending());
        drop(store.get(4));
    });
    assert_eq!(memory.waits, 1);
    assert_eq!(local.calls_with("async_trait_get", &[("odd", "false")]), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("async_trait_get", &[("odd", "true")]), Calls { error: 1, ..Calls::NONE });
    assert_eq!(local.calls("async_trait_provided"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls("async_trait_wait"), Calls { cancelled: 1, ..Calls::NONE });
    let exposition = local.read();
    for (name, labels) in [
        ("async_trait_get", &[("odd", "true")][..]),
        ("async_trait_get", &[("odd", "false")]),
        ("async_trait_provided", &[]),
    ] {
        let durations = exposition.histogram(&format!("{name}_duration_seconds"), labels);
        assert!(lasted(durations.sum, NAP, Duration::MAX), "{name}{labels:?}: {durations:?}");
    }
}

trait Native {
    async fn get(&self, fail: bool) -> Result<(), ()>;
}

impl Native for Memory {
    #[instrumented(name = "native_async_trait")]
    async fn get(&self, fail: bool) -> Result<(), ()> {
        yield_now().await;
        if fail { Err(()) } else { Ok(()) }
    }
}

#[test]
fn async_methods_of_a_plain_trait_are_calls() {
    let local = Local::new();
    let memory = Memory { waits: 0 };
    local.block_on(async {
        Native::get(&memory, true).await.unwrap_err();
        Native::get(&memory, false).await.unwrap();
    });
    assert_eq!(local.calls("native_async_trait"), Calls { ok: 1, error: 1, ..Calls::NONE });
}

/// What is asked of a future, bare and annotated.
#[test]
fn a_returned_future_keeps_its_traits() {
    #[instrumented(name = "returns_kept")]
    fn ready_future() -> impl FusedFuture + Future<Output = u8> + Clone + fmt::Debug + Unpin + Send + Sync + UnwindSafe
    {
        futures::future::ready(1)
    }

    #[instrumented(name = "returns_kept")]
    fn hidden() -> impl Future<Output = u8> {
        future::ready(2)
    }

    fn hidden_traits<T: Unpin + Send + Sync + UnwindSafe + RefUnwindSafe>(it: T) -> T {
        it
    }

    let local = Local::new();
    local.block_on(async {
        let mut made = ready_future();
        assert_eq!(format!("{made:?}"), format!("{:?}", futures::future::ready(1)));
        let copy = made.clone();
        assert_eq!(local.calls("returns_kept"), Calls::NONE);
        assert!(!made.is_terminated());
        assert_eq!((&mut made).await, 1);
        assert!(made.is_terminated());
        assert_eq!(local.calls("returns_kept"), Calls { ok: 1, ..Calls::NONE });
        // Another future, and another call.
        assert_eq!(copy.await, 1);
        assert_eq!(hidden_traits(hidden()).catch_unwind().await.ok(), Some(2));
    });
    assert_eq!(local.calls("returns_kept"), Calls { ok: 3, ..Calls::NONE });
}

#[test]
fn without_an_outcome_a_function_that_returns_any_future_is_counted_itself() {
    #[instrumented(name = "returns_unseen", outcome = none)]
    fn unseen() -> Ready<u8> {
        future::ready(1)
    }

    let local = Local::new();
    local.run(|| drop(unseen()));
    assert_eq!(local.read().value("returns_unseen_total", &[]), Some(1.0));
}

mod at_return {
    use super::*;

    type Boxed = Pin<Box<dyn Future<Output = u8>>>;

    #[derive(metrics_instrumented::Operation)]
    #[operation(name = "at_return_declared")]
    struct Declared;

    #[instrumented(name = "at_return_future", at_return)]
    fn future() -> Ready<u8> {
        future::ready(1)
    }

    #[instrumented(name = "at_return_result", at_return)]
    fn result(fail: bool) -> Result<Boxed, ()> {
        if fail {
            return Err(());
        }
        Ok(Box::pin(future::ready(1)))
    }

    #[instrumented(name = "at_return_written", at_return)]
    fn written(fail: bool) -> Result<impl Future<Output = u8>, ()> {
        if fail { Err(()) } else { Ok(future::ready(1)) }
    }

    #[instrumented(name = "at_return_handle", at_return)]
    async fn handle() -> JoinHandle<u8> {
        tokio::spawn(async { 1 })
    }

    #[instrumented(Declared, at_return)]
    fn declared(fail: bool) -> Result<Boxed, ()> {
        written(fail).map(|future| Box::pin(future) as Boxed)
    }

    #[instrumented(name = "at_return_block", at_return)]
    impl Declared {
        fn optional() -> Option<Ready<u8>> {
            None
        }

        fn list() -> Vec<Ready<u8>> {
            Vec::new()
        }

        fn pair() -> (u8, Pin<Box<dyn Future<Output = ()>>>) {
            (1, Box::pin(async {}))
        }

        /// No value to read, and a future that is timed.
        async fn nothing() {}

        fn timed() -> impl Future<Output = ()> {
            async {}
        }
    }

    /// In an `async fn`, what a `Result` contains is its result.
    #[instrumented(name = "at_return_awaited")]
    async fn awaited(fail: bool) -> Result<JoinHandle<u8>, ()> {
        if fail { Err(()) } else { Ok(tokio::spawn(async { 1 })) }
    }

    #[test]
    fn the_call_ends_when_the_function_returns() {
        let local = Local::new();
        local.block_on(async {
            drop(future());
            drop((result(true), result(false), written(true), written(false), declared(true), declared(false)));
            assert_eq!(handle().await.await.ok(), Some(1));
            assert!(awaited(true).await.is_err());
            assert!(awaited(false).await.is_ok());
            drop((Declared::optional(), Declared::list(), Declared::pair()));
            Declared::nothing().await;
            Declared::timed().await;
        });
        let (one, both) = (Calls { ok: 1, ..Calls::NONE }, Calls { ok: 1, error: 1, ..Calls::NONE });
        assert_eq!(local.calls("at_return_future"), one);
        assert_eq!(local.calls("at_return_handle"), one);
        assert_eq!(local.calls("at_return_result"), both);
        assert_eq!(local.calls("at_return_declared"), both);
        assert_eq!(local.calls("at_return_awaited"), both);
        assert_eq!(local.calls("at_return_written"), Calls { ok: 2, error: 2, ..Calls::NONE });
        for function in ["list", "nothing", "optional", "pair", "timed"] {
            let function = format!("Declared::{function}");
            assert_eq!(local.calls_with("at_return_block", &[("function", &function)]), one, "{function}");
        }
    }
}

#[test]
fn a_value_that_a_future_owns_may_panic_in_its_drop() {
    struct Panics;

    impl Drop for Panics {
        fn drop(&mut self) {
            if !thread::panicking() {
                panic!("while it is dropped");
            }
        }
    }

    #[instrumented(name = "returns_dropped")]
    async fn waits(_: Panics) {
        pending().await;
    }

    let local = Local::new();
    local.run(|| {
        let polled = || {
            let mut future = Box::pin(waits(Panics));
            assert!(poll_once(future.as_mut()).is_pending());
            future
        };
        assert_eq!(panic_of(|| drop(polled())), "while it is dropped");
        assert_eq!(local.calls("returns_dropped"), Calls { panic: 1, ..Calls::NONE });
        // Of a panic that is not its own, it is cancelled.
        assert_eq!(
            panic_of(|| {
                let _future = polled();
                panic!("another")
            }),
            "another"
        );
    });
    assert_eq!(local.calls("returns_dropped"), Calls { panic: 1, cancelled: 1, ..Calls::NONE });
}
