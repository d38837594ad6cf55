//! A server for the clients of this package.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

/// Serves `/found` and `/missing` for as long as the runtime runs.
///
/// # Errors
/// If no port is free.
pub async fn serve() -> io::Result<SocketAddr> {
    let router = Router::new()
        .route("/found", get(|| async { "found\n" }))
        .route("/missing", get(|| async { StatusCode::NOT_FOUND }));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}
