//! The real Prometheus scrapes what operators set up: every format, compression, TLS, credentials. It is the one that `scripts/install-test-tools`
//! installed, or `$PROMETHEUS` names, and version 3 beside it where that can be had.

#![forbid(unsafe_code)]

mod created;
mod hostile;
mod live;
mod native;
mod views;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use metrics_instrumented::{Exporter, Handle, Recorder, exporter, instrumented};
use metrics_instrumented_test_support::prometheus::{Prometheus, Tool};
use metrics_instrumented_tests::{alone, eventually, http};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::{Value, json};

const LONG: Duration = Duration::from_secs(90);

/// Orders.
#[instrumented(name = "real_orders", labels(tier: bool = gold))]
fn order(gold: bool) -> Result<(), ()> {
    if gold { Ok(()) } else { Err(()) }
}

/// An exporter with this number of orders.
fn serve(exporter: Exporter, orders: u32) -> (Recorder, Handle, SocketAddr) {
    let recorder = exporter.build().expect("valid settings");
    metrics::with_local_recorder(&recorder, || {
        for _ in 0..orders {
            order(true).unwrap();
            order(false).unwrap_err();
        }
        metrics::gauge!("real_level", "of" => "a \"b\"\\\n").set(f64::INFINITY);
    });
    let handle = recorder.handle();
    let address = handle.listen("127.0.0.1:0").expect("a free port");
    (recorder, handle, address)
}

fn certificate(directory: &Path) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["metrics.test".to_owned()]).unwrap();
    fs::write(directory.join("tls.crt"), cert.pem()).unwrap();
    fs::write(directory.join("tls.key"), signing_key.serialize_pem()).unwrap();
}

/// A job by its name, where it is scraped, and what else its configuration says.
fn job(name: &str, address: SocketAddr, mut more: Value) -> Value {
    more["job_name"] = json!(name);
    more["static_configs"] = json!([{ "targets": [address.to_string()] }]);
    more
}

fn configuration(jobs: &[Value]) -> String {
    let global = json!({ "scrape_interval": "500ms", "scrape_timeout": "500ms" });
    json!({ "global": global, "scrape_configs": jobs }).to_string()
}

/// Runs a test on each Prometheus that is here.
fn on_each(test: impl Fn(Tool)) {
    test(Tool::PROMETHEUS);
    match Tool::PROMETHEUS_3.find() {
        Ok(_) => test(Tool::PROMETHEUS_3),
        Err(missing) => println!("not on version 3: {missing}"),
    }
}

#[test]
fn it_scrapes_every_set_up() {
    on_each(scrapes_every_set_up);
}

fn scrapes_every_set_up(program: Tool) {
    let directory = tempfile::tempdir().unwrap();
    certificate(directory.path());
    let at = |name: &str| directory.path().join(name);
    let tls = |exporter: Exporter| exporter.tls(at("tls.crt"), at("tls.key"));
    let secure = json!({ "ca_file": at("tls.crt"), "server_name": "metrics.test" });
    let set_ups = [
        ("plain", serve(exporter(), 1), json!({})),
        ("created", serve(exporter().created_timestamps().process_metrics(), 2), json!({})),
        (
            "path",
            serve(exporter().path("/internal/numbers").global_label("zone", "eu-1"), 3),
            json!({ "metrics_path": "/internal/numbers" }),
        ),
        (
            "bearer",
            serve(exporter().bearer_token("sesame"), 4),
            json!({ "authorization": { "credentials": "sesame" } }),
        ),
        (
            "basic",
            serve(exporter().basic_auth("Aladdin", "open sesame"), 5),
            json!({ "basic_auth": { "username": "Aladdin", "password": "open sesame" } }),
        ),
        ("tls", serve(tls(exporter()), 6), json!({ "scheme": "https", "tls_config": secure })),
        (
            "both",
            serve(tls(exporter().bearer_token("sesame")), 7),
            json!({ "scheme": "https", "tls_config": secure, "authorization": { "credentials": "sesame" } }),
        ),
    ];
    let refused = serve(exporter().bearer_token("sesame"), 8);
    let untrusted = serve(tls(exporter()), 9);
    let mut jobs: Vec<Value> =
        set_ups.iter().map(|(name, (_, _, address), more)| job(name, *address, more.clone())).collect();
    jobs.push(job("refused", refused.2, json!({ "authorization": { "credentials": "guessed" } })));
    jobs.push(job("untrusted", untrusted.2, json!({ "scheme": "https" })));
    let prometheus = Prometheus::start_program(program, &configuration(&jobs), &[]);

    for (name, (_, _, address), _) in &set_ups {
        let orders: u32 = set_ups.iter().position(|(other, ..)| other == name).unwrap().try_into().unwrap();
        eventually(LONG, || prometheus.value(&format!("up{{job='{name}'}}")) == Some(1.0));
        for labels in ["tier='true',outcome='ok'", "tier='false',outcome='error'"] {
            let calls = prometheus.value(&format!("real_orders_total{{job='{name}',{labels}}}"));
            assert_eq!(calls, Some(f64::from(orders + 1)), "{name} at {address}");
        }
        let count = prometheus.value(&format!("sum(real_orders_duration_seconds_count{{job='{name}'}})"));
        assert_eq!(count, Some(f64::from(2 * (orders + 1))), "{name}");
        let level = prometheus.query(&format!("real_level{{job='{name}'}}"));
        assert_eq!((level[0].value, level[0].labels["of"].as_str()), (f64::INFINITY, "a \"b\"\\\n"), "{name}");
    }
    // Two tiers, three outcomes: a function that is not asynchronous cannot be cancelled.
    assert_eq!(prometheus.value("count(real_orders_total{zone='eu-1'})"), Some(6.0));
    assert!(prometheus.value("process_resident_memory_bytes{job='created'}").is_some_and(|bytes| bytes > 1e6));
    let created = prometheus.query("time() - real_orders_created{job='created'}");
    assert!(created.len() == 6 && created.iter().all(|since| (0.0..600.0).contains(&since.value)), "{created:?}");
    for (name, reason) in [("refused", "401"), ("untrusted", "certificate")] {
        let error = eventually(LONG, || {
            let target = prometheus.targets().into_iter().find(|target| target.job == name)?;
            Some(target.last_error).filter(|error| !error.is_empty())
        });
        assert!(error.contains(reason), "{name}: {error}");
    }
}

#[test]
fn it_scrapes_the_text_format_and_openmetrics() {
    on_each(scrapes_the_text_format_and_openmetrics);
}

fn scrapes_the_text_format_and_openmetrics(program: Tool) {
    let (_recorder, handle, address) = serve(exporter(), 3);
    // It says what it likes best; versions that can be told otherwise are.
    let probe = Prometheus::start_program(program, "{}", &[]);
    let version = probe.version();
    let can_choose = !version.starts_with("2.4");
    drop(probe);
    let mut jobs = vec![job("default", address, json!({}))];
    if can_choose {
        jobs.push(job("text", address, json!({ "scrape_protocols": ["PrometheusText0.0.4"] })));
        jobs.push(job("openmetrics", address, json!({ "scrape_protocols": ["OpenMetricsText1.0.0"] })));
        jobs.push(job("protobuf", address, json!({ "scrape_protocols": ["PrometheusProto"] })));
        jobs.push(job("uncompressed", address, json!({ "enable_compression": false })));
    }
    let prometheus = Prometheus::start_program(program, &configuration(&jobs), &[]);
    prometheus.wait_until_up(LONG);
    for scraped in jobs.iter().map(|job| job["job_name"].as_str().unwrap()) {
        let calls = prometheus.value(&format!("real_orders_total{{job='{scraped}',tier='true',outcome='ok'}}"));
        assert_eq!(calls, Some(3.0), "{scraped}, Prometheus {version}");
        let count = prometheus.value(&format!("real_orders_duration_seconds_count{{job='{scraped}',tier='true'}}"));
        assert_eq!(count, Some(3.0), "{scraped}, Prometheus {version}");
    }
    assert!(handle.render().contains("metrics_instrumented_scrapes_total{code=\"200\"}"));
    assert_eq!(http::get(&format!("http://{address}/health")).unwrap().status, 200);
}

#[test]
fn prometheus_returns_exemplars() {
    alone(|| {
        let exemplar = || Some([("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"), ("span_id", "00f067aa0ba902b7")]);
        let handle = exporter().exemplars(exemplar).listen("127.0.0.1:0").install().unwrap();
        order(true).unwrap();
        on_each(|program| gives_exemplars_back(program, handle.local_addr().unwrap()));
    });
}

fn gives_exemplars_back(program: Tool, address: SocketAddr) {
    let jobs = [job("traced", address, json!({}))];
    let arguments = ["--enable-feature=exemplar-storage"];
    let prometheus = Prometheus::start_program(program, &configuration(&jobs), &arguments);
    let found = eventually(LONG, || {
        let found = prometheus.exemplars("real_orders_duration_seconds_bucket{tier='true'}");
        found[0]["exemplars"][0].as_object().cloned()
    });
    assert_eq!(found["labels"]["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(found["labels"]["span_id"], "00f067aa0ba902b7");
    let seconds: f64 = found["value"].as_str().unwrap().parse().unwrap();
    assert!((0.0..50.0).contains(&seconds), "{found:?}");
}

#[test]
fn version_3_stores_durations_as_native_histograms() {
    if let Err(missing) = Tool::PROMETHEUS_3.find() {
        return println!("not tried: {missing}");
    }
    let (_recorder, _handle, address) = serve(exporter(), 3);
    let jobs = [job("native", address, json!({ "convert_classic_histograms_to_nhcb": true }))];
    let arguments = ["--enable-feature=native-histograms"];
    let prometheus = Prometheus::start_program(Tool::PROMETHEUS_3, &configuration(&jobs), &arguments);
    prometheus.wait_until_up(LONG);
    // One series for each function and label, whose buckets are those that were declared.
    let native = "real_orders_duration_seconds{job='native',tier='true'}";
    assert_eq!(prometheus.value(&format!("histogram_count({native})")), Some(3.0));
    let median = prometheus.value(&format!("histogram_quantile(0.5, {native})"));
    assert!(median.is_some_and(|seconds| (0.0..50.0).contains(&seconds)), "{median:?}");
    assert_eq!(prometheus.value("count(real_orders_duration_seconds_bucket{job='native'})"), None);
}
