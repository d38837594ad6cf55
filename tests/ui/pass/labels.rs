//! Every kind of label, and every way to write one.

#[path = "../support.rs"]
mod support;

use std::cell::RefCell;
use std::sync::Arc;

use metrics_instrumented::{LabelValue, Open, instrumented};
use support::recorded;

/// Not `Copy`, not even `Clone`.
#[derive(LabelValue)]
#[label(rename_all = "lowercase")]
enum Tier {
    Gold,
    Basic,
}

/// A label by hand.
struct Parity(u32);

impl LabelValue for Parity {
    const VALUES: &'static [&'static str] = &["even", "odd"];

    fn index(&self) -> usize {
        (self.0 % 2) as usize
    }
}

struct Order {
    tier: Tier,
    host: String,
    n: u32,
}

impl Order {
    fn tier(&self) -> &Tier {
        &self.tier
    }

    fn parity(&self) -> Parity {
        Parity(self.n)
    }

    #[instrumented(name = "of_self", labels(tier = self.tier, tier_of_method: &Tier = self.tier(), host = open(self.host), parity: Parity = self.parity()), max_series = 50_000)]
    fn fields(&mut self) -> Result<&mut String, ()> {
        Ok(&mut self.host)
    }

    #[instrumented(name = "of_owned_self", labels(tier = self.tier))]
    fn owned(self) -> Option<Tier> {
        Some(self.tier)
    }
}

#[instrumented(name = "arguments", labels(tier, parity, flag, optional))]
fn arguments(tier: Tier, parity: &Parity, mut flag: bool, optional: Option<Tier>) -> (Tier, bool, Option<Tier>) {
    flag = !flag ^ (parity.0 > 100);
    (tier, flag, optional)
}

#[instrumented(name = "references", labels(tier, nested, boxed, optional_reference))]
fn references<'a>(tier: &'a Tier, nested: &&Parity, boxed: Box<bool>, optional_reference: Option<&'a Tier>) -> Option<&'a Tier> {
    optional_reference.filter(|_| *boxed && nested.0 == 1).or(Some(tier))
}

#[instrumented(name = "mutable_references", labels(tier = *tier, flag = *flag))]
fn mutable_references<'a>(tier: &'a mut Tier, flag: &mut bool) -> Result<&'a mut Tier, ()> {
    *flag = false;
    *tier = Tier::Basic;
    Ok(tier)
}

#[instrumented(name = "expressions", labels(
    comparison = n > 3,
    matched = matches!(n, 0..=9),
    conditional: Tier = if n > 3 { Tier::Gold } else { Tier::Basic },
    mapped: Option<Tier> = text.map(|_| Tier::Gold),
))]
fn expressions(n: u32, text: Option<&str>) {}

#[instrumented(name = "more_expressions", labels(
    block: bool = { let double = n * 2; double == 4 },
    closure = (|| true)(),
    generic: Option<bool> = None::<bool>,
    path: Tier = self::Tier::Gold,
))]
fn more_expressions(n: u32) {}

/// What inferred labels make together is limited for each family; none of these carries all.
#[instrumented(
    name = "distributed",
    labels(a = n > 1, b = n > 2, c = n > 3, d = n > 4, e = n > 5, f = n > 6, g = n > 7, h = Some(n > 8)),
    calls(labels(a, b, c, d, h)),
    duration(labels(d, e, f, g, h)),
    in_flight(labels(a, b, c, d, e, f, g))
)]
fn distributed(n: u32) {}

#[instrumented(name = "types", labels(a: Option<bool>=Some(true), b: Option<Option<bool>> = None, c: self::Tier = Tier::Gold))]
fn types() {}

#[instrumented(name = "open_texts", labels(str = open(text), string = open(owned), reference = open(&owned), formatted = open(format!("{text}!")), capped = open(text, max = 2), counted = open(arc)), max_series = 2_000_000_000_000)]
fn open_texts(text: &str, owned: String, arc: Arc<str>) -> String {
    owned
}

#[instrumented(name = "open_values", labels(host, other: Open<'static> = Open::new("b")), max_series = 50_000)]
fn open_values(host: Open<'_>) {}

#[instrumented(name = "capped", labels(host = open(host, max = 2)))]
fn capped(host: &str) {}

#[instrumented(name = "raw", labels(r#type = r#type == 1, r#in, match = true))]
fn raw(r#type: u32, r#in: bool) {}

#[instrumented(name = "keywords", labels(type, if = r#type))]
fn keywords(r#type: bool) {}

/// One static serves every instantiation.
#[instrumented(name = "generics", labels(label))]
fn generic<L: LabelValue>(label: L) -> L {
    label
}

#[instrumented(name = "impls", labels(label, flag = true))]
fn impl_label(label: impl LabelValue, _other: u32) -> impl LabelValue {
    label
}

#[instrumented(name = "asynchronous", labels(tier, host = open(host)), max_series = 10_000)]
async fn asynchronous(tier: Tier, host: String) -> Result<(Tier, String), ()> {
    Ok((tier, host))
}

/// What a label has to wait for.
#[instrumented(name = "awaited", labels(tier = later(&tier).await, flag = flag?))]
async fn awaited(tier: Tier, flag: Option<bool>) -> Option<Tier> {
    Some(tier)
}

async fn later(tier: &Tier) -> Tier {
    std::future::ready(()).await;
    match tier {
        Tier::Gold => Tier::Basic,
        Tier::Basic => Tier::Gold,
    }
}

/// An argument that is borrowed by a label is still the body's.
#[instrumented(name = "cells", labels(flag = *cell.borrow()))]
fn cell(cell: &RefCell<bool>) -> bool {
    cell.replace(false)
}

/// A label is read once, and before the body runs.
#[instrumented(name = "evaluations", labels(first = { *counter.borrow_mut() += 1; *counter.borrow() == 1 }))]
fn evaluated_once(counter: &RefCell<u32>) -> u32 {
    *counter.borrow()
}

fn main() {
    let exposition = recorded(|| {
        let mut order = Order { tier: Tier::Gold, host: "a".to_owned(), n: 3 };
        order.fields().unwrap().push('b');
        assert!(matches!(order.owned(), Some(Tier::Gold)));
        assert!(matches!(arguments(Tier::Basic, &Parity(2), true, Some(Tier::Gold)), (Tier::Basic, false, Some(Tier::Gold))));
        assert!(matches!(references(&Tier::Gold, &&Parity(1), Box::new(true), None), Some(Tier::Gold)));
        let (mut tier, mut flag) = (Tier::Gold, true);
        assert!(matches!(mutable_references(&mut tier, &mut flag), Ok(Tier::Basic)));
        expressions(2, Some("text"));
        more_expressions(2);
        distributed(5);
        types();
        assert_eq!(open_texts("a", "b".to_owned(), "c".into()), "b");
        open_values(Open::new("a"));
        for host in ["a", "b", "c", "d", "a"] {
            capped(host);
        }
        raw(1, false);
        keywords(true);
        generic(Tier::Gold);
        generic(true);
        generic(Parity(3));
        assert_eq!(impl_label(Tier::Basic, 1).value(), "basic");
        assert!(futures::executor::block_on(asynchronous(Tier::Gold, "a".to_owned())).is_ok());
        assert!(futures::executor::block_on(awaited(Tier::Gold, Some(true))).is_some());
        assert!(futures::executor::block_on(awaited(Tier::Gold, None)).is_none());
        assert!(cell(&RefCell::new(true)));
        assert_eq!(evaluated_once(&RefCell::new(0)), 1);
    });
    for (name, labels) in [
        ("of_self", &[("tier", "gold"), ("tier_of_method", "gold"), ("host", "a"), ("parity", "odd")][..]),
        ("of_owned_self", &[("tier", "gold")]),
        ("arguments", &[("tier", "basic"), ("parity", "even"), ("flag", "true"), ("optional", "gold")]),
        ("references", &[("tier", "gold"), ("nested", "odd"), ("boxed", "true"), ("optional_reference", "none")]),
        ("mutable_references", &[("tier", "gold"), ("flag", "true")]),
        ("expressions", &[("comparison", "false"), ("matched", "true"), ("conditional", "basic"), ("mapped", "gold")]),
        ("more_expressions", &[("block", "true"), ("closure", "true"), ("generic", "none"), ("path", "gold")]),
        ("types", &[("a", "true"), ("b", "none"), ("c", "gold")]),
        (
            "open_texts",
            &[("str", "a"), ("string", "b"), ("reference", "b"), ("formatted", "a!"), ("capped", "a"), ("counted", "c")],
        ),
        ("open_values", &[("host", "a"), ("other", "b")]),
        ("capped", &[("host", "b")]),
        ("raw", &[("type", "true"), ("in", "false"), ("match", "true")]),
        ("keywords", &[("type", "true"), ("if", "true")]),
        ("generics", &[("label", "gold")]),
        ("generics", &[("label", "true")]),
        ("generics", &[("label", "odd")]),
        ("impls", &[("label", "basic"), ("flag", "true")]),
        ("asynchronous", &[("tier", "gold"), ("host", "a")]),
        ("awaited", &[("tier", "basic"), ("flag", "true")]),
        ("cells", &[("flag", "true")]),
        ("evaluations", &[("first", "true")]),
    ] {
        let timed = exposition.value(&format!("{name}_duration_seconds_count"), labels);
        assert_eq!(timed, Some(1.0), "{name} {labels:?}");
        let labels = [labels, &[("outcome", "ok")]].concat();
        assert_eq!(exposition.value(&format!("{name}_total"), &labels), Some(1.0), "{name} {labels:?}");
    }
    let overflow = |label| exposition.expect_value("metrics_instrumented_label_overflow_total", &[("metric", "capped_total"), ("label", label)]);
    assert_eq!(exposition.expect_value("capped_total", &[("host", "other"), ("outcome", "ok")]), 2.0);
    assert_eq!(exposition.expect_value("capped_total", &[("host", "a"), ("outcome", "ok")]), 2.0);
    assert_eq!(overflow("host"), 2.0);
    exposition.assert_labels("distributed_total", &["a", "b", "c", "d", "h", "outcome"]);
    exposition.assert_labels("distributed_duration_seconds", &["d", "e", "f", "g", "h"]);
    exposition.assert_labels("distributed_in_flight", &["a", "b", "c", "d", "e", "f", "g"]);
    // Before the first call, all values of typed labels are there.
    assert_eq!(exposition.expect_value("arguments_total", &[("tier", "gold"), ("parity", "odd"), ("flag", "false"), ("optional", "none"), ("outcome", "panic")]), 0.0);
}
