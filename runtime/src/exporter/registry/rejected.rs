//! Metrics that are left out of the exposition, counted and named.

use metrics::atomics::AtomicU64;
use std::collections::HashSet;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{Key, Label};

use super::families::Families;
use super::fault::Fault;
use crate::names::REJECTED_METRICS;

/// The maximum number of distinct metrics; further ones are not counted.
const DISTINCT: usize = 10_000;

/// The maximum number of metrics that the doctor names.
const NAMED: usize = 100;

/// The rejected metrics.
pub(super) struct Rejected {
    counts: [Option<Arc<AtomicU64>>; Fault::ALL.len()],
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    all: HashSet<(String, Fault)>,
    named: Vec<(String, Fault)>,
}

impl Rejected {
    /// Uses the exporter's own counter of rejected metrics.
    pub(super) fn new(families: &Families) -> Self {
        let counts = Fault::ALL.map(|(_, reason)| {
            families.counter(&Key::from_parts(REJECTED_METRICS.name, vec![Label::from_static_parts("reason", reason)]))
        });
        Self { counts, seen: Mutex::default() }
    }

    /// Adds a rejected metric. Each is counted once, however often it is recorded.
    pub(super) fn add(&self, metric: String, fault: Fault) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.all.len() >= DISTINCT || !seen.all.insert((metric.clone(), fault)) {
            return;
        }
        if seen.named.len() < NAMED {
            seen.named.push((metric, fault));
        }
        drop(seen);
        let counts = Fault::ALL.iter().zip(&self.counts);
        for (_, count) in counts.filter(|((known, _), _)| *known == fault) {
            if let Some(count) = count {
                // Relaxed: the counter is independent of other memory.
                count.fetch_add(1, Relaxed);
            }
        }
    }

    /// The first rejected metrics, in the order in which they were recorded.
    pub(super) fn named(&self) -> Vec<(String, Fault)> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).named.clone()
    }
}
