//! The recorder of a capture: it stores every value as it was recorded.

use metrics::atomics::AtomicU64;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::names::Kind;

/// Everything that was recorded.
#[derive(Default)]
pub(super) struct Store(Mutex<Cells>);

/// By name and labels.
type Cells = BTreeMap<(String, Vec<(String, String)>), Cell>;

#[derive(Clone)]
enum Cell {
    Counter(Arc<AtomicU64>),
    Gauge(Arc<AtomicU64>),
    Histogram(Arc<Values>),
}

#[derive(Default)]
struct Values(Mutex<Vec<f64>>);

/// One series.
#[derive(Clone)]
pub(super) struct Series {
    pub(super) kind: Kind,
    pub(super) name: String,
    labels: Vec<(String, String)>,
    cell: Cell,
}

impl Store {
    pub(super) fn series(&self) -> Vec<Series> {
        self.cells()
            .iter()
            .map(|((name, labels), cell)| Series {
                kind: cell.kind(),
                name: name.clone(),
                labels: labels.clone(),
                cell: cell.clone(),
            })
            .collect()
    }

    /// The cell of a key. If a key is used with two kinds, the first kind is stored and the second is discarded.
    fn cell<T>(&self, key: &Key, new: impl FnOnce() -> Cell, get: impl FnOnce(&Cell) -> Option<T>) -> Option<T> {
        let mut labels: Vec<_> = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned())).collect();
        labels.sort();
        get(self.cells().entry((key.name().to_owned(), labels)).or_insert_with(new))
    }

    fn cells(&self) -> MutexGuard<'_, Cells> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorder for Store {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let get = |cell: &Cell| if let Cell::Counter(counter) = cell { Some(Arc::clone(counter)) } else { None };
        self.cell(key, || Cell::Counter(Arc::default()), get).map_or_else(Counter::noop, Counter::from_arc)
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        let get = |cell: &Cell| if let Cell::Gauge(gauge) = cell { Some(Arc::clone(gauge)) } else { None };
        self.cell(key, || Cell::Gauge(Arc::default()), get).map_or_else(Gauge::noop, Gauge::from_arc)
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let get = |cell: &Cell| if let Cell::Histogram(values) = cell { Some(Arc::clone(values)) } else { None };
        self.cell(key, || Cell::Histogram(Arc::default()), get).map_or_else(Histogram::noop, Histogram::from_arc)
    }
}

impl HistogramFn for Values {
    fn record(&self, value: f64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value);
    }
}

impl Cell {
    fn kind(&self) -> Kind {
        match self {
            Self::Counter(_) => Kind::Counter,
            Self::Gauge(_) => Kind::Gauge,
            Self::Histogram(_) => Kind::Histogram,
        }
    }
}

impl Series {
    pub(super) fn has(&self, labels: &[(&str, &str)]) -> bool {
        labels.iter().all(|(name, value)| self.labels.iter().any(|(own, is)| own == name && is == value))
    }

    pub(super) fn counter(&self) -> u64 {
        if let Cell::Counter(counter) = &self.cell { counter.load(Relaxed) } else { 0 }
    }

    pub(super) fn gauge(&self) -> f64 {
        if let Cell::Gauge(gauge) = &self.cell { f64::from_bits(gauge.load(Relaxed)) } else { 0.0 }
    }

    pub(super) fn histogram(&self) -> Vec<f64> {
        if let Cell::Histogram(values) = &self.cell {
            values.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
        } else {
            Vec::new()
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<String> = self.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        write!(f, "{} {}{{{}}} ", self.kind.word(), self.name, labels.join(", "))?;
        match self.kind {
            Kind::Counter => write!(f, "{}", self.counter()),
            Kind::Gauge => write!(f, "{}", self.gauge()),
            Kind::Histogram => write!(f, "{:?}", self.histogram()),
        }
    }
}
