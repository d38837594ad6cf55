//! Views as a scrape applies them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::cap::{Cap, Slots};
use super::combination::Combination;
use super::departed::{Departed, Viewed};
use super::known::IdleLabels;
use crate::exporter::exposition::labels::{self, Labels};
use crate::views::model::{Known, View};

/// The views of a file, by the names of their families.
#[derive(Debug, Default)]
pub(super) struct Rules(BTreeMap<String, Arc<Rule>>);

/// The view of one family.
#[derive(Debug)]
pub(super) struct Rule {
    view: View,
    pub(super) combination: Combination,
    cap: Option<Cap>,
    /// The labels whose values can expire.
    idle: BTreeSet<&'static str>,
    /// What was shown and removed, if series of the family can expire.
    departed: Option<Arc<Departed>>,
    /// Those of a capped family whose series cannot expire.
    slots: Mutex<Slots>,
}

impl Rules {
    /// Rules for checked views. Capped families whose view is the same as before keep showing the same series.
    pub(super) fn new(
        views: &BTreeMap<String, View>,
        known: &[Known],
        idle_labels: &IdleLabels,
        before: &Self,
    ) -> Self {
        let rules = known.iter().filter_map(|family| {
            let view = views.get(&family.name)?;
            let same = before.0.get(&family.name).filter(|rule| rule.view == *view);
            let rule = same.map_or_else(|| Arc::new(Rule::new(view.clone(), family, idle_labels)), Arc::clone);
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
    fn new(view: View, family: &Known, idle_labels: &IdleLabels) -> Self {
        let cap = view.max_series.map(|most| {
            let labels = family.labels.keys().filter(|label| !view.dropped.contains(*label)).cloned().collect();
            Cap { most, labels }
        });
        let combination = Combination::new(&view, family);
        let idle = idle_labels.get(&*family.name).cloned().unwrap_or_default();
        let mut rule = Self { view, combination, cap, idle, departed: None, slots: Mutex::default() };
        rule.departed = (!rule.idle.is_empty() && rule.combines()).then(Arc::default);
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

    pub(super) fn cap(&self) -> Option<&Cap> {
        self.cap.as_ref()
    }

    /// How a series is shown before the family is capped.
    pub(super) fn viewed(&self, labels: Labels<'_>) -> Viewed {
        let mut has_all_values = self.idle.iter().all(|label| !self.view.dropped.contains(*label));
        let shown = labels::text(labels.iter().filter_map(|(name, value)| {
            let shown = self.view.value(&name, &value)?.to_owned();
            has_all_values &= shown == *value || !self.idle.contains(&*name);
            Some((name, shown))
        }));
        Viewed { labels: shown, has_all_values }
    }

    /// The labels under which a series that cannot expire is shown, in canonical form.
    pub(super) fn labels(&self, labels: Labels<'_>) -> String {
        let labels = self.viewed(labels).labels;
        let Some(cap) = &self.cap else { return labels };
        let is_kept = self.slots.lock().unwrap_or_else(PoisonError::into_inner).keep(&labels, cap);
        if is_kept { labels } else { cap.other(&labels) }
    }
}
