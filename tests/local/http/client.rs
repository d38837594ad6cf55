//! Requests that a client sends.

use axum::Router;
use axum::routing::get;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use metrics_instrumented::http;
use metrics_instrumented_tests::Local;
use tower::{ServiceBuilder, ServiceExt};

use super::serve::{chunks, serve};

#[test]
fn a_clients_request_ends_when_its_response_was_read() {
    let local = Local::new();
    let port = local.block_on(async {
        let router =
            Router::new().route("/small", get(|| async { "small" })).route("/large", get(|| async { chunks(64) }));
        let address = serve(router).await;
        let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
        let client = ServiceBuilder::new().layer(http::client()).service(client);
        let get = |uri: String| client.clone().oneshot(hyper::Request::get(uri).body(Empty::new()).unwrap());
        let response = get(format!("http://{address}/small")).await.unwrap();
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "small");
        drop(get(format!("http://{address}/large")).await.unwrap());
        assert!(get("http://127.0.0.1:1/refused".to_owned()).await.is_err());
        address.port().to_string()
    });
    let count = |status, port| {
        let labels = [
            ("http_request_method", "GET"),
            ("http_response_status_code", status),
            ("server_address", "127.0.0.1"),
            ("server_port", port),
        ];
        local.read_only("http_client_request").value("http_client_request_duration_seconds_count", &labels)
    };
    assert_eq!(count("200", &port), Some(1.0));
    assert_eq!(count("cancelled", &port), Some(1.0));
    assert_eq!(count("error", "1"), Some(1.0));
}
