//! Sizes of bodies, where they are asked for.

use axum::Router;
use axum::routing::post;
use metrics_instrumented::http;
use metrics_instrumented_tests::Local;
use tower::ServiceExt;

#[test]
fn body_sizes_are_recorded_on_request() {
    let local = Local::new();
    local.block_on(async {
        let router = |layer| Router::new().route("/upload", post(|| async { "stored" })).layer(layer);
        for (router, length) in [(router(http::server().body_sizes()), "1000"), (router(http::server()), "5000")] {
            let request = axum::http::Request::post("/upload").header("content-length", length);
            let response = router.oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
            axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        }
    });
    let labels = [
        ("http_request_method", "POST"),
        ("http_response_status_code", "200"),
        ("http_route", "/upload"),
        ("url_scheme", "http"),
    ];
    let exposition = local.read_only("http_server");
    let sum = |name: &str| exposition.histogram(name, &labels).sum;
    assert_eq!(sum("http_server_request_body_size_bytes"), 1_000.0);
    assert_eq!(sum("http_server_response_body_size_bytes"), 6.0);
    assert_eq!(exposition.histogram("http_server_request_duration_seconds", &labels).count, 2);
}

/// The sum of the sizes of response bodies, with the layer inside or outside of one that compresses.
fn sent(is_outside: bool) -> f64 {
    let local = Local::new();
    local.block_on(async {
        let router = Router::new().route("/text", axum::routing::get(|| async { "x".repeat(100_000) }));
        let (compression, layer) = (tower_http::compression::CompressionLayer::new(), http::server().body_sizes());
        let router =
            if is_outside { router.layer(compression).layer(layer) } else { router.layer(layer).layer(compression) };
        let request = axum::http::Request::get("/text").header("accept-encoding", "gzip");
        let response = router.oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    });
    let labels = [
        ("http_request_method", "GET"),
        ("http_response_status_code", "200"),
        ("http_route", "/text"),
        ("url_scheme", "http"),
    ];
    let sizes = local.read_only("http_server").histogram("http_server_response_body_size_bytes", &labels);
    assert_eq!(sizes.count, 1);
    sizes.sum
}

#[test]
fn sizes_are_those_before_compression_inside_of_it_and_those_after_it_outside() {
    assert_eq!(sent(false), 100_000.0);
    assert!((1.0..1_000.0).contains(&sent(true)), "{}", sent(true));
}
