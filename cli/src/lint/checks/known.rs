//! The names that an expression may use, and the nearest one to a name that it may not.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Labels, Shape, Values};
use crate::catalogue::{Catalogue, Family, Kind};
use crate::glob::Patterns;

/// What is allowed beside the catalogue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowed {
    /// Metrics of other programs: names, or beginnings of names with `*` at the end.
    pub(crate) metrics: Patterns,
    /// Labels that the scrape adds, beside the usual ones.
    pub(crate) labels: Vec<String>,
}

/// Labels that Prometheus, its operator and the federation of clusters add.
const OF_THE_SCRAPE: &[&str] =
    &["job", "instance", "namespace", "pod", "service", "endpoint", "container", "cluster", "node", "prometheus"];

/// Metrics that Prometheus itself gives, and that every process or the exporter has: the name, whether it counts, and its labels.
const BUILT_IN: &[(&str, Values, &[&str])] = &[
    ("up", Values::Gauge, &[]),
    ("scrape_duration_seconds", Values::Gauge, &[]),
    ("scrape_samples_scraped", Values::Gauge, &[]),
    ("scrape_samples_post_metric_relabeling", Values::Gauge, &[]),
    ("scrape_series_added", Values::Gauge, &[]),
    ("metrics_instrumented_label_overflow_total", Values::Counter, &["metric", "label"]),
    ("metrics_instrumented_collector_up", Values::Gauge, &["collector"]),
    ("metrics_instrumented_collector_duration_seconds", Values::Gauge, &["collector"]),
    ("metrics_instrumented_collector_failures_total", Values::Counter, &["collector"]),
];

/// Metrics whose labels depend on what is done with them.
const FOREIGN: &[&str] = &["ALERTS", "ALERTS_FOR_STATE"];

/// Every name that an expression may use.
#[derive(Debug)]
pub(in crate::lint) struct Known<'a> {
    pub(in crate::lint) catalogue: &'a Catalogue,
    allowed: &'a Allowed,
    records: BTreeMap<String, Shape>,
    pub(in crate::lint) of_the_scrape: BTreeSet<String>,
}

/// What a name stands for.
#[derive(Debug)]
pub(in crate::lint) enum Named<'a> {
    /// A series of the catalogue: its family, and what follows that's name.
    Family(&'a Family, &'a str),
    /// Something else whose labels are known.
    Other(Shape),
    /// It is none.
    Nothing,
}

impl<'a> Known<'a> {
    pub(in crate::lint) fn new(catalogue: &'a Catalogue, allowed: &'a Allowed) -> Self {
        let of_the_scrape =
            OF_THE_SCRAPE.iter().copied().chain(allowed.labels.iter().map(String::as_str)).map(str::to_owned).collect();
        Self { catalogue, allowed, records: BTreeMap::new(), of_the_scrape }
    }

    /// Adds what a rule records.
    pub(in crate::lint) fn add_record(&mut self, name: &str, mut shape: Shape) {
        shape.metric = Some(name.to_owned());
        // What was done to it is done: of the record it is the first thing.
        if shape.values == Values::Rate {
            shape.values = Values::Gauge;
        }
        self.records.insert(name.to_owned(), shape);
    }

    pub(in crate::lint) fn named<'n>(&self, name: &'n str) -> Named<'n>
    where
        'a: 'n,
    {
        if let Some((family, suffix)) = self.catalogue.family_of_series(name) {
            return Named::Family(family, suffix);
        }
        if let Some(shape) = self.records.get(name) {
            return Named::Other(shape.clone());
        }
        if let Some((_, values, labels)) = BUILT_IN.iter().find(|(known, ..)| *known == name) {
            let own = labels.iter().map(|label| (*label).to_owned()).collect();
            let labels = Labels { own, of_the_scrape: true, ..Labels::default() };
            return Named::Other(Shape { labels, values: *values, metric: Some(name.to_owned()), ..Shape::default() });
        }
        if FOREIGN.contains(&name) || self.allowed.metrics.matches(name) {
            return Named::Other(Shape::unknown());
        }
        Named::Nothing
    }

    /// The name of a series that this one was meant to be, perhaps.
    pub(in crate::lint) fn nearest_series(&self, name: &str) -> Option<String> {
        let suffixes = |family: &Family| match family.kind {
            Kind::Histogram => vec!["_bucket", "_sum", "_count"],
            _ => vec![""],
        };
        let families = self.catalogue.families.iter();
        let series = families
            .flat_map(|family| suffixes(family).into_iter().map(move |suffix| format!("{}{suffix}", family.name)));
        nearest(name, series.chain(self.records.keys().cloned()))
    }
}

/// The candidate that is most like a name, if one is like it at all.
pub(in crate::lint) fn nearest(name: &str, candidates: impl IntoIterator<Item = String>) -> Option<String> {
    let scored =
        candidates.into_iter().map(|candidate| (strsim::normalized_damerau_levenshtein(name, &candidate), candidate));
    let best = scored.filter(|(score, _)| *score >= 0.5).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(best.1)
}

/// `; did you mean ..?`, or nothing.
pub(in crate::lint) fn did_you_mean(nearest: Option<String>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
