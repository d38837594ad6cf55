//! Files of views and what is wrong with them.

use std::collections::BTreeMap;

use super::check::check;
use super::model::{Combine, Known, Mistake, View};
use super::read::read;
use crate::names::Kind;

fn family(name: &str, kind: Kind, combine: Option<Combine>, labels: &[(&str, &[&str])], buckets: &[f64]) -> Known {
    let label = |(name, values): &(&str, &[&str])| {
        let values = (!values.is_empty()).then(|| values.iter().map(|value| (*value).to_owned()).collect());
        ((*name).to_owned(), values)
    };
    Known {
        name: name.to_owned(),
        kind,
        combine,
        labels: labels.iter().map(label).collect(),
        buckets: buckets.to_vec(),
    }
}

fn known() -> Vec<Known> {
    let sum = Some(Combine::Sum);
    vec![
        family("depth", Kind::Gauge, None, &[("queue", &["a", "b"])], &[]),
        family("orders_duration_seconds", Kind::Histogram, sum, &[("tier", &["gold", "tin"])], &[0.1, 0.5, 1.0]),
        family("orders_in_flight", Kind::Gauge, sum, &[("tier", &["gold", "tin"])], &[]),
        family(
            "orders_total",
            Kind::Counter,
            sum,
            &[("outcome", &["ok", "error"]), ("tier", &["gold", "tin"]), ("route", &[])],
            &[],
        ),
        family("ticks_total", Kind::Counter, sum, &[], &[]),
    ]
}

fn load(text: &str) -> Result<BTreeMap<String, View>, Vec<Mistake>> {
    check(&read(text)?, &known())
}

#[test]
fn a_file_is_read() {
    let views = load(
        "families:\n  orders_total:\n    drop: [tier]\n    merge: { outcome: { bad: [error] }, route: { '404': [404, true] } }\n    max_series: 7\n  \
         'orders_*_seconds': { buckets: [1, 0.1, .inf, 0.1] }\n  '*_in_flight': { mute: true }\n  depth: { drop: [queue], combine: max }\n",
    )
    .unwrap();
    let orders = &views["orders_total"];
    assert_eq!((orders.value("tier", "gold"), orders.value("outcome", "error")), (None, Some("bad")));
    assert_eq!((orders.value("outcome", "ok"), orders.value("route", "true")), (Some("ok"), Some("404")));
    assert_eq!(orders.max_series, Some(7));
    assert_eq!(views["orders_duration_seconds"].buckets, Some(vec![0.1, 1.0]));
    assert!(views["orders_in_flight"].is_muted);
    assert_eq!(views["depth"].combine, Combine::Max);
    assert_eq!(views.len(), 4);
    assert_eq!(load("families: {}\n").unwrap(), BTreeMap::new());
}

#[test]
fn each_mistake_is_reported_with_its_line_and_the_fix() {
    for (text, line, expected) in [
        ("", 1, "the key `families` is missing; `families: {}` has no views"),
        ("# nothing\n", 1, "the key `families` is missing"),
        ("families: {}\n---\nfamilies: {}\n", 3, "expected one document"),
        ("- orders_total\n", 1, "expected a mapping with the key `families`"),
        ("families:\n", 1, "expected a mapping with the names of families"),
        ("families:\n  orders_total: { drop: [] }\n", 2, "`drop` is empty; list the labels to remove"),
        ("families:\n  orders_total:\n    merge:\n      tier: { tin: [] }\n", 4, "no value is merged; list the values"),
        ("families:\n  orders_total:\n    merge:\n      tier: { '': [tin] }\n", 4, "a label value must not be empty"),
        ("families:\n  depth:\n    combine: max\n", 3, "`combine` of `depth` has no effect without `drop`"),
        ("family: {}\n", 1, "unknown key `family`"),
        ("familes: {}\n", 1, "unknown key `familes`; did you mean `families`?"),
        ("families:\n  orders_total: { mute: true\n", 3, ""),
        ("families:\n  orders_total: {}\n", 2, "`orders_total` has no views; expected mute, drop,"),
        ("families:\n  orders_total: mute\n", 2, "expected a mapping with the views of the family"),
        ("families:\n  orders_total:\n    mute: 1\n", 3, "expected `true`"),
        ("families:\n  orders_total:\n    dorp: [tier]\n", 3, "unknown key `dorp`; did you mean `drop`?"),
        ("families:\n  orders_total:\n    drop: tier\n", 3, "expected a list; each element is a label's name"),
        ("families:\n  orders_total:\n    drop:\n      - tier\n      - [a]\n", 5, "expected a label's name"),
        ("families:\n  orders_total:\n    max_series: 0\n", 3, "expected a number of series, at least 1"),
        ("families:\n  depth:\n    drop: [queue]\n    combine: mean\n", 4, "expected `sum`, `max` or `min`"),
        (
            "families:\n  oders_total:\n    mute: true\n",
            2,
            "no family `oders_total` is declared; did you mean `orders_total`?",
        ),
        (
            "families:\n  orders_duration_seconds_count: { mute: true }\n",
            2,
            "is a series of the histogram `orders_duration_seconds`",
        ),
        ("families:\n  'http_*': { mute: true }\n", 2, "no declared family matches `http_*`"),
        (
            "families:\n  orders_total:\n    drop:\n      - teir\n",
            4,
            "`orders_total` has no label `teir`; did you mean `tier`?",
        ),
        ("families:\n  ticks_total: { drop: [tier] }\n", 2, "`ticks_total` has no label `tier`; it has no labels"),
        ("families:\n  '*': { drop: [pod] }\n", 2, "`*` has no label `pod`"),
        (
            "families:\n  orders_total: { merge: { outcome: { bad: [eror] } } }\n",
            2,
            "`outcome` of `orders_total` is never `eror`; did you mean `error`?",
        ),
        (
            "families:\n  orders_total: { merge: { outcome: { a: [ok], b: [ok] } } }\n",
            2,
            "`ok` is merged into `a` and into `b`",
        ),
        (
            "families:\n  orders_total: { drop: [tier], merge: { tier: { a: [tin] } } }\n",
            2,
            "is dropped, so its values cannot be merged",
        ),
        (
            "families:\n  orders_duration_seconds:\n    buckets: [0.1, 0.3]\n",
            3,
            "`0.3` is not a bucket bound of `orders_duration_seconds`; its bounds are 0.1, 0.5, 1",
        ),
        ("families:\n  orders_total: { buckets: [0.1] }\n", 2, "`orders_total` is not a histogram"),
        ("families:\n  ticks_total: { max_series: 5 }\n", 2, "`ticks_total` has no labels"),
        ("families:\n  orders_total: { drop: [tier], combine: max }\n", 2, "`combine` is for gauges"),
        (
            "families:\n  depth: { drop: [queue] }\n",
            2,
            "`depth` is a gauge, and several of its series would become one; add `combine: sum`",
        ),
        ("families:\n  orders_total: { mute: true, drop: [tier] }\n", 2, "is muted, so nothing else has an effect"),
        (
            "families:\n  orders_total: { max_series: 5 }\n  'orders*': { max_series: 6 }\n",
            3,
            "`max_series` of `orders_total` is set in line 2, too",
        ),
        ("families:\n  orders_total: { mute: true }\n  orders_total: { mute: true }\n", 3, "duplicated key"),
    ] {
        let mistakes = load(text).expect_err(text);
        assert_eq!(mistakes.len(), 1, "{text}: {mistakes:?}");
        assert!(mistakes[0].line == line && mistakes[0].reason.contains(expected), "{text}: {mistakes:?}");
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let mistakes = load("families:\n  a: { mute: true }\n  orders_total: { drop: [x, y] }\n").unwrap_err();
    assert_eq!(mistakes.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [2, 3, 3], "{mistakes:?}");
}
