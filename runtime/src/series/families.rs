//! The static behind an operation, and what is kept for each combination of its label values.

use metrics::atomics::AtomicU64;
use std::fmt;
#[cfg(feature = "exporter")]
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;

use metrics::Recorder;

#[cfg(feature = "exporter")]
use super::exposed;
use super::handles::{Handles, Keys, announce_operation};
use super::table::Table;
use crate::label::{Labels, Value};
use crate::meta::{Location, OperationMeta};
use crate::metric::{announce_overflow, overflow};
#[cfg(feature = "exporter")]
use crate::recorder::is_sharded;
use crate::recorder::{Found, HandleCache};
#[cfg(feature = "exporter")]
use crate::shards::block::Block;

/// An operation's description and its series: a `static` wherever one is declared.
pub struct Families {
    /// `None` for a function that nobody named: a pointer to what they share would cost the program more than the pointer.
    meta: Option<&'static OperationMeta>,
    /// Where it is declared, as [`Location::parse`] reads it.
    location: &'static str,
    table: Table<Series>,
}

impl Families {
    /// Its size, and where in it are its description and its location.
    pub(crate) const LAYOUT: [usize; 3] =
        [size_of::<Self>(), std::mem::offset_of!(Self, meta), std::mem::offset_of!(Self, location)];

    /// An operation that nothing was counted under yet.
    #[must_use]
    pub const fn new(meta: &'static OperationMeta, location: &'static str) -> Self {
        Self { meta: Some(meta), location, table: Table::new() }
    }

    /// The families of a function that nobody named.
    #[must_use]
    pub const fn unnamed(location: &'static str) -> Self {
        Self { meta: None, location, table: Table::new() }
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

    /// What is kept for these label values.
    #[inline]
    pub fn series<L: Labels>(&'static self, labels: L) -> &'static Series {
        labels.with(|values| self.series_of(values))
    }

    /// What is kept where there are no labels.
    #[inline(never)]
    pub fn only(&'static self) -> &'static Series {
        self.unlabelled()
    }

    #[inline]
    pub(crate) fn unlabelled(&'static self) -> &'static Series {
        self.table.only().unwrap_or_else(|| self.series_of(&[]))
    }

    #[inline(never)]
    fn series_of(&'static self, values: &[Value<'_>]) -> &'static Series {
        let labels = self.meta().labels;
        let (series, overflowed) = self.table.get(labels, values, |texts| Series::new(self, &texts));
        if overflowed != 0 {
            overflow(labels, |at| self.family_with(at), overflowed);
        }
        series
    }

    /// Makes every series that is known beforehand visible on a recorder; a family that may have more than `limit` shows none.
    pub(crate) fn announce(&self, recorder: &dyn Recorder, limit: usize) {
        announce_operation(self.meta(), self.location(), recorder, limit);
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

/// One combination of an operation's label values.
pub struct Series {
    families: &'static Families,
    keys: Keys,
    handles: HandleCache<Handles>,
    /// Calls through the facade, where one in so many of them is timed.
    calls: AtomicU64,
    #[cfg(feature = "exporter")]
    block: OnceLock<Option<Block>>,
}

impl Series {
    fn new(families: &'static Families, texts: &[&'static str]) -> Self {
        Self {
            families,
            keys: Keys::new(families.meta(), families.location(), texts),
            handles: HandleCache::new(),
            calls: AtomicU64::new(0),
            #[cfg(feature = "exporter")]
            block: OnceLock::new(),
        }
    }

    /// Whether a call through the facade that begins now is one of those that are timed.
    pub(crate) fn is_sampled(&self) -> bool {
        let sample = self.meta().sample;
        sample == 1 || self.calls.fetch_add(1, Relaxed).is_multiple_of(sample)
    }

    pub(crate) fn meta(&self) -> &'static OperationMeta {
        self.families.meta()
    }

    /// The slots that a call counts in that begins now, if this thread's metrics go to our recorder.
    #[cfg(feature = "exporter")]
    #[inline]
    pub(crate) fn sharded(&'static self) -> Option<&'static Block> {
        if !is_sharded() {
            return None;
        }
        match self.block.get() {
            Some(block) => block.as_ref(),
            None => self.block(),
        }
    }

    /// The handles of what this thread's metrics go to, if they are kept.
    #[inline]
    pub(crate) fn cached(&'static self) -> Option<&'static Handles> {
        self.handles.get()
    }

    /// The handles of what this thread's metrics go to, made now, and kept if they may be.
    pub(crate) fn handles(&'static self) -> Found<'static, Handles> {
        self.handles
            .get_or_make(|recorder| self.keys.register(self.families.meta(), self.families.location(), recorder))
    }

    /// This series' slots in the shards. Allocated, they are on the exposition; `None` if there are none left, and then it goes through
    /// the facade.
    #[cfg(feature = "exporter")]
    #[cold]
    pub(crate) fn block(&'static self) -> Option<&'static Block> {
        self.block.get_or_init(|| exposed::add(self)).as_ref()
    }

    #[cfg(feature = "exporter")]
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Series").field("keys", &self.keys).finish_non_exhaustive()
    }
}
