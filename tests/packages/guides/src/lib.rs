//! Guides of `docs/guides`; `tests/packages.rs` runs their code.

use std::collections::BTreeSet;

use http_body_util::BodyExt;
use tower::ServiceExt;

#[doc = include_str!("../../../../docs/guides/actix.md")]
pub mod actix {}

#[doc = include_str!("../../../../docs/guides/existing-endpoint.md")]
pub mod existing_endpoint {}

#[doc = include_str!("../../../../docs/guides/http-clients.md")]
pub mod http_clients {}

#[doc = include_str!("../../../../docs/guides/other-exporters.md")]
pub mod other_exporters {}

/// What a router answers at a path.
pub fn body(router: &axum::Router, path: &str) -> String {
    let request = http::Request::get(path).body(axum::body::Body::empty()).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let body = runtime.block_on(async {
        let response = router.clone().oneshot(request).await.expect("a response");
        response.into_body().collect().await.expect("a body").to_bytes()
    });
    String::from_utf8(body.to_vec()).expect("text")
}

/// Parses `OpenMetrics`, which must contain these families. The parser knows no units of histograms, which the specification allows.
pub fn assert_openmetrics(text: &str, families: &[&str]) {
    let without_units: String = text.split_inclusive('\n').filter(|line| !line.starts_with("# UNIT ")).collect();
    let exposition = openmetrics_parser::openmetrics::parse_openmetrics(&without_units);
    let exposition = exposition.unwrap_or_else(|error| panic!("{error}\n{text}"));
    let found: BTreeSet<&str> = exposition.families.keys().map(String::as_str).collect();
    assert!(families.iter().all(|family| found.contains(family)), "{found:?}");
}
