//! What a container can run: a web server that says who it is.

use std::env;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use axum::Router;
use axum::http::{HeaderMap, Uri};

use example_shared::http::Server;
use example_shared::shutdown::Shutdown;

/// Serves HTTP on the port in the environment's `PORT`, for both versions of IP if there are both, until the shutdown.
///
/// # Errors
/// If there is no such port, or it cannot be listened on.
pub async fn serve(shutdown: Shutdown) -> io::Result<()> {
    let port = env::var("PORT").ok().and_then(|port| port.parse::<u16>().ok());
    let port = port
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the environment variable `PORT` is not a port"))?;
    let name = env::var("CONTAINER").unwrap_or_else(|_| "nobody".to_owned());
    let answer = move |uri: Uri, headers: HeaderMap| async move {
        let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or("nobody");
        format!("{name} serves {} of {host}\n", uri.path())
    };
    let router = Router::new().fallback(answer);
    if let Ok(server) = Server::bind((Ipv6Addr::LOCALHOST, port).into()).await {
        tokio::spawn(server.serve(router.clone(), shutdown.clone()));
    }
    Server::bind((Ipv4Addr::LOCALHOST, port).into()).await?.serve(router, shutdown).await
}
