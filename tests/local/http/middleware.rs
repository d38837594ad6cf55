//! What a request is counted as behind and in front of other middleware, and over the less common parts of the protocols: one table, of which each
//! row has a server and a recorder of its own.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use axum::routing::{any, get, post};
use futures::future::{BoxFuture, FutureExt};
use futures::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use metrics_instrumented::http;
use metrics_instrumented_tests::Local;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::{ResponseBodyTimeoutLayer, TimeoutLayer};

use super::serve::{ARRIVED, CHUNK, all_ended, chunks, send, serve, settled, stalling};

/// Longer than a handler takes on a busy machine.
const SHORT: Duration = Duration::from_millis(250);

/// What is sent to which server, and the requests that ended, as `method route status count`.
struct Row {
    name: &'static str,
    server: fn(Router) -> Router,
    client: fn(SocketAddr) -> BoxFuture<'static, ()>,
    ended: &'static [&'static str],
}

const ROWS: &[Row] = &[
    Row {
        name: "a timeout inside of the layer answers",
        server: |router| router.layer(timeout()).layer(http::server()),
        client: |address| {
            async move {
                assert_eq!(send(address, "GET", "/never").await.unwrap(), (408, 0));
                assert_eq!(send(address, "GET", "/small").await.unwrap(), (200, 5));
            }
            .boxed()
        },
        ended: &["GET /never 408 1", "GET /small 200 1"],
    },
    Row {
        name: "a timeout outside of the layer drops its future",
        server: |router| router.layer(http::server()).layer(timeout()),
        client: |address| {
            async move {
                assert_eq!(send(address, "GET", "/never").await.unwrap(), (408, 0));
                assert_eq!(send(address, "GET", "/small").await.unwrap(), (200, 5));
            }
            .boxed()
        },
        ended: &["GET /never cancelled 1", "GET /small 200 1"],
    },
    Row {
        name: "a body that stalls longer than a timeout inside of the layer fails",
        server: |router| router.layer(ResponseBodyTimeoutLayer::new(SHORT)).layer(http::server()),
        client: |address| async move { assert!(send(address, "GET", "/stalling").await.is_err()) }.boxed(),
        ended: &["GET /stalling error 1"],
    },
    Row {
        name: "a body that stalls longer than a timeout outside of the layer is dropped",
        server: |router| router.layer(http::server()).layer(ResponseBodyTimeoutLayer::new(SHORT)),
        client: |address| async move { assert!(send(address, "GET", "/stalling").await.is_err()) }.boxed(),
        ended: &["GET /stalling cancelled 1"],
    },
    Row {
        name: "a panic that is caught inside of the layer is a response",
        server: |router| router.layer(CatchPanicLayer::new()).layer(http::server()),
        client: |address| async move { assert_eq!(send(address, "GET", "/panics").await.unwrap().0, 500) }.boxed(),
        ended: &["GET /panics 500 1"],
    },
    Row {
        name: "a panic that is caught outside of the layer is a panic",
        server: |router| router.layer(http::server()).layer(CatchPanicLayer::new()),
        client: |address| async move { assert_eq!(send(address, "GET", "/panics").await.unwrap().0, 500) }.boxed(),
        ended: &["GET /panics panic 1"],
    },
    Row {
        name: "compression outside of the layer",
        server: |router| router.layer(http::server()).layer(CompressionLayer::new()),
        client: compressed,
        ended: COMPRESSED,
    },
    Row {
        name: "compression inside of the layer",
        server: |router| router.layer(CompressionLayer::new()).layer(http::server()),
        client: compressed,
        ended: COMPRESSED,
    },
    Row {
        name: "a WebSocket's request ends with the upgrade",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                for close in [true, false] {
                    let stream = TcpStream::connect(address).await.unwrap();
                    let uri = format!("ws://{address}/socket");
                    let (mut socket, response) = tokio_tungstenite::client_async(uri, stream).await.unwrap();
                    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
                    for word in ["ping", "pong"] {
                        socket.send(tungstenite::Message::text(word)).await.unwrap();
                        assert_eq!(socket.next().await.unwrap().unwrap(), tungstenite::Message::text(word));
                    }
                    if close {
                        socket.close(None).await.unwrap();
                        while let Some(Ok(_)) = socket.next().await {}
                    }
                }
            }
            .boxed()
        },
        ended: &["GET /socket 101 2"],
    },
    Row {
        name: "a WebSocket's request that is not an upgrade is rejected",
        server: |router| router.layer(http::server()),
        client: |address| async move { assert_eq!(send(address, "GET", "/socket").await.unwrap().0, 400) }.boxed(),
        ended: &["GET /socket 400 1"],
    },
    Row {
        name: "a WebSocket over HTTP/2 ends with the response to CONNECT",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let mut connect = Request::new(Empty::<Bytes>::new());
                *connect.method_mut() = hyper::Method::CONNECT;
                *connect.uri_mut() = format!("http://{address}/socket").parse().unwrap();
                connect.headers_mut().insert("sec-websocket-version", "13".parse().unwrap());
                connect.extensions_mut().insert(hyper::ext::Protocol::from_static("websocket"));
                let mut sender = http2(address).await;
                let response = sender.send_request(connect).await.unwrap();
                assert_eq!(response.status(), StatusCode::OK);
                let io = TokioIo::new(hyper::upgrade::on(response).await.unwrap());
                let role = tungstenite::protocol::Role::Client;
                let mut socket = tokio_tungstenite::WebSocketStream::from_raw_socket(io, role, None).await;
                socket.send(tungstenite::Message::text("ping")).await.unwrap();
                assert_eq!(socket.next().await.unwrap().unwrap(), tungstenite::Message::text("ping"));
                drop(socket);
            }
            .boxed()
        },
        ended: &["CONNECT /socket 200 1"],
    },
    Row {
        name: "responses without a body, on one connection",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let requests = ["HEAD /small", "HEAD /large", "GET /status/204", "GET /status/304", "GET /empty"];
                let sent: String = requests.map(|request| format!("{request} HTTP/1.1\r\nhost: a\r\n\r\n")).concat();
                let answers = raw(address, &(sent + LAST)).await;
                assert_eq!(answers.matches("HTTP/1.1 ").count(), requests.len() + 1, "{answers}");
                assert!(answers.ends_with("small") && answers.matches("small").count() == 1, "{answers}");
            }
            .boxed()
        },
        ended: &[
            "GET /empty 200 1",
            "GET /small 200 1",
            "GET /status/{code} 204 1",
            "GET /status/{code} 304 1",
            "HEAD /large 200 1",
            "HEAD /small 200 1",
        ],
    },
    Row {
        name: "requests that are sent at once",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let sent = "GET /small HTTP/1.1\r\nhost: a\r\n\r\n".repeat(40);
                let answers = raw(address, &(sent + LAST)).await;
                assert_eq!(answers.matches("small").count(), 41);
            }
            .boxed()
        },
        ended: &["GET /small 200 41"],
    },
    Row {
        name: "of requests that are sent at once, only those that were begun are cancelled",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                // hyper does not read while a request waits in its buffer, so that only a write tells it that the client has left.
                let sent = ["/small", "/endless", "/small"]
                    .map(|path| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n"))
                    .concat();
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(sent.as_bytes()).await.unwrap();
                // The second response has begun.
                stream.read_exact(&mut [0; CHUNK]).await.unwrap();
            }
            .boxed()
        },
        ended: &["GET /endless cancelled 1", "GET /small 200 1"],
    },
    Row {
        name: "a request that waits for 100 Continue",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let head = "POST /length HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n";
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(head.as_bytes()).await.unwrap();
                let mut interim = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
                stream.read_exact(&mut interim).await.unwrap();
                assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
                stream.write_all(format!("body{LAST}").as_bytes()).await.unwrap();
                let mut answers = String::new();
                stream.read_to_string(&mut answers).await.unwrap();
                assert!(answers.starts_with("HTTP/1.1 200") && answers.ends_with("small"), "{answers}");
            }
            .boxed()
        },
        ended: &["GET /small 200 1", "POST /length 200 1"],
    },
    Row {
        name: "a request that never continues",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let head = "POST /length HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n";
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.read_exact(&mut [0; "HTTP/1.1 100 Continue".len()]).await.unwrap();
            }
            .boxed()
        },
        // The body of the request fails, and axum answers, to nobody.
        ended: &["POST /length 400 1"],
    },
    Row {
        name: "a request that is answered without 100 Continue",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let head = "POST /rejected HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n";
                let answer = raw(address, head).await;
                assert!(answer.starts_with("HTTP/1.1 417"), "{answer}");
            }
            .boxed()
        },
        ended: &["POST /rejected 417 1"],
    },
    Row {
        name: "a request that is malformed does not reach the layer",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move { assert!(raw(address, "GET  HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 400")) }.boxed()
        },
        ended: &[],
    },
    Row {
        name: "the server resets a stream of HTTP/2",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let mut sender = http2(address).await;
                let mut get = |path: &str| sender.send_request(get_request(address, path));
                let (fails, small) = (get("/fails"), get("/small"));
                // The reset may overtake the head of the response.
                if let Ok(response) = fails.await {
                    assert!(response.into_body().collect().await.is_err());
                }
                assert_eq!(small.await.unwrap().into_body().collect().await.unwrap().to_bytes(), "small");
            }
            .boxed()
        },
        ended: &["GET /fails error 1", "GET /small 200 1"],
    },
    Row {
        name: "the client resets a stream of HTTP/2 before its response, and before its body",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let mut sender = http2(address).await;
                let waiting = sender.send_request(get_request(address, "/never"));
                assert!(tokio::time::timeout(ARRIVED, waiting).await.is_err());
                drop(sender.send_request(get_request(address, "/stalling")).await.unwrap());
                let small = sender.send_request(get_request(address, "/small")).await.unwrap();
                assert_eq!(small.into_body().collect().await.unwrap().to_bytes(), "small");
            }
            .boxed()
        },
        ended: &["GET /never cancelled 1", "GET /small 200 1", "GET /stalling cancelled 1"],
    },
    Row {
        name: "the connection of many streams of HTTP/2 is lost",
        server: |router| router.layer(http::server()),
        client: |address| {
            async move {
                let stream = TcpStream::connect(address).await.unwrap();
                let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
                let (mut sender, connection) =
                    builder.handshake::<_, Empty<Bytes>>(TokioIo::new(stream)).await.unwrap();
                let connection = tokio::spawn(connection);
                let paths = ["/never", "/stalling"].into_iter().cycle().take(20);
                let waiting: Vec<_> = paths.map(|path| sender.send_request(get_request(address, path))).collect();
                assert!(tokio::time::timeout(ARRIVED, futures::future::join_all(waiting)).await.is_err());
                connection.abort();
            }
            .boxed()
        },
        ended: &["GET /never cancelled 10", "GET /stalling cancelled 10"],
    },
];

/// The last request of a connection.
const LAST: &str = "GET /small HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

fn timeout() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, SHORT)
}

fn router() -> Router {
    let echo = |upgrade: WebSocketUpgrade| async {
        upgrade.on_upgrade(|mut socket: WebSocket| async move {
            while let Some(Ok(message @ Message::Text(_))) = socket.recv().await {
                socket.send(message).await.unwrap();
            }
        })
    };
    let panics = || async {
        tokio::task::yield_now().await;
        assert!(std::env::args().count() == 0, "in the handler");
    };
    let endless = || async {
        Body::from_stream(futures::stream::repeat_with(|| Ok::<_, std::convert::Infallible>(vec![b'x'; CHUNK])))
    };
    let fails = || async { Body::from_stream(futures::stream::iter([Ok("some"), Err("broken")])) };
    let status = |code: axum::extract::Path<u16>| async move {
        Response::builder().status(code.0).body(Body::from("not sent")).unwrap()
    };
    Router::new()
        .route("/small", get(|| async { "small" }))
        .route("/large", get(|| async { chunks(64) }))
        .route("/known_length", get(|| async { vec![b'x'; 64 * CHUNK] }))
        .route("/empty", get(|| async {}))
        .route("/status/{code}", get(status))
        .route("/never", get(std::future::pending::<()>))
        .route("/stalling", get(|| async { stalling(8) }))
        .route("/endless", get(endless))
        .route("/fails", get(fails))
        .route("/panics", get(panics))
        .route("/length", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/rejected", post(|| async { StatusCode::EXPECTATION_FAILED }))
        .route("/socket", any(echo))
}

const COMPRESSED: &[&str] = &[
    "GET /known_length 200 2",
    "GET /large 200 2",
    "GET /stalling cancelled 1",
    "GET /status/{code} 204 1",
    "HEAD /large 200 1",
];

/// Requests that accept gzip, of bodies of known and unknown length, and one that does not.
fn compressed(address: SocketAddr) -> BoxFuture<'static, ()> {
    async move {
        let request = |request: &str, connection: &str| {
            format!("{request} HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\nconnection: {connection}\r\n\r\n")
        };
        for path in ["/large", "/known_length"] {
            let answer = raw(address, &request(&format!("GET {path}"), "close")).await;
            assert!(answer.contains("content-encoding: gzip") && answer.len() < CHUNK, "{}", answer.len());
            assert_eq!(send(address, "GET", path).await.unwrap(), (200, 64 * CHUNK));
        }
        raw(address, &request("HEAD /large", "close")).await;
        raw(address, &request("GET /status/204", "close")).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        // With `close`, hyper does not read any more, so that it would notice only at its next write that the client has left.
        stream.write_all(request("GET /stalling", "keep-alive").as_bytes()).await.unwrap();
        stream.read_exact(&mut [0; 64]).await.unwrap();
    }
    .boxed()
}

/// Sends bytes, and reads until the server closes the connection. Bytes that are not UTF-8 are replaced.
async fn raw(address: SocketAddr, sent: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn http2(address: SocketAddr) -> hyper::client::conn::http2::SendRequest<Empty<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender.ready().await.unwrap();
    sender
}

fn get_request(address: SocketAddr, path: &str) -> Request<Empty<Bytes>> {
    Request::get(format!("http://{address}{path}")).body(Empty::new()).unwrap()
}

#[test]
fn every_row_of_the_table_counts_as_expected() {
    for row in ROWS {
        eprintln!("{}", row.name);
        let local = Local::new();
        local.block_on(async {
            let address = serve((row.server)(router())).await;
            let client = tokio::time::timeout(Duration::from_secs(30), (row.client)(address));
            client.await.unwrap_or_else(|_| panic!("{}: the client waits", row.name));
            settled(&local).await;
        });
        assert_eq!(all_ended(&local), row.ended, "{}", row.name);
    }
}
