//! Series that can expire, in a view that combines series.
//!
//! The counts of removed series stay in the sums, because `rate()` treats a sum that decreases as a reset, and would count the rest again. A sum whose series all
//! had the same values of the labels that expire is removed with them, as the series would be without a view.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::cap::{Cap, Slots};
use super::combination::Combination;
use super::merged::Merged;
use crate::exporter::exposition::model::{Series, Value};

/// The series of a family that were shown last, and what was removed. Used by one exposition at a time, which reads the values only then: those of another one
/// would look like a reset if they were older, and its series like removed ones. See `Page::compares`.
#[derive(Debug, Default)]
pub(super) struct Departed(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// By their own labels; none of a gauge, whose values leave with the series.
    rows: HashMap<String, Row>,
    /// By the labels under which they were shown.
    sums: BTreeMap<String, Sum>,
    /// Of a capped family.
    slots: Slots,
}

#[derive(Debug)]
struct Row {
    viewed: Viewed,
    last: Merged,
    /// Whether it was shown as a part of the rest of a capped family.
    is_rest: bool,
    /// Whether the current exposition contains it.
    is_there: bool,
}

/// How a series is shown, before its family is capped.
#[derive(Debug)]
pub(super) struct Viewed {
    /// The labels.
    pub(super) labels: String,
    /// Whether they contain all values that can expire.
    pub(super) has_all_values: bool,
}

/// What was removed from a series that is shown.
#[derive(Debug)]
struct Sum {
    removed: Merged,
    /// Whether series with other values are or were a part of it, so that it does not end with one of them.
    stays: bool,
}

impl Departed {
    /// A series of the current exposition.
    pub(super) fn see(&self, series: &Series<'_>, viewed: Viewed, combination: &Combination, cap: Option<&Cap>) {
        if matches!(series.value, Value::Gauge(_)) {
            return;
        }
        let State { rows, sums, .. } = &mut *self.state();
        let now = Row { viewed, last: Merged::new(series, combination), is_rest: false, is_there: true };
        if let Some(before) = rows.insert(series.labels.canonical().to_owned(), now)
            && before.last.is_of_another_life(series)
        {
            depart(sums, &before, combination, cap);
        }
    }

    /// Completes the series of the exposition: adds what was removed, and combines those beyond the cap.
    pub(super) fn finish(&self, all: &mut BTreeMap<String, Merged>, combination: &Combination, cap: Option<&Cap>) {
        let State { rows, sums, slots } = &mut *self.state();
        rows.retain(|_, row| {
            let is_there = mem::take(&mut row.is_there);
            if !is_there {
                depart(sums, row, combination, cap);
            }
            is_there
        });
        sums.retain(|labels, sum| sum.stays || all.contains_key(labels));
        if let Some(cap) = cap {
            let present: BTreeSet<&str> = all.keys().chain(sums.keys()).map(String::as_str).collect();
            slots.renew(&present, cap);
            for row in rows.values_mut() {
                row.is_rest = slots.is_rest(&row.viewed.labels);
            }
            for labels in slots.rest() {
                if let Some(merged) = all.remove(labels) {
                    add(all, cap.other(labels), merged, combination);
                }
            }
        }
        for (labels, sum) in sums {
            add(all, labels.clone(), sum.removed.clone(), combination);
        }
    }

    /// Whether there is anything to show, even if the family has no series any more.
    pub(super) fn has_any(&self) -> bool {
        let state = self.state();
        !state.rows.is_empty() || !state.sums.is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(all: &mut BTreeMap<String, Merged>, labels: String, merged: Merged, combination: &Combination) {
    match all.get_mut(&labels) {
        Some(sum) => sum.add_merged(&merged, combination),
        None => _ = all.insert(labels, merged),
    }
}

fn depart(sums: &mut BTreeMap<String, Sum>, row: &Row, combination: &Combination, cap: Option<&Cap>) {
    let Row { viewed: Viewed { labels, has_all_values }, last, is_rest, .. } = row;
    let labels = cap.filter(|_| *is_rest).map_or_else(|| labels.clone(), |cap| cap.other(labels));
    let stays = *is_rest || !has_all_values;
    match sums.get_mut(&labels) {
        Some(sum) => {
            sum.removed.add_merged(&last.without_exemplars(), combination);
            sum.stays |= stays;
        }
        None => _ = sums.insert(labels, Sum { removed: last.without_exemplars(), stays }),
    }
}
