//! Where metrics are pushed to, for the doctor: groups of Pushgateways, and OpenTelemetry collectors.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The URLs, each with why the last push there failed. The number distinguishes collectors with the same URL. Clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Destinations(Arc<Mutex<BTreeMap<Key, Option<String>>>>);

type Key = (String, usize);

/// One of them. After it is dropped, only the failure of the last push stays.
#[derive(Debug)]
pub(super) struct Destination {
    all: Destinations,
    key: Key,
}

impl Destinations {
    /// Pushes to a group begin. A failure of earlier pushes to it is forgotten.
    #[cfg(feature = "push")]
    pub(super) fn group(&self, url: &str) -> Destination {
        self.begin((url.to_owned(), 0))
    }

    /// Pushes to a collector begin.
    #[cfg(feature = "otlp")]
    pub(super) fn collector(&self, url: &str) -> Destination {
        let number = self.all().keys().map(|(_, number)| number + 1).max().unwrap_or(1);
        self.begin((url.to_owned(), number))
    }

    fn begin(&self, key: Key) -> Destination {
        let destination = Destination { all: self.clone(), key };
        destination.set(None);
        destination
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// The URLs to which the last push failed, completely or in part, and why.
    pub(super) fn problems(&self) -> Vec<(String, String)> {
        self.all().iter().filter_map(|((url, _), problem)| Some((url.clone(), problem.clone()?))).collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Key, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Destination {
    /// Stores the result of the last push.
    pub(super) fn set(&self, problem: Option<String>) {
        self.all.all().insert(self.key.clone(), problem);
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        let mut all = self.all.all();
        if all.get(&self.key).is_some_and(Option::is_none) {
            all.remove(&self.key);
        }
    }
}

#[cfg(all(test, feature = "otlp"))]
mod tests {
    use super::Destinations;

    #[test]
    fn collectors_with_the_same_url_do_not_share_their_problems() {
        let all = Destinations::default();
        let [first, second] = [all.collector("http://a"), all.collector("http://a")];
        drop(first);
        let third = all.collector("http://a");
        second.set(Some("refused".to_owned()));
        third.set(None);
        assert_eq!(all.problems(), [("http://a".to_owned(), "refused".to_owned())]);
    }
}
