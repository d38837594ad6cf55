//! Prometheus' protobuf format says what the text format says, and more.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::GzDecoder;
use metrics_instrumented::{exporter, instrumented};
use metrics_instrumented_tests::{Exposition, alone};

use crate::get;
use crate::metrics_proto::{LabelPair, Metric, MetricFamily, MetricType, decode};

const ACCEPT: &str =
    "accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

/// Letters.
#[instrumented(name = "protobuf_letters", labels(to = open(to, max = 100)), buckets = [0.5, 1000])]
fn send(to: &str) -> Result<(), ()> {
    if to.is_empty() { Err(()) } else { Ok(()) }
}

fn labels(metric: &Metric) -> Vec<(&str, &str)> {
    metric.label.iter().map(|LabelPair { name, value }| (name.as_str(), value.as_str())).collect()
}

fn by_name(families: Vec<MetricFamily>) -> BTreeMap<String, MetricFamily> {
    families.into_iter().map(|family| (family.name.clone().unwrap_or_default(), family)).collect()
}

#[test]
fn protobuf_and_text_contain_the_same_data() {
    let recorder = exporter().global_label("zone", "eu\n1").build().unwrap();
    metrics::with_local_recorder(&recorder, || {
        for to in ["Ada", "a \"b\"\\\n", "é", ""] {
            let _ = send(to);
        }
        metrics::gauge!("protobuf_level", "le" => "42").set(f64::NEG_INFINITY);
        metrics::counter!("protobuf_stamps").increment(u64::from(u32::MAX));
        metrics::histogram!("protobuf_size_bytes").record(3.0);
        metrics::describe_gauge!("protobuf_level", "The \\ level\nof \"it\".");
    });
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    let answer = get(address, "/metrics", &[ACCEPT]);
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores"
    );
    let mut zipped = Vec::new();
    let body = get(address, "/metrics", &[ACCEPT, "accept-encoding: gzip"]).body;
    GzDecoder::new(body.as_slice()).read_to_end(&mut zipped).unwrap();
    let families = by_name(decode(&answer.body));
    assert_eq!(by_name(decode(&zipped)).keys().collect::<Vec<_>>(), families.keys().collect::<Vec<_>>());
    let text = Exposition::parse(get(address, "/metrics", &[]).text()).unwrap();
    let ours = || families.values().filter(|family| !family.name().starts_with("metrics_instrumented_"));
    assert!(ours().count() > 6);
    for family in ours() {
        let name = family.name();
        let same = text.family(name);
        assert_eq!(same.help.clone().unwrap_or_default(), family.help(), "{name}");
        assert_eq!(same.kind.to_string(), format!("{:?}", family.r#type()).to_lowercase(), "{name}");
        assert!(!family.metric.is_empty());
        let mut samples = 0;
        for metric in &family.metric {
            let labels = labels(metric);
            match family.r#type() {
                MetricType::Counter => {
                    let counter = metric.counter.as_ref().unwrap();
                    assert_eq!(text.value(name, &labels), counter.value, "{name}");
                    assert!(counter.start_timestamp.as_ref().is_some_and(|at| at.seconds > 1_700_000_000), "{name}");
                    samples += 1;
                }
                MetricType::Gauge => {
                    assert_eq!(text.value(name, &labels), metric.gauge.as_ref().unwrap().value, "{name}");
                    samples += 1;
                }
                MetricType::Histogram => {
                    let histogram = metric.histogram.as_ref().unwrap();
                    let same = text.histogram(name, &labels);
                    let buckets: Vec<_> = histogram
                        .bucket
                        .iter()
                        .map(|bucket| (bucket.upper_bound(), bucket.cumulative_count()))
                        .collect();
                    // Native buckets without classic ones have their own test.
                    let shown = if histogram.schema.is_some() && buckets.is_empty() { &buckets } else { &same.buckets };
                    assert_eq!((&buckets, histogram.sample_count()), (shown, same.count), "{name}");
                    assert!((histogram.sample_sum() - same.sum).abs() < 1e-9, "{name}");
                    assert!(histogram.start_timestamp.is_some(), "{name}");
                    samples += same.buckets.len() + 2;
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        assert_eq!(samples, same.samples.len(), "{name}");
    }
    assert_eq!(families["protobuf_letters_duration_seconds"].unit(), "seconds");
    assert_eq!(families["protobuf_letters_total"].metric.len(), 12);
}

#[test]
fn a_start_timestamp_is_the_time_of_creation() {
    alone(|| {
        let handle = exporter().listen("127.0.0.1:0").install().unwrap();
        let address = handle.local_addr().unwrap();
        let starts = || {
            let families = by_name(decode(&get(address, "/metrics", &[ACCEPT]).body));
            let letters = families.get("protobuf_letters_total").map(|family| family.metric.clone());
            let mut starts = BTreeMap::new();
            for metric in letters.unwrap_or_default() {
                let at = metric.counter.unwrap().start_timestamp.unwrap();
                let milliseconds = at.seconds * 1000 + i64::from(at.nanos) / 1_000_000;
                starts
                    .insert(metric.label.iter().find(|label| label.name == "to").unwrap().value.clone(), milliseconds);
            }
            starts
        };
        let now = || i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
        let begun = now();
        send("first").unwrap();
        let first = starts()["first"];
        std::thread::sleep(std::time::Duration::from_millis(50));
        let between = now();
        let _ = starts();
        send("second").unwrap();
        let all = starts();
        assert!(first <= now() && first >= begun - 10_000, "{first} {begun}");
        assert_eq!(all["first"], first);
        assert!(all["second"] >= between && all["second"] <= now(), "{all:?} {between}");
    });
}

#[test]
fn exemplars_are_in_their_buckets() {
    alone(|| {
        let exemplar = || Some([("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]);
        let handle = exporter().exemplars(exemplar).listen("127.0.0.1:0").install().unwrap();
        send("Ada").unwrap();
        let families = by_name(decode(&get(handle.local_addr().unwrap(), "/metrics", &[ACCEPT]).body));
        let metric = &families["protobuf_letters_duration_seconds"].metric[0];
        let bucket = &metric.histogram.as_ref().unwrap().bucket[0];
        let found = bucket.exemplar.as_ref().unwrap();
        assert_eq!(
            (found.label[0].name.as_str(), found.label[0].value.as_str()),
            ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")
        );
        assert!(found.value() < bucket.upper_bound() && found.timestamp.is_some(), "{found:?}");
    });
}

#[test]
fn names_are_escaped_as_the_client_requests() {
    let recorder = exporter().build().unwrap();
    metrics::with_local_recorder(&recorder, || metrics::gauge!("http.level", "http.route" => "/").set(1.0));
    let address = recorder.handle().listen("127.0.0.1:0").unwrap();
    for (escaping, name, label) in [
        ("allow-utf-8", "http.level", "http.route"),
        ("underscores", "http_level", "http_route"),
        ("dots", "http_dot_level", "http_dot_route"),
        ("values", "U__http_2E_level", "U__http_2E_route"),
    ] {
        let families = by_name(decode(&get(address, "/metrics", &[&format!("{ACCEPT};escaping={escaping}")]).body));
        assert_eq!(families[name].metric[0].label[0].name, label);
        let text = get(address, "/metrics", &[&format!("accept: text/plain;version=1.0.0;escaping={escaping}")]);
        assert_eq!(
            text.header("content-type"),
            format!("text/plain; version=1.0.0; charset=utf-8; escaping={escaping}")
        );
        let expected = match escaping {
            "allow-utf-8" => "# TYPE \"http.level\" gauge\n{\"http.level\",\"http.route\"=\"/\"} 1\n".to_owned(),
            _ => format!("# TYPE {name} gauge\n{name}{{{label}=\"/\"}} 1\n"),
        };
        assert!(text.text().contains(&expected), "{}", text.text());
    }
}
