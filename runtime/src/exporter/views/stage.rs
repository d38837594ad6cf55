//! The stage between the registry and the writer of a format.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::departed::Departed;
use super::merged::{Buckets, Merged};
use super::rules::{Rule, Rules};
use crate::exporter::exposition::labels::Labels;
use crate::exporter::exposition::model::{Head, Series, Shown, Value};
use crate::names::Kind;

/// Applies the views to the families that go through it.
pub(in crate::exporter) struct Stage {
    rules: Arc<Rules>,
    family: Family,
}

/// What happens to the family whose series go through.
enum Family {
    /// It has no view.
    Untouched,
    Muted,
    /// It has fewer buckets.
    Rebucketed(Arc<Rule>),
    /// Its series are combined, and shown when all of them are there.
    Combined(Combined),
}

struct Combined {
    rule: Arc<Rule>,
    name: String,
    help: Option<String>,
    kind: Kind,
    series: BTreeMap<String, Merged>,
    /// If its series can expire.
    departed: Option<Arc<Departed>>,
}

impl Stage {
    pub(super) fn new(rules: Arc<Rules>) -> Self {
        Self { rules, family: Family::Untouched }
    }

    /// Whether it compares series with those of the last exposition.
    pub(in crate::exporter) fn compares(&self) -> bool {
        self.rules.compare()
    }

    /// Whether a family is shown even without a series: with what was removed.
    pub(in crate::exporter) fn keeps(&self, family: &str) -> bool {
        self.rules.get(family).and_then(|rule| rule.departed()).is_some_and(|departed| departed.has_any())
    }

    pub(in crate::exporter) fn head(&mut self, shown: &mut impl Shown, head: &Head<'_>) {
        self.family = match self.rules.get(head.name) {
            None => Family::Untouched,
            Some(rule) if rule.is_muted() => Family::Muted,
            Some(rule) if rule.combines() => Family::Combined(Combined {
                departed: rule.departed().cloned(),
                rule: Arc::clone(rule),
                name: head.name.to_owned(),
                help: head.help.map(str::to_owned),
                kind: head.kind,
                series: BTreeMap::new(),
            }),
            Some(rule) => Family::Rebucketed(Arc::clone(rule)),
        };
        if !matches!(self.family, Family::Muted) {
            shown.head(head);
        }
    }

    pub(in crate::exporter) fn series(&mut self, shown: &mut impl Shown, head: &Head<'_>, series: &Series<'_>) {
        match &mut self.family {
            Family::Untouched => shown.series(head, series),
            Family::Muted => {}
            Family::Rebucketed(rule) => {
                if let Value::Histogram(histogram) = &series.value {
                    let buckets = Buckets::new(histogram, &rule.combination);
                    let value = Value::Histogram(buckets.value(&rule.combination));
                    shown.series(head, &Series { labels: series.labels, created: series.created, value });
                } else {
                    shown.series(head, series);
                }
            }
            Family::Combined(Combined { rule, series: all, departed, .. }) => {
                let labels = if let Some(departed) = departed {
                    let viewed = rule.viewed(series.labels);
                    let labels = viewed.labels.clone();
                    departed.see(series, viewed, &rule.combination, rule.cap());
                    labels
                } else {
                    rule.labels(series.labels)
                };
                match all.get_mut(&labels) {
                    Some(merged) => merged.add(series, &rule.combination),
                    None => {
                        all.insert(labels, Merged::new(series, &rule.combination));
                    }
                }
            }
        }
    }

    pub(in crate::exporter) fn family_end(&mut self, shown: &mut impl Shown) {
        match std::mem::replace(&mut self.family, Family::Untouched) {
            Family::Muted => {}
            Family::Untouched | Family::Rebucketed(_) => shown.family_end(),
            Family::Combined(Combined { rule, name, help, kind, mut series, departed }) => {
                if let Some(departed) = departed {
                    departed.finish(&mut series, &rule.combination, rule.cap());
                }
                let head = Head { name: &name, help: help.as_deref(), kind };
                for (labels, merged) in &series {
                    let (created, value) = (merged.created(), merged.value(&rule.combination));
                    shown.series(&head, &Series { labels: Labels::classic(labels), created, value });
                }
                shown.family_end();
            }
        }
    }
}
