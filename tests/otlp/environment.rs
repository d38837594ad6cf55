//! Settings, by the program and by the variables of OpenTelemetry.

use std::time::Duration;

use metrics_instrumented::{Otlp, exporter};
use metrics_instrumented_tests::alone_with;

use crate::collector::Collector;
use crate::send;

#[test]
fn the_variables_of_opentelemetry_override_the_program() {
    let collector = Collector::with(&[]);
    let url = format!("{}/base/?tenant=1", collector.url());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20dXNlcg%3D%3D,x-a=1"),
        ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x-a=2"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
        // Of these, the one for metrics replaces the general one, which is invalid here.
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "HTTP/protobuf"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "5000"),
        ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", " "),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=ignored, deployment.environment.name = test%2C1,k%2Cx%3D%C3%A9=a=b"),
        ("OTEL_SERVICE_NAME", "letters"),
    ];
    alone_with(&variables, || {
        let otlp = Otlp::new("http://127.0.0.1:9").interval(Duration::from_millis(1));
        let recorder = exporter().otlp(otlp).build().unwrap();
        metrics::with_local_recorder(&recorder, || send(true).unwrap());
        recorder.handle().shutdown();
    });
    if std::env::var_os("OTEL_SERVICE_NAME").is_some() {
        // This is the process that pushed, and the other one's collector has it.
        return;
    }
    let received = collector.received();
    assert_eq!(received.len(), 1);
    let head = &received[0].head;
    assert!(head.contains("post /base/v1/metrics?tenant=1 ") && !head.contains("content-encoding"), "{head}");
    assert!(head.contains("authorization: basic dxnlcg==") && head.contains("x-a: 2"), "{head}");
    let request = &received[0].request;
    assert_eq!(request.attribute("service.name"), Some("letters"));
    assert_eq!(request.attribute("deployment.environment.name"), Some("test,1"));
    assert_eq!(request.attribute("k,x=é"), Some("a=b"));
    assert_eq!(request.metric("otlp_letters_total").unwrap().sum.as_ref().unwrap().aggregation_temporality, 1);
}

#[test]
fn an_invalid_setting_is_an_error_without_secrets() {
    for (otlp, expected) in [
        (
            Otlp::new("collector:4318"),
            "invalid setting: the URL of the OpenTelemetry collector is not valid; expected a URL such as `http://collector:4318`, not `collector:4318`",
        ),
        (Otlp::new("http://user:secret@collector:4318"), "must not contain credentials; use a header"),
        (Otlp::new("http://collector 4318"), "is not valid: "),
        (
            Otlp::new("http://collector:4318").header("a b", "secret"),
            "the header `a b` is not a valid header name; use letters, digits and `-`",
        ),
        (
            Otlp::new("http://collector:4318").header("x", "secret\n"),
            "the header `x` has a value with characters that are not visible ASCII; remove them",
        ),
        (
            Otlp::new("http://collector:4318").attribute("", "secret"),
            "an attribute of the resource has no name; give it one",
        ),
        (
            Otlp::new("http://collector:4318").interval(Duration::ZERO),
            "the interval of OTLP pushes must be greater than zero",
        ),
        (
            Otlp::new("http://collector:4318").certificate_authority("/no/such/file"),
            "cannot use `/no/such/file` for TLS: ",
        ),
    ] {
        let error = exporter().otlp(otlp).build().unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("secret"), "{error}");
    }
}

/// Each is a URL of its own, so the general one may be invalid for metrics.
#[test]
fn the_endpoint_for_metrics_replaces_an_invalid_general_one() {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:9/v1/metrics"),
    ];
    alone_with(&variables, || {
        // Without a last push, which would fail.
        std::mem::forget(exporter().otlp("http://127.0.0.1:9").build().unwrap());
    });
}

#[test]
fn an_invalid_variable_is_an_error() {
    for (variable, value, expected) in [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "`grpc` is not supported; use `http/protobuf`, usually on port 4318"),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "collector:4318",
            "is not valid; expected a URL such as `http://collector:4318`, not `collector:4318`",
        ),
        (
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "http://user:secret@collector:4318",
            "must not contain credentials; use a header",
        ),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "a b=secret",
            "the header `a b` is not a valid header name; use letters, digits and `-`",
        ),
        (
            "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
            "x=secret%0A",
            "the header `x` has a value with characters that are not visible ASCII; remove them",
        ),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0", "must be greater than zero"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "0", "must be greater than zero"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "0", "must be greater than zero"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "`soon` is not a number of milliseconds"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "-1", "`-1` is not a number of milliseconds"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "secret", "expected pairs such as `name=value,other=value`"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "=secret", "expected pairs such as `name=value,other=value`"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x=sec%+1", "the value of `x` is not valid percent-encoded UTF-8"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=1,b", "expected pairs such as `name=value,other=value`"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=1,=b", "expected pairs such as `name=value,other=value`"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%FF", "the value of `a` is not valid percent-encoded UTF-8"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a%=1", "a name is not valid percent-encoded UTF-8"),
        (
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            "both",
            "`both` is not supported; use `cumulative`, `delta` or `lowmemory`",
        ),
    ] {
        alone_with(&[(variable, value)], || {
            // Each process has one of the variables, with one of the values.
            if std::env::var_os(variable).is_none_or(|found| found != value) {
                return;
            }
            let error = exporter().otlp("http://collector:4318").build().unwrap_err().to_string();
            assert_eq!(error, format!("environment variable `{variable}`: {expected}"));
        });
    }
}
