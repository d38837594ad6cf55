//! Functions that return a stream: one call, from the first poll to the stream's end or drop.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::channel::mpsc::{self, SendError};
use futures::sink::{Sink, SinkExt};
use futures::stream::{self, BoxStream, FusedStream, LocalBoxStream, Stream, StreamExt, TryStream, TryStreamExt};
use metrics_instrumented::{LabelValue, instrumented};
use metrics_instrumented_tests::{Calls, Local, lasted, panic_of};
use tokio::time::sleep;

const NAP: Duration = Duration::from_millis(10);

type Row = Result<u32, &'static str>;

/// One row after each nap; the last one as told.
#[instrumented(name = "stream_rows")]
fn rows(last: Row) -> impl Stream<Item = Row> {
    stream::iter([Ok(1), Err("skipped"), last]).then(|row| async move {
        sleep(NAP).await;
        row
    })
}

#[instrumented(name = "stream_of_macro")]
fn of_macro(count: u32) -> impl Stream<Item = u32> {
    async_stream::stream! {
        for number in 0..count {
            sleep(NAP).await;
            yield number;
        }
    }
}

#[instrumented(name = "stream_of_try_macro")]
fn of_try_macro(fail: bool) -> impl Stream<Item = Row> {
    async_stream::try_stream! {
        yield 1;
        if fail { Err("failed")?; }
        yield 2;
    }
}

#[instrumented(name = "stream_fallible")]
fn fallible(last: Row) -> impl TryStream<Ok = u32, Error = &'static str> {
    stream::iter([Ok(1), Err("skipped"), last])
}

#[instrumented(name = "stream_fallible_box")]
fn fallible_box(last: Row) -> Pin<Box<dyn TryStream<Ok = u32, Error = &'static str, Item = Row> + Send>> {
    Box::pin(stream::iter([last]))
}

#[instrumented(name = "stream_pinned")]
fn pinned(empty: bool) -> Pin<Box<dyn Stream<Item = u8> + Send>> {
    if empty {
        return Box::pin(stream::empty());
    }
    Box::pin(stream::iter([1, 2, 3]))
}

#[instrumented(name = "stream_box")]
fn box_stream(text: &str) -> BoxStream<'_, char> {
    stream::iter(text.chars()).boxed()
}

#[instrumented(name = "stream_local_box")]
fn local_box_stream(text: &str) -> LocalBoxStream<'_, usize> {
    let shared = Rc::new(text.len());
    Box::pin(stream::once(async move { *shared }))
}

#[instrumented(name = "stream_fused")]
fn fused(count: u8) -> impl FusedStream<Item = u8> + Unpin {
    stream::iter(0..count).fuse()
}

trait Source {
    fn numbers(&self) -> impl Stream<Item = u32> + Send;
}

struct Range(u32);

impl Source for Range {
    #[instrumented(name = "stream_of_trait")]
    fn numbers(&self) -> impl Stream<Item = u32> + Send {
        stream::iter(0..self.0)
    }
}

#[derive(Debug, LabelValue)]
enum Failure {
    Timeout,
    Refused,
}

#[instrumented(name = "stream_kinds", errors = "stream_kinds_errors_total")]
fn kinds(refused: bool) -> impl Stream<Item = Result<u8, Failure>> {
    stream::iter([Err(Failure::Timeout), if refused { Err(Failure::Refused) } else { Ok(1) }])
}

#[instrumented(name = "stream_panics")]
fn panics() -> impl Stream<Item = u8> {
    stream::iter([1, 2]).map(|item| if item == 2 { panic!("in the second item") } else { item })
}

fn in_flight(local: &Local, base: &str) -> Option<f64> {
    local.read().value(&format!("{base}_in_flight"), &[])
}

#[test]
fn the_last_item_of_a_stream_decides_its_outcome() {
    let local = Local::new();
    local.block_on(async {
        assert_eq!(rows(Ok(2)).collect::<Vec<_>>().await.len(), 3);
        assert_eq!(rows(Err("last")).collect::<Vec<_>>().await.len(), 3);
        assert_eq!(of_macro(3).collect::<Vec<_>>().await, [0, 1, 2]);
        assert_eq!(of_try_macro(true).collect::<Vec<_>>().await, [Ok(1), Err("failed")]);
        assert_eq!(of_try_macro(false).collect::<Vec<_>>().await, [Ok(1), Ok(2)]);
    });
    let both = Calls { ok: 1, error: 1, ..Calls::NONE };
    assert_eq!(local.calls("stream_rows"), both);
    assert_eq!(local.calls("stream_of_macro"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(local.calls("stream_of_try_macro"), both);
    let durations = local.read().histogram("stream_rows_duration_seconds", &[]);
    assert!(lasted(durations.sum, NAP * 6, Duration::MAX), "{durations:?}");
}

#[test]
fn a_try_stream_counts_like_the_stream_of_results_that_it_is() {
    let local = Local::new();
    local.block_on(async {
        assert_eq!(fallible(Ok(2)).into_stream().count().await, 3);
        assert_eq!(fallible(Err("last")).into_stream().count().await, 3);
        // It is dropped at the first error.
        assert_eq!(fallible(Ok(2)).try_collect::<Vec<_>>().await, Err("skipped"));
        drop(fallible(Ok(2)));
        assert_eq!(fallible_box(Ok(1)).into_stream().count().await, 1);
        assert_eq!(fallible_box(Err("last")).into_stream().count().await, 1);
    });
    assert_eq!(local.calls("stream_fallible"), Calls { ok: 1, error: 1, cancelled: 1, ..Calls::NONE });
    assert_eq!(local.calls("stream_fallible_box"), Calls { ok: 1, error: 1, ..Calls::NONE });
}

#[test]
fn a_stream_in_a_box_or_of_a_trait_is_one_call() {
    let local = Local::new();
    local.block_on(async {
        assert_eq!(pinned(false).count().await + pinned(true).count().await, 3);
        assert_eq!(box_stream("four").collect::<String>().await, "four");
        assert_eq!(local_box_stream("four").collect::<Vec<_>>().await, [4]);
        assert_eq!(Range(4).numbers().count().await, 4);
    });
    for (base, ok) in [("stream_pinned", 2), ("stream_box", 1), ("stream_local_box", 1), ("stream_of_trait", 1)] {
        assert_eq!(local.calls(base), Calls { ok, ..Calls::NONE }, "{base}");
    }
}

#[test]
fn a_stream_that_is_never_polled_counts_nothing() {
    let local = Local::new();
    local.run(|| drop((rows(Ok(1)), of_macro(1), pinned(false), box_stream("x"), Range(1).numbers().size_hint())));
    for base in ["stream_rows", "stream_of_macro", "stream_pinned", "stream_box", "stream_of_trait"] {
        assert_eq!(local.calls(base), Calls::NONE, "{base}");
    }
}

#[test]
fn a_stream_that_is_dropped_early_is_cancelled() {
    let local = Local::new();
    local.block_on(async {
        let mut stream = Box::pin(of_macro(3));
        assert_eq!(in_flight(&local, "stream_of_macro"), Some(0.0));
        assert_eq!(stream.next().await, Some(0));
        assert_eq!(in_flight(&local, "stream_of_macro"), Some(1.0));
        drop(stream);
        assert_eq!(in_flight(&local, "stream_of_macro"), Some(0.0));
        // Every item was taken, but not the end.
        assert_eq!(box_stream("ab").take(2).count().await, 2);
    });
    for base in ["stream_of_macro", "stream_box"] {
        assert_eq!(local.calls(base), Calls { cancelled: 1, ..Calls::NONE }, "{base}");
    }
}

#[test]
fn a_stream_that_panics_is_a_panic_and_not_in_flight() {
    let local = Local::new();
    let message = panic_of(|| local.block_on(async { panics().count().await }));
    assert!(message.contains("in the second item"), "{message}");
    assert_eq!(local.calls("stream_panics"), Calls { panic: 1, ..Calls::NONE });
}

#[test]
fn the_kind_of_the_last_items_error_is_counted() {
    let local = Local::new();
    local.block_on(async {
        assert_eq!(kinds(true).count().await, 2);
        assert_eq!(kinds(false).count().await, 2);
    });
    assert_eq!(local.calls("stream_kinds"), Calls { ok: 1, error: 1, ..Calls::NONE });
    let errors = |kind| local.read().value("stream_kinds_errors_total", &[("kind", kind)]);
    assert_eq!((errors("Refused"), errors("Timeout")), (Some(1.0), Some(0.0)));
}

#[test]
fn a_stream_keeps_its_size_hint_fuse_and_auto_traits() {
    fn is_send<S: Send>(_: &S) {}
    let local = Local::new();
    local.block_on(async {
        assert_eq!(Range(4).numbers().size_hint(), (4, Some(4)));
        is_send(&rows(Ok(1)));
        let mut stream = fused(1);
        assert!(!stream.is_terminated());
        assert_eq!((stream.next().await, stream.next().await), (Some(0), None));
        assert!(stream.is_terminated());
        // A poll behind the end counts nothing more.
        assert_eq!(stream.next().await, None);
    });
    assert_eq!(local.calls("stream_fused"), Calls { ok: 1, ..Calls::NONE });
}

#[test]
fn what_a_stream_borrows_is_dropped_with_it() {
    #[instrumented(name = "stream_borrows")]
    fn borrows(dropped: &Cell<bool>) -> impl Stream<Item = u8> {
        struct Sets<'a>(&'a Cell<bool>);
        impl Drop for Sets<'_> {
            fn drop(&mut self) {
                self.0.set(true);
            }
        }
        let sets = Sets(dropped);
        stream::iter([1]).map(move |item| {
            let _ = &sets;
            item
        })
    }
    let (local, dropped) = (Local::new(), Cell::new(false));
    local.block_on(async {
        assert_eq!(borrows(&dropped).count().await, 1);
    });
    assert!(dropped.get());
    assert_eq!(local.calls("stream_borrows"), Calls { ok: 1, ..Calls::NONE });
}

/// Returns what is sent, as an echo server does.
#[instrumented(name = "stream_and_sink")]
fn echo() -> impl Stream<Item = Row> + Sink<Row, Error = SendError> + Unpin {
    let (sender, receiver) = mpsc::channel(4);
    Duplex { sender, receiver }
}

struct Duplex {
    sender: mpsc::Sender<Row>,
    receiver: mpsc::Receiver<Row>,
}

impl Stream for Duplex {
    type Item = Row;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Row>> {
        self.receiver.poll_next_unpin(context)
    }
}

impl Sink<Row> for Duplex {
    type Error = SendError;

    fn poll_ready(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.sender.poll_ready_unpin(context)
    }

    fn start_send(mut self: Pin<&mut Self>, row: Row) -> Result<(), SendError> {
        self.sender.start_send_unpin(row)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.sender.poll_flush_unpin(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.sender.poll_close_unpin(context)
    }
}

#[test]
fn a_stream_that_is_also_a_sink_is_a_call_while_it_is_read() {
    let local = Local::new();
    local.block_on(async {
        let mut both = echo();
        both.send(Ok(1)).await.unwrap();
        assert_eq!(both.next().await, Some(Ok(1)));
        both.send(Err("last")).await.unwrap();
        both.close().await.unwrap();
        assert_eq!(both.collect::<Vec<_>>().await, [Err("last")]);
        // Sends only.
        echo().send(Ok(1)).await.unwrap();
    });
    assert_eq!(local.calls("stream_and_sink"), Calls { error: 1, ..Calls::NONE });
}
