//! Calls inside of calls, and calls at the same time.

use std::cell::Cell;
use std::sync::Barrier;
use std::thread;

use futures::future::{BoxFuture, FutureExt, join_all};
use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Local, panic_of, pending};
use tokio::task::yield_now;

#[test]
fn every_level_of_a_recursion_is_a_call() {
    #[instrumented(name = "recursion_sync")]
    fn countdown(from: u8, deepest: &dyn Fn()) -> Result<u8, u8> {
        if from == 0 {
            deepest();
            return Err(0);
        }
        countdown(from - 1, deepest).map_err(|depth| depth + 1)
    }

    let local = Local::new();
    let seen = Cell::new(Calls::NONE);
    assert_eq!(local.run(|| countdown(4, &|| seen.set(local.calls("recursion_sync")))), Err(4));
    assert_eq!(seen.get(), Calls { in_flight: 5, ..Calls::NONE });
    assert_eq!(local.calls("recursion_sync"), Calls { error: 5, ..Calls::NONE });
}

#[test]
fn a_panic_in_a_recursion_is_a_panic_of_every_level_up_to_the_one_that_catches_it() {
    #[instrumented(name = "recursion_panic")]
    fn dive(depth: u8) {
        match depth {
            0 => panic!("at the bottom"),
            3 => _ = panic_of(|| dive(2)),
            _ => dive(depth - 1),
        }
    }

    let local = Local::new();
    local.run(|| dive(5));
    assert_eq!(local.calls("recursion_panic"), Calls { ok: 3, panic: 3, ..Calls::NONE });
}

#[test]
fn every_level_of_an_async_recursion_is_a_call() {
    #[instrumented(name = "recursion_async")]
    async fn countdown(from: u8) -> u8 {
        yield_now().await;
        if from == 0 {
            pending().await;
        }
        Box::pin(countdown(from - 1)).await + 1
    }

    #[instrumented(name = "recursion_boxed")]
    fn boxed(from: u8) -> BoxFuture<'static, u8> {
        async move {
            yield_now().await;
            if from == 0 { 0 } else { boxed(from - 1).await + 1 }
        }
        .boxed()
    }

    let local = Local::new();
    local.block_on(async {
        let task = tokio::spawn(countdown(3));
        while local.calls("recursion_async").in_flight < 4 {
            yield_now().await;
        }
        task.abort();
        task.await.unwrap_err();
        assert_eq!(boxed(3).await, 3);
    });
    assert_eq!(local.calls("recursion_async"), Calls { cancelled: 4, ..Calls::NONE });
    assert_eq!(local.calls("recursion_boxed"), Calls { ok: 4, ..Calls::NONE });
}

#[derive(LabelValue, Clone, Copy)]
enum Layer {
    Outer,
    Inner,
}

/// Layers of a request.
#[derive(Operation)]
#[operation(name = "nested")]
struct Nested {
    layer: Layer,
}

#[instrumented(Nested { layer: Layer::Outer })]
fn outer(look: &dyn Fn()) -> Result<u8, ()> {
    inner(look)?;
    Ok(1)
}

#[instrumented(Nested { layer: Layer::Inner })]
fn inner(look: &dyn Fn()) -> Result<(), ()> {
    look();
    Nested { layer: Layer::Inner }.measure(|| Err(()))
}

#[test]
fn nested_calls_of_one_operation_are_counted_each_under_their_labels() {
    let local = Local::new();
    local.run(|| {
        outer(&|| {
            let running = Calls { in_flight: 1, ..Calls::NONE };
            assert_eq!(local.calls_with("nested", &[("layer", "Outer")]), running);
            assert_eq!(local.calls_with("nested", &[("layer", "Inner")]), running);
        })
        .unwrap_err();
    });
    assert_eq!(local.calls_with("nested", &[("layer", "Outer")]), Calls { error: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("nested", &[("layer", "Inner")]), Calls { error: 2, ..Calls::NONE });
}

#[test]
fn two_attributes_on_one_function_are_two_calls() {
    #[instrumented(name = "twice_outer")]
    #[instrumented(name = "twice_inner")]
    fn twice(fail: bool) -> Result<(), ()> {
        if fail { Err(()) } else { Ok(()) }
    }

    let local = Local::new();
    local.run(|| (twice(true).unwrap_err(), twice(false).unwrap()));
    assert_eq!(local.calls("twice_outer"), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls("twice_inner"), Calls { ok: 1, error: 1, ..Calls::NONE });
}

#[test]
fn calls_on_many_threads_that_share_a_recorder_are_all_counted() {
    const THREADS: u32 = 4;
    const CALLS: u32 = 500;

    #[instrumented(name = "threads", labels(number))]
    fn work(number: bool, fail: bool) -> Result<(), ()> {
        if fail { Err(()) } else { Ok(()) }
    }

    let local = Local::new();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let local = &local;
            scope.spawn(move || {
                local.run(|| {
                    for call in 0..CALLS {
                        _ = work(thread % 2 == 0, call % 5 == 0);
                    }
                });
            });
        }
    });
    for number in ["false", "true"] {
        let expected = Calls { ok: 800, error: 200, ..Calls::NONE };
        assert_eq!(local.calls_with("threads", &[("number", number)]), expected);
    }
}

#[test]
fn the_gauge_is_the_number_of_calls_at_the_same_time() {
    #[instrumented(name = "same_time")]
    fn wait(in_it: &Barrier, out_of_it: &Barrier) {
        in_it.wait();
        out_of_it.wait();
    }

    let local = Local::new();
    let (in_it, out_of_it) = (Barrier::new(4), Barrier::new(4));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| local.run(|| wait(&in_it, &out_of_it)));
        }
        in_it.wait();
        assert_eq!(local.calls("same_time"), Calls { in_flight: 3, ..Calls::NONE });
        out_of_it.wait();
    });
    assert_eq!(local.calls("same_time"), Calls { ok: 3, ..Calls::NONE });
}

#[test]
fn tasks_that_interleave_on_one_thread_are_counted_separately() {
    #[instrumented(name = "interleaved")]
    async fn interleaved(turns: usize) -> Result<usize, usize> {
        for _ in 0..turns {
            yield_now().await;
        }
        if turns.is_multiple_of(2) { Ok(turns) } else { Err(turns) }
    }

    let local = Local::new();
    let results = local.block_on(join_all((0..10).map(interleaved)));
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 5);
    assert_eq!(local.calls("interleaved"), Calls { ok: 5, error: 5, ..Calls::NONE });
}

#[test]
fn a_future_may_be_polled_and_dropped_on_threads_without_a_recorder() {
    #[instrumented(name = "moving")]
    async fn moving(end: bool) {
        yield_now().await;
        if !end {
            pending().await;
        }
    }

    let local = Local::new();
    let mut futures = [Box::pin(moving(true)), Box::pin(moving(false))];
    for future in &mut futures {
        let first = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert!(local.run(|| first.block_on(async { futures::poll!(future.as_mut()) })).is_pending());
    }
    assert_eq!(local.calls("moving"), Calls { in_flight: 2, ..Calls::NONE });
    thread::spawn(move || {
        let [ends, dropped] = futures;
        futures::executor::block_on(ends);
        drop(dropped);
    })
    .join()
    .unwrap();
    assert_eq!(local.calls("moving"), Calls { ok: 1, cancelled: 1, ..Calls::NONE });
}
