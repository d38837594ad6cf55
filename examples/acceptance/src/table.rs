//! A system's table as data, and a scrape held against it.
//!
//! The metrics are the process's and stay when a system ends, so the effect of a test is the difference of two scrapes.

use std::collections::BTreeSet;

use metrics_instrumented_test_support::exposition::{Exposition, Kind, Sample};

/// Families with more series than this show none before they are used.
const ANNOUNCED: usize = 100;

/// One row of a system's table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    metric: &'static str,
    kind: Kind,
    labels: &'static [(&'static str, Values)],
    buckets: &'static [f64],
}

/// What the table says of a label's values.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// These and no others.
    Only(&'static [&'static str]),
    /// These, among others.
    With(&'static [&'static str]),
    /// An open set.
    Open,
}

/// A counter's row.
#[must_use]
pub const fn counter(metric: &'static str, labels: &'static [(&'static str, Values)]) -> Row {
    Row { metric, kind: Kind::Counter, labels, buckets: &[] }
}

/// A gauge's row.
#[must_use]
pub const fn gauge(metric: &'static str, labels: &'static [(&'static str, Values)]) -> Row {
    Row { metric, kind: Kind::Gauge, labels, buckets: &[] }
}

/// A histogram's row; `+Inf` is implied.
#[must_use]
pub const fn histogram(
    metric: &'static str,
    labels: &'static [(&'static str, Values)],
    buckets: &'static [f64],
) -> Row {
    Row { metric, kind: Kind::Histogram, labels, buckets }
}

/// Holds the scrape against the table, all of it: each row is there, and nothing else is, but `build_info` and what the
/// runtime says of itself.
///
/// # Panics
/// With everything that differs.
#[track_caller]
pub fn check(exposition: &Exposition, table: &[Row]) {
    let mut problems = Vec::new();
    for row in table {
        row.check(exposition, &mut problems);
    }
    let named: BTreeSet<_> = table.iter().map(|row| row.metric).collect();
    for name in exposition.families.iter().map(|family| family.name.as_str()) {
        let is_runtimes = name.starts_with("metrics_instrumented_") || name == "build_info";
        if !named.contains(name) && !is_runtimes {
            problems.push(format!("`{name}` is in no row of the table"));
        }
    }
    assert!(problems.is_empty(), "the scrape differs from the table:\n  {}", problems.join("\n  "));
}

impl Row {
    fn check(&self, exposition: &Exposition, problems: &mut Vec<String>) {
        let Self { metric, kind, labels, buckets } = *self;
        let mut expect = |holds: bool, problem: &dyn Fn() -> String| {
            if !holds {
                problems.push(format!("`{metric}` {}", problem()));
            }
        };
        let Some(family) = exposition.find(metric) else {
            expect(false, &|| "is not there".to_owned());
            return;
        };
        expect(family.kind == kind, &|| format!("is a {}, not a {kind}", family.kind));
        expect(family.help.as_ref().is_some_and(|help| help.len() > 1), &|| "has no help".to_owned());
        let names: Vec<_> = labels.iter().map(|(name, _)| *name).collect();
        expect(exposition.has_labels(metric, &names), &|| format!("has not exactly the labels {names:?}"));
        for (label, values) in labels {
            let found: BTreeSet<_> = exposition.label_values(metric, label).into_iter().collect();
            match values {
                Values::Only(all) => expect(found == all.iter().copied().collect(), &|| {
                    format!("has the values {found:?} of `{label}`; expected {all:?}")
                }),
                Values::With(some) => expect(some.iter().all(|value| found.contains(value)), &|| {
                    format!("has the values {found:?} of `{label}`; expected {some:?} among them")
                }),
                Values::Open => expect(!found.is_empty(), &|| format!("has no value of `{label}`")),
            }
        }
        let series: BTreeSet<_> = family.samples.iter().map(series_labels).collect();
        if let Some(all) = self.all_series() {
            expect(series.len() == all, &|| format!("has {} series; its labels make {all}", series.len()));
        }
        if kind == Kind::Histogram {
            for labels in series {
                let labels: Vec<_> = labels.iter().map(|(name, value)| (*name, *value)).collect();
                let found = exposition.find_histogram(metric, &labels).map(|histogram| histogram.buckets);
                let bounds: Vec<_> = found.into_iter().flatten().map(|(bound, _)| bound).collect();
                let expected: Vec<_> = buckets.iter().copied().chain([f64::INFINITY]).collect();
                expect(bounds == expected, &|| format!("has the buckets {bounds:?}; expected {expected:?}"));
            }
        }
    }

    /// How many series there have to be, if all of them are to be there from the start.
    fn all_series(&self) -> Option<usize> {
        let count = self.labels.iter().try_fold(1, |product, (_, values)| match values {
            Values::Only(all) => Some(product * all.len()),
            Values::With(_) | Values::Open => None,
        });
        count.filter(|count| *count <= ANNOUNCED)
    }
}

/// A sample's labels, without `le`.
fn series_labels(sample: &Sample) -> Vec<(&str, &str)> {
    let labels = sample.labels.iter().filter(|(name, _)| *name != "le");
    labels.map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// How much the series that begin with `prefix` changed, as lines of an exposition, sorted. Of histograms only `_count`.
#[must_use]
pub fn changes(before: &Exposition, after: &Exposition, prefix: &str) -> Vec<String> {
    let mut changes: Vec<String> = after
        .families
        .iter()
        .flat_map(|family| family.samples.iter().map(move |sample| (family.kind, sample)))
        .filter(|(kind, sample)| *kind != Kind::Histogram || sample.name.ends_with("_count"))
        // A peak stays for a minute after the calls, so it is no change that a single request makes.
        .filter(|(_, sample)| sample.name.starts_with(prefix) && !sample.name.ends_with("_peak"))
        .filter_map(|(_, sample)| {
            let was = before.samples().find(|old| old.name == sample.name && old.labels == sample.labels);
            let change = sample.value - was.map_or(0.0, |old| old.value);
            (change != 0.0).then(|| Sample { value: change, ..sample.clone() }.to_string())
        })
        .collect();
    changes.sort();
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[Row] =
        &[counter("shop_orders_total", &[("outcome", Values::Only(&["ok", "error"]))]), gauge("shop_open", &[])];
    const ORDERS: &str = "# HELP shop_orders_total Orders.\n# TYPE shop_orders_total counter\n\
                          shop_orders_total{outcome=\"ok\"} 2\nshop_orders_total{outcome=\"error\"} 0\n";
    const OPEN: &str = "# HELP shop_open Open carts.\n# TYPE shop_open gauge\nshop_open 1\n";
    const INFO: &str = "# HELP build_info Constant 1.\n# TYPE build_info gauge\nbuild_info 1\n";

    fn read(text: &str) -> Exposition {
        Exposition::parse(text).unwrap()
    }

    #[test]
    fn a_scrape_is_the_table_and_build_info() {
        check(&read(&[INFO, OPEN, ORDERS].concat()), TABLE);
    }

    #[test]
    #[should_panic(expected = "`shop_open` is not there")]
    fn a_row_must_exist() {
        check(&read(ORDERS), TABLE);
    }

    #[test]
    #[should_panic(expected = "`bank_accounts` is in no row of the table")]
    fn a_family_of_another_system_is_reported() {
        let other = OPEN.replace("shop_open", "bank_accounts");
        check(&read(&[&other, OPEN, ORDERS].concat()), TABLE);
    }

    #[test]
    fn only_changes_are_reported() {
        let (before, after) = (read(OPEN), read(&[OPEN, ORDERS].concat()));
        assert_eq!(changes(&before, &after, "shop_"), [r#"shop_orders_total{outcome="ok"} 2"#]);
    }
}
