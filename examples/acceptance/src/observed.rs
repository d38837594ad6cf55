//! What the real Prometheus stored of a scrape.

use std::collections::BTreeMap;

use metrics_instrumented_test_support::exposition::{Exposition, Family, Kind, Labels, Sample};
use metrics_instrumented_test_support::prometheus::{Metadata, Prometheus};

/// The last scrape of a job as Prometheus has it: types and helps from its metadata, samples from a query, without the
/// labels `job` and `instance` that it adds itself.
///
/// # Panics
/// When Prometheus does not answer, or knows a type that is none of the text format's.
#[must_use]
#[track_caller]
pub fn as_prometheus_has_it(prometheus: &Prometheus, job: &str) -> Exposition {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for value in prometheus.query(&format!("{{job=\"{job}\"}}")) {
        let mut labels = value.labels;
        for added in ["job", "instance"] {
            labels.remove(added);
        }
        let sample_name = labels.remove("__name__").unwrap();
        // What it says of the scrape itself, such as `up`, has no metadata.
        let Some((name, Metadata { kind, help })) = family(prometheus, &sample_name) else { continue };
        let kind = match kind.as_str() {
            "counter" => Kind::Counter,
            "gauge" => Kind::Gauge,
            "histogram" => Kind::Histogram,
            other => panic!("`{name}` is a {other}"),
        };
        let new = || Family { name: name.to_owned(), kind, help: Some(help), samples: Vec::new() };
        let family = families.entry(name.to_owned()).or_insert_with(new);
        family.samples.push(Sample { name: sample_name, labels, value: value.value, timestamp: None });
    }
    for family in families.values_mut() {
        family.samples.sort_by(|one, other| bound(&one.labels).total_cmp(&bound(&other.labels)));
    }
    Exposition { families: families.into_values().collect() }
}

/// The name of a sample's family, and what is known of that.
fn family<'a>(prometheus: &Prometheus, sample: &'a str) -> Option<(&'a str, Metadata)> {
    if let Some(metadata) = prometheus.metadata(sample) {
        return Some((sample, metadata));
    }
    // Where it negotiated OpenMetrics, a counter's metadata go by the name without the suffix.
    if let Some(metadata) = sample.strip_suffix("_total").and_then(|name| prometheus.metadata(name)) {
        return Some((sample, metadata));
    }
    let mut parts = ["_bucket", "_sum", "_count"].into_iter().filter_map(|suffix| sample.strip_suffix(suffix));
    parts.find_map(|name| Some((name, prometheus.metadata(name)?)))
}

/// The upper bound of a bucket; the order of buckets is that of a scrape.
fn bound(labels: &Labels) -> f64 {
    labels.get("le").map_or(f64::NEG_INFINITY, |le| le.parse().unwrap())
}
