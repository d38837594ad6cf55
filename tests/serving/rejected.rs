//! A metric that would break the exposition costs itself only: it is left out, counted and named, and everything else is served.

use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_instrumented::{exporter, instrumented};
use metrics_instrumented_tests::Exposition;
use openmetrics_parser::openmetrics::parse_openmetrics;

/// Parcels.
#[instrumented(name = "rejected_parcels")]
fn parcel() {}

const METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));

fn key(name: &str, labels: &[(&str, &str)]) -> Key {
    let labels: Vec<Label> =
        labels.iter().map(|(name, value)| Label::new((*name).to_owned(), (*value).to_owned())).collect();
    Key::from_parts(name.to_owned(), labels)
}

/// What records a metric that cannot be shown.
type Record = fn(&dyn Recorder);

fn counter(recorder: &dyn Recorder, name: &str, labels: &[(&str, &str)]) {
    recorder.register_counter(&key(name, labels), &METADATA).increment(7);
}

fn gauge(recorder: &dyn Recorder, name: &str, labels: &[(&str, &str)]) {
    recorder.register_gauge(&key(name, labels), &METADATA).set(7.0);
}

fn histogram(recorder: &dyn Recorder, name: &str, labels: &[(&str, &str)]) {
    recorder.register_histogram(&key(name, labels), &METADATA).record(7.0);
}

#[track_caller]
fn is_left_out(reason: &str, records: Record) {
    let recorder = exporter().created_timestamps().global_label("zone", "eu").build().unwrap();
    metrics::with_local_recorder(&recorder, parcel);
    gauge(&recorder, "good", &[("le", "42"), ("title", ""), ("quantile", "a")]);
    counter(&recorder, "jobs_total", &[]);
    let handle = recorder.handle();
    let before = handle.render();
    records(&recorder);
    // Twice: it is counted once.
    records(&recorder);
    let text = handle.render();
    let rejected = format!("metrics_instrumented_rejected_metrics_total{{reason=\"{reason}\",zone=\"eu\"}}");
    let others = |text: &str| -> Vec<String> {
        let shown = text.lines().filter(|line| !line.starts_with(&rejected) && !line.contains("shown"));
        shown.filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(others(&text), others(&before));
    assert!(text.contains(&format!("{rejected} 1\n")), "{text}");
    Exposition::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let openmetrics = handle.render_openmetrics();
    let lines: String = openmetrics.split_inclusive('\n').filter(|line| !line.starts_with("# UNIT ")).collect();
    parse_openmetrics(&lines).unwrap_or_else(|error| panic!("{error:?}\n{openmetrics}"));
    assert!(openmetrics.contains("good{le=\"42\",quantile=\"a\",title=\"\",zone=\"eu\"} 7\n"), "{openmetrics}");
    assert!(openmetrics.contains("rejected_parcels_total{outcome=\"ok\",zone=\"eu\"} 1\n"), "{openmetrics}");
}

macro_rules! left_out {
    ($($test:ident: $reason:literal = $record:expr;)*) => {$(
        #[test]
        fn $test() {
            is_left_out($reason, $record);
        }
    )*};
}

left_out! {
    an_empty_name: "name" = |recorder| counter(recorder, "", &[]);
    a_counter_whose_name_is_its_ending: "name" = |recorder| counter(recorder, "_total", &[]);
    an_empty_label_name: "label_name" = |recorder| gauge(recorder, "bad", &[("", "x")]);
    a_label_name_that_a_declared_family_cannot_have: "label_name" = |recorder| counter(recorder, "rejected_parcels_total", &[("a.b", "x")]);
    labels_that_escaping_makes_equal: "duplicate_label" = |recorder| counter(recorder, "bad", &[("a.b", "1"), ("a_b", "2")]);
    a_duplicate_label: "duplicate_label" = |recorder| counter(recorder, "bad", &[("a", "1"), ("a", "2")]);
    a_bucket_bound_by_hand: "reserved_label" = |recorder| histogram(recorder, "bad", &[("le", "1")]);
    a_label_that_is_the_name: "reserved_label" = |recorder| counter(recorder, "bad", &[("__name__", "x")]);
    a_reserved_label_once_it_is_escaped: "reserved_label" = |recorder| counter(recorder, "bad", &[("..x", "x")]);
    a_gauge_beside_the_counter_of_its_name: "name_conflict" = |recorder| gauge(recorder, "jobs", &[]);
    a_counter_beside_the_same_with_total: "name_conflict" = |recorder| counter(recorder, "jobs", &[]);
    a_gauge_beside_a_declared_counter: "name_conflict" = |recorder| gauge(recorder, "rejected_parcels", &[]);
    a_counter_under_a_declared_histograms_bucket: "name_conflict" = |recorder| counter(recorder, "rejected_parcels_duration_seconds_bucket", &[]);
    a_gauge_under_a_declared_histograms_sum: "name_conflict" = |recorder| gauge(recorder, "rejected_parcels_duration_seconds_sum", &[]);
    a_gauge_under_a_declared_histograms_count: "name_conflict" = |recorder| gauge(recorder, "rejected_parcels_duration_seconds_count", &[]);
    a_gauge_under_a_declared_counters_start: "name_conflict" = |recorder| gauge(recorder, "rejected_parcels_created", &[]);
    a_name_that_is_another_once_it_is_escaped: "name_conflict" = |recorder| counter(recorder, "jobs.total", &[]);
    another_kind_of_a_declared_family: "kind" = |recorder| gauge(recorder, "rejected_parcels_total", &[("outcome", "ok")]);
    another_kind_of_a_metric_by_hand: "kind" = |recorder| histogram(recorder, "jobs_total", &[]);
    another_kind_of_one_of_our_own: "kind" = |recorder| gauge(recorder, "metrics_instrumented_rejected_metrics_total", &[]);
    a_series_that_is_another_once_it_is_escaped: "duplicate_series" = |recorder| {
        counter(recorder, "shown", &[("a.b", "1")]);
        counter(recorder, "shown", &[("a_b", "1")]);
    };
    a_series_that_is_another_one_that_was_recorded_before: "duplicate_series" = |recorder| {
        histogram(recorder, "shown", &[("a_b", "1"), ("c", "2")]);
        histogram(recorder, "shown", &[("c", "2"), ("a\u{e9}b", "1")]);
    };
    a_label_without_a_value: "duplicate_series" = |recorder| {
        counter(recorder, "shown", &[("a", "1")]);
        counter(recorder, "shown", &[("a", "1"), ("b", "")]);
    };
    a_label_without_a_value_that_was_recorded_before: "duplicate_series" = |recorder| {
        counter(recorder, "shown", &[("b", "")]);
        counter(recorder, "shown", &[]);
    };
    two_series_that_escaping_makes_equal: "duplicate_series" = |recorder| {
        gauge(recorder, "shown", &[("a.b", "1")]);
        gauge(recorder, "shown", &[("a:b", "1")]);
    };
    two_series_whose_labels_escaping_puts_in_another_order: "duplicate_series" = |recorder| {
        counter(recorder, "shown", &[("a.b", "1"), ("a0", "2")]);
        counter(recorder, "shown", &[("a_b", "1"), ("a0", "2")]);
    };
}

#[test]
fn only_the_first_of_two_equal_series_is_shown() {
    let recorder = exporter().build().unwrap();
    counter(&recorder, "shown", &[("a_b", "1")]);
    counter(&recorder, "shown", &[("a.b", "1")]);
    counter(&recorder, "shown", &[("a.b", "2")]);
    counter(&recorder, "shown", &[("a.b", "2")]);
    let text = recorder.handle().render();
    assert!(text.contains("shown{a_b=\"1\"} 7\n") && text.contains("shown{a_b=\"2\"} 14\n"), "{text}");
}

#[test]
fn a_label_with_the_value_of_the_global_one_is_the_same_series() {
    let recorder = exporter().global_label("zone", "eu").build().unwrap();
    counter(&recorder, "jobs_total", &[]);
    counter(&recorder, "jobs_total", &[("zone", "eu")]);
    counter(&recorder, "jobs_total", &[("zone", "us")]);
    let text = recorder.handle().render();
    assert!(text.contains("jobs_total{zone=\"eu\"} 14\njobs_total{zone=\"us\"} 7\n"), "{text}");
    Exposition::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
}

#[test]
fn a_value_that_is_not_a_number_is_in_no_finite_bucket() {
    let recorder = exporter().default_buckets([1.0, 2.0]).build().unwrap();
    for value in [f64::NAN, 1.0, f64::NEG_INFINITY, f64::INFINITY] {
        recorder.register_histogram(&key("sizes", &[]), &METADATA).record(value);
    }
    let text = recorder.handle().render();
    let buckets = "sizes_bucket{le=\"1\"} 2\nsizes_bucket{le=\"2\"} 2\nsizes_bucket{le=\"+Inf\"} 4\nsizes_sum NaN\nsizes_count 4\n";
    assert!(text.contains(buckets), "{text}");
}

#[test]
fn the_first_description_of_a_hand_written_metric_is_its_help_before_and_after_it_is_recorded() {
    let recorder = exporter().build().unwrap();
    recorder.describe_gauge("before".into(), None, "One \\ \"line\"\nand another".into());
    gauge(&recorder, "before", &[]);
    gauge(&recorder, "after", &[]);
    gauge(&recorder, "never", &[]);
    recorder.describe_gauge("after".into(), Some(metrics::Unit::Bytes), "First.".into());
    recorder.describe_gauge("after".into(), None, "Second.".into());
    let text = recorder.handle().render();
    for expected in [
        "# HELP before One \\\\ \"line\"\\nand another\n# TYPE before gauge\nbefore 7\n",
        "# HELP after First.\n# TYPE after gauge\nafter 7\n",
        "\n\n# TYPE never gauge\nnever 7\n",
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn names_that_formats_escape_are_served() {
    let recorder = exporter().build().unwrap();
    gauge(&recorder, "1st level", &[("http.route", "/"), ("a:b", "é\0")]);
    counter(&recorder, "U__plain", &[("U__x", "y")]);
    let text = recorder.handle().render();
    assert!(text.contains("# TYPE _st_level gauge\n_st_level{a_b=\"é\0\",http_route=\"/\"} 7\n"), "{text}");
    assert!(text.contains("U__plain{U__x=\"y\"} 7\n"), "{text}");
}

#[test]
fn the_same_global_label_twice_is_an_error() {
    let error = exporter().global_label("zone", "eu").global_label("zone", "us").build().unwrap_err();
    assert_eq!(error.to_string(), "invalid global label `zone`: it is set twice; remove one of the two");
}
