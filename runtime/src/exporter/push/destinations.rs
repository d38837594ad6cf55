//! The groups of Pushgateways that metrics are pushed to, for the doctor.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The URLs of groups, each with why the last push there failed. Clones share them.
#[derive(Clone, Debug, Default)]
pub(in crate::exporter) struct Destinations(Arc<Mutex<BTreeMap<String, Option<String>>>>);

impl Destinations {
    /// Stores the result of the last push to a group, or that pushes to it begin.
    pub(super) fn set(&self, url: &str, problem: Option<String>) {
        self.all().insert(url.to_owned(), problem);
    }

    /// Pushes to this group have ended. If the last one failed, the group stays, until a push to it succeeds.
    pub(super) fn end(&self, url: &str) {
        let mut all = self.all();
        if all.get(url).is_some_and(Option::is_none) {
            all.remove(url);
        }
    }

    pub(in crate::exporter) fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// The URLs of groups to which the last push failed, and why.
    pub(in crate::exporter) fn problems(&self) -> Vec<(String, String)> {
        self.all().iter().filter_map(|(url, problem)| Some((url.clone(), problem.clone()?))).collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
