//! A small HTTP client: one connection per request.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::header::HOST;
use axum::http::{Method, Request, Response};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long an answer may take to begin.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest body that [`call`] reads.
const LIMIT: usize = 1 << 20;

/// Sends a request to `addr` and returns the answer, its body still to come.
///
/// # Errors
/// If there is no HTTP response within ten seconds.
pub async fn send(addr: SocketAddr, request: Request<Body>) -> io::Result<Response<Body>> {
    let exchange = async {
        let stream = TcpStream::connect(addr).await?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        // The call ends with the response's body, so errors of the body are counted, too.
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(io::Error::other)
    };
    Ok(timeout(PATIENCE, exchange).await??.map(Body::new))
}

/// Sends `method path` to `addr`, for the host `host`, and returns the status and the body.
///
/// # Errors
/// Like [`send`], and if the path or the host is invalid in a request, or the body is not UTF-8.
pub async fn call(addr: SocketAddr, method: Method, host: &str, path: &str, body: &str) -> io::Result<(u16, String)> {
    let request = Request::builder().method(method).uri(path).header(HOST, host).body(Body::from(body.to_owned()));
    let response = send(addr, request.map_err(io::Error::other)?).await?;
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), LIMIT).await.map_err(io::Error::other)?;
    Ok((status, String::from_utf8(body.into()).map_err(io::Error::other)?))
}
