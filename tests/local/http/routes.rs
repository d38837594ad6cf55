//! Labels of requests stay bounded, whatever clients send.

use axum::Router;
use axum::routing::get;
use hyper::Method;
use metrics_instrumented::http::{self, RequestHead, Scheme};
use metrics_instrumented_tests::Local;
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

#[test]
fn a_scanner_adds_no_series_beyond_the_caps() {
    let local = Local::new();
    local.block_on(async {
        let router = Router::new().route("/users/{id}", get(|| async { "user" })).fallback(|| async { "nothing here" });
        let mut router = router.layer(http::server());
        for number in 0..20_000 {
            let request = request(&format!("M{number}"), &format!("/path/{number}"));
            drain(router.call(request).await.unwrap()).await;
        }
        for number in 0..500 {
            drain(router.call(request("GET", &format!("/users/{number}"))).await.unwrap()).await;
        }
        settled(&local).await;
    });
    assert_eq!(ended(&local, "_unmatched"), ["_OTHER 200 20000"]);
    assert_eq!(ended(&local, "/users/{id}"), ["GET 200 500"]);
    let name = "http_server_request_duration_seconds";
    let exposition = local.read_only(name);
    let counts = exposition.samples().filter(|sample| sample.name == format!("{name}_count") && sample.value > 0.0);
    assert_eq!(counts.count(), 2);
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
