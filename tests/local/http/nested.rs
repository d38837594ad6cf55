//! Layers of one kind inside of each other count a request once.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use http_body_util::BodyExt;
use metrics_instrumented::http::{self, RequestHead};
use metrics_instrumented_tests::{Calls, Local};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

use super::serve::{active, all_ended, leave_after, request, send, serve, settled, stalling};

/// Sends requests to a router with layers of its own and layers around it, and returns what ended.
fn ended(router: Router, paths: &[&str]) -> Vec<String> {
    let local = Local::new();
    local.block_on(async {
        let address = serve(router).await;
        for path in paths {
            drop(send(address, "GET", path).await);
        }
        settled(&local).await;
    });
    all_ended(&local)
}

fn api() -> Router {
    Router::new()
        .route("/users/{id}", get(|| async { "user" }))
        .route("/panics", get(|| async { assert!(std::env::args().count() == 0, "in the handler") }))
        .layer(http::server())
}

#[test]
fn a_router_with_a_layer_inside_of_a_router_with_a_layer() {
    let router = Router::new().nest("/api", api()).route("/health", get(|| async { "fine" })).layer(http::server());
    let paths = ["/api/users/1", "/api/users/2", "/api/panics", "/api/else", "/health", "/else"];
    let expected =
        ["GET /api/panics panic 1", "GET /api/users/{id} 200 2", "GET /health 200 1", "GET _unmatched 404 2"];
    assert_eq!(ended(router, &paths), expected);
}

#[test]
fn the_inner_layer_tells_a_route_that_the_outer_one_does_not_see() {
    let paths = ["/users/1", "/panics", "/else"];
    let expected = ["GET /panics panic 1", "GET /users/{id} 200 1", "GET _unmatched 404 1"];
    let whole = Router::new().fallback_service(api()).layer(http::server());
    assert_eq!(ended(whole, &paths), expected);
    let around = ServiceBuilder::new().layer(http::server()).service(api());
    let deep = Router::new().nest_service("/v1", Router::new().nest_service("/api", around)).layer(http::server());
    let expected = ["GET /v1/api/users/{id} 200 1"];
    assert_eq!(ended(deep, &["/v1/api/users/1"]), expected);
}

#[test]
fn three_layers_in_a_row_count_once_in_flight_and_when_the_client_leaves() {
    let local = Local::new();
    local.block_on(async {
        let router = Router::new().route("/stalling", get(|| async { stalling(4) }));
        let address = serve(router.layer(http::server()).layer(http::server()).layer(http::server())).await;
        let mut sender = super::serve::connect(address).await;
        let response = sender.send_request(request("GET", "/stalling")).await.unwrap();
        assert_eq!(active(&local), 1.0);
        drop((response, sender));
        leave_after(address, "/stalling", 1).await;
        settled(&local).await;
    });
    assert_eq!(all_ended(&local), ["GET /stalling cancelled 2"]);
}

#[test]
fn requests_one_after_the_other_and_side_by_side_count_each() {
    let local = Local::new();
    local.block_on(async {
        let slow = || async {
            tokio::time::sleep(Duration::from_millis(5)).await;
            "slow"
        };
        let router = Router::new().route("/slow", get(slow)).layer(http::server()).layer(http::server());
        let router = router.into_service::<Body>();
        let ask = || router.clone().oneshot(Request::get("/slow").body(Body::empty()).unwrap());
        // All in one task.
        for response in futures::future::join_all((0..10).map(|_| ask())).await {
            axum::body::to_bytes(response.unwrap().into_body(), usize::MAX).await.unwrap();
        }
        axum::body::to_bytes(ask().await.unwrap().into_body(), usize::MAX).await.unwrap();
    });
    assert_eq!(all_ended(&local), ["GET /slow 200 11"]);
}

#[derive(metrics_instrumented::Operation)]
#[operation(name = "nested_api")]
struct Api;

#[test]
fn layers_of_other_kinds_count_beside_them() {
    let local = Local::new();
    local.block_on(async {
        let own = || http::layer(|_: RequestHead<'_>| Api);
        let layers = ServiceBuilder::new().layer(http::server()).layer(http::client()).layer(own());
        let layers = layers.layer(http::client()).layer(http::server()).layer(http::grpc_server());
        let address = serve(Router::new().route("/here", get(|| async { "here" })).layer(layers)).await;
        send(address, "GET", "/here").await.unwrap();
        settled(&local).await;
    });
    assert_eq!(all_ended(&local), ["GET /here 200 1"]);
    assert_eq!(local.calls("nested_api"), Calls { ok: 1, ..Calls::NONE });
    assert_eq!(sent(&local), ["200 1"]);
    let calls = local.read_only("rpc_server_call_duration_seconds");
    assert_eq!(
        calls.samples().filter(|sample| sample.name.ends_with("_count")).map(|sample| sample.value).sum::<f64>(),
        1.0
    );
}

/// The requests that clients sent, as `status count`.
fn sent(local: &Local) -> Vec<String> {
    let name = "http_client_request_duration_seconds";
    let exposition = local.read_only(name);
    let counts = exposition.samples().filter(|sample| sample.name == format!("{name}_count") && sample.value > 0.0);
    let mut sent: Vec<_> =
        counts.map(|sample| format!("{} {}", sample.labels["http_response_status_code"], sample.value)).collect();
    sent.sort();
    sent
}

/// A client that fails with 503 at its first attempt.
fn flaky() -> impl Service<Request<String>, Response = Response<String>, Error = Infallible, Future: Send> + Clone {
    let attempts = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    tower::service_fn(move |_: Request<String>| {
        let is_first = attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        async move {
            tokio::task::yield_now().await;
            let mut response = Response::new("answer".to_owned());
            *response.status_mut() = if is_first { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
            Ok(response)
        }
    })
}

fn to(path: &str) -> Request<String> {
    Request::get(format!("http://api.example{path}")).body(String::new()).unwrap()
}

#[test]
fn attempts_between_two_layers_of_a_client_are_one_request() {
    #[derive(Clone)]
    struct Retry;
    impl<B> tower::retry::Policy<Request<String>, Response<B>, Infallible> for Retry {
        type Future = futures::future::Ready<()>;

        fn retry(
            &mut self,
            _: &mut Request<String>,
            result: &mut Result<Response<B>, Infallible>,
        ) -> Option<Self::Future> {
            let fails = result.as_ref().is_ok_and(|response| response.status().is_server_error());
            fails.then(|| futures::future::ready(()))
        }

        fn clone_request(&mut self, request: &Request<String>) -> Option<Request<String>> {
            Some(to(request.uri().path()))
        }
    }
    let local = Local::new();
    local.block_on(async {
        let client = ServiceBuilder::new().layer(http::client()).retry(Retry).layer(http::client()).service(flaky());
        let response = client.oneshot(to("/users")).await.unwrap();
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "answer");
    });
    assert_eq!(sent(&local), ["200 1"]);
}

#[test]
fn requests_that_a_client_sends_for_another_one_count() {
    let local = Local::new();
    local.block_on(async {
        let counted = http::client().layer(flaky());
        let with_token = tower::service_fn(move |request: Request<String>| {
            let client = counted.clone();
            async move {
                drop(client.clone().oneshot(to("/token")).await);
                client.oneshot(request).await
            }
        });
        let client = ServiceBuilder::new().layer(http::client()).service(with_token);
        let response = client.oneshot(to("/users")).await.unwrap();
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "answer");
    });
    // That of the token was dropped with its body.
    assert_eq!(sent(&local), ["200 1", "cancelled 1"]);
}
