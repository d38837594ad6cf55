//! A hyper server, with a closure that says which route a request has.

use std::convert::Infallible;
use std::error::Error;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use metrics_instrumented::http::{self as measured, RequestHead};
use tokio::net::TcpListener;
use tower::{ServiceBuilder, service_fn};

/// The route's template, never the path itself: each value has series of its own.
fn route(request: RequestHead<'_>) -> Option<&str> {
    match request.uri.path().split('/').nth(1) {
        Some("users") => Some("/users/{id}"),
        _ => None,
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let mut response = Response::new("found\n".to_owned());
    if route((&request).into()).is_none() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    Ok(response)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").install()?;
    let service = ServiceBuilder::new().layer(measured::server().route(route).body_sizes()).service(service_fn(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("metrics: http://{}/metrics", metrics.local_addr().ok_or("it listens")?);
    println!("api: http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let builder = auto::Builder::new(TokioExecutor::new());
            // An error of one connection, such as a client that leaves, does not concern the others.
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
