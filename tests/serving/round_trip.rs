//! Whatever was recorded under whatever names, labels and HELP is what the strict parsers of both formats read back.

use std::collections::BTreeMap;

use metrics_instrumented::{exporter, instrumented};
use metrics_instrumented_tests::Exposition;
use openmetrics_parser::{MetricNumber, OpenMetricsValue, openmetrics::parse_openmetrics};
use proptest::{collection, prelude::*, sample::select};

use crate::recorded::Recorded;

/// Labels with their values.
type Labels = BTreeMap<String, String>;

#[derive(Clone, Debug)]
struct Family {
    help: String,
    series: BTreeMap<Labels, Recorded>,
}

/// Text with a lot of what has to be escaped.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![select(vec!['\\', '"', '\n', ' ', '{', '}', ',', '=', '#', 'n', '\'']), any::<char>()];
    collection::vec(character, 0..8).prop_map(|characters| {
        // A carriage return is a line's end to one of the parsers.
        characters.into_iter().filter(|character| *character != '\r').collect()
    })
}

fn recorded(kind: u8) -> BoxedStrategy<Recorded> {
    match kind {
        0 => (0..1_u64 << 53).prop_map(Recorded::Counter).boxed(),
        1 => prop_oneof![any::<f64>(), select(vec![f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0])]
            .prop_filter("NaN is not equal to itself", |value| !value.is_nan())
            .prop_map(Recorded::Gauge)
            .boxed(),
        // Halves add up exactly.
        _ => collection::vec((0_u32..40).prop_map(|half| f64::from(half) / 2.0), 1..6)
            .prop_map(Recorded::Histogram)
            .boxed(),
    }
}

/// Names of labels, among them those that end as a histogram's or a summary's own label does.
fn label_name() -> impl Strategy<Value = String> {
    let ends_in_le = select(vec!["le", "table", "role", "file", "x_le", "quantile", "my_quantile"]);
    prop_oneof![3 => "[a-z][a-z0-9]{0,4}_x", 2 => ends_in_le.prop_map(str::to_owned)]
}

fn family() -> impl Strategy<Value = (u8, Family)> {
    (0_u8..3, collection::btree_set(label_name(), 0..3)).prop_flat_map(|(kind, mut names)| {
        // These two are the histogram's own, or a summary's.
        names.retain(|name| kind < 2 || !["le", "quantile"].contains(&name.as_str()));
        let labels = collection::vec(text(), names.len());
        let series = collection::vec((labels, recorded(kind)), 1..4);
        // Blanks separate HELP from the name.
        let help = text().prop_map(|text| format!("x{}", text.trim_end()));
        (help, series).prop_map(move |(help, series)| {
            let series =
                series.into_iter().map(|(values, recorded)| (names.iter().cloned().zip(values).collect(), recorded));
            (kind, Family { help, series: series.collect() })
        })
    })
}

/// Families by their names, which say what they are.
fn families() -> impl Strategy<Value = BTreeMap<String, Family>> {
    collection::vec(("[a-z]{1,6}", family()), 0..4).prop_map(|families| {
        let name = |at: usize, name: &str, kind| {
            format!("round{at}_{name}{}", ["_total", "_level", "_seconds"][usize::from(kind)])
        };
        let named = families.into_iter().enumerate();
        named.map(|(at, (word, (kind, family)))| (name(at, &word, kind), family)).collect()
    })
}

/// Hosts with a lot of what has to be escaped, and no more in all cases together than an open label may have.
fn host() -> impl Strategy<Value = String> {
    let character = select(vec!['\\', '"', '\n', ' ', '{', '}', ',', '=', '#', 'é', '🦀']);
    collection::vec(character, 0..3).prop_map(|characters| characters.into_iter().collect())
}

/// Visits.
#[instrumented(name = "round_visits", labels(host = open(host, max = 1000)), buckets = [1000], max_series = 5000)]
fn visit(host: &str, fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

fn record(recorder: &dyn metrics::Recorder, families: &BTreeMap<String, Family>) {
    for (name, Family { help, series }) in families {
        for (labels, recorded) in series {
            recorded.write(recorder, name, help, labels);
        }
    }
}

/// How many values are not above each bound.
fn below(values: &[f64]) -> Vec<(f64, u64)> {
    let count = |bound: f64| values.iter().map(|value| u64::from(*value <= bound)).sum();
    [1.0, 2.5, 10.0, f64::INFINITY].map(|bound| (bound, count(bound))).to_vec()
}

fn pairs(labels: &Labels) -> Vec<(&str, &str)> {
    labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn is_read_back_as_text(rendered: &str, families: &BTreeMap<String, Family>) {
    let exposition = Exposition::parse(rendered).unwrap_or_else(|error| panic!("{error}\n{rendered}"));
    for (name, Family { help, series }) in families {
        assert_eq!(exposition.family(name).help.as_ref(), Some(help));
        for (labels, recorded) in series {
            match recorded {
                Recorded::Counter(value) => {
                    let read = exposition.expect_value(name, &pairs(labels));
                    assert_eq!(read.to_string(), value.to_string());
                }
                Recorded::Gauge(value) => assert_eq!(exposition.value(name, &pairs(labels)), Some(*value)),
                Recorded::Histogram(values) => {
                    let read = exposition.histogram(name, &pairs(labels));
                    assert_eq!((read.buckets, read.sum), (below(values), values.iter().sum()));
                }
            }
        }
    }
}

fn number(number: MetricNumber) -> f64 {
    number.as_f64()
}

#[allow(clippy::float_cmp, reason = "what is read back is exactly what was recorded")]
fn is_read_back_as_openmetrics(rendered: &str, families: &BTreeMap<String, Family>) {
    // This parser allows a histogram no unit, which the specification does.
    let lines: Vec<&str> = rendered.split_inclusive('\n').filter(|line| !line.starts_with("# UNIT ")).collect();
    let exposition = parse_openmetrics(&lines.concat()).unwrap_or_else(|error| panic!("{error:?}\n{rendered}"));
    for (name, Family { series, .. }) in families {
        let family = &exposition.families[name.strip_suffix("_total").unwrap_or(name)];
        for (labels, recorded) in series {
            let sample = family.iter_samples().find(|sample| {
                let read = sample.get_labelset().expect("labels");
                let read: Labels = read.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
                read == *labels
            });
            let sample = sample.unwrap_or_else(|| panic!("no {labels:?} in\n{rendered}"));
            match (recorded, &sample.value) {
                (Recorded::Counter(value), OpenMetricsValue::Counter(read)) => {
                    assert_eq!(number(read.value).to_string(), value.to_string());
                    assert!(read.created.is_some());
                }
                (Recorded::Gauge(value), OpenMetricsValue::Gauge(read)) => assert_eq!(number(*read), *value),
                (Recorded::Histogram(values), OpenMetricsValue::Histogram(read)) => {
                    let mut buckets: Vec<_> =
                        read.buckets.iter().map(|bucket| (bucket.upper_bound, bucket.count)).collect();
                    buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
                    let expected: Vec<_> = below(values);
                    let read_back: Vec<_> = buckets.iter().map(|(bound, count)| (*bound, number(*count))).collect();
                    assert_eq!(read_back.len(), expected.len());
                    for (read, expected) in read_back.iter().zip(&expected) {
                        assert_eq!((read.0, read.1.to_string()), (expected.0, expected.1.to_string()));
                    }
                    assert!(read.created.is_some());
                }
                (recorded, read) => panic!("{recorded:?} is read as {read:?}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_recorded_is_what_is_read_back(
        families in families(),
        visits in collection::vec((host(), any::<bool>()), 0..12),
    ) {
        let recorder = exporter().default_buckets([1.0, 2.5, 10.0]).created_timestamps().build().unwrap();
        record(&recorder, &families);
        let mut expected: BTreeMap<(&str, bool), u64> = BTreeMap::new();
        metrics::with_local_recorder(&recorder, || {
            for (host, fail) in &visits {
                visit(host, *fail).unwrap_or_default();
                *expected.entry((host, *fail)).or_default() += 1;
            }
        });
        let handle = recorder.handle();
        let text = handle.render();
        is_read_back_as_text(&text, &families);
        is_read_back_as_openmetrics(&handle.render_openmetrics(), &families);
        let exposition = Exposition::parse(&text).unwrap();
        for ((host, fail), count) in expected {
            let labels = [("host", host), ("outcome", if fail { "error" } else { "ok" })];
            let read = exposition.expect_value("round_visits_total", &labels);
            prop_assert_eq!(read.to_string(), count.to_string());
        }
    }
}
