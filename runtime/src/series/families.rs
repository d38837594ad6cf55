//! The static of an operation, and its series: one for each combination of label values.

use metrics::atomics::AtomicU64;
use std::fmt;
#[cfg(feature = "exporter")]
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;

use metrics::Recorder;

use super::handles::{Keys, announce_operation};
use super::overflow::{announce_overflow, overflow};
use super::table::Table;
use super::target::CallTarget;
use crate::label::{Labels, Value};
#[cfg(feature = "exporter")]
use crate::live::tracking::Tracking;
use crate::meta::{Location, OperationMeta};
use crate::names::Never;
use crate::recorder::{Found, HandleCache};
#[cfg(feature = "exporter")]
use crate::shards::block::Block;

/// An operation's description and its series. Every declaration is a `static` of this type.
pub struct Families {
    /// `None` for functions without a `name`, which share one description: a pointer would also cost a relocation.
    meta: Option<&'static OperationMeta>,
    /// The location of the declaration, in the form that [`Location::parse`] reads.
    location: &'static str,
    /// The target of calls without labels in the shards: a shortcut past the table.
    #[cfg(feature = "exporter")]
    sharded: OnceLock<&'static CallTarget>,
    table: Table<Series>,
}

impl Families {
    /// Its size, and the offsets of its description and its location.
    pub(crate) const LAYOUT: [usize; 3] =
        [size_of::<Self>(), std::mem::offset_of!(Self, meta), std::mem::offset_of!(Self, location)];

    /// Creates an operation without series.
    #[must_use]
    pub const fn new(meta: &'static OperationMeta, location: &'static str) -> Self {
        Self {
            meta: Some(meta),
            location,
            #[cfg(feature = "exporter")]
            sharded: OnceLock::new(),
            table: Table::new(),
        }
    }

    /// Creates the operation of a function without a `name`.
    #[must_use]
    pub const fn unnamed(location: &'static str) -> Self {
        Self {
            meta: None,
            location,
            #[cfg(feature = "exporter")]
            sharded: OnceLock::new(),
            table: Table::new(),
        }
    }

    /// Its description.
    #[must_use]
    pub const fn meta(&self) -> &'static OperationMeta {
        static UNNAMED: OperationMeta = OperationMeta::UNNAMED;
        match self.meta {
            Some(meta) => meta,
            None => &UNNAMED,
        }
    }

    /// Where it is declared.
    pub(crate) fn location(&self) -> Location {
        Location::parse(self.location)
    }

    /// The outcomes that no call has.
    pub(crate) fn never(&self) -> Never {
        Location::appendix(self.location).map_or_else(Never::default, Never::parse)
    }

    /// The series of these label values.
    #[inline]
    pub fn series<L: Labels>(&'static self, labels: L) -> &'static Series {
        if let Some(series) = labels.dense(|sets, index| self.dense_series(sets, index)) {
            return series;
        }
        labels.with(|values| self.series_of(values)).unwrap_or(&UNCOUNTED)
    }

    #[inline(never)]
    fn dense_series(&'static self, sets: &[&'static [&'static str]], index: usize) -> Option<&'static Series> {
        self.table.dense(sets, index)
    }

    /// The only series of an operation without labels.
    #[inline(never)]
    pub fn only(&'static self) -> &'static Series {
        self.unlabelled().unwrap_or(&UNCOUNTED)
    }

    /// The same; `None` if this thread is in a set-up.
    #[inline]
    pub(crate) fn unlabelled(&'static self) -> Option<&'static Series> {
        self.table.only().or_else(|| self.series_of(&[]))
    }

    /// The target of calls without labels in the shards, if it is set up.
    #[cfg(feature = "exporter")]
    #[inline]
    pub(crate) fn sharded(&'static self) -> Option<&'static CallTarget> {
        self.sharded.get().copied()
    }

    #[inline(never)]
    fn series_of(&'static self, values: &[Value<'_>]) -> Option<&'static Series> {
        let labels = self.meta().labels;
        let (series, overflowed) = self.table.get(labels, values, |texts| Series::new(self, texts))?;
        if overflowed != 0 {
            overflow(labels, |at| self.family_with(at), overflowed);
        }
        Some(series)
    }

    /// Registers the series that are known in advance with a recorder, except for families that may have more than `limit`.
    pub(crate) fn announce(&self, recorder: &dyn Recorder, limit: usize) {
        announce_operation(self.meta(), self.location(), self.never(), recorder, limit);
        announce_overflow(recorder, self.meta().labels, |at| self.family_with(at));
    }

    /// The first family that carries the label at this position.
    fn family_with(&self, label: usize) -> &'static str {
        let mut families = self.meta().families.iter().map(|(_, family)| family);
        families.find(|family| family.carries(label)).map_or("", |family| family.name)
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Families").field("meta", &self.meta).finish_non_exhaustive()
    }
}

/// The series of calls that begin while their thread is in a set-up: they are not counted.
static UNCOUNTED: Series = Series::new(&NOTHING, Vec::new());
static NOTHING: Families = Families::unnamed("");

/// One combination of an operation's label values.
pub struct Series {
    families: &'static Families,
    /// The values of the labels. The facade's keys, which are ten times as large, are built from them when they are needed, which is rare.
    values: Vec<&'static str>,
    handles: HandleCache<CallTarget>,
    /// The number of calls through the facade, for sampling.
    calls: AtomicU64,
    /// The slots in the shards; contains `None` if no slots were left.
    #[cfg(feature = "exporter")]
    sharded: OnceLock<Option<CallTarget>>,
}

impl Series {
    const fn new(families: &'static Families, values: Vec<&'static str>) -> Self {
        Self {
            families,
            values,
            handles: HandleCache::new(),
            calls: AtomicU64::new(0),
            #[cfg(feature = "exporter")]
            sharded: OnceLock::new(),
        }
    }

    /// Whether to time a call through the facade that begins now.
    pub(crate) fn is_sampled(&self) -> bool {
        let sample = self.meta().sample;
        // Relaxed: the count orders no other memory access.
        sample == 1 || self.calls.fetch_add(1, Relaxed).is_multiple_of(sample)
    }

    pub(crate) fn meta(&self) -> &'static OperationMeta {
        self.families.meta()
    }

    /// Whether a call can have this outcome.
    #[cfg(feature = "exporter")]
    pub(crate) fn is_possible(&self, outcome: usize) -> bool {
        self.meta().outcome.is_possible(outcome, self.families.never())
    }

    /// The target of calls in the shards, if it is set up.
    #[cfg(feature = "exporter")]
    #[inline]
    pub(crate) fn sharded(&'static self) -> Option<&'static CallTarget> {
        self.sharded.get()?.as_ref()
    }

    /// The same, set up by `make` if needed. `None` if no slots are left; calls then go through the facade.
    #[cfg(feature = "exporter")]
    #[cold]
    pub(super) fn sharded_or(&'static self, make: impl FnOnce() -> Option<CallTarget>) -> Option<&'static CallTarget> {
        let target = self.sharded.get_or_init(make).as_ref();
        if let Some(target) = target
            && self.values.is_empty()
        {
            self.families.sharded.get_or_init(|| target);
        }
        target
    }

    /// This series' slots in the shards.
    #[cfg(feature = "exporter")]
    pub(crate) fn block(&'static self) -> Option<&'static Block> {
        self.sharded()?.block()
    }

    /// What is kept of its running calls in the shards, if its operation asks for it.
    #[cfg(feature = "exporter")]
    pub(crate) fn tracking(&'static self) -> Option<&'static Tracking> {
        self.sharded()?.tracking()
    }

    /// Whether calls of this series are counted.
    pub(crate) fn is_counted(&'static self) -> bool {
        !std::ptr::eq(self, &raw const UNCOUNTED)
    }

    /// The cached handles of this thread's recorder, if there are any.
    #[inline]
    pub(crate) fn cached(&'static self) -> Option<&'static CallTarget> {
        self.handles.get()
    }

    /// The handles of this thread's recorder: cached ones, or new ones, which are cached if the recorder is process-wide.
    pub(crate) fn handles(&'static self) -> Found<'static, CallTarget> {
        let families = self.families;
        self.handles.get_or_make(|recorder| {
            CallTarget::Kept(Box::new(self.keys().register(
                families.meta(),
                families.location(),
                families.never(),
                recorder,
            )))
        })
    }

    /// The keys of its families.
    pub(crate) fn keys(&self) -> Keys {
        Keys::new(self.families.meta(), self.families.location(), &self.values)
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Series").field("values", &self.values).finish_non_exhaustive()
    }
}
