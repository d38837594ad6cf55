//! Views as a scrape applies them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::combination::Combination;
use super::departed::Departed;
use crate::exporter::exposition::labels::{self, Labels};
use crate::names::{Kind, OTHER};
use crate::views::model::{Known, View};

/// The views of a file, by the names of their families.
#[derive(Debug, Default)]
pub(super) struct Rules(BTreeMap<String, Arc<Rule>>);

/// The view of one family.
#[derive(Debug)]
pub(super) struct Rule {
    view: View,
    /// The labels that are left of the declared ones.
    labels: BTreeSet<String>,
    pub(super) combination: Combination,
    /// What was removed, if series of the family can expire and their sums would decrease.
    departed: Option<Arc<Departed>>,
    /// The series of a capped family that are shown by themselves. They stay the same ones, or counters would go backwards.
    kept: Mutex<HashSet<String>>,
}

impl Rules {
    /// Rules for checked views. Capped families whose view is the same as before keep showing the same series.
    pub(super) fn new(
        views: &BTreeMap<String, View>,
        known: &[Known],
        leaving: &BTreeSet<&str>,
        before: &Self,
    ) -> Self {
        let rules = known.iter().filter_map(|family| {
            let view = views.get(&family.name)?;
            let same = before.0.get(&family.name).filter(|rule| rule.view == *view);
            let rule = same.map_or_else(|| Arc::new(Rule::new(view.clone(), family, leaving)), Arc::clone);
            Some((family.name.clone(), rule))
        });
        Self(rules.collect())
    }

    pub(super) fn get(&self, family: &str) -> Option<&Arc<Rule>> {
        self.0.get(family)
    }

    /// Whether one of them compares series with those of the last exposition.
    pub(super) fn compare(&self) -> bool {
        self.0.values().any(|rule| rule.departed.is_some())
    }

    /// Each view in words.
    pub(super) fn describe(&self) -> Vec<String> {
        self.0.iter().map(|(name, rule)| format!("`{name}`: {}", rule.view)).collect()
    }
}

impl Rule {
    fn new(view: View, family: &Known, leaving: &BTreeSet<&str>) -> Self {
        let labels = family.labels.keys().filter(|label| !view.dropped.contains(*label)).cloned().collect();
        let combination = Combination::new(&view, family);
        let can_leave = leaving.contains(&*family.name) && family.kind != Kind::Gauge;
        let mut rule = Self { view, labels, combination, departed: None, kept: Mutex::default() };
        rule.departed = (can_leave && rule.combines()).then(Arc::default);
        rule
    }

    pub(super) fn is_muted(&self) -> bool {
        self.view.is_muted
    }

    /// Whether several series may become one.
    pub(super) fn combines(&self) -> bool {
        !self.view.dropped.is_empty() || !self.view.merged.is_empty() || self.view.max_series.is_some()
    }

    pub(super) fn departed(&self) -> Option<&Arc<Departed>> {
        self.departed.as_ref()
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
