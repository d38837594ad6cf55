//! An axum server: one layer counts all requests, by route.

use std::error::Error;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use metrics_instrumented::instrumented;
use tokio::net::TcpListener;

/// Looks for users. The attribute counts the calls of this function and how long its polls block a thread of the runtime; the layer counts the requests.
#[instrumented(name = "user_lookups", polls)]
async fn user(Path(id): Path<u32>) -> Result<String, StatusCode> {
    match id {
        0 => Err(StatusCode::NOT_FOUND),
        id => Ok(format!("user {id}\n")),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let metrics = metrics_instrumented::exporter().listen("127.0.0.1:0").install()?;
    let router = Router::new()
        .route("/users/{id}", get(user))
        .route("/orders", get(|| async { (StatusCode::SERVICE_UNAVAILABLE, "try again\n") }))
        // After the routes, so that it sees which one matched.
        .layer(metrics_instrumented::http::server());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("metrics: http://{}/metrics", metrics.local_addr().ok_or("it listens")?);
    println!("api: http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
