//! gRPC's health service with tonic, and a client: both ends are counted. It prints the metrics at the end.

use std::error::Error;
use std::time::Duration;

use metrics_instrumented::http::{grpc_client, grpc_server};
use tokio::net::TcpListener;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tower::Layer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let metrics = metrics_instrumented::exporter().install_recorder()?;
    let (_reporter, health) = tonic_health::server::health_reporter();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = Server::builder().layer(grpc_server()).add_service(health);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));

    let channel = Channel::from_shared(format!("http://{address}"))?.connect().await?;
    let mut client = HealthClient::new(grpc_client().layer(channel));
    let ask = |service: &str| HealthCheckRequest { service: service.to_owned() };
    client.check(ask("")).await?;
    // A service without a reported status.
    client.check(ask("orders")).await.expect_err("not found");
    // A stream that this end leaves: it is one call, which is cancelled.
    let mut changes = client.watch(ask("")).await?.into_inner();
    changes.message().await?;
    drop(changes);
    // The server sees it a moment later.
    tokio::time::sleep(Duration::from_millis(200)).await;

    print!("{}", metrics.render());
    Ok(())
}
