//! The names that an expression may use, and suggestions for unknown names.

use std::collections::{BTreeMap, BTreeSet};

use super::shape::{Label, Labels, Presence, Shape, ValueKind};
use crate::catalogue::{Catalogue, Family, Kind};
use crate::glob::Patterns;
use crate::lint::promql::Server;
use crate::names::{Kind as OwnKind, OWN_METRICS, PROCESS_METRICS};
use crate::suggest::nearest;

/// Exceptions that the user allows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowed {
    /// Metrics of other programs.
    pub(crate) metrics: Patterns,
    /// Labels that the scrape adds, in addition to the usual ones.
    pub(crate) labels: Vec<String>,
    /// The server that evaluates the queries.
    pub(crate) server: Server,
}

/// Labels that Prometheus, its operator and federation add to every series of a target.
const TARGET_LABELS: &[&str] =
    &["job", "instance", "namespace", "pod", "service", "endpoint", "container", "cluster", "node", "prometheus"];

/// Gauges that Prometheus writes for each target.
const OF_PROMETHEUS: &[&str] = &[
    "up",
    "scrape_body_size_bytes",
    "scrape_duration_seconds",
    "scrape_sample_limit",
    "scrape_samples_post_metric_relabeling",
    "scrape_samples_scraped",
    "scrape_series_added",
    "scrape_timeout_seconds",
];

/// Metrics whose labels depend on the rules of a server.
const FOREIGN: &[&str] = &["ALERTS", "ALERTS_FOR_STATE"];

/// Every name that an expression may use.
#[derive(Debug)]
pub(in crate::lint) struct Known<'a> {
    pub(super) catalogue: &'a Catalogue,
    allowed: &'a Allowed,
    records: BTreeMap<String, Shape>,
    pub(super) target_labels: BTreeSet<String>,
    pub(super) server: Server,
}

/// The meaning of a name.
#[derive(Debug)]
pub(super) enum Named<'a> {
    /// A series of the catalogue: its family, and the suffix after the family's name.
    Family(&'a Family, &'a str),
    /// Another series whose labels are known.
    Other(Shape),
    /// Unknown.
    Nothing,
}

impl<'a> Known<'a> {
    pub(in crate::lint) fn new(catalogue: &'a Catalogue, allowed: &'a Allowed) -> Self {
        let added = allowed.labels.iter().map(String::as_str);
        let target_labels = TARGET_LABELS.iter().copied().chain(added).map(str::to_owned).collect();
        Self { catalogue, allowed, records: BTreeMap::new(), target_labels, server: allowed.server }
    }

    /// Adds the series of a recording rule. Several rules may record the same name with different labels.
    pub(super) fn add_record(&mut self, name: &str, mut shape: Shape) {
        shape.metric = Some(name.to_owned());
        // Functions that were applied before the recording do not count for queries of the record.
        if shape.values == ValueKind::Rate {
            shape.values = ValueKind::Gauge;
        }
        if let Some(earlier) = self.records.get(name) {
            shape.labels = shape.labels.or(&earlier.labels, &self.target_labels);
            if shape.values != earlier.values {
                shape.values = ValueKind::Unknown;
            }
            shape.native &= earlier.native;
        }
        self.records.insert(name.to_owned(), shape);
    }

    pub(super) fn named<'n>(&self, name: &'n str) -> Named<'n>
    where
        'a: 'n,
    {
        if let Some((family, suffix)) = self.catalogue.family_of_series(name) {
            return Named::Family(family, suffix);
        }
        if let Some(shape) = self.records.get(name) {
            return Named::Other(shape.clone());
        }
        if let Some(shape) = built_in(name) {
            return Named::Other(shape);
        }
        if FOREIGN.contains(&name) || self.allowed.metrics.matches(name) {
            return Named::Other(Shape::unknown());
        }
        Named::Nothing
    }

    /// The most similar name of a series.
    pub(super) fn nearest_series(&self, name: &str) -> Option<String> {
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

/// The metrics of Prometheus, of every process, and of the library itself.
fn built_in(name: &str) -> Option<Shape> {
    let shape = |values, labels: &[&str], unknown| {
        let own = labels.iter().map(|label| ((*label).to_owned(), Label::new(Presence::Always))).collect();
        let labels = Labels { own, unknown, target: Presence::Always, ..Labels::default() };
        Shape { labels, values, metric: Some(name.to_owned()), ..Shape::default() }
    };
    if OF_PROMETHEUS.contains(&name) {
        // Other programs have these metrics, too, with labels that relabelling adds.
        return Some(shape(ValueKind::Gauge, &[], true));
    }
    let process = PROCESS_METRICS.iter().map(|metric| (metric, true));
    OWN_METRICS.iter().map(|metric| (metric, false)).chain(process).find_map(|(metric, unknown)| match metric.kind {
        OwnKind::Histogram => {
            let suffix = name.strip_prefix(metric.name)?;
            let labels = match suffix {
                "_bucket" => [metric.labels, &["le"]].concat(),
                "" | "_sum" | "_count" => metric.labels.to_vec(),
                _ => return None,
            };
            Some(Shape { native: suffix.is_empty(), ..shape(ValueKind::Counter, &labels, unknown) })
        }
        OwnKind::Counter => (metric.name == name).then(|| shape(ValueKind::Counter, metric.labels, unknown)),
        OwnKind::Gauge => (metric.name == name).then(|| shape(ValueKind::Gauge, metric.labels, unknown)),
    })
}
