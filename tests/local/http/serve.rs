//! A server on loopback, and clients that read a given part of a response.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use metrics_instrumented_tests::Local;
use tokio::net::{TcpListener, TcpStream};

/// A request has arrived by then, even on a busy machine.
pub(super) const ARRIVED: Duration = Duration::from_secs(2);

/// Serves a router over HTTP/1 and HTTP/2 for as long as the runtime runs.
pub(super) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let service = TowerToHyperService::new(router.clone());
            tokio::spawn(async move {
                let mut builder = auto::Builder::new(TokioExecutor::new());
                builder.http2().enable_connect_protocol();
                // A client that leaves is an error of the connection.
                let _ = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

/// A connection of HTTP/1.
pub(super) async fn connect(address: SocketAddr) -> http1::SendRequest<Empty<Bytes>> {
    let stream = TcpStream::connect(address).await.expect("the server listens");
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP/1");
    tokio::spawn(async move {
        let _ = connection.with_upgrades().await;
    });
    sender
}

pub(super) fn request(method: &str, path: &str) -> Request<Empty<Bytes>> {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    request.body(Empty::new()).expect("a request")
}

/// Sends a request on a connection of its own, and reads the response to its end.
pub(super) async fn send(address: SocketAddr, method: &str, path: &str) -> hyper::Result<(u16, usize)> {
    let response = connect(address).await.send_request(request(method, path)).await?;
    let status = response.status().as_u16();
    Ok((status, response.into_body().collect().await?.to_bytes().len()))
}

/// Reads at least this number of bytes of a response and disconnects.
pub(super) async fn leave_after(address: SocketAddr, path: &str, bytes: usize) {
    let mut sender = connect(address).await;
    let mut response: Response<Incoming> = sender.send_request(request("GET", path)).await.expect("a response");
    let mut read = 0;
    while read < bytes {
        let frame = response.frame().await.expect("more of the body").expect("no error");
        read += frame.into_data().map_or(0, |data| data.len());
    }
}

/// The requests that ended, as `method route status count`, sorted; those that never happened are left out.
pub(super) fn all_ended(local: &Local) -> Vec<String> {
    let mut ended: Vec<String> =
        counts(local).map(|[method, route, status, count]| format!("{method} {route} {status} {count}")).collect();
    ended.sort();
    ended
}

/// The same of one route, as `method status count`.
pub(super) fn ended(local: &Local, route: &str) -> Vec<String> {
    let of_route = counts(local).filter(|[_, own, ..]| own == route);
    let mut ended: Vec<String> =
        of_route.map(|[method, _, status, count]| format!("{method} {status} {count}")).collect();
    ended.sort();
    ended
}

/// Method, route, status and count of the requests that ended.
fn counts(local: &Local) -> impl Iterator<Item = [String; 4]> {
    const NAME: &str = "http_server_request_duration_seconds";
    let samples: Vec<_> = local.read_only(NAME).samples().cloned().collect();
    samples.into_iter().filter(|sample| sample.name == format!("{NAME}_count") && sample.value > 0.0).map(|sample| {
        let label = |name: &str| sample.labels.get(name).cloned().unwrap_or_default();
        [
            label("http_request_method"),
            label("http_route"),
            label("http_response_status_code"),
            sample.value.to_string(),
        ]
    })
}

/// The requests that are in flight.
pub(super) fn active(local: &Local) -> f64 {
    local.read_only("http_server_active_requests").samples().map(|sample| sample.value).sum()
}

/// Waits until no request is in flight: connections end a moment after their client left.
pub(super) async fn settled(local: &Local) {
    for _ in 0..1_000 {
        if active(local) == 0.0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("still in flight: {}", active(local));
}

/// A body of this number of chunks of 16 KiB, which waits for its reader.
pub(super) fn chunks(count: usize) -> Body {
    Body::from_stream(futures::stream::iter(
        (0..count).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; CHUNK]))),
    ))
}

/// As `chunks`, but then nothing more comes, and no end: as a download of which the rest is on its way.
pub(super) fn stalling(count: usize) -> Body {
    let chunks = futures::stream::iter((0..count).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; CHUNK]))));
    Body::from_stream(futures::StreamExt::chain(chunks, futures::stream::pending()))
}

pub(super) const CHUNK: usize = 16 * 1_024;
