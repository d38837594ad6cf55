//! The recorder of a capture: it stores every value as it was recorded.

use metrics::atomics::AtomicU64;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::idle::level::Level;
use crate::idle::metric::Cell as _;
use crate::live::ask::{self, Answer, Question};
use crate::live::oldest::Oldest;
use crate::live::peak::Peak;
use crate::live::polls::Polls;
use crate::live::seen::{Leaving, Seen, take_idle};
use crate::live::time::Time;
use crate::names::Kind;

/// Everything that was recorded.
#[derive(Default)]
pub(super) struct Store {
    cells: Mutex<Cells>,
    /// The last uses of series whose values can expire.
    seen: Mutex<Vec<Arc<Seen>>>,
    /// How far a test advanced the time, in nanoseconds. Relaxed, like the cells: no other memory depends on it.
    ahead: Arc<AtomicU64>,
}

/// By name and labels.
type Cells = BTreeMap<(String, Vec<(String, String)>), Cell>;

#[derive(Clone)]
enum Cell {
    Counter(Arc<AtomicU64>),
    Gauge(Arc<Level>),
    Histogram(Arc<Samples>),
    /// Gauges that are computed when they are read.
    Peak(Arc<Peak>),
    Oldest(Arc<Oldest>),
    /// Counters of polls. The time is shown as a gauge, because the others are integers.
    Polls(Arc<Polls>),
    Busy(Arc<Polls>),
    SlowPolls(Arc<Polls>),
}

#[derive(Default)]
struct Samples(Mutex<Vec<f64>>);

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
        self.remove_idle();
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

    /// Removes the series whose values were idle for long enough.
    fn remove_idle(&self) {
        let is_of = |(name, labels): &(String, Vec<(String, String)>), leaving: &Leaving| {
            leaving.family == name
                && labels.iter().any(|(label, value)| *label == leaving.label && *value == leaving.value)
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cells = self.cells();
        let leaving =
            take_idle(&mut seen, |leaving| !cells.iter().any(|(key, cell)| is_of(key, leaving) && !cell.may_expire()));
        cells.retain(|key, _| !leaving.iter().any(|leaving| is_of(key, leaving)));
    }

    /// Moves the time for what depends on it.
    pub(super) fn advance(&self, by: Duration) {
        self.ahead.fetch_add(u64::try_from(by.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }

    /// What a call asks for about its operation's family.
    fn answer(&self, question: &Question) -> Option<Answer> {
        let time = || Time::Facade { ahead: Some(Arc::clone(&self.ahead)) };
        match question {
            Question::IsOurs => Some(Answer::Yes),
            // A capture has no places for values: they leave by `Seen`.
            Question::Leased(_) => None,
            Question::Seen(labels) => {
                self.remove_idle();
                let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
                let known = all.iter().find(|seen| seen.is_of(labels)).cloned();
                Some(Answer::Seen(known.unwrap_or_else(|| {
                    let new = Arc::new(Seen::new(time(), labels.clone()));
                    all.push(Arc::clone(&new));
                    new
                })))
            }
            Question::Peak(key) => {
                let get = |cell: &Cell| if let Cell::Peak(peak) = cell { Some(Arc::clone(peak)) } else { None };
                self.cell(key, || Cell::Peak(Arc::new(Peak::new(time()))), get).map(Answer::Peak)
            }
            Question::Oldest(key, family) => {
                let get = |cell: &Cell| if let Cell::Oldest(oldest) = cell { Some(Arc::clone(oldest)) } else { None };
                self.cell(key, || Cell::Oldest(Arc::new(Oldest::new(time(), family))), get).map(Answer::Oldest)
            }
            Question::Polls([polls, busy, slow_polls], slow) => {
                let found = self.cell(polls, || Cell::Polls(Arc::new(Polls::new(time(), *slow))), Cell::polls)?;
                self.cell(busy, || Cell::Busy(Arc::clone(&found)), Cell::polls)?;
                self.cell(slow_polls, || Cell::SlowPolls(Arc::clone(&found)), Cell::polls)?;
                Some(Answer::Polls(found))
            }
        }
    }

    /// The cell of a key. If a key is used with two kinds, the first kind is stored and the second is discarded.
    fn cell<T>(&self, key: &Key, new: impl FnOnce() -> Cell, get: impl FnOnce(&Cell) -> Option<T>) -> Option<T> {
        let mut labels: Vec<_> = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned())).collect();
        labels.sort();
        get(self.cells().entry((key.name().to_owned(), labels)).or_insert_with(new))
    }

    fn cells(&self) -> MutexGuard<'_, Cells> {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorder for Store {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        ask::answer(&name, |question| self.answer(question));
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        ask::answer(&name, |question| self.answer(question));
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        ask::answer(&name, |question| self.answer(question));
    }

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

impl HistogramFn for Samples {
    fn record(&self, value: f64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value);
    }
}

impl Cell {
    /// Whether the value of a label with `idle` may expire after that time.
    fn may_expire(&self) -> bool {
        if let Self::Gauge(level) = self { level.may_expire() } else { true }
    }

    fn polls(&self) -> Option<Arc<Polls>> {
        match self {
            Self::Polls(polls) | Self::Busy(polls) | Self::SlowPolls(polls) => Some(Arc::clone(polls)),
            _ => None,
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Counter(_) | Self::Polls(_) | Self::SlowPolls(_) => Kind::Counter,
            Self::Gauge(_) | Self::Peak(_) | Self::Oldest(_) | Self::Busy(_) => Kind::Gauge,
            Self::Histogram(_) => Kind::Histogram,
        }
    }
}

impl Series {
    pub(super) fn has(&self, labels: &[(&str, &str)]) -> bool {
        labels.iter().all(|(name, value)| self.labels.iter().any(|(own, is)| own == name && is == value))
    }

    pub(super) fn counter(&self) -> u64 {
        match &self.cell {
            Cell::Counter(counter) => counter.load(Relaxed),
            Cell::Polls(polls) => polls.count(),
            Cell::SlowPolls(polls) => polls.slow(),
            _ => 0,
        }
    }

    pub(super) fn gauge(&self) -> f64 {
        #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
        match &self.cell {
            Cell::Gauge(gauge) => gauge.get(),
            Cell::Peak(peak) => peak.peak() as f64,
            Cell::Oldest(oldest) => oldest.age() as f64 / 1e9,
            Cell::Busy(polls) => polls.busy() as f64 / 1e9,
            Cell::Counter(_) | Cell::Histogram(_) | Cell::Polls(_) | Cell::SlowPolls(_) => 0.0,
        }
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
