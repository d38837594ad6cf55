//! The layer at every place of an axum router that has one, and handlers of every kind behind it.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, get_service};
use futures::stream::{self, Stream, StreamExt};
use metrics_instrumented::{http, instrumented};
use metrics_instrumented_tests::{Calls, Local};
use tower::ServiceExt;

use super::serve::{connect, ended, request, send, serve, settled};

/// Sends a request to a router in memory, reads the response, and returns its status.
async fn ask(router: &Router, method: &str, path: &str) -> u16 {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    status
}

fn users() -> Router {
    Router::new().route("/users/{id}", get(|| async { "user" }))
}

/// The routes of all requests that ended, with their counts.
fn routes(router: Router, requests: &[(&str, &str, u16)]) -> Vec<String> {
    let local = Local::new();
    local.block_on(async {
        for (method, path, status) in requests {
            assert_eq!(ask(&router, method, path).await, *status, "{method} {path}");
        }
    });
    let mut found = Vec::new();
    for route in
        local.read_only("http_server_request").label_values("http_server_request_duration_seconds", "http_route")
    {
        found.extend(ended(&local, route).into_iter().map(|line| format!("{route} {line}")));
    }
    found.sort();
    found
}

#[test]
fn a_layer_around_nested_routers_sees_the_whole_route() {
    let router = Router::new().nest("/api/{version}", users()).layer(http::server());
    let requests = [("GET", "/api/v1/users/7", 200), ("GET", "/api/v1/else", 404), ("GET", "/else", 404)];
    assert_eq!(routes(router, &requests), ["/api/{version}/users/{id} GET 200 1", "_unmatched GET 404 2"]);
}

#[test]
fn a_layer_inside_a_nested_router_counts_only_its_requests() {
    let router = Router::new().nest("/api", users().layer(http::server())).route("/health", get(|| async {}));
    let requests = [("GET", "/api/users/7", 200), ("GET", "/health", 200)];
    assert_eq!(routes(router, &requests), ["/api/users/{id} GET 200 1"]);
}

#[test]
fn a_route_layer_counts_matched_requests_only() {
    let router = users().route_layer(http::server()).fallback(|| async { StatusCode::NOT_FOUND });
    let requests = [("GET", "/users/7", 200), ("GET", "/else", 404)];
    assert_eq!(routes(router, &requests), ["/users/{id} GET 200 1"]);
}

#[test]
fn fallbacks_wrong_methods_and_services_have_their_routes() {
    let service = tower::service_fn(|_: Request<Body>| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
    let router = users()
        .route_service("/service", get_service(service))
        .nest_service("/files", service)
        .route("/rest/{*path}", get(|| async {}))
        .merge(Router::new().route("/merged", get(|| async {})))
        .fallback(|| async { (StatusCode::IM_A_TEAPOT, "nothing here") })
        .layer(http::server());
    let requests = [
        ("POST", "/users/7", 405),
        ("GET", "/service", 200),
        ("GET", "/files/a/b/c", 200),
        ("GET", "/rest/a/b/c", 200),
        ("GET", "/merged", 200),
        ("GET", "/else", 418),
    ];
    let expected = [
        "/merged GET 200 1",
        "/rest/{*path} GET 200 1",
        "/service GET 200 1",
        "/users/{id} POST 405 1",
        // Below a nested service, axum matches no route.
        "_unmatched GET 200 1",
        "_unmatched GET 418 1",
    ];
    assert_eq!(routes(router, &requests), expected);
}

#[test]
fn a_layer_around_the_whole_router_as_a_service_has_no_route() {
    let local = Local::new();
    local.block_on(async {
        let service = tower::ServiceBuilder::new().layer(http::server()).service(users());
        let request = Request::get("/users/7").body(Body::empty()).unwrap();
        let response = service.oneshot(request).await.unwrap();
        http_body_util::BodyExt::collect(response.into_body()).await.unwrap();
    });
    // axum matches inside of it.
    assert_eq!(ended(&local, "_unmatched"), ["GET 200 1"]);
}

/// An application's error, as handlers return it.
enum AppError {
    Missing,
    Broken,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::Missing => StatusCode::NOT_FOUND.into_response(),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "broken").into_response(),
        }
    }
}

#[instrumented(name = "routers_opaque")]
async fn opaque(axum::extract::Path(id): axum::extract::Path<u32>) -> Result<impl IntoResponse, AppError> {
    match id {
        0 => Err(AppError::Missing),
        1 => Err(AppError::Broken),
        id => Ok(([("x-id", id.to_string())], "found")),
    }
}

#[test]
fn a_handler_that_returns_an_opaque_result_counts_by_it_and_the_layer_by_its_status() {
    let local = Local::new();
    local.block_on(async {
        let router = Router::new().route("/{id}", get(opaque)).layer(http::server());
        for (path, status) in [("/0", 404), ("/1", 500), ("/2", 200), ("/3", 200), ("/x", 400)] {
            assert_eq!(ask(&router, "GET", path).await, status, "{path}");
        }
    });
    assert_eq!(local.calls("routers_opaque"), Calls { ok: 2, error: 2, ..Calls::NONE });
    assert_eq!(ended(&local, "/{id}"), ["GET 200 2", "GET 400 1", "GET 404 1", "GET 500 1"]);
}

fn events(count: usize) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::iter((0..count).map(|number| Ok(Event::default().data(number.to_string()))))
}

#[test]
fn server_sent_events_are_one_request_until_their_end_or_until_the_client_leaves() {
    let local = Local::new();
    local.block_on(async {
        let router = Router::new()
            .route("/ending", get(|| async { Sse::new(events(3)) }))
            .route("/endless", get(|| async { Sse::new(events(1).chain(stream::pending())) }))
            .layer(http::server());
        let address = serve(router).await;
        assert_eq!(send(address, "GET", "/ending").await.unwrap(), (200, "data: 0\n\n".len() * 3));
        let mut sender = connect(address).await;
        let mut response = sender.send_request(request("GET", "/endless")).await.unwrap();
        let first = http_body_util::BodyExt::frame(&mut response).await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "data: 0\n\n");
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(ended(&local, "/endless"), [""; 0], "it is in flight");
        drop((response, sender));
        settled(&local).await;
    });
    assert_eq!(ended(&local, "/ending"), ["GET 200 1"]);
    assert_eq!(ended(&local, "/endless"), ["GET cancelled 1"]);
}
