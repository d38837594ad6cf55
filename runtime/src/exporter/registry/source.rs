//! The sources of a series' value, and how they are read.

use metrics::atomics::AtomicU64;
use std::sync::Arc;
use std::sync::atomic::Ordering::Acquire;

use super::cells::Buckets;
#[cfg(feature = "exemplars")]
use super::exemplars;
use super::native::NativeCounts;
use super::scale::Scale;
use crate::exporter::exposition::model::{Exemplar, Histogram, Sum, Value};
use crate::idle::leased::Leased;
use crate::live::oldest::Oldest;
use crate::live::peak::Peak;
use crate::live::polls::Polls;
use crate::names::Kind;
use crate::shards::block::Block;

/// The source of a part of a series' value. Two words: there are tens of thousands.
#[derive(Clone)]
pub(super) enum Source {
    Counter(Arc<AtomicU64>),
    /// The bits of an `f64`.
    Gauge(Arc<AtomicU64>),
    Histogram(Arc<Buckets>),
    Outcome(&'static Block, u32),
    Errors(&'static Block, u32),
    Begun(&'static Block),
    InFlight(&'static Block),
    /// The calls in flight, of a series with a peak: exact, so that the peak is not below it.
    Running(Arc<Peak>),
    Peak(Arc<Peak>),
    Oldest(Arc<Oldest>),
    Polls(Arc<Polls>),
    /// The time inside of polls.
    Busy(Arc<Polls>),
    SlowPolls(Arc<Polls>),
    /// The durations of calls with an outcome, or of all: then it is that of the first one.
    Duration(&'static Block, u32),
}

const _: () = assert!(size_of::<Sources>() <= 16, "a series is larger than it need be");

/// The index of an outcome or an error kind; there are far fewer than 2^32.
pub(super) fn index(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// What is added to a series.
pub(super) enum Added {
    /// The series itself, at zero.
    Zero,
    Source(Source),
    /// A source that should never count. The series is shown once it has counted.
    Unexpected(Source),
}

/// The sources of one series, whose values are added. There is rarely more than one.
#[derive(Clone, Default)]
pub(super) enum Sources {
    /// A series at zero, in which nothing was counted.
    #[default]
    None,
    One(Source),
    /// A vector, so that it is one word.
    #[allow(clippy::rc_buffer, reason = "of one word")]
    Several(Arc<Vec<Source>>),
    /// Some of them are those of values that can expire.
    Leased(Arc<LeasedSources>),
}

#[derive(Clone)]
pub(super) struct LeasedSources {
    all: Vec<Source>,
    lease: Lease,
    /// How many were added with the lease.
    count: usize,
}

/// The life of a series whose values can expire.
#[derive(Clone, Copy)]
pub(super) struct Lease {
    pub(super) leased: &'static Leased,
    pub(super) generation: u64,
}

impl Lease {
    /// Whether its values have not expired. Read after the counts: they are then those of these values.
    pub(super) fn is_current(self) -> bool {
        self.leased.generation() == self.generation
    }
}

impl Sources {
    pub(super) fn push(&mut self, source: Source) {
        // Sites that share a series share its trackers.
        if self.iter().any(|known| known.is_tracker_of(&source)) {
            return;
        }
        *self = match std::mem::take(self) {
            Self::None => Self::One(source),
            Self::One(first) => Self::Several(Arc::new(vec![first, source])),
            Self::Several(all) => Self::Several(Arc::new(all.iter().cloned().chain([source]).collect())),
            Self::Leased(leased) => {
                let all = leased.all.iter().cloned().chain([source]).collect();
                Self::Leased(Arc::new(LeasedSources { all, ..*leased }))
            }
        };
    }

    /// Takes sources out whose values have expired; returns whether none is left. While others with a lease are left, it stays, so that they are not shown either.
    pub(super) fn remove(&mut self, sources: &[Source]) -> bool {
        let is_left = |known: &&Source| !sources.iter().any(|source| known.is_same(source));
        let mut left: Vec<Source> = self.iter().filter(is_left).cloned().collect();
        let leased = if let Self::Leased(leased) = &*self { Some(Arc::clone(leased)) } else { None };
        *self = match (left.len(), leased) {
            (0, _) => Self::None,
            (_, Some(leased)) if leased.count > sources.len() => {
                Self::Leased(Arc::new(LeasedSources { all: left, count: leased.count - sources.len(), ..*leased }))
            }
            (1, _) => left.pop().map_or(Self::None, Self::One),
            _ => Self::Several(Arc::new(left)),
        };
        matches!(self, Self::None)
    }

    /// The source that was added last is that of values that can expire.
    pub(super) fn set_lease(&mut self, lease: Lease) {
        let count = if let Self::Leased(leased) = &*self { leased.count } else { 0 };
        *self = Self::Leased(Arc::new(LeasedSources { all: self.iter().cloned().collect(), lease, count: count + 1 }));
    }

    /// Of a series whose values can expire.
    pub(super) fn lease(&self) -> Option<Lease> {
        if let Self::Leased(leased) = self { Some(leased.lease) } else { None }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Source> {
        match self {
            Self::None => &[],
            Self::One(source) => std::slice::from_ref(source),
            Self::Several(all) => all,
            Self::Leased(leased) => &leased.all,
        }
        .iter()
    }
}

/// Reads series one by one, with reused buffers.
pub(super) struct Reader {
    buckets: Vec<u64>,
    native: NativeCounts,
    exemplars: Vec<Option<Exemplar>>,
    #[cfg_attr(not(feature = "exemplars"), allow(dead_code, reason = "there are none"))]
    reads_exemplars: bool,
}

impl Reader {
    pub(super) fn new(reads_exemplars: bool) -> Self {
        Self { buckets: Vec::new(), native: NativeCounts::default(), exemplars: Vec::new(), reads_exemplars }
    }

    pub(super) fn read<'a>(&'a mut self, kind: Kind, scale: &'a Scale, sources: &Sources) -> Value<'a> {
        match kind {
            Kind::Counter if sources.iter().any(|source| matches!(source, Source::Busy(_))) => {
                Value::Seconds(sources.iter().map(Source::count).sum())
            }
            Kind::Counter => Value::Counter(sources.iter().map(Source::count).sum()),
            // Not `sum`, which returns -0 for an empty iterator.
            Kind::Gauge => Value::Gauge(sources.iter().fold(0.0, |level, source| match source {
                Source::Oldest(_) => f64::max(level, source.level()),
                _ => level + source.level(),
            })),
            Kind::Histogram => Value::Histogram(self.histogram(scale, sources)),
        }
    }

    fn histogram<'a>(&'a mut self, scale: &'a Scale, sources: &Sources) -> Histogram<'a> {
        let bounds = &scale.bounds;
        self.buckets.clear();
        self.buckets.resize(bounds.values().len() + 1, 0);
        self.native.clear();
        let counts = &mut self.native;
        let mut native = |bucket, count| counts.add(bucket, count);
        let mut nanoseconds = 0u64;
        let mut float = None;
        for source in sources.iter() {
            match source {
                Source::Duration(block, outcome) => {
                    let sum = block.histogram(*outcome as usize, &mut self.buckets, &mut native);
                    nanoseconds = nanoseconds.wrapping_add(sum);
                }
                Source::Histogram(cell) => {
                    float = Some(float.unwrap_or(0.0) + cell.read(&mut self.buckets, &mut native));
                }
                _ => {}
            }
        }
        let nanoseconds = Sum::Nanoseconds(nanoseconds);
        let sum = float.map_or(nanoseconds, |float| Sum::Float(float + nanoseconds.as_f64()));
        self.exemplars.clear();
        #[cfg(feature = "exemplars")]
        if self.reads_exemplars {
            let histograms = sources.iter().filter_map(|source| match source {
                Source::Duration(block, outcome) => Some(block.histogram_id(*outcome as usize)),
                _ => None,
            });
            exemplars::by_bucket(bounds, histograms, &mut self.exemplars);
        }
        let native = scale.native.as_ref().map(|native| self.native.shown(native));
        Histogram { bounds, buckets: &self.buckets, sum, exemplars: &self.exemplars, native }
    }

    /// Whether the sources of a counter or a histogram are above zero.
    pub(super) fn is_above_zero(&mut self, kind: Kind, scale: &Scale, sources: &Sources) -> bool {
        self.read(kind, scale, sources).is_above_zero()
    }
}

impl Source {
    /// Whether both read the same.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Outcome(one, at), Self::Outcome(other, other_at))
            | (Self::Errors(one, at), Self::Errors(other, other_at))
            | (Self::Duration(one, at), Self::Duration(other, other_at)) => {
                std::ptr::eq(*one, *other) && at == other_at
            }
            (Self::Counter(one), Self::Counter(other)) | (Self::Gauge(one), Self::Gauge(other)) => {
                Arc::ptr_eq(one, other)
            }
            (Self::Histogram(one), Self::Histogram(other)) => Arc::ptr_eq(one, other),
            (Self::Begun(one), Self::Begun(other)) | (Self::InFlight(one), Self::InFlight(other)) => {
                std::ptr::eq(*one, *other)
            }
            _ => self.is_tracker_of(other),
        }
    }

    /// Whether both are one tracker.
    fn is_tracker_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Running(one), Self::Running(other)) | (Self::Peak(one), Self::Peak(other)) => {
                Arc::ptr_eq(one, other)
            }
            (Self::Oldest(one), Self::Oldest(other)) => Arc::ptr_eq(one, other),
            (Self::Polls(one), Self::Polls(other))
            | (Self::Busy(one), Self::Busy(other))
            | (Self::SlowPolls(one), Self::SlowPolls(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    pub(super) fn counter(&self) -> Option<&Arc<AtomicU64>> {
        if let Self::Counter(cell) = self { Some(cell) } else { None }
    }

    pub(super) fn gauge(&self) -> Option<&Arc<AtomicU64>> {
        if let Self::Gauge(cell) = self { Some(cell) } else { None }
    }

    pub(super) fn histogram(&self) -> Option<&Arc<Buckets>> {
        if let Self::Histogram(cell) = self { Some(cell) } else { None }
    }

    pub(super) fn peak(&self) -> Option<&Arc<Peak>> {
        if let Self::Peak(peak) = self { Some(peak) } else { None }
    }

    pub(super) fn oldest(&self) -> Option<&Arc<Oldest>> {
        if let Self::Oldest(oldest) = self { Some(oldest) } else { None }
    }

    pub(super) fn polls(&self) -> Option<&Arc<Polls>> {
        match self {
            Self::Polls(polls) | Self::Busy(polls) | Self::SlowPolls(polls) => Some(polls),
            _ => None,
        }
    }

    /// The series in the shards that it reads.
    pub(super) fn block(&self) -> Option<&'static Block> {
        match self {
            Self::Outcome(block, _)
            | Self::Errors(block, _)
            | Self::Begun(block)
            | Self::InFlight(block)
            | Self::Duration(block, _) => Some(block),
            _ => None,
        }
    }

    fn count(&self) -> u64 {
        match self {
            Self::Counter(cell) => cell.load(Acquire),
            Self::Outcome(block, outcome) => block.outcome(*outcome as usize),
            Self::Errors(block, kind) => block.errors(*kind as usize),
            Self::Begun(block) => block.begun(),
            Self::Polls(polls) => polls.count(),
            Self::Busy(polls) => polls.busy(),
            Self::SlowPolls(polls) => polls.slow(),
            _ => 0,
        }
    }

    fn level(&self) -> f64 {
        match self {
            Self::Gauge(cell) => f64::from_bits(cell.load(Acquire)),
            #[allow(clippy::cast_precision_loss, reason = "calls in flight are far fewer than 2^52")]
            Self::InFlight(block) => block.in_flight() as f64,
            #[allow(clippy::cast_precision_loss, reason = "as above")]
            Self::Running(peak) => peak.running() as f64,
            #[allow(clippy::cast_precision_loss, reason = "as above")]
            Self::Peak(peak) => peak.peak() as f64,
            #[allow(clippy::cast_precision_loss, reason = "a float is what is wanted")]
            Self::Oldest(oldest) => oldest.age() as f64 / 1e9,
            _ => 0.0,
        }
    }
}
