//! Next to the attributes of frameworks, above them and below.

use async_trait::async_trait;
use futures::stream::{self, Stream, StreamExt};
use metrics_instrumented::instrumented;
use metrics_instrumented_tests::{Calls, Local};
use std::pin::Pin;

/// Each is counted once by the test that calls it, whichever attribute comes first.
const ONCE: Calls = Calls { ok: 1, ..Calls::NONE };

#[axum::debug_handler]
#[instrumented(name = "frameworks_handler_below")]
async fn handler_below(axum::extract::Path(id): axum::extract::Path<u32>) -> Result<String, http::StatusCode> {
    tokio::task::yield_now().await;
    if id == 0 { Err(http::StatusCode::NOT_FOUND) } else { Ok(id.to_string()) }
}

#[instrumented(name = "frameworks_handler_above")]
#[axum::debug_handler]
async fn handler_above(axum::extract::Path(id): axum::extract::Path<u32>) -> Result<String, http::StatusCode> {
    tokio::task::yield_now().await;
    if id == 0 { Err(http::StatusCode::NOT_FOUND) } else { Ok(id.to_string()) }
}

#[test]
fn handlers_of_axum_are_calls_and_handlers_still() {
    let local = Local::new();
    local.block_on(async {
        let _: axum::Router = axum::Router::new()
            .route("/below/{id}", axum::routing::get(handler_below))
            .route("/above/{id}", axum::routing::get(handler_above));
        for id in [0, 1] {
            let path = axum::extract::Path(id);
            assert_eq!(handler_below(axum::extract::Path(id)).await, handler_above(path).await);
        }
    });
    for base in ["frameworks_handler_below", "frameworks_handler_above"] {
        assert_eq!(local.calls(base), Calls { ok: 1, error: 1, ..Calls::NONE }, "{base}");
    }
}

#[async_trait]
trait Store {
    async fn get(&self, key: &str) -> Option<u32>;
}

struct Memory;

/// The attribute on the block, above and below the one that rewrites it.
#[instrumented(namespace = "frameworks_store_above")]
#[async_trait]
impl Store for Memory {
    async fn get(&self, key: &str) -> Option<u32> {
        tokio::task::yield_now().await;
        key.parse().ok()
    }
}

struct Disk;

#[async_trait]
#[instrumented(namespace = "frameworks_store_below")]
impl Store for Disk {
    async fn get(&self, key: &str) -> Option<u32> {
        tokio::task::yield_now().await;
        key.parse().ok()
    }
}

#[test]
fn blocks_of_async_trait_are_timed_to_completion() {
    let local = Local::new();
    local.block_on(async {
        assert_eq!(Memory.get("1").await, Some(1));
        assert_eq!(Disk.get("1").await, Some(1));
    });
    for (base, function) in [
        ("frameworks_store_above_function_calls", "<Memory as Store>::get"),
        ("frameworks_store_below_function_calls", "<Disk as Store>::get"),
    ] {
        let labels = [("module", module_path!()), ("function", function)];
        assert_eq!(local.calls_with(base, &labels), ONCE, "{base}");
    }
}

#[tokio::test]
#[instrumented(name = "frameworks_test_below")]
async fn a_test_of_tokio_may_be_a_call() {
    tokio::task::yield_now().await;
}

#[instrumented(name = "frameworks_test_above")]
#[tokio::test]
async fn a_test_of_tokio_may_be_a_call_from_above() {
    tokio::task::yield_now().await;
}

#[test]
#[instrumented(name = "frameworks_plain_test")]
fn a_plain_test_may_be_a_call() -> Result<(), String> {
    Ok(())
}

#[instrumented(name = "frameworks_stream")]
fn numbers(n: u32) -> impl Stream<Item = u32> {
    stream::iter(0..n)
}

#[instrumented(name = "frameworks_boxed_stream")]
fn boxed_numbers<'a>(list: &'a [u32]) -> Pin<Box<dyn Stream<Item = &'a u32> + Send + 'a>> {
    if list.is_empty() {
        return Box::pin(stream::empty());
    }
    Box::pin(stream::iter(list))
}

#[instrumented(name = "frameworks_stream_later")]
async fn numbers_later(n: u32) -> Result<impl Stream<Item = u32>, String> {
    tokio::task::yield_now().await;
    Ok(stream::iter(0..n))
}

/// Each call lasts as long as its stream; an `async fn` that returns one ends when it has made it.
#[test]
fn functions_that_return_streams_are_calls_until_the_streams_end() {
    let local = Local::new();
    local.block_on(async {
        assert_eq!(numbers(2).collect::<Vec<_>>().await, [0, 1]);
        assert_eq!(boxed_numbers(&[3]).collect::<Vec<&u32>>().await, [&3]);
        assert_eq!(numbers_later(1).await.unwrap().collect::<Vec<_>>().await, [0]);
    });
    for base in ["frameworks_stream", "frameworks_boxed_stream", "frameworks_stream_later"] {
        assert_eq!(local.calls(base), ONCE, "{base}");
    }
}

#[instrumented(name = "status_pairs")]
fn status_pair(code: u16) -> (http::StatusCode, &'static str) {
    (http::StatusCode::from_u16(code).unwrap(), "text")
}

type Status = http::StatusCode;

#[instrumented(name = "status_triples")]
async fn status_triple(code: u16) -> (Status, http::HeaderMap, String) {
    (Status::from_u16(code).unwrap(), http::HeaderMap::new(), String::new())
}

#[instrumented(name = "plain_pairs")]
fn plain_pair() -> (String, u16) {
    (String::new(), 503)
}

#[test]
fn the_status_of_a_tuple_is_the_outcome_and_is_zero_initialised() {
    let local = Local::new();
    let outcomes = |family: &str| -> Vec<String> {
        let exposition = local.read();
        exposition.label_values(family, "outcome").into_iter().map(str::to_owned).collect()
    };
    assert_eq!(outcomes("status_pairs_total"), ["error", "ok", "panic"]);
    assert_eq!(outcomes("status_triples_total"), ["cancelled", "error", "ok", "panic"]);
    assert_eq!(outcomes("plain_pairs_total"), ["ok", "panic"]);
    local.run(|| (status_pair(200), status_pair(503), status_pair(404), plain_pair()));
    local.block_on(async { (status_triple(200).await, status_triple(500).await) });
    assert_eq!(local.calls_with("status_pairs", &[]), Calls { ok: 2, error: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("status_triples", &[]), Calls { ok: 1, error: 1, ..Calls::NONE });
    assert_eq!(local.calls_with("plain_pairs", &[]), Calls { ok: 1, ..Calls::NONE });
}
