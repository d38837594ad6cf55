//! Counters, gauges and histograms whose values can expire, see `idle.rs`: their cells, which live as long as the exporter, and the labels of their values.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::atomics::AtomicU64;
use metrics::{Counter, Gauge, Histogram, Key};

use super::cells::Buckets;
use super::scale::Scale;
use super::source::Source;
use crate::facade::key;
use crate::idle::leased::{Leased, Life};
use crate::idle::level::Level;
use crate::idle::metric::{AnyHandle, Cell, LeasedCell, LeasedMetric};
use crate::meta::MetricMeta;
use crate::names::Kind;
use crate::setup::SetUp;

/// All series of these metrics, in the order of their first updates. At most as many as the caps admit, however many values come and go.
#[derive(Default)]
pub(super) struct LeasedMetrics(Mutex<Known>);

#[derive(Default)]
struct Known {
    all: Vec<Arc<LeasedSeries>>,
    /// By the family and the places of the values.
    by_identity: HashMap<Key, usize>,
}

/// A series.
pub(super) struct LeasedSeries {
    meta: &'static MetricMeta,
    /// Those of all declarations of the family: they share the values, the cell and the series.
    leased: Mutex<Vec<&'static Leased>>,
    memory: Memory,
}

enum Memory {
    Counter(Arc<AtomicU64>),
    Gauge(Arc<Level>),
    Histogram(Arc<Buckets>),
}

impl LeasedMetrics {
    /// The cell of a series, which all declarations of the family share.
    pub(super) fn cell(&self, metric: &LeasedMetric, scale: &Arc<Scale>) -> LeasedCell {
        let LeasedMetric { meta, leased } = *metric;
        let identity = key(&meta.family, meta.const_labels, meta.labels, leased.identity(), None);
        let mut known = self.known();
        if let Some(series) = known.by_identity.get(&identity).and_then(|at| known.all.get(*at)) {
            series.add(leased);
            return series.cell();
        }
        let memory = match meta.kind {
            Kind::Counter => Memory::Counter(Arc::default()),
            Kind::Gauge => Memory::Gauge(Arc::default()),
            Kind::Histogram => Memory::Histogram(Arc::new(Buckets::new(Arc::clone(scale)))),
        };
        let series = Arc::new(LeasedSeries { meta, leased: Mutex::new(vec![leased]), memory });
        let at = known.all.len();
        known.by_identity.insert(identity, at);
        known.all.push(Arc::clone(&series));
        series.cell()
    }

    /// Returns the series after the first `seen`.
    pub(super) fn after(&self, seen: usize) -> Vec<Arc<LeasedSeries>> {
        let _set_up = SetUp::enter();
        self.known().all[seen..].to_vec()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LeasedSeries {
    fn add(&self, leased: &'static Leased) {
        let mut all = self.leased.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.iter().any(|known| std::ptr::eq(*known, leased)) {
            all.push(leased);
        }
    }

    /// The current life: that of the declaration that was first used in it.
    pub(super) fn current(&self) -> Option<(&'static Leased, Life)> {
        let _set_up = SetUp::enter();
        let all = self.leased.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let lives = all.into_iter().filter_map(|leased| Some((leased, leased.current()?)));
        lives.min_by_key(|(_, life)| life.since)
    }

    /// The key with the values of a life.
    pub(super) fn key(&self, life: &Life) -> Key {
        let MetricMeta { family, const_labels, labels, .. } = self.meta;
        key(family, const_labels, labels, &life.texts, None)
    }

    pub(super) fn source(&self) -> Source {
        match &self.memory {
            Memory::Counter(cell) => Source::Counter(Arc::clone(cell)),
            Memory::Gauge(cell) => Source::Gauge(Arc::clone(cell.bits())),
            Memory::Histogram(cell) => Source::Histogram(Arc::clone(cell)),
        }
    }

    fn cell(&self) -> LeasedCell {
        match &self.memory {
            Memory::Counter(cell) => of(AnyHandle::Counter(Counter::from_arc(Arc::clone(cell))), cell),
            Memory::Gauge(cell) => of(AnyHandle::Gauge(Gauge::from_arc(Arc::clone(cell))), cell),
            Memory::Histogram(cell) => of(AnyHandle::Histogram(Histogram::from_arc(Arc::clone(cell))), cell),
        }
    }
}

fn of(handle: AnyHandle, cell: &Arc<impl Cell + 'static>) -> LeasedCell {
    LeasedCell { handle, cell: Arc::clone(cell) as Arc<dyn Cell> }
}

impl Cell for Buckets {
    fn reset(&self) {
        Self::reset(self);
    }
}
