//! Views as a scrape applies them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::exporter::exposition::bounds::Bounds;
use crate::exporter::exposition::labels::{self, Labels};
use crate::names::OTHER;
use crate::views::model::{Combine, Known, View};

/// The views of a file, by the names of their families.
#[derive(Debug, Default)]
pub(super) struct Rules(BTreeMap<String, Arc<Rule>>);

/// The view of one family.
#[derive(Debug)]
pub(super) struct Rule {
    view: View,
    /// The labels that are left of the declared ones.
    labels: BTreeSet<String>,
    /// The bounds that stay.
    pub(super) bounds: Bounds,
    /// The place among them of each bucket that was counted, that of `+Inf` last.
    pub(super) places: Vec<usize>,
    /// The series of a capped family that are shown by themselves. They stay the same ones, or counters would go backwards.
    kept: Mutex<HashSet<String>>,
}

impl Rules {
    /// Rules for checked views. Capped families whose view is the same as before keep showing the same series.
    pub(super) fn new(views: &BTreeMap<String, View>, known: &[Known], before: &Self) -> Self {
        let rules = known.iter().filter_map(|family| {
            let view = views.get(&family.name)?;
            let same = before.0.get(&family.name).filter(|rule| rule.view == *view);
            let rule = same.map_or_else(|| Arc::new(Rule::new(view.clone(), family)), Arc::clone);
            Some((family.name.clone(), rule))
        });
        Self(rules.collect())
    }

    pub(super) fn get(&self, family: &str) -> Option<&Arc<Rule>> {
        self.0.get(family)
    }

    /// Each view in words.
    pub(super) fn describe(&self) -> Vec<String> {
        self.0.iter().map(|(name, rule)| format!("`{name}`: {}", rule.view)).collect()
    }
}

impl Rule {
    fn new(view: View, family: &Known) -> Self {
        let labels = family.labels.keys().filter(|label| !view.dropped.contains(*label)).cloned().collect();
        let kept = view.buckets.as_deref().unwrap_or(&family.buckets);
        let place = |bound: &f64| kept.partition_point(|kept| kept < bound);
        let places = family.buckets.iter().map(place).chain([kept.len()]).collect();
        let bounds = Bounds::new(kept);
        Self { view, labels, bounds, places, kept: Mutex::default() }
    }

    pub(super) fn is_muted(&self) -> bool {
        self.view.is_muted
    }

    /// Whether several series may become one.
    pub(super) fn combines(&self) -> bool {
        !self.view.dropped.is_empty() || !self.view.merged.is_empty() || self.view.max_series.is_some()
    }

    pub(super) fn combine(&self) -> Combine {
        self.view.combine
    }

    /// The labels under which a series is shown, in canonical form.
    pub(super) fn labels(&self, labels: Labels<'_>) -> String {
        let shown = labels.iter().filter_map(|(name, value)| {
            let value = self.view.value(&name, &value)?.to_owned();
            Some((name, value))
        });
        let shown = labels::text(shown);
        match self.view.max_series {
            Some(most) if !self.is_kept(&shown, most) => self.other(Labels::classic(&shown)),
            _ => shown,
        }
    }

    fn is_kept(&self, labels: &str, most: usize) -> bool {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.contains(labels) || kept.len() < most && kept.insert(labels.to_owned())
    }

    /// The labels of the series beyond the cap. Global labels keep their values.
    fn other(&self, labels: Labels<'_>) -> String {
        labels::text(labels.iter().map(|(name, value)| {
            let value = if self.labels.contains(&*name) { OTHER.into() } else { value };
            (name, value)
        }))
    }
}
