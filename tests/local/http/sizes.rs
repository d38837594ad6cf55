//! Sizes of bodies, where they are asked for.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::routing::{get, post};
use http_body_util::BodyExt;
use metrics_instrumented::http;
use metrics_instrumented_tests::Local;
use tower::{Layer, ServiceExt, service_fn};

#[test]
fn body_sizes_are_recorded_on_request() {
    let local = Local::new();
    local.block_on(async {
        let router = |layer| Router::new().route("/upload", post(|| async { "stored" })).layer(layer);
        for (router, length) in [(router(http::server().body_sizes()), "1000"), (router(http::server()), "5000")] {
            let request = Request::post("/upload").header("content-length", length);
            let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
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
        let router = Router::new().route("/text", get(|| async { "x".repeat(100_000) }));
        let (compression, layer) = (tower_http::compression::CompressionLayer::new(), http::server().body_sizes());
        let router =
            if is_outside { router.layer(compression).layer(layer) } else { router.layer(layer).layer(compression) };
        let request = Request::get("/text").header("accept-encoding", "gzip");
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
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

/// The histograms of a request and of its response, as count and sum: of a `GET` request that ended with this status.
fn recorded(local: &Local, status: &str) -> [(f64, f64); 2] {
    ["http_server_request_body_size_bytes", "http_server_response_body_size_bytes"].map(|name| {
        let samples: Vec<_> = local.read_only(name).samples().cloned().collect();
        let of = |suffix: &str| {
            let is_it = |label: Option<&String>| label.is_some_and(|label| label == status);
            let sample = samples.iter().find(|sample| {
                sample.name == format!("{name}{suffix}") && is_it(sample.labels.get("http_response_status_code"))
            });
            sample.map_or(0.0, |sample| sample.value)
        };
        (of("_count"), of("_sum"))
    })
}

/// Sends a request with this `Content-Length` to a router that answers with ten chunks of 100 bytes, and reads this number of them.
fn read_chunks(length: Option<&str>, method: &str, chunks: usize) -> Local {
    let local = Local::new();
    local.block_on(async {
        let chunk = || Ok::<_, std::io::Error>(vec![b'x'; 100]);
        let body = move || async move { Body::from_stream(futures::stream::iter((0..10).map(move |_| chunk()))) };
        let router = Router::new().route("/download", get(body)).layer(http::server().body_sizes());
        let mut request = Request::builder().method(method).uri("/download");
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        let mut body = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().into_body();
        for _ in 0..chunks {
            body.frame().await;
        }
    });
    local
}

#[test]
fn a_request_without_a_valid_length_has_no_size() {
    for length in [None, Some("abc"), Some("-1"), Some(""), Some("1, 2"), Some("1.5"), Some("99999999999999999999")] {
        assert_eq!(recorded(&read_chunks(length, "GET", 11), "200"), [(0.0, 0.0), (1.0, 1_000.0)], "{length:?}");
    }
    assert_eq!(recorded(&read_chunks(Some("0"), "GET", 11), "200"), [(1.0, 0.0), (1.0, 1_000.0)]);
    assert_eq!(recorded(&read_chunks(Some("7"), "GET", 11), "200"), [(1.0, 7.0), (1.0, 1_000.0)]);
}

#[test]
fn the_size_of_a_response_is_what_passed_of_it() {
    for (chunks, sum) in [(0, 0.0), (1, 100.0), (9, 900.0)] {
        assert_eq!(
            recorded(&read_chunks(None, "GET", chunks), "cancelled"),
            [(0.0, 0.0), (1.0, sum)],
            "{chunks} chunks"
        );
    }
    assert_eq!(recorded(&read_chunks(None, "HEAD", 11), "200"), [(0.0, 0.0), (1.0, 0.0)], "no bytes on the wire");
}

#[test]
fn a_client_records_the_sizes_of_its_bodies() {
    let local = Local::new();
    local.block_on(async {
        let answer =
            |_: Request<Body>| async { Ok::<_, std::convert::Infallible>(Response::new(Body::from("stored"))) };
        let client = http::client().body_sizes().layer(service_fn(answer));
        for length in [Some("300"), None] {
            let mut request = Request::post("http://example.org/upload");
            if let Some(length) = length {
                request = request.header("content-length", length);
            }
            let response = client.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            response.into_body().collect().await.unwrap();
        }
    });
    let labels = [
        ("http_request_method", "POST"),
        ("http_response_status_code", "200"),
        ("server_address", "example.org"),
        ("server_port", "80"),
    ];
    let exposition = local.read_only("http_client");
    let of = |name: &str| {
        let sizes = exposition.histogram(name, &labels);
        (sizes.count, sizes.sum)
    };
    assert_eq!(of("http_client_request_body_size_bytes"), (1, 300.0));
    assert_eq!(of("http_client_response_body_size_bytes"), (2, 12.0));
}
