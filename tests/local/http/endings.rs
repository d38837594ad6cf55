//! Every way in which a request ends, and what it is counted as.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::{any, get};
use futures::stream::{self, StreamExt};
use hyper::StatusCode;
use hyper::body::{Bytes, Frame, SizeHint};
use metrics_instrumented::http;
use metrics_instrumented_tests::Local;

use super::serve::{
    ARRIVED, CHUNK, active, chunks, connect, ended, leave_after, request, send, serve, settled, stalling,
};

fn with_status(status: u16, body: impl Into<Body>) -> Response {
    Response::builder().status(status).body(body.into()).expect("a response")
}

fn router() -> Router {
    let body_fails = || async { Body::from_stream(stream::iter([Ok(Bytes::from_static(b"some")), Err("broken")])) };
    let body_panics = || async {
        let items = stream::iter([1, 2]).map(|item| {
            assert!(item == 1, "in the body");
            Ok::<_, Infallible>(Bytes::from_static(b"some"))
        });
        Body::from_stream(items)
    };
    let panics = || async {
        tokio::task::yield_now().await;
        assert!(false_at_run_time(), "in the handler");
    };
    Router::new()
        .route("/small", any(|| async { "small" }))
        .route("/empty", get(|| async {}))
        .route("/status/{code}", get(|code: axum::extract::Path<u16>| async move { with_status(code.0, "text") }))
        .route("/large", any(|| async { chunks(64) }))
        .route("/stalling", get(|| async { stalling(100) }))
        .route("/nothing", get(|| async { Body::new(Nothing) }))
        .route(
            "/said_nothing",
            get(|| async {
                ([("content-length", "0")], Body::from_stream(stream::empty::<Result<Bytes, Infallible>>()))
            }),
        )
        .route("/known_length", get(|| async { vec![b'x'; 64 * CHUNK] }))
        .route("/body_fails", get(body_fails))
        .route("/body_panics", get(body_panics))
        .route("/panics", get(panics))
        .route("/never", get(std::future::pending::<()>))
        .layer(http::server())
}

/// A body that says that it has no bytes, and not that it has ended.
struct Nothing;

impl hyper::body::Body for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

fn false_at_run_time() -> bool {
    std::env::args().count() == 0
}

/// Runs a test with a server and a recorder of its own.
fn run<F: Future>(test: impl FnOnce(std::net::SocketAddr) -> F) -> (Local, F::Output) {
    let local = Local::new();
    let output = local.block_on(async {
        let address = serve(router()).await;
        let output = test(address).await;
        settled(&local).await;
        output
    });
    (local, output)
}

#[test]
fn a_complete_response_counts_with_its_status() {
    let (local, ()) = run(|address| async move {
        assert_eq!(send(address, "GET", "/small").await.unwrap(), (200, 5));
        assert_eq!(send(address, "GET", "/empty").await.unwrap(), (200, 0));
        assert_eq!(send(address, "GET", "/nothing").await.unwrap(), (200, 0));
        assert_eq!(send(address, "GET", "/said_nothing").await.unwrap(), (200, 0));
        assert_eq!(send(address, "GET", "/large").await.unwrap(), (200, 64 * CHUNK));
        assert_eq!(send(address, "GET", "/known_length").await.unwrap(), (200, 64 * CHUNK));
        for code in [201, 204, 304, 404, 418, 499, 503, 599] {
            assert_eq!(send(address, "GET", &format!("/status/{code}")).await.unwrap().0, code);
        }
    });
    for route in ["/small", "/empty", "/nothing", "/said_nothing", "/large", "/known_length"] {
        assert_eq!(ended(&local, route), ["GET 200 1"], "{route}");
    }
    let expected = ["201", "204", "304", "404", "418", "4xx", "503", "5xx"].map(|code| format!("GET {code} 1"));
    assert_eq!(ended(&local, "/status/{code}"), expected);
}

#[test]
fn a_response_without_a_body_on_the_wire_is_complete() {
    let (local, ()) = run(|address| async move {
        for path in ["/small", "/large"] {
            assert_eq!(send(address, "HEAD", path).await.unwrap(), (200, 0));
        }
    });
    assert_eq!(ended(&local, "/small"), ["HEAD 200 1"]);
    assert_eq!(ended(&local, "/large"), ["HEAD 200 1"]);
}

#[test]
fn a_download_is_in_flight_until_its_body_has_ended() {
    let (local, ()) = run(|address| async move {
        let mut sender = connect(address).await;
        let mut response = sender.send_request(request("GET", "/large")).await.unwrap();
        use http_body_util::BodyExt;
        let mut read = 0;
        while let Some(frame) = response.frame().await {
            read += frame.unwrap().into_data().map_or(0, |data| data.len());
        }
        assert_eq!(read, 64 * CHUNK);
    });
    assert_eq!(ended(&local, "/large"), ["GET 200 1"]);
    let local = Local::new();
    local.block_on(async {
        let address = serve(router()).await;
        let mut sender = connect(address).await;
        let response = sender.send_request(request("GET", "/stalling")).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(active(&local), 1.0, "the head is there, the body is not");
        drop((response, sender));
        settled(&local).await;
    });
}

#[test]
fn a_client_that_leaves_is_cancelled() {
    let (local, ()) = run(|address| async move {
        for percent in [0, 50, 99, 100] {
            leave_after(address, "/stalling", percent * CHUNK).await;
        }
        // Before the head.
        let mut sender = connect(address).await;
        let waiting = sender.send_request(request("GET", "/never"));
        assert!(tokio::time::timeout(ARRIVED, waiting).await.is_err());
    });
    assert_eq!(ended(&local, "/never"), ["GET cancelled 1"]);
    assert_eq!(ended(&local, "/stalling"), ["GET cancelled 4"]);
}

#[test]
fn a_body_that_fails_is_an_error() {
    let (local, ()) = run(|address| async move {
        assert!(send(address, "GET", "/body_fails").await.is_err());
    });
    assert_eq!(ended(&local, "/body_fails"), ["GET error 1"]);
}

#[test]
fn a_panic_in_the_handler_or_in_the_body_is_a_panic() {
    let (local, ()) = run(|address| async move {
        assert!(send(address, "GET", "/panics").await.is_err());
        assert!(send(address, "GET", "/body_panics").await.is_err());
    });
    assert_eq!(ended(&local, "/panics"), ["GET panic 1"]);
    assert_eq!(ended(&local, "/body_panics"), ["GET panic 1"]);
}

#[test]
fn a_timeout_around_the_layer_cancels_the_request() {
    let local = Local::new();
    local.block_on(async {
        let timeout =
            axum::error_handling::HandleErrorLayer::new(|_: tower::BoxError| async { StatusCode::GATEWAY_TIMEOUT });
        let stack = tower::ServiceBuilder::new().layer(timeout).timeout(Duration::from_millis(250));
        let address = serve(router().layer(stack)).await;
        assert_eq!(send(address, "GET", "/never").await.unwrap().0, 504);
        settled(&local).await;
    });
    assert_eq!(ended(&local, "/never"), ["GET cancelled 1"]);
}

#[test]
fn requests_of_one_connection_count_once_each() {
    let (local, ()) = run(|address| async move {
        let mut sender = connect(address).await;
        for _ in 0..50 {
            use http_body_util::BodyExt;
            sender.ready().await.unwrap();
            let response = sender.send_request(request("GET", "/small")).await.unwrap();
            assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "small");
        }
    });
    assert_eq!(ended(&local, "/small"), ["GET 200 50"]);
}

#[test]
fn an_upgrade_is_complete_with_its_response() {
    let local = Local::new();
    local.block_on(async {
        let upgrade = || async {
            Response::builder()
                .status(StatusCode::SWITCHING_PROTOCOLS)
                .header("connection", "upgrade")
                .header("upgrade", "echo")
                .body(Body::empty())
                .unwrap()
        };
        let router = Router::new().route("/socket", get(upgrade)).layer(http::server());
        let address = serve(router).await;
        let mut upgrade = request("GET", "/socket");
        upgrade.headers_mut().insert("connection", "upgrade".parse().unwrap());
        upgrade.headers_mut().insert("upgrade", "echo".parse().unwrap());
        let response = connect(address).await.send_request(upgrade).await.unwrap();
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
        settled(&local).await;
    });
    assert_eq!(ended(&local, "/socket"), ["GET 101 1"]);
}
