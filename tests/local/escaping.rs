//! Whatever text a label holds, it arrives as it was.

use metrics_instrumented::{Counter, LabelValue, Open, Operation, instrumented};
use metrics_instrumented_tests::{Calls, Exposition, Local};
use proptest::prelude::*;

const AWKWARD: [&str; 14] = [
    "",
    " ",
    "\"",
    "\\",
    "\n",
    "\\n",
    "\\\\n",
    "\\\"",
    "a\\\nb",
    "ends in \\",
    "C:\\temp\\new",
    "le=\"+Inf\",x=\"",
    "} 1\nother 2",
    "日本 \u{1f980} é \u{0} \t \u{7f} \u{2028}",
];

#[derive(LabelValue)]
enum Closed {
    #[label(rename = "a \"b\" \\c\\ \n d")]
    Awkward,
    #[label(rename = "日本 🦀")]
    Japan,
}

#[test]
fn awkward_open_values_arrive_as_they_were() {
    #[instrumented(name = "escaping_open", labels(text = open(text)))]
    fn open(text: &str) {
        std::hint::black_box(text);
    }

    let local = Local::new();
    for text in AWKWARD {
        local.run(|| open(text));
    }
    let exposition = local.read();
    for text in AWKWARD {
        let calls = Calls::of(&exposition, "escaping_open", &[("text", text)]);
        assert_eq!(calls, Calls { ok: 1, ..Calls::NONE }, "{text:?}");
    }
    assert_eq!(exposition.label_values("escaping_open_total", "text").len(), AWKWARD.len());
}

#[test]
fn awkward_closed_values_arrive_as_they_were() {
    #[instrumented(name = "escaping_closed", labels(closed: Closed = closed), outcome(ok = "it \"was\" \\ ok"))]
    fn closed(closed: &Closed) {
        std::hint::black_box(closed.index());
    }

    let local = Local::new();
    local.run(|| (closed(&Closed::Awkward), closed(&Closed::Japan)));
    let exposition = local.read();
    for value in ["a \"b\" \\c\\ \n d", "日本 🦀"] {
        let labels = [("closed", value), ("outcome", "it \"was\" \\ ok")];
        assert_eq!(exposition.value("escaping_closed_total", &labels), Some(1.0), "{value:?}");
        assert_eq!(exposition.histogram("escaping_closed_duration_seconds", &[("closed", value)]).count, 1);
    }
}

#[test]
fn awkward_global_labels_arrive_as_they_were_on_every_series() {
    for text in AWKWARD {
        let exporter = metrics_instrumented::exporter().global_label("zone", text).global_label("text", "a \"text\"");
        let recorder = exporter.build().unwrap();
        metrics::with_local_recorder(&recorder, || metrics::counter!("escaping_by_hand_total").increment(1));
        let exposition = Exposition::parse(&recorder.handle().render()).unwrap();
        assert!(exposition.samples().all(|sample| sample.labels["zone"] == text), "{text:?}");
        let labels = [("zone", text), ("text", "a \"text\"")];
        assert_eq!(exposition.value("escaping_by_hand_total", &labels), Some(1.0), "{text:?}");
    }
}

/// Texts.
#[derive(Operation)]
#[operation(name = "escaping_any", only(calls), max_series = 50_000)]
struct Any<'a> {
    #[label(max = 10_000)]
    text: Open<'a>,
}

/// Texts, counted.
#[derive(Counter)]
#[counter(name = "escaping_any_texts_total", max_series = 20_000)]
struct Texts<'a> {
    #[label(max = 10_000)]
    text: Open<'a>,
}

/// The strict parser takes a carriage return for the end of a line of another system; Prometheus itself does not mind.
fn text() -> impl Strategy<Value = String> {
    "[^\r]{0,12}".prop_union("[\\\\\"\n a]{0,8}")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn any_texts_arrive_as_they_were_and_apart_from_each_other(texts in proptest::collection::vec(text(), 1..12)) {
        let local = Local::new();
        local.run(|| {
            for text in &texts {
                Any { text: Open::new(text) }.measure(|| ());
                Texts { text: Open::new(text) }.increment(1);
                metrics::counter!("escaping_any_by_hand_total", "text" => text.clone()).increment(1);
            }
        });
        let exposition = local.read();
        for text in &texts {
            #[allow(clippy::cast_precision_loss, reason = "twelve at most")]
            let count = texts.iter().filter(|other| *other == text).count() as f64;
            let ok = [("text", text.as_str()), ("outcome", "ok")];
            prop_assert_eq!(exposition.value("escaping_any_total", &ok), Some(count));
            prop_assert_eq!(exposition.value("escaping_any_texts_total", &ok[..1]), Some(count));
            prop_assert_eq!(exposition.value("escaping_any_by_hand_total", &ok[..1]), Some(count));
        }
    }
}
