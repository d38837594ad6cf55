//! All formats say the same about random programs: text 0.0.4 and 1.0.0, `OpenMetrics` 1.0 and 2.0, protobuf.

mod cursor;
mod lines;
mod openmetrics2;
mod protobuf;
mod read;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use metrics_instrumented::{Counter, Exporter, Gauge, Histogram, exporter, instrumented};
use metrics_instrumented_tests::{Kind, alone};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use proptest::{collection, option, prelude::*, sample::select};

use crate::get;
use crate::recorded::Recorded;
use read::{Families, Number, Series, key};

#[instrumented(name = "formats_visits", labels(host = open(host, max = 1000)), buckets = [0.000_001, 1000], max_series = 5000)]
fn visit(host: &str, fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

/// Steps, in native buckets.
#[instrumented(name = "formats_steps", labels(left: bool), buckets = native(factor = 1.1))]
fn step(left: bool) {
    std::hint::black_box(left);
}

/// Sizes, in native buckets.
#[derive(Histogram)]
#[histogram(name = "formats_size_bytes", buckets = native(factor = 1.5))]
struct Size;

/// Sizes, in native and in classic buckets.
#[derive(Histogram)]
#[histogram(name = "formats_both_bytes", buckets = native(factor = 2, classic = [-1.5, 0, 1e9]))]
struct Both {
    side: bool,
}

/// Times.
#[derive(Counter)]
#[counter(name = "formats_waited_seconds_total")]
struct Waited;

/// A level.
#[derive(Gauge)]
#[gauge(name = "formats_level")]
struct Level1 {
    side: bool,
}

/// What a program does with the declared metrics.
#[derive(Clone, Debug)]
enum Action {
    Visit(String, bool),
    Step(bool),
    Size(f64),
    Both(bool, f64),
    Waited(u32),
    Level(bool, f64),
}

fn act(action: &Action) {
    match action {
        Action::Visit(host, fail) => _ = visit(host, *fail),
        Action::Step(left) => step(*left),
        Action::Size(size) => Size.record(*size),
        Action::Both(side, weight) => Both { side: *side }.record(*weight),
        Action::Waited(milliseconds) => Waited.increment(Duration::from_millis(u64::from(*milliseconds)).as_secs()),
        Action::Level(side, level) => Level1 { side: *side }.set(*level),
    }
}

/// A hand-written metric.
#[derive(Clone, Debug)]
struct Written {
    name: String,
    help: String,
    labels: Vec<(String, String)>,
    value: Recorded,
}

/// Text with a lot of what has to be escaped.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![3 => select(vec!['\\', '"', '\n', '\r', ' ', '{', '}', ',', '=', '#', 'n', '\'']), 1 => any::<char>()];
    collection::vec(character, 0..6).prop_map(|characters| characters.into_iter().collect())
}

fn float() -> impl Strategy<Value = f64> {
    let special =
        vec![0.0, -0.0, 1.0, -1.0, 1e-300, 1e300, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY];
    prop_oneof![any::<f64>(), select(special), (-2000_i32..2000).prop_map(|number| f64::from(number) / 8.0)]
}

/// Observations: their sums are the same in every order.
fn observation() -> impl Strategy<Value = f64> {
    prop_oneof![8 => (-4000_i32..40_000).prop_map(|number| f64::from(number) / 16.0), 1 => Just(0.0), 1 => Just(f64::INFINITY)]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        ("[a-c\"\\\\\n]{0,2}", any::<bool>()).prop_map(|(host, fail)| Action::Visit(host, fail)),
        any::<bool>().prop_map(Action::Step),
        observation().prop_map(Action::Size),
        (any::<bool>(), observation()).prop_map(|(side, size)| Action::Both(side, size)),
        (0_u32..100_000).prop_map(Action::Waited),
        (any::<bool>(), float()).prop_map(|(side, level)| Action::Level(side, level)),
    ]
}

/// Metrics whose names have any characters. The number in a name keeps them apart after escaping, too.
fn written() -> impl Strategy<Value = Vec<Written>> {
    let value = prop_oneof![
        (0..1_u64 << 53).prop_map(Recorded::Counter),
        prop_oneof![4 => float(), 1 => Just(f64::NAN)].prop_map(Recorded::Gauge),
        collection::vec(observation(), 0..5).prop_map(Recorded::Histogram),
    ];
    let labels = collection::vec((text(), text()), 0..3);
    let one = (text(), text(), collection::vec((labels, value), 1..2));
    collection::vec(one, 0..5).prop_map(|families| {
        let named = families.into_iter().enumerate().flat_map(|(at, (name, help, series))| {
            series.into_iter().map(move |(labels, value)| Written {
                name: format!("w{at}x{name}{}", ["", "_total", "_seconds"][at % 3]),
                help: format!("x{help}x"),
                labels: labels
                    .into_iter()
                    .enumerate()
                    .map(|(at, (name, text))| (format!("l{at}{name}"), text))
                    .collect(),
                value,
            })
        });
        named.collect()
    })
}

/// What each format says, without the exporter's own metrics, which count the requests.
struct All {
    text0: Families,
    text1: Families,
    openmetrics: Families,
    openmetrics2: Families,
    protobuf: Families,
}

impl All {
    fn of(address: SocketAddr) -> Self {
        let body = |accept: &str| get(address, "/metrics", &[&format!("accept: {accept}")]).body;
        let text = |accept: &str| String::from_utf8(body(accept)).expect("UTF-8");
        let lines = |accept: &str, is_openmetrics| {
            let text = text(accept);
            lines::parse(&text, is_openmetrics).unwrap_or_else(|error| panic!("{accept}: {error}\n{text}"))
        };
        let utf8 = "escaping=allow-utf-8";
        let openmetrics2 = text(&format!("application/openmetrics-text;version=2.0.0;{utf8}"));
        let proto = "proto=io.prometheus.client.MetricFamily;encoding=delimited";
        let mut all = Self {
            text0: lines("text/plain;version=0.0.4", false),
            text1: lines(&format!("text/plain;version=1.0.0;{utf8}"), false),
            openmetrics: lines(&format!("application/openmetrics-text;version=1.0.0;{utf8}"), true),
            openmetrics2: openmetrics2::parse(&openmetrics2).unwrap_or_else(|error| panic!("{error}\n{openmetrics2}")),
            protobuf: protobuf::parse(&body(&format!("application/vnd.google.protobuf;{proto};{utf8}"))),
        };
        let families = [&mut all.text0, &mut all.text1, &mut all.openmetrics, &mut all.openmetrics2, &mut all.protobuf];
        for families in families {
            families.retain(|name, _| !name.starts_with("metrics_instrumented_"));
        }
        all
    }

    /// Checks that no format says anything else than the others.
    fn agree(&self) {
        let Self { text0, text1, openmetrics, openmetrics2, protobuf } = self;
        same(openmetrics2, protobuf, "OpenMetrics 2.0 and protobuf");
        // Text 0.0.4 has classic names only.
        let is_classic = |at: usize, c: char| c.is_ascii_alphabetic() || c == '_' || (at > 0 && c.is_ascii_digit());
        let escaped = |name: &str| -> String {
            let name = name.char_indices();
            name.map(|(at, c)| if is_classic(at, c) || c == ':' { c } else { '_' }).collect()
        };
        let label = |name: &str| -> String {
            name.char_indices().map(|(at, c)| if is_classic(at, c) { c } else { '_' }).collect()
        };
        let classic: Families = text1
            .iter()
            .map(|(name, family)| {
                let mut family = family.clone();
                family.series = std::mem::take(&mut family.series)
                    .into_iter()
                    .map(|(labels, series)| {
                        (labels.iter().map(|(name, value)| (label(name), value.clone())).collect(), series)
                    })
                    .collect();
                (escaped(name), family)
            })
            .collect();
        same(text0, &classic, "text 0.0.4 and 1.0.0");
        // OpenMetrics 1.0 has neither the sum nor the count of a histogram with a bound below 0.
        let mut openmetrics = openmetrics.clone();
        for (name, family) in &mut openmetrics {
            for (labels, series) in &mut family.series {
                let Some(histogram) = &mut series.histogram else { continue };
                if histogram.classic[0].0.0 < 0.0 {
                    assert_eq!((histogram.sum, histogram.count), (Number(0.0), 0), "{name}");
                    let other = text1[name].series[labels].histogram.as_ref().expect("a histogram");
                    (histogram.sum, histogram.count) = (other.sum, other.count);
                }
            }
        }
        let openmetrics = &openmetrics;
        // Text formats of Prometheus have no units, start timestamps, exemplars.
        let mut plain = openmetrics.clone();
        for family in plain.values_mut() {
            family.unit = None;
            for series in family.series.values_mut() {
                (series.start, series.exemplars) = (None, Vec::new());
            }
        }
        same(text1, &plain, "text 1.0.0 and OpenMetrics 1.0");
        // OpenMetrics 1.0 has classic buckets only, and all of them.
        assert_eq!(names(openmetrics), names(protobuf));
        for (name, family) in protobuf {
            let other = &openmetrics[name];
            let heads = |family: &read::Family| (family.kind, family.help.clone(), family.unit.clone());
            assert_eq!(heads(family), heads(other), "{name}");
            assert_eq!(family.series.keys().collect::<Vec<_>>(), other.series.keys().collect::<Vec<_>>(), "{name}");
            for (labels, series) in &family.series {
                same_series(series, &other.series[labels], &format!("{name} {labels:?}"));
            }
        }
    }
}

fn same_series(protobuf: &Series, openmetrics: &Series, what: &str) {
    let mut protobuf = protobuf.clone();
    if let (Some(ours), Some(classic)) = (&mut protobuf.histogram, &openmetrics.histogram) {
        if ours.native.take().is_some() && ours.classic.is_empty() {
            ours.classic.clone_from(&classic.classic);
        }
        assert_eq!(ours.classic.last().map(|(_, count)| *count), Some(ours.count), "{what}");
    }
    assert_eq!(&protobuf, openmetrics, "{what}");
}

/// Compares family by family, so that a failure shows one.
fn same(one: &Families, other: &Families, what: &str) {
    assert_eq!(names(one), names(other), "{what}");
    for (name, family) in one {
        assert_eq!(family, &other[name], "{what}: {name}");
    }
}

fn names(families: &Families) -> BTreeSet<&String> {
    families.keys().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn all_formats_say_the_same_of_random_programs(
        written in written(),
        actions in collection::vec(action(), 0..20),
        has_classic: bool,
        native in option::of(1.01f64..4.0),
    ) {
        let mut exporter = exporter().created_timestamps();
        exporter = if has_classic { exporter.default_buckets([1.0, 2.5, 10.0]) } else { exporter };
        exporter = native.into_iter().fold(exporter, Exporter::default_native_buckets);
        let recorder = exporter.build().unwrap();
        for Written { name, help, labels, value } in &written {
            value.write(&recorder, name, help, labels.iter().map(|(name, value)| (name, value)));
        }
        metrics::with_local_recorder(&recorder, || actions.iter().for_each(act));
        let handle = recorder.handle();
        let all = All::of(handle.listen("127.0.0.1:0").unwrap());
        all.agree();
        // Nothing was left out, and series at zero are there.
        for Written { name, value, .. } in &written {
            let kind = match value {
                Recorded::Counter(_) => Kind::Counter,
                Recorded::Gauge(_) => Kind::Gauge,
                Recorded::Histogram(_) => Kind::Histogram,
            };
            let name = key(&name.replace('\0', "\u{fffd}"), kind);
            prop_assert!(all.protobuf.contains_key(&name), "no {name:?} in {:?}", names(&all.protobuf));
        }
        prop_assert_eq!(all.protobuf["formats_both_bytes"].series.len(), 2);
        handle.shutdown();
    }
}

/// With the exporter that is installed, calls are counted in shards, and have exemplars.
#[test]
fn all_formats_contain_the_same_calls_of_shards() {
    alone(|| {
        let trace = || Some([("trace_id", "a\"b\\c\n".to_owned())]);
        let handle = exporter().created_timestamps().exemplars(trace).listen("127.0.0.1:0").install().unwrap();
        let address = handle.local_addr().unwrap();
        let mut runner = TestRunner::deterministic();
        for _ in 0..32 {
            let actions = collection::vec(action(), 0..20).new_tree(&mut runner).unwrap().current();
            actions.iter().for_each(act);
            std::thread::scope(|scope| _ = scope.spawn(|| actions.iter().for_each(act)));
            All::of(address).agree();
        }
        let all = All::of(address);
        for name in ["formats_visits_duration_seconds", "formats_steps_duration_seconds"] {
            for (format, families) in
                [("1.0", &all.openmetrics), ("2.0", &all.openmetrics2), ("protobuf", &all.protobuf)]
            {
                let count: usize = families[name].series.values().map(|series| series.exemplars.len()).sum();
                assert!(count > 0, "{name} in {format}");
            }
        }
    });
}
