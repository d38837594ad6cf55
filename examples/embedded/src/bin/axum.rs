//! The metrics in an axum server, at `/metrics` of its own router.

use std::error::Error;

use axum::Router;
use axum::routing::get;
use embedded::greet;
use tokio::net::TcpListener;

fn main() -> Result<(), Box<dyn Error>> {
    let metrics = metrics_instrumented::exporter().install_recorder()?;
    let router = Router::new().route("/", get(|| async { greet() })).route_service("/metrics", metrics.service()?);
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("metrics: http://{}/metrics", listener.local_addr()?);
        axum::serve(listener, router).await?;
        Ok(())
    })
}
