//! Undeclared metrics: those of hand-written calls and of other crates. Their families are created when they are first recorded, and their series are never
//! removed.

use metrics::atomics::AtomicU64;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{Key, KeyName, SharedString};

use super::cells::Buckets;
use super::family::Family;
use super::fault::Fault;
use super::handles::Handles;
use super::label_text::label_text;
use super::scale::Scale;
use super::source::Reader;
use crate::exporter::exposition::escaping::Escaping;
use crate::exporter::exposition::labels::{self, Labels};
use crate::exporter::exposition::page::Page;
use crate::names::Kind;

/// The undeclared metrics.
pub(super) struct Undeclared {
    global_labels: Vec<(String, String)>,
    /// The buckets of all histograms.
    scale: Arc<Scale>,
    counters: Handles<AtomicU64>,
    gauges: Handles<AtomicU64>,
    histograms: Handles<Buckets>,
    /// Locked when a metric is registered for the first time, and by a scrape to copy references to the families.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    families: BTreeMap<Arc<str>, Registered>,
    /// HELP by the name of a family, which may be registered later. The first description counts.
    help: HashMap<String, SharedString>,
}

/// A family that was registered.
struct Registered {
    family: Arc<Family>,
    /// Label sets that escaping changes: the escaped one, and the original.
    escaped: HashMap<String, String>,
}

impl Undeclared {
    pub(super) fn new(global_labels: Vec<(String, String)>, scale: Scale) -> Self {
        Self {
            global_labels,
            scale: Arc::new(scale),
            counters: Handles::default(),
            gauges: Handles::default(),
            histograms: Handles::default(),
            known: Mutex::default(),
        }
    }

    /// The cell of a key that was registered before; its name and labels were checked then.
    #[inline]
    pub(super) fn known_counter(&self, key: &Key) -> Option<Arc<AtomicU64>> {
        self.counters.get(key)
    }

    #[inline]
    pub(super) fn known_gauge(&self, key: &Key) -> Option<Arc<AtomicU64>> {
        self.gauges.get(key)
    }

    #[inline]
    pub(super) fn known_histogram(&self, key: &Key) -> Option<Arc<Buckets>> {
        self.histograms.get(key)
    }

    /// Registers a key; the caller has checked that a family of this kind may have its name.
    pub(super) fn counter(&self, key: &Key) -> Result<Arc<AtomicU64>, Fault> {
        self.register(key, Kind::Counter, &self.counters, Family::counter)
    }

    pub(super) fn gauge(&self, key: &Key) -> Result<Arc<AtomicU64>, Fault> {
        self.register(key, Kind::Gauge, &self.gauges, Family::gauge)
    }

    pub(super) fn histogram(&self, key: &Key) -> Result<Arc<Buckets>, Fault> {
        self.register(key, Kind::Histogram, &self.histograms, Family::histogram)
    }

    fn register<T>(
        &self,
        key: &Key,
        kind: Kind,
        handles: &Handles<T>,
        cell: impl FnOnce(&Family, &str) -> Arc<T>,
    ) -> Result<Arc<T>, Fault> {
        let labels = label_text(&self.global_labels, key);
        let mut known = self.known();
        let registered = known.families.entry(key.name().into()).or_insert_with(|| Registered {
            family: Arc::new(Family::new(kind, Arc::clone(&self.scale))),
            escaped: HashMap::new(),
        });
        registered.check(&labels)?;
        let cell = cell(&registered.family, &labels);
        drop(known);
        handles.add(key, &cell);
        Ok(cell)
    }

    pub(super) fn describe(&self, name: &KeyName, help: SharedString) {
        self.known().help.entry(name.as_str().to_owned()).or_insert(help);
    }

    /// Writes all families, sorted by name.
    pub(super) fn write(&self, page: &mut Page<'_>) {
        let known = self.known();
        let families: Vec<_> = known
            .families
            .iter()
            .map(|(name, Registered { family, .. })| {
                (Arc::clone(name), known.help.get(&**name).cloned(), Arc::clone(family))
            })
            .collect();
        drop(known);
        let mut reader = Reader::new(false);
        for (name, help, family) in families {
            family.write(&name, help.as_deref(), &mut reader, page);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Registered {
    /// Checks that no other series has the same labels once their names are escaped and those without a value, which Prometheus drops, are left out.
    fn check(&mut self, labels: &str) -> Result<(), Fault> {
        let set = Labels::new(labels);
        // After escaping, the labels may be in another order.
        let escaped = if set.is_classic() && !labels.contains("=\"\"") {
            Cow::Borrowed(labels)
        } else {
            let pairs = set.iter().filter(|(_, value)| !value.is_empty());
            let pairs = pairs.map(|(name, value)| (Escaping::Underscores.label(&name).into_owned(), value));
            Cow::Owned(labels::text(pairs))
        };
        if self.escaped.get(&*escaped).is_some_and(|other| other != labels) {
            return Err(Fault::DuplicateSeries);
        }
        if let Cow::Owned(escaped) = escaped {
            if self.family.has(&escaped) {
                return Err(Fault::DuplicateSeries);
            }
            self.escaped.insert(escaped, labels.to_owned());
        }
        Ok(())
    }
}
