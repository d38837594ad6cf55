//! The declared families: those of the catalogue and the exporter's own. Which there are is known when the exporter is made and does not
//! change, so that looking for one takes no lock.

use metrics::atomics::AtomicU64;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::Key;

use super::cells::Buckets;
use super::family::Family;
use super::source::{Reader, Source};
use crate::catalog::declarations;
use crate::exporter::exposition::labels;
use crate::exporter::exposition::model::Timestamp;
use crate::exporter::exposition::page::Page;
use crate::meta::Help;
use crate::names::{Kind, OWN_METRICS, OwnMetric, Role};
use crate::series::exposed;
use crate::series::families::Series;

/// Every declared family.
pub(super) struct Families {
    all: BTreeMap<&'static str, Family>,
    global_labels: Vec<(String, String)>,
    /// When the exporter was made.
    created: Option<Timestamp>,
    /// Whether the shards are shown here: where this recorder is the process-wide one.
    is_sharded: AtomicBool,
    taken_in: Mutex<TakenIn>,
    /// How long the last exposition was, so that the next one is written without growing.
    last_length: AtomicUsize,
}

/// Which of the series that are counted in shards were taken in.
struct TakenIn {
    count: usize,
    /// When that was: those that come later have not counted before.
    at: Option<Timestamp>,
}

impl Families {
    pub(super) fn new(global_labels: Vec<(String, String)>, default_buckets: &[f64]) -> Self {
        let mut all: BTreeMap<&'static str, Family> = BTreeMap::new();
        for declaration in declarations() {
            let help = declaration.family.help;
            let family = all
                .entry(declaration.family.name)
                .or_insert_with(|| Family::new(declaration.kind, help.text(), declaration.buckets, declaration.native));
            if matches!(help, Help::Explicit(_)) {
                family.help = help.text();
            }
        }
        for OwnMetric { name, kind, help, .. } in OWN_METRICS {
            all.entry(name).or_insert_with(|| Family::new(*kind, help, default_buckets, None));
        }
        let created = Timestamp::now();
        Self {
            all,
            global_labels,
            created,
            is_sharded: AtomicBool::new(false),
            taken_in: Mutex::new(TakenIn { count: 0, at: created }),
            last_length: AtomicUsize::new(0),
        }
    }

    /// The calls in the process's shards are shown here from now on.
    pub(super) fn show_shards(&self) {
        self.is_sharded.store(true, Relaxed);
    }

    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        self.all.get(name).map(|family| family.kind)
    }

    /// Names and kinds.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, Kind)> {
        self.all.iter().map(|(name, family)| (*name, family.kind))
    }

    /// When the exporter was made.
    pub(super) fn created(&self) -> Option<Timestamp> {
        self.created
    }

    pub(super) fn global_labels(&self) -> &[(String, String)] {
        &self.global_labels
    }

    /// What a key of the facade counts in; `None` if there is no such counter.
    pub(super) fn counter(&self, key: &Key) -> Option<Arc<AtomicU64>> {
        self.cell(
            key,
            Kind::Counter,
            |source| if let Source::Counter(cell) = source { Some(cell) } else { None },
            |_| {
                let cell = Arc::default();
                (Arc::clone(&cell), Source::Counter(cell))
            },
        )
    }

    pub(super) fn gauge(&self, key: &Key) -> Option<Arc<AtomicU64>> {
        self.cell(
            key,
            Kind::Gauge,
            |source| if let Source::Gauge(cell) = source { Some(cell) } else { None },
            |_| {
                let cell = Arc::default();
                (Arc::clone(&cell), Source::Gauge(cell))
            },
        )
    }

    pub(super) fn histogram(&self, key: &Key) -> Option<Arc<Buckets>> {
        self.cell(
            key,
            Kind::Histogram,
            |source| if let Source::Histogram(cell) = source { Some(cell) } else { None },
            |family| {
                let cell = Arc::new(Buckets::new(Arc::clone(&family.scale)));
                (Arc::clone(&cell), Source::Histogram(cell))
            },
        )
    }

    fn cell<T>(
        &self,
        key: &Key,
        kind: Kind,
        get: impl Fn(&Source) -> Option<&Arc<T>>,
        new: impl FnOnce(&Family) -> (Arc<T>, Source),
    ) -> Option<Arc<T>> {
        let family = self.all.get(key.name()).filter(|family| family.kind == kind)?;
        Some(family.cell(label_text(&self.global_labels, key), Timestamp::now(), get, || new(family)))
    }

    /// Shows a series at zero; returns whether it belongs to one of the families.
    pub(super) fn declare(&self, key: &Key) -> bool {
        self.add(key, self.created, None)
    }

    /// How much room an exposition takes that is written as a whole.
    pub(super) fn expected_length(&self) -> usize {
        self.take_in_exposed();
        let last = self.last_length.load(Relaxed);
        let expected =
            if last == 0 { self.all.iter().map(|(name, family)| family.expected_length(name)).sum() } else { last };
        // A scrape is mostly as long as the last one, and a little longer.
        expected + expected / 32
    }

    pub(super) fn set_length(&self, length: usize) {
        self.last_length.store(length, Relaxed);
    }

    /// Writes all of them, in the order of their names.
    pub(super) fn write(&self, page: &mut Page<'_>) {
        self.take_in_exposed();
        let mut reader = Reader::new(page.shows_exemplars());
        for (name, family) in &self.all {
            family.write(name, &mut reader, page);
        }
    }

    /// Whether a counter or a histogram has counted anything.
    pub(super) fn has_counted(&self, name: &str) -> bool {
        self.take_in_exposed();
        self.all.get(name).is_some_and(|family| family.has_counted(&mut Reader::new(false)))
    }

    /// Takes the series in that are counted in shards since the last time.
    fn take_in_exposed(&self) {
        if !self.is_sharded.load(Relaxed) {
            return;
        }
        let mut taken_in = self.taken_in.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Timestamp::now();
        for series in exposed::after(taken_in.count) {
            taken_in.count += 1;
            self.take_in(series, taken_in.at);
        }
        taken_in.at = now;
    }

    fn take_in(&self, series: &'static Series, created: Option<Timestamp>) {
        let Some(block) = series.block() else { return };
        let keys = series.keys();
        let add = |key, source| self.add(key, created, Some(source));
        let outcomes = series.meta().outcome.count();
        for (outcome, key) in keys.of(Role::Calls).iter().enumerate() {
            add(key, if outcome < outcomes { Source::Outcome(block, outcome) } else { Source::Begun(block) });
        }
        for (role, outcomes) in [(Role::Ok, 0..1), (Role::Error, 1..outcomes)] {
            for (key, outcome) in
                keys.of(role).iter().flat_map(|key| outcomes.clone().map(move |outcome| (key, outcome)))
            {
                add(key, Source::Outcome(block, outcome));
            }
        }
        for (kind, key) in keys.of(Role::Errors).iter().enumerate() {
            add(key, Source::Errors(block, kind));
        }
        for key in keys.of(Role::InFlight) {
            add(key, Source::InFlight(block));
        }
        for key in keys.of(Role::Duration) {
            add(key, Source::Duration(block));
        }
    }

    fn add(&self, key: &Key, created: Option<Timestamp>, source: Option<Source>) -> bool {
        let Some(family) = self.all.get(key.name()) else { return false };
        family.add(label_text(&self.global_labels, key), created, source);
        true
    }
}

/// The key's labels and the global ones that it does not have itself, in canonical form.
fn label_text(global: &[(String, String)], key: &Key) -> String {
    let global = global.iter().filter(|(name, _)| !key.labels().any(|label| label.key() == name));
    labels::text(
        global
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(key.labels().map(|label| (label.key(), label.value()))),
    )
}
