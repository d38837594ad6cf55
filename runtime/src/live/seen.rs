//! The last use of values of labels with `idle`, for `testing::Capture`. The exporter uses `idle.rs`.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::time::Time;
use crate::atomic::{AtomicU64, Ordering};
use crate::meta::{LabelMeta, ValueSet};
use crate::names::OTHER;

/// The labels with `idle` of one series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdleLabels {
    /// The families with these labels: those of an operation, or the one of a metric.
    families: Vec<&'static str>,
    /// The label, its value, and the nanoseconds without a call after which the value expires.
    values: Vec<(&'static str, String, u64)>,
}

impl IdleLabels {
    /// Returns the labels of a series whose values can expire; `value` returns the value of a label. `None` if there are none.
    pub(crate) fn new(
        families: impl Iterator<Item = &'static str>,
        labels: &'static [LabelMeta],
        value: impl Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let idle = |label: &LabelMeta| match label.values {
            ValueSet::Open { idle: seconds @ 1.., .. } => {
                Some((label.name, value(label.name)?, (seconds as u64).saturating_mul(1_000_000_000)))
            }
            _ => None,
        };
        let values: Vec<_> = labels.iter().filter_map(idle).filter(|(_, value, _)| value != OTHER).collect();
        (!values.is_empty()).then(|| Self { families: families.collect(), values })
    }
}

/// The last use of a series.
pub(crate) struct Seen {
    time: Time,
    labels: IdleLabels,
    /// Decremented with `Release` and read with `Acquire`: if no call runs, `last` contains the end of the last call.
    running: AtomicU64,
    last: AtomicU64,
}

impl Seen {
    #[cfg(feature = "testing")]
    pub(crate) fn new(time: Time, labels: IdleLabels) -> Self {
        Self { time, labels, running: AtomicU64::new(0), last: AtomicU64::new(0) }
    }

    pub(crate) fn time(&self) -> &Time {
        &self.time
    }

    #[cfg(feature = "testing")]
    pub(crate) fn is_of(&self, labels: &IdleLabels) -> bool {
        self.labels == *labels
    }

    pub(crate) fn begin(&self) {
        self.running.fetch_add(1, Ordering::Relaxed);
        self.see();
    }

    pub(crate) fn end(&self) {
        self.see();
        self.running.fetch_sub(1, Ordering::Release);
    }

    fn see(&self) {
        self.last.fetch_max(self.time.now(), Ordering::Relaxed);
    }

    fn is_idle_for(&self, nanoseconds: u64) -> bool {
        self.running.load(Ordering::Acquire) == 0
            && self.time.nanoseconds_since(self.last.load(Ordering::Relaxed)) >= nanoseconds
    }
}

/// A value that is removed: of a label, in the families of an operation.
#[cfg(feature = "testing")]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Leaving {
    pub(crate) family: &'static str,
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// Returns the values that were idle for long enough in all their series, and that may expire, and removes these series.
#[cfg(feature = "testing")]
pub(crate) fn take_idle(all: &mut Vec<Arc<Seen>>, may_expire: impl Fn(&Leaving) -> bool) -> BTreeSet<Leaving> {
    let values = |seen: &Arc<Seen>, is_idle: bool| -> Vec<Leaving> {
        let IdleLabels { families, values } = &seen.labels;
        let chosen = values.iter().filter(|(_, _, after)| seen.is_idle_for(*after) == is_idle);
        let of = |label: &'static str, value: &str| {
            let value = value.to_owned();
            families.iter().map(move |family| Leaving { family, label, value: value.clone() }).collect::<Vec<_>>()
        };
        chosen.flat_map(|(label, value, _)| of(label, value)).collect()
    };
    let staying: BTreeSet<Leaving> = all.iter().flat_map(|seen| values(seen, false)).collect();
    let idle: BTreeSet<Leaving> = all.iter().flat_map(|seen| values(seen, true)).collect();
    let leaving: BTreeSet<Leaving> = idle.difference(&staying).filter(|value| may_expire(value)).cloned().collect();
    all.retain(|seen| !values(seen, true).iter().any(|value| leaving.contains(value)));
    leaving
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("labels", &self.labels).finish_non_exhaustive()
    }
}
