//! Counts of series that were removed, in the sums of a view that combines them: `rate()` treats a sum that decreases as a reset, and would count the rest again.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::combination::Combination;
use super::merged::Merged;

use crate::exporter::exposition::model::Series;

/// The series of a family that were shown last, and what was removed. Used by one exposition at a time, which reads the values only then: those of another one
/// would look like a reset if they were older, and its series like removed ones. See `Page::compares`.
#[derive(Debug, Default)]
pub(super) struct Departed(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// By their own labels; only those that are shown under other labels.
    rows: HashMap<String, Row>,
    /// By the labels under which they were shown.
    sums: BTreeMap<String, Merged>,
}

#[derive(Debug)]
struct Row {
    /// The labels under which it is shown.
    labels: String,
    last: Merged,
    /// Whether the current exposition contains it.
    is_there: bool,
}

impl Departed {
    /// A series that is shown under these labels.
    pub(super) fn see(&self, series: &Series<'_>, labels: &str, combination: &Combination) {
        if series.labels.canonical() == labels {
            return;
        }
        let State { rows, sums } = &mut *self.state();
        let now = Row { labels: labels.to_owned(), last: Merged::new(series, combination), is_there: true };
        if let Some(before) = rows.insert(series.labels.canonical().to_owned(), now)
            && before.last.is_of_another_life(series)
        {
            depart(sums, &before);
        }
    }

    /// Adds what was removed to the series of the exposition, which is complete.
    pub(super) fn finish(&self, all: &mut BTreeMap<String, Merged>) {
        let State { rows, sums } = &mut *self.state();
        rows.retain(|_, row| {
            let is_there = mem::take(&mut row.is_there);
            if !is_there {
                depart(sums, row);
            }
            is_there
        });
        for (labels, sum) in sums {
            match all.get_mut(labels) {
                Some(merged) => merged.add_merged(sum),
                None => _ = all.insert(labels.clone(), sum.clone()),
            }
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

fn depart(sums: &mut BTreeMap<String, Merged>, row: &Row) {
    let sum = sums.get_mut(&row.labels);
    match sum {
        Some(sum) => sum.add_merged(&row.last),
        None => _ = sums.insert(row.labels.clone(), row.last.without_exemplars()),
    }
}
