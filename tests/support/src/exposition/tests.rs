//! One test a rule.

use super::{Exposition, Kind, ParseError, Problem};

/// A valid histogram, to break.
const HISTOGRAM: &str = "\
# TYPE h histogram
h_bucket{a=\"x\",le=\"0.5\"} 1
h_bucket{a=\"x\",le=\"1\"} 3
h_bucket{a=\"x\",le=\"+Inf\"} 4
h_sum{a=\"x\"} 2.5
h_count{a=\"x\"} 4
";

#[track_caller]
fn parse(text: &str) -> Exposition {
    Exposition::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The line of the error and what it says.
#[track_caller]
fn error(text: &str) -> (usize, String) {
    match Exposition::parse(text) {
        Ok(exposition) => panic!("accepted: {exposition:#?}"),
        Err(ParseError { line, problem }) => (line, problem.to_string()),
    }
}

/// The error of a gauge `g` that one line is added to.
#[track_caller]
fn sample_error(line: &str) -> String {
    let (number, message) = error(&format!("# TYPE g gauge\n{line}\n"));
    assert_eq!(number, 2, "{message}");
    message
}

/// The error of the valid histogram with one text replaced.
#[track_caller]
fn broken_histogram(valid: &str, broken: &str) -> (usize, String) {
    assert!(HISTOGRAM.contains(valid));
    error(&HISTOGRAM.replacen(valid, broken, 1))
}

#[test]
fn reads_every_kind() {
    let exposition = parse(
        "# HELP c_total Counts \\\\ and\\nsuch \"things\".\n\
         # TYPE c_total counter\n\
         c_total 3\n\
         \n\
         # a comment\n\
         # TYPE g gauge\n\
         g{a=\"x\",b=\"\"} -1.5e3 1700000000000\n\
         g{} NaN\n\
         # TYPE empty gauge\n\
         # TYPE s summary\n\
         s{quantile=\"0.9\"} 1\n\
         s_sum 1\n\
         s_count 1\n\
         # TYPE u untyped\n\
         # HELP u\n\
         u +Inf\n",
    );
    let kinds: Vec<_> = exposition.families.iter().map(|family| (family.name.as_str(), family.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("c_total", Kind::Counter),
            ("g", Kind::Gauge),
            ("empty", Kind::Gauge),
            ("s", Kind::Summary),
            ("u", Kind::Untyped)
        ]
    );
    assert_eq!(exposition.family("c_total").help.as_deref(), Some("Counts \\ and\nsuch \"things\"."));
    assert_eq!(exposition.family("u").help.as_deref(), Some(""));
    assert_eq!(exposition.family("g").help, None);
    assert_eq!(exposition.family("g").samples[0].timestamp, Some(1_700_000_000_000));
    assert_eq!(exposition.value("g", &[("b", ""), ("a", "x")]), Some(-1500.0));
    assert!(exposition.expect_value("g", &[]).is_nan());
    assert_eq!(exposition.value("u", &[]), Some(f64::INFINITY));
}

#[test]
fn an_empty_exposition_is_valid() {
    assert_eq!(parse(""), Exposition::default());
}

#[test]
fn unescapes_label_values() {
    let exposition = parse("# TYPE g gauge\ng{a=\"q\\\" b\\\\ n\\n, } é\"} 1\n");
    assert_eq!(exposition.label_values("g", "a"), ["q\" b\\ n\n, } é"]);
}

#[test]
fn refuses_bad_names() {
    assert_eq!(sample_error("1g 1"), "`1g` is not a metric name");
    assert_eq!(sample_error("g-x 1"), "`g-x` is not a metric name");
    assert_eq!(sample_error("{a=\"x\"} 1"), "`` is not a metric name");
    assert_eq!(sample_error("# TYPE a.b gauge"), "`a.b` is not a metric name");
    assert_eq!(sample_error("# HELP é text"), "`é` is not a metric name");
    assert_eq!(sample_error("g{1a=\"x\"} 1"), "`1a` is not a label name");
    assert_eq!(sample_error("g{a:b=\"x\"} 1"), "`a:b` is not a label name");
    assert_eq!(sample_error("g{=\"x\"} 1"), "`` is not a label name");
    assert_eq!(sample_error("g{__name__=\"x\"} 1"), "label name `__name__` is reserved; it starts with `__`");
}

#[test]
fn refuses_bad_escapes() {
    assert_eq!(sample_error("g{a=\"\\t\"} 1"), "bad escape `\\t`");
    assert_eq!(sample_error("g{a=\"x\\"), "bad escape `\\`");
    assert_eq!(sample_error("# HELP g a \\\"quote\\\""), "bad escape `\\\"`");
    assert_eq!(sample_error("# HELP g ends in \\"), "bad escape `\\`");
    assert_eq!(sample_error("g{a=\"x} 1"), "the label value does not end");
}

#[test]
fn refuses_duplicate_label_names() {
    assert_eq!(sample_error("g{a=\"x\",b=\"y\",a=\"z\"} 1"), "label `a` is there twice");
}

#[test]
fn refuses_free_spacing() {
    let message = "stray white space; tokens are separated by exactly one space";
    for line in [
        " g 1",
        "\tg 1",
        "g  1",
        "g 1 ",
        "g 1 5 ",
        " ",
        "#TYPE x gauge",
        "#  HELP x y",
        "# TYPE\tx gauge",
        "# HELP x  y",
    ] {
        assert_eq!(sample_error(line), message, "{line:?}");
    }
    assert_eq!(sample_error("# TYPE "), message);
    assert_eq!(sample_error("g\t1"), "expected a space and a value, found `\t1`");
    assert_eq!(sample_error("g {a=\"x\"} 1"), "`{a=\"x\"}` is not a value");
    assert_eq!(sample_error("g{ a=\"x\"} 1"), "` a` is not a label name");
    assert_eq!(sample_error("g{a=\"x\" ,b=\"y\"} 1"), "expected `,` or `}`, found ` ,b=\"y\"} 1`");
}

#[test]
fn refuses_bad_syntax() {
    assert_eq!(sample_error("g"), "expected a space and a value, found ``");
    assert_eq!(sample_error("g{a=\"x\"}1"), "expected a space and a value, found `1`");
    assert_eq!(sample_error("g{a=\"x\",} 1"), "expected a label and `=`, found `} 1`");
    assert_eq!(sample_error("g{a=x} 1"), "expected a quoted label value, found `x} 1`");
    assert_eq!(sample_error("g{a"), "expected a label and `=`, found `a`");
}

#[test]
fn refuses_bad_values() {
    for value in ["x", "inf", "Inf", "-inf", "nan", "infinity", "0x1p3", "1_000", "1,5", "--1"] {
        assert_eq!(sample_error(&format!("g {value}")), format!("`{value}` is not a value"));
    }
    assert_eq!(sample_error("g 1 1.5"), "`1.5` is not a time stamp in milliseconds");
}

#[test]
fn refuses_trailing_junk() {
    assert_eq!(sample_error("g 1 5 junk"), "trailing `junk`");
    assert_eq!(sample_error("# TYPE x gauge junk"), "trailing `junk`");
}

#[test]
fn refuses_carriage_returns() {
    assert_eq!(error("# TYPE g gauge\r\ng 1\r\n"), (1, "carriage return".to_owned()));
    assert_eq!(sample_error("g{a=\"x\ry\"} 1"), "carriage return");
}

#[test]
fn refuses_a_missing_final_newline() {
    let message = "the last line does not end with a newline".to_owned();
    assert_eq!(error("# TYPE g gauge\ng 1"), (2, message.clone()));
    assert_eq!(error("# TYPE g gauge\ng 1\n# a comment"), (3, message));
}

#[test]
fn refuses_unknown_types() {
    assert_eq!(sample_error("# TYPE x Gauge"), "unknown type `Gauge`");
    assert_eq!(sample_error("# TYPE x"), "unknown type ``");
}

#[test]
fn refuses_samples_without_a_type() {
    assert_eq!(error("x 1\n"), (1, "`x` has no TYPE line before it".to_owned()));
    assert_eq!(error("# HELP x Help.\nx 1\n"), (2, "`x` has no TYPE line before it".to_owned()));
    assert_eq!(error("# HELP x Help.\n# TYPE y gauge\n"), (1, "`x` has no TYPE line before it".to_owned()));
    assert_eq!(error("\n# HELP x Help.\n"), (2, "`x` has no TYPE line before it".to_owned()));
}

#[test]
fn refuses_metadata_after_samples() {
    assert_eq!(error("# TYPE g gauge\ng 1\n# HELP g Help.\n"), (3, "HELP of `g` after its samples".to_owned()));
    assert_eq!(error("# TYPE g gauge\ng 1\n# TYPE g gauge\n"), (3, "TYPE of `g` after its samples".to_owned()));
}

#[test]
fn refuses_repeated_metadata() {
    assert_eq!(error("# TYPE g gauge\n# TYPE g gauge\n"), (2, "second TYPE of `g`".to_owned()));
    assert_eq!(error("# HELP g a\n# TYPE g gauge\n# HELP g a\n"), (3, "second HELP of `g`".to_owned()));
}

#[test]
fn refuses_a_family_in_two_places() {
    let message = "`a` was left for another family and is resumed here; a family's lines stand together";
    for third in ["a{x=\"y\"} 1", "# TYPE a gauge", "# HELP a Help."] {
        assert_eq!(error(&format!("# TYPE a gauge\n# TYPE b gauge\n{third}\n")), (3, message.to_owned()));
    }
    let resumed = format!("{HISTOGRAM}# TYPE g gauge\nh_count{{a=\"y\"}} 1\n");
    assert_eq!(Exposition::parse(&resumed).unwrap_err(), Problem::NotContiguous("h".to_owned()).at(8));
}

#[test]
fn refuses_families_that_share_a_name() {
    let message = "family `h_count` and family `h` share the name `h_count`".to_owned();
    assert_eq!(error(&format!("{HISTOGRAM}# TYPE h_count counter\n")), (7, message));
    let message = "family `h` and family `h_sum` share the name `h_sum`".to_owned();
    assert_eq!(error(&format!("# TYPE h_sum gauge\n{HISTOGRAM}")), (2, message));
}

#[test]
fn refuses_duplicate_series() {
    let text = "# TYPE g gauge\ng{a=\"x\",b=\"y\"} 1\ng{a=\"x\"} 1\ng{b=\"y\",a=\"x\"} 2\n";
    assert_eq!(error(text), (4, "duplicate series `g{a=\"x\",b=\"y\"}`".to_owned()));
    assert_eq!(error("# TYPE g gauge\ng 1\ng{} 1\n"), (3, "duplicate series `g`".to_owned()));
}

#[test]
fn refuses_le_and_quantile_outside_histograms_and_summaries() {
    assert!(
        parse("# TYPE g gauge\ng{le=\"1\",quantile=\"2\"} 1\n").value("g", &[("le", "1"), ("quantile", "2")]).is_some()
    );
    let (line, message) = broken_histogram("h_sum{", "h_sum{le=\"1\",");
    assert_eq!((line, message.as_str()), (5, "label `le` on `h_sum` of a histogram"));
}

#[test]
fn refuses_counters_below_zero() {
    let counter = |value| error(&format!("# TYPE c_total counter\nc_total {value}\n"));
    assert_eq!(counter("-1"), (2, "counter `c_total -1`; a counter is zero or more".to_owned()));
    assert_eq!(counter("NaN"), (2, "counter `c_total NaN`; a counter is zero or more".to_owned()));
}

#[test]
fn refuses_wrong_summaries() {
    let summary = |line| error(&format!("# TYPE s summary\n{line}\n")).1;
    assert_eq!(summary("s 1"), "`s 1` has no label `quantile`");
    assert_eq!(summary("s{quantile=\"2\"} 1"), "`2` is not a value of `quantile`");
    assert_eq!(summary("s_count 1.5"), "`s_count 1.5` is not a count");
}

#[test]
fn refuses_a_histogram_without_one_of_its_parts() {
    let cases = [
        ("h_bucket{a=\"x\",le=\"+Inf\"} 4\n", 2, "`h{a=\"x\"}` has no bucket `+Inf`"),
        ("h_sum{a=\"x\"} 2.5\n", 2, "`h{a=\"x\"}` has no `_sum`"),
        ("h_count{a=\"x\"} 4\n", 2, "`h{a=\"x\"}` has no `_count`"),
    ];
    for (part, line, message) in cases {
        assert_eq!(broken_histogram(part, ""), (line, message.to_owned()));
    }
    // Checked when another family begins, too, and for each series.
    let second = format!("{HISTOGRAM}h_sum{{a=\"y\"}} 0\n# TYPE g gauge\n");
    assert_eq!(error(&second), (7, "`h{a=\"y\"}` has no bucket `+Inf`".to_owned()));
}

#[test]
fn refuses_buckets_that_do_not_add_up() {
    let cases = [
        (
            "le=\"1\"} 3",
            "le=\"1\"} 0",
            3,
            "bucket `1` of `h{a=\"x\"}` holds 0, less than the 1 of the bucket before it",
        ),
        ("le=\"1\"", "le=\"0.25\"", 3, "bucket `0.25` of `h{a=\"x\"}` does not come in increasing order"),
        ("le=\"1\"", "le=\"0.50\"", 3, "bucket `0.50` of `h{a=\"x\"}` does not come in increasing order"),
        ("h_count{a=\"x\"} 4", "h_count{a=\"x\"} 3", 6, "`h{a=\"x\"}` counts 3, its bucket `+Inf` 4"),
        ("h_count{a=\"x\"} 4", "h_count{a=\"x\"} 5", 6, "`h{a=\"x\"}` counts 5, its bucket `+Inf` 4"),
        ("le=\"+Inf\"} 4", "le=\"+Inf\"} 5", 6, "`h{a=\"x\"}` counts 4, its bucket `+Inf` 5"),
        ("le=\"1\"} 3", "le=\"1\"} 2.5", 3, "`h_bucket{a=\"x\",le=\"1\"} 2.5` is not a count"),
        ("h_count{a=\"x\"} 4", "h_count{a=\"x\"} -4", 6, "`h_count{a=\"x\"} -4` is not a count"),
        ("le=\"1\"", "le=\"one\"", 3, "`one` is not a value of `le`"),
        ("le=\"1\"", "le=\"NaN\"", 3, "`NaN` is not a value of `le`"),
        ("a=\"x\",le=\"1\"", "a=\"x\"", 3, "`h_bucket{a=\"x\"} 3` has no label `le`"),
        ("h_sum{a=\"x\"}", "h{a=\"x\"}", 5, "sample `h` does not belong to a histogram"),
    ];
    for (valid, broken, line, message) in cases {
        assert_eq!(broken_histogram(valid, broken), (line, message.to_owned()));
    }
}

#[test]
fn a_histogram_in_any_order_of_series_is_read() {
    let exposition = parse(
        "# TYPE h histogram\n\
         h_sum{a=\"x\"} 1\nh_sum 0\n\
         h_bucket{le=\"1\"} 0\nh_bucket{a=\"x\",le=\"1\"} 1\n\
         h_bucket{a=\"x\",le=\"+Inf\"} 2\nh_bucket{le=\"+Inf\"} 0\n\
         h_count 0\nh_count{a=\"x\"} 2\n",
    );
    let histogram = exposition.histogram("h", &[("a", "x")]);
    assert_eq!(histogram.buckets, [(1.0, 1), (f64::INFINITY, 2)]);
    assert_eq!((histogram.sum, histogram.count), (1.0, 2));
    assert_eq!(exposition.histogram("h", &[]).count, 0);
}

#[test]
fn labels_match_exactly_and_in_any_order() {
    let exposition = parse("# TYPE g gauge\ng{a=\"x\",b=\"y\"} 1\ng{a=\"z\",b=\"y\"} 2\n");
    assert_eq!(exposition.value("g", &[("b", "y"), ("a", "z")]), Some(2.0));
    assert_eq!(exposition.value("g", &[("a", "x")]), None);
    assert_eq!(exposition.label_values("g", "a"), ["x", "z"]);
    assert!(exposition.label_values("g", "c").is_empty());
    assert!(exposition.has_labels("g", &["b", "a"]));
    assert!(!exposition.has_labels("g", &["a"]));
    assert!(parse(HISTOGRAM).has_labels("h", &["a"]));
    assert!(!parse("# TYPE g gauge\n").has_labels("g", &[]));
    assert_eq!(parse(HISTOGRAM).value("h_bucket", &[("a", "x"), ("le", "1")]), Some(3.0));
}

#[test]
#[should_panic(expected = "there is no family `f`; there are\n  g\n  h")]
fn a_missing_family_is_reported_with_the_existing_ones() {
    _ = parse(&format!("# TYPE g gauge\n{HISTOGRAM}")).family("f");
}

#[test]
#[should_panic(expected = "there is no `g{a=\"y\"}`; the gauge `g` has\n  g{a=\"x\"} 1")]
fn a_missing_value_is_reported_with_the_family() {
    _ = parse("# TYPE g gauge\ng{a=\"x\"} 1\n").expect_value("g", &[("a", "y")]);
}

#[test]
#[should_panic(expected = "there is no histogram `h`; the histogram `h` has\n  h_bucket{a=\"x\",le=\"0.5\"} 1\n")]
fn a_missing_histogram_is_reported_with_the_family() {
    _ = parse(HISTOGRAM).histogram("h", &[]);
}

#[test]
#[should_panic(expected = "not all of `g` has the labels [\"b\"]; the gauge `g` has\n  g{a=\"x\"} 1")]
fn labels_that_do_not_match_are_reported_with_the_family() {
    parse("# TYPE g gauge\ng{a=\"x\"} 1\n").assert_labels("g", &["b"]);
}
