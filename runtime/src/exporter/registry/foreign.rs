//! Undeclared metrics: those of hand-written calls and of other crates. `metrics-exporter-prometheus` records them, and its exposition is parsed into the
//! model.

mod known;
mod names;
mod parse;

use std::collections::HashSet;
use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::fault::Fault;
use crate::exporter::error::Error;
use crate::exporter::exposition::bounds::Bounds;
use crate::exporter::exposition::escaping::Escaping;
use crate::exporter::exposition::labels::Labels;
use crate::exporter::exposition::model::{self, Head, Series, Timestamp};
use crate::exporter::exposition::page::Page;
use crate::names::Kind;
use known::KnownKeys;
use parse::{FamilyText, Parsed, Value};

/// The recorder of undeclared metrics.
pub(super) struct Foreign {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
    bounds: Arc<Bounds>,
    known: KnownKeys,
}

impl Foreign {
    pub(super) fn new(default_buckets: &[f64]) -> Result<Self, Error> {
        let builder = PrometheusBuilder::new().set_buckets(default_buckets).map_err(Error::recorder)?;
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        Ok(Self { recorder, handle, bounds: Arc::new(Bounds::new(default_buckets)), known: KnownKeys::default() })
    }

    /// Whether a key was checked before, belongs here, and needs no encoding. It costs one load.
    #[inline]
    pub(super) fn knows(&self, key: &Key, kind: Kind) -> bool {
        self.known.contains(key, kind)
    }

    #[inline]
    pub(super) fn register_known_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.recorder.register_counter(key, metadata)
    }

    #[inline]
    pub(super) fn register_known_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.recorder.register_gauge(key, metadata)
    }

    #[inline]
    pub(super) fn register_known_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        self.recorder.register_histogram(key, metadata)
    }

    /// Encodes a key for the recorder. A key that needs no encoding is stored as known.
    pub(super) fn prepare<'a>(&self, key: &'a Key, kind: Kind) -> std::borrow::Cow<'a, Key> {
        let prepared = names::encode_key(key);
        if matches!(prepared, std::borrow::Cow::Borrowed(_)) {
            self.known.add(key, kind);
        }
        prepared
    }

    pub(super) fn describe(&self, kind: Kind, name: &KeyName, unit: Option<Unit>, help: SharedString) {
        // A metric with an empty name is rejected.
        if name.as_str().is_empty() {
            return;
        }
        let name = KeyName::from(names::encode_metric(name.as_str()).into_owned());
        let help = names::encode_help(help);
        match kind {
            Kind::Counter => self.recorder.describe_counter(name, unit, help),
            Kind::Gauge => self.recorder.describe_gauge(name, unit, help),
            Kind::Histogram => self.recorder.describe_histogram(name, unit, help),
        }
    }

    /// Sorts recorded values into their buckets; until then each value occupies memory.
    pub(super) fn run_upkeep(&self) {
        self.handle.run_upkeep();
    }

    /// Writes all families, sorted by name. Metrics that cannot be exposed are passed to `reject`.
    pub(super) fn write(
        &self,
        page: &mut Page<'_>,
        global_labels: &[(String, String)],
        created: Option<Timestamp>,
        mut reject: impl FnMut(String, Fault),
    ) {
        let text = self.handle.render();
        let mut families: Vec<FamilyText<'_>> = parse::families(&text).collect();
        families.sort_by(|one, other| one.name.cmp(&other.name));
        let mut buckets = Vec::new();
        for family in &families {
            buckets.clear();
            let mut series = family.series(global_labels, self.bounds.values().len(), &mut buckets);
            series.sort_by(|one, other| one.labels.cmp(&other.labels));
            let head = Head { name: &family.name, help: family.help.as_deref(), kind: family.kind };
            let mut shown = Shown::default();
            page.head(&head);
            for Parsed { labels, value } in &series {
                let labels = Labels::new(labels);
                if !shown.is_new(labels) {
                    reject(format!("{}{{{}}}", family.name, labels.text(Escaping::AllowUtf8)), Fault::DuplicateSeries);
                    continue;
                }
                let value = match value {
                    Value::Counter(count) => model::Value::Counter(*count),
                    Value::Gauge(level) => model::Value::Gauge(*level),
                    Value::Histogram { first, sum } => {
                        let buckets = &buckets[*first..=first + self.bounds.values().len()];
                        let sum = model::Sum::Float(*sum);
                        model::Value::Histogram(model::Histogram {
                            bounds: &self.bounds,
                            buckets,
                            sum,
                            exemplars: &[],
                            native: None,
                        })
                    }
                };
                page.series(&head, &Series { labels, created, value });
            }
            page.family_end();
        }
    }
}

/// The label sets of a family that were written, if escaping can make two of them equal.
#[derive(Default)]
struct Shown(HashSet<String>);

impl Shown {
    /// Whether this label set is new in every escaping scheme.
    fn is_new(&mut self, labels: Labels<'_>) -> bool {
        labels.is_classic() && self.0.is_empty() || self.0.insert(labels.text(Escaping::Underscores).into_owned())
    }
}
