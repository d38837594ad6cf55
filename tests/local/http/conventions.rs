//! Our families against the published registry of OpenTelemetry's conventions: `conventions.json`, written by `scripts/semantic-conventions`.

use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::http::{Method, Request, Response};
use metrics_instrumented::http::{self, GrpcCode, Observe, ObservedCall, RequestHead};
use metrics_instrumented::{LabelValue, OutcomeClass};
use metrics_instrumented_tests::{Kind, Local};
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};

fn published() -> Value {
    serde_json::from_str(include_str!("conventions.json")).expect("JSON")
}

/// A request through a layer, to the end of its response.
async fn request<O>(layer: http::Layer<O>)
where
    O: Observe + Clone,
    O::Call: ObservedCall<String>,
{
    let service = service_fn(|_: Request<String>| async { Ok::<_, Infallible>(Response::new("answer".to_owned())) });
    let request =
        Request::post("http://localhost:8080/users/7").header("content-length", "7").body("request".to_owned());
    drop(layer.layer(service).oneshot(request.unwrap()).await);
}

fn route(_: RequestHead<'_>) -> Option<&str> {
    Some("/users/{id}")
}

#[test]
fn names_kinds_help_labels_and_buckets_are_those_of_the_registry() {
    let local = Local::new();
    local.block_on(async {
        request(http::server().route(route).body_sizes()).await;
        request(http::client().body_sizes()).await;
        request(http::grpc_server()).await;
        request(http::grpc_client()).await;
    });
    let exposition = local.read();
    let published = published();
    for (metric, published) in published["metrics"].as_object().unwrap() {
        let name = spelled(metric) + unit(published["unit"].as_str().unwrap());
        let family = exposition.family(&name);
        let kind = if published["instrument"] == "histogram" { Kind::Histogram } else { Kind::Gauge };
        assert_eq!(family.kind, kind, "{name}");
        assert_eq!(family.help.as_deref(), published["brief"].as_str(), "{name}");
        let sample = family.samples.first().unwrap_or_else(|| panic!("`{name}` was not recorded"));
        let labels: BTreeSet<&str> = sample.labels.keys().map(String::as_str).filter(|label| *label != "le").collect();
        let attributes = published["attributes"].as_object().unwrap();
        let known: BTreeSet<String> = attributes.keys().map(|attribute| spelled(attribute)).collect();
        for label in &labels {
            assert!(known.contains(*label), "`{name}` has `{label}`, the conventions have {known:?}");
        }
        for (attribute, level) in attributes {
            let is_there = labels.contains(spelled(attribute).as_str());
            assert!(is_there || level != "required", "`{name}` has no `{attribute}`, and the conventions require it");
            assert!(!is_there || level != "opt_in", "`{name}` has `{attribute}`, which nobody asked for");
        }
        if let Some(bounds) = published.get("buckets") {
            let bucket = format!("{name}_bucket");
            let own = family.samples.iter().filter(|sample| sample.name == bucket && sample.labels["le"] != "+Inf");
            let own: BTreeSet<u64> = own.map(|sample| sample.labels["le"].parse::<f64>().unwrap().to_bits()).collect();
            let bounds = bounds.as_array().unwrap().iter().map(|bound| bound.as_f64().unwrap().to_bits());
            assert_eq!(own, bounds.collect(), "{name}");
        }
    }
}

#[test]
fn every_family_of_ours_is_in_the_registry() {
    let local = Local::new();
    local.block_on(async {
        request(http::server().body_sizes()).await;
        request(http::client().body_sizes()).await;
        request(http::grpc_server()).await;
        request(http::grpc_client()).await;
    });
    let published = published();
    let metrics = published["metrics"].as_object().unwrap();
    let known: BTreeSet<String> =
        metrics.iter().map(|(metric, of)| spelled(metric) + unit(of["unit"].as_str().unwrap())).collect();
    let exposition = local.read();
    let samples = exposition.samples().map(|sample| {
        ["_bucket", "_sum", "_count"]
            .iter()
            .fold(sample.name.as_str(), |name, end| name.strip_suffix(end).unwrap_or(name))
    });
    let own: BTreeSet<&str> = samples
        .filter(|name| ["http_server_", "http_client_", "rpc_"].iter().any(|start| name.starts_with(start)))
        .collect();
    assert_eq!(own.len(), 10, "{own:?}");
    for name in own {
        assert!(known.contains(name), "`{name}` is not in the registry");
    }
}

#[test]
fn closed_values_are_those_of_the_registry() {
    let published = published();
    let strings = |value: &Value| -> BTreeSet<String> {
        value.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
    };
    let methods: BTreeSet<String> = Method::VALUES.iter().map(|method| (*method).to_owned()).collect();
    assert_eq!(methods, strings(&published["http.request.method"]));
    assert!(strings(&published["rpc.system.name"]).contains("grpc"));
    let classes = GrpcCode::VALUES.iter().zip(GrpcCode::CLASSES);
    let errors = classes.filter(|(_, class)| **class == OutcomeClass::Error).map(|(code, _)| (*code).to_owned());
    assert_eq!(
        errors.collect::<BTreeSet<_>>(),
        strings(&published["rpc.response.status_code of servers that are errors"])
    );
}

/// A name in Prometheus' spelling.
fn spelled(name: &str) -> String {
    name.replace('.', "_")
}

/// What follows the name, by the OpenTelemetry specification's rules for Prometheus.
fn unit(unit: &str) -> &'static str {
    match unit {
        "s" => "_seconds",
        "By" => "_bytes",
        counted if counted.starts_with('{') => "",
        other => panic!("unit `{other}`"),
    }
}
