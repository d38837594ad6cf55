//! Labels of requests stay bounded, whatever clients send.

use axum::Router;
use axum::routing::get;
use hyper::Method;
use metrics_instrumented::http::{self, RequestHead, Scheme};
use metrics_instrumented_tests::{Local, alone};
use tower::{Service, ServiceExt};

use super::serve::{ended, settled};

type Request = axum::http::Request<axum::body::Body>;

fn request(method: &str, uri: &str) -> Request {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    axum::http::Request::builder().method(method).uri(uri).body(axum::body::Body::empty()).expect("a request")
}

async fn drain(response: axum::response::Response) -> u16 {
    let status = response.status().as_u16();
    axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    status
}

/// How many requests a scanner sends, each with another path and many with another method: many times the caps. `scripts/test --long` sets the variable.
fn requests() -> usize {
    if std::env::var_os("LONG_TESTS").is_some() { 100_000 } else { 12_000 }
}

fn scanned(number: usize) -> Request {
    let method = if number.is_multiple_of(3) { format!("M{number}") } else { "GET".to_owned() };
    request(&method, &format!("/path/{number}"))
}

/// How many series of durations there are.
fn durations(local: &Local) -> usize {
    let name = "http_server_request_duration_seconds";
    let count = format!("{name}_count");
    local.read_only(name).samples().filter(|sample| sample.name == count && sample.value > 0.0).count()
}

#[test]
fn a_scanner_adds_no_series_beyond_the_caps() {
    let local = Local::new();
    let requests = requests();
    local.block_on(async {
        let router = Router::new().route("/users/{id}", get(|| async { "user" })).fallback(|| async { "nothing here" });
        let mut router = router.layer(http::server()).with_state(());
        for number in 0..requests {
            drain(router.call(scanned(number)).await.unwrap()).await;
        }
        for number in 0..500 {
            drain(router.call(request("GET", &format!("/users/{number}"))).await.unwrap()).await;
        }
        settled(&local).await;
    });
    let others = requests.div_ceil(3);
    let expected = [format!("GET 200 {}", requests - others), format!("_OTHER 200 {others}")];
    assert_eq!(ended(&local, "_unmatched"), expected);
    assert_eq!(ended(&local, "/users/{id}"), ["GET 200 500"]);
    assert_eq!(durations(&local), 3);
}

/// A closure that takes paths for routes is a mistake, whose price is limited.
#[test]
fn a_scanner_adds_no_series_beyond_the_caps_if_a_closure_returns_paths() {
    fn path<'a>(request: RequestHead<'a>) -> Option<&'a str> {
        Some(request.uri.path())
    }
    const CAP: usize = 1_000;
    // The caps are those of the process.
    alone(|| {
        let local = Local::new();
        let requests = requests();
        local.block_on(async {
            let service = tower::service_fn(|_: Request| async {
                Ok::<_, std::io::Error>(axum::response::Response::new(axum::body::Body::empty()))
            });
            let mut service = tower::ServiceBuilder::new().layer(http::server().route(path)).service(service);
            for number in 0..requests {
                drop(service.call(scanned(number)).await.unwrap());
            }
            settled(&local).await;
        });
        // Each of the first paths has one method, and both methods are among the others.
        assert_eq!(durations(&local), CAP + 2);
        let count = |line: String| line.rsplit(' ').next().and_then(|count| count.parse::<usize>().ok());
        let other: usize = ended(&local, "other").into_iter().filter_map(count).sum();
        assert_eq!(other, requests - CAP);
        let overflow = [("label", "http_route"), ("metric", "http_server_request_duration_seconds")];
        let beyond = local.read().value("metrics_instrumented_label_overflow_total", &overflow);
        #[allow(clippy::cast_precision_loss, reason = "far fewer")]
        let expected = (requests - CAP) as f64;
        assert_eq!(beyond, Some(expected), "each request beyond the cap is counted");
    });
}

#[test]
fn a_route_comes_from_a_closure_and_a_scheme_from_the_target_or_the_setting() {
    #[derive(Clone)]
    struct Matched(&'static str);
    fn route<'a>(request: RequestHead<'a>) -> Option<&'a str> {
        request.extensions.get::<Matched>().map(|matched| matched.0)
    }
    let local = Local::new();
    local.block_on(async {
        let service = tower::service_fn(|_: Request| async {
            Ok::<_, std::io::Error>(axum::response::Response::new("text".to_owned()))
        });
        let layer = http::server().route(route).scheme(Scheme::Https);
        let service = tower::ServiceBuilder::new().layer(layer).service(service);
        for (uri, matched) in [("/a", Some("/{any}")), ("http://example.org/b", Some("/{any}")), ("/c", None)] {
            let mut request = request("GET", uri);
            if let Some(matched) = matched {
                request.extensions_mut().insert(Matched(matched));
            }
            let response = service.clone().oneshot(request).await.unwrap();
            http_body_util::BodyExt::collect(response.into_body()).await.unwrap();
        }
    });
    let count = |route, scheme| {
        let labels = [
            ("http_request_method", "GET"),
            ("http_response_status_code", "200"),
            ("http_route", route),
            ("url_scheme", scheme),
        ];
        local.read_only("http_server_request").value("http_server_request_duration_seconds_count", &labels)
    };
    assert_eq!(count("/{any}", "https"), Some(1.0));
    assert_eq!(count("/{any}", "http"), Some(1.0));
    assert_eq!(count("_unmatched", "https"), Some(1.0));
}
