//! Scrapes in protobuf that were changed by hand.

use std::io::{Read, Write};
use std::net::TcpStream;

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use serde_json::Value;

use crate::input::path;
use crate::{shop, tool};

// The fields that the tests change, as <https://github.com/prometheus/client_model/blob/v0.6.2/io/prometheus/client/metrics.proto> defines them.

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Number {
    #[prost(double, tag = "1")]
    value: f64,
}

#[derive(Clone, PartialEq, Message)]
struct Bucket {
    #[prost(uint64, tag = "1")]
    count: u64,
    #[prost(double, tag = "2")]
    bound: f64,
}

#[derive(Clone, PartialEq, Message)]
struct Span {
    #[prost(sint32, tag = "1")]
    offset: i32,
    #[prost(uint32, tag = "2")]
    length: u32,
}

#[derive(Clone, PartialEq, Message)]
struct Histogram {
    #[prost(uint64, tag = "1")]
    count: u64,
    #[prost(double, tag = "2")]
    sum: f64,
    #[prost(message, repeated, tag = "3")]
    buckets: Vec<Bucket>,
    #[prost(sint32, optional, tag = "5")]
    schema: Option<i32>,
    #[prost(double, optional, tag = "6")]
    zero_threshold: Option<f64>,
    #[prost(uint64, optional, tag = "7")]
    zero_count: Option<u64>,
    #[prost(message, repeated, tag = "12")]
    spans: Vec<Span>,
    #[prost(sint64, repeated, packed = "false", tag = "13")]
    deltas: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
struct Metric {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, optional, tag = "2")]
    gauge: Option<Number>,
    #[prost(message, optional, tag = "3")]
    counter: Option<Number>,
    #[prost(message, optional, tag = "7")]
    histogram: Option<Histogram>,
}

#[derive(Clone, PartialEq, Message)]
struct Family {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    help: String,
    #[prost(int32, tag = "3")]
    kind: i32,
    #[prost(message, repeated, tag = "4")]
    metrics: Vec<Metric>,
    #[prost(string, tag = "5")]
    unit: String,
}

/// A scrape in protobuf.
pub(crate) fn scrape() -> Vec<u8> {
    let accept = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
    let mut stream = TcpStream::connect(shop().handle.local_addr().unwrap()).unwrap();
    let request = format!("GET /metrics HTTP/1.0\r\naccept: {accept}\r\nauthorization: Bearer secret\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let body = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    bytes.split_off(body)
}

fn families(mut bytes: &[u8]) -> Vec<Family> {
    let mut families = Vec::new();
    while !bytes.is_empty() {
        families.push(Family::decode_length_delimited(&mut bytes).unwrap());
    }
    families
}

/// The rules and messages of the findings in a file.
fn findings(name: &str, bytes: &[u8]) -> Vec<(String, String)> {
    let output = tool(&[&path(name, bytes), "--format", "json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    said["findings"].as_array().unwrap().iter().map(|one| (text(&one["rule"]), text(&one["message"]))).collect()
}

type Change = fn(&mut Family);

fn histogram(family: &mut Family) -> &mut Histogram {
    family.metrics[0].histogram.as_mut().unwrap()
}

const MUTATIONS: &[(&str, Change, &str, &str)] = &[
    ("shop_greetings_total", |family| family.kind = 1, "wrong-kind", "served as gauge"),
    ("shop_shelf_parcels", |family| family.kind = 0, "wrong-kind", "served as counter"),
    ("shop_shelf_parcels", |family| family.kind = 2, "wrong-kind", "served as summary"),
    ("shop_greetings_total", |family| family.metrics[0].counter = None, "wrong-kind", "no value of this type"),
    ("shop_orders_duration_seconds", |family| family.unit.clear(), "wrong-unit", "has no unit"),
    ("shop_shelf_parcels", |family| family.help.clear(), "wrong-help", "has no HELP"),
    ("shop_shelf_parcels", |family| family.metrics.clear(), "missing-family", "does not serve the gauge"),
    ("shop_greetings_total", |family| family.metrics.extend(family.metrics.clone()), "syntax", "is served twice"),
    (
        "shop_greetings_total",
        |family| {
            let label = family.metrics[0].labels[0].clone();
            family.metrics[0].labels.push(label);
        },
        "syntax",
        "has a label twice",
    ),
    (
        "shop_parcel_weight_grams",
        |family| histogram(family).count += 1,
        "inconsistent-histogram",
        "but the bucket `+Inf`",
    ),
    (
        "shop_parcel_weight_grams",
        |family| {
            histogram(family).buckets.remove(0);
        },
        "wrong-buckets",
        "lacks the buckets `100`",
    ),
    (
        "shop_parcel_weight_grams",
        |family| histogram(family).schema = Some(3),
        "wrong-buckets",
        "which are not declared",
    ),
    (
        "shop_parcel_height_meters",
        |family| histogram(family).schema = Some(4),
        "wrong-buckets",
        "the declared one is 3",
    ),
    ("shop_parcel_height_meters", |family| histogram(family).count += 1, "inconsistent-histogram", "5 observations"),
    (
        "shop_parcel_height_meters",
        |family| histogram(family).zero_count = None,
        "inconsistent-histogram",
        "4 observations",
    ),
    ("shop_parcel_height_meters", |family| histogram(family).spans.clear(), "inconsistent-histogram", "are invalid"),
    ("shop_parcel_height_meters", |family| histogram(family).deltas[1] = -9, "inconsistent-histogram", "are invalid"),
    ("shop_parcel_depth_meters", |family| histogram(family).buckets.clear(), "wrong-buckets", "lacks the buckets"),
    (
        "shop_parcel_depth_meters",
        |family| {
            let histogram = histogram(family);
            (histogram.schema, histogram.zero_count) = (None, None);
        },
        "wrong-buckets",
        "has no native buckets",
    ),
];

#[test]
fn a_mutation_of_protobuf_is_the_only_finding() {
    let bytes = scrape();
    let families = families(&bytes);
    let encoded =
        |families: &[Family]| families.iter().flat_map(Message::encode_length_delimited_to_vec).collect::<Vec<u8>>();
    assert_eq!(findings("whole.pb", &encoded(&families)), []);
    for (at, (name, change, rule, words)) in MUTATIONS.iter().enumerate() {
        let mut changed = families.clone();
        change(changed.iter_mut().find(|family| family.name == *name).expect(name));
        let plain = encoded(&changed);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&plain).unwrap();
        for bytes in [plain, gzip.finish().unwrap()] {
            let found = findings(&format!("mutation-{at}.pb"), &bytes);
            assert!(!found.is_empty() && found.iter().all(|(known, _)| known == rule), "{name}, {words}: {found:#?}");
            assert!(found.iter().any(|(_, message)| message.contains(words)), "{name}, {words}: {found:#?}");
        }
    }
    let mut twice = families.clone();
    twice.push(families[0].clone());
    let found = findings("twice.pb", &encoded(&twice));
    assert!(found.len() == 1 && found[0].0 == "syntax" && found[0].1.contains("is served twice"), "{found:?}");
}
