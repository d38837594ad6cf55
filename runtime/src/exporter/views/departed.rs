//! Counts of series that were removed, in the sums of a view that combines them: `rate()` treats a sum that decreases as a reset, and would count the rest again.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::combination::Combination;
use super::merged::Merged;

use crate::exporter::exposition::model::Series;

/// The series of a family that were shown last, and what was removed.
#[derive(Debug, Default)]
pub(super) struct Departed {
    state: Mutex<State>,
    is_free: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whether an exposition is reading the family. One at a time: a series that another one does not contain yet was not removed.
    is_taken: bool,
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

/// The turn of an exposition, until it is dropped.
pub(super) struct Turn(Arc<Departed>);

impl Turn {
    /// Waits until no other exposition reads the family.
    pub(super) fn take(departed: &Arc<Departed>) -> Self {
        let mut state = departed.state();
        while state.is_taken {
            state = departed.is_free.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.is_taken = true;
        Self(Arc::clone(departed))
    }

    /// A series that is shown under these labels.
    pub(super) fn see(&self, series: &Series<'_>, labels: &str, combination: &Combination) {
        if series.labels.canonical() == labels {
            return;
        }
        let State { rows, sums, .. } = &mut *self.0.state();
        let now = Row { labels: labels.to_owned(), last: Merged::new(series, combination), is_there: true };
        if let Some(before) = rows.insert(series.labels.canonical().to_owned(), now)
            && before.last.is_of_another_life(series)
        {
            depart(sums, &before);
        }
    }

    /// Adds what was removed to the series of the exposition, which is complete.
    pub(super) fn finish(self, all: &mut BTreeMap<String, Merged>) {
        let State { rows, sums, .. } = &mut *self.0.state();
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
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.state().is_taken = false;
        self.0.is_free.notify_one();
    }
}

impl Departed {
    /// Whether there is anything to show, even if the family has no series any more.
    pub(super) fn has_any(&self) -> bool {
        let state = self.state();
        !state.rows.is_empty() || !state.sums.is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn depart(sums: &mut BTreeMap<String, Merged>, row: &Row) {
    let sum = sums.get_mut(&row.labels);
    match sum {
        Some(sum) => sum.add_merged(&row.last),
        None => _ = sums.insert(row.labels.clone(), row.last.without_exemplars()),
    }
}
