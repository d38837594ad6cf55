//! Series whose values can expire, as the exposition shows them, see `idle.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use metrics::Key;

use super::family::Family;
use super::label_text::label_text;
use super::leased::LeasedSeries;
use super::sharded::each_source;
use super::source::{Added, Lease, Source};
use crate::exporter::exposition::model::Timestamp;
use crate::series::families::Series;

/// A series whose values can expire.
pub(super) struct Leaving {
    counted: Counted,
    /// What it has in the families, if it is there.
    shown: Option<Shown>,
}

enum Counted {
    Operation(&'static Series),
    Metric(Arc<LeasedSeries>),
}

/// A series with its present values.
struct Shown {
    lease: Lease,
    /// The families, the labels and what was added to them.
    sources: Vec<(&'static str, String, Source)>,
}

/// Where series are shown.
pub(super) struct Target<'a> {
    pub(super) global_labels: &'a [(String, String)],
    /// Returns the family with a name.
    pub(super) family: &'a dyn Fn(&str) -> Option<(&'static str, &'a Family)>,
}

impl Leaving {
    pub(super) fn operation(series: &'static Series) -> Self {
        Self { counted: Counted::Operation(series), shown: None }
    }

    pub(super) fn metric(series: Arc<LeasedSeries>) -> Self {
        Self { counted: Counted::Metric(series), shown: None }
    }
}

/// Shows series as they are now.
pub(super) fn renew(all: &mut [Leaving], target: &Target<'_>) {
    // First those that were removed: sites that share a series share its values, and may have added it again below.
    let mut gone: BTreeMap<(&str, String), Vec<Source>> = BTreeMap::new();
    for one in &mut *all {
        if let Some(shown) = one.shown.take_if(|shown| !shown.lease.is_current()) {
            for (name, labels, source) in shown.sources {
                gone.entry((name, labels)).or_default().push(source);
            }
        }
    }
    for ((name, labels), sources) in gone {
        if let Some((_, family)) = (target.family)(name) {
            family.remove(&labels, &sources);
        }
    }
    for one in all.iter_mut().filter(|one| one.shown.is_none()) {
        one.shown = one.counted.show(target);
    }
}

impl Counted {
    /// Adds the series to the families, if it has values now.
    fn show(&self, target: &Target<'_>) -> Option<Shown> {
        match self {
            Self::Operation(series) => {
                let leased = series.leased()?;
                let life = leased.current()?;
                let lease = Lease { leased, generation: life.generation };
                let mut adding = Adding::new(target, lease, Timestamp::of(life.since));
                each_source(series, &series.keys_with(life.texts), |key, added| adding.add(key, added));
                Some(adding.shown)
            }
            Self::Metric(series) => {
                let (leased, life) = series.current()?;
                let lease = Lease { leased, generation: life.generation };
                let mut adding = Adding::new(target, lease, Timestamp::of(life.since));
                adding.add(&series.key(&life), Added::Source(series.source()));
                Some(adding.shown)
            }
        }
    }
}

/// Adds the sources of a series to the families.
struct Adding<'a, 'b> {
    target: &'a Target<'b>,
    created: Option<Timestamp>,
    shown: Shown,
}

impl<'a, 'b> Adding<'a, 'b> {
    fn new(target: &'a Target<'b>, lease: Lease, created: Option<Timestamp>) -> Self {
        Self { target, created, shown: Shown { lease, sources: Vec::new() } }
    }

    fn add(&mut self, key: &Key, added: Added) {
        let Some((name, family)) = (self.target.family)(key.name()) else { return };
        let labels = label_text(self.target.global_labels, key);
        if let Added::Source(source) | Added::Unexpected(source) = &added {
            self.shown.sources.push((name, labels.clone(), source.clone()));
        }
        family.add(&labels, self.created, added, Some(self.shown.lease));
    }
}
