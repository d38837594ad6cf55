//! The static of a counter, gauge or histogram.

use std::fmt;

use metrics::{Key, Metadata, Recorder, SharedString, Unit};

use crate::facade::{LEVEL, describe, key, known_keys};
use crate::label::{Labels, Value};
use crate::meta::{Location, MetricMeta};
use crate::recorder::{Found, HandleCache};
use crate::series::overflow::{announce_overflow, overflow};
use crate::series::table::{Entry, Made, Owner, Table};
use crate::setup::SetUp;

/// A handle of the facade, of one of the three kinds.
pub trait Handle: Sized + 'static {
    /// Registers a key of this kind.
    fn register(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self;
    /// Returns a handle that records nothing.
    fn noop() -> Self;
}

impl Handle for metrics::Counter {
    fn register(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_counter(key, metadata)
    }

    fn noop() -> Self {
        Self::noop()
    }
}

impl Handle for metrics::Gauge {
    fn register(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_gauge(key, metadata)
    }

    fn noop() -> Self {
        Self::noop()
    }
}

impl Handle for metrics::Histogram {
    fn register(recorder: &dyn Recorder, key: &Key, metadata: &Metadata<'_>) -> Self {
        recorder.register_histogram(key, metadata)
    }

    fn noop() -> Self {
        Self::noop()
    }
}

/// One family with its series.
pub struct MetricFamily<H: 'static> {
    meta: &'static MetricMeta,
    table: Table<Series<H>>,
}

struct Series<H> {
    key: Key,
    handle: HandleCache<H>,
}

impl<H: Handle> MetricFamily<H> {
    /// Its size, and the offset of its description.
    pub(crate) const LAYOUT: [usize; 2] = [size_of::<Self>(), std::mem::offset_of!(Self, meta)];

    /// A family without series.
    #[must_use]
    pub const fn new(meta: &'static MetricMeta) -> Self {
        Self { meta, table: Table::new() }
    }

    /// Runs `f` with the handle of these label values on this thread's recorder.
    #[inline]
    pub fn with<L: Labels, R>(&'static self, labels: L, f: impl FnOnce(&H) -> R) -> R {
        // If this thread is already in a set-up (in an allocator that counts), nothing is recorded.
        let Some(series) = labels.with(|values| self.series_of(values)) else { return f(&H::noop()) };
        if let Some(handle) = series.handle.get() {
            return f(handle);
        }
        let Some(set_up) = SetUp::begin() else { return f(&H::noop()) };
        match series.handle.get_or_make(|recorder| self.register(&series.key, recorder)) {
            Found::Kept(handle) => {
                drop(set_up);
                f(handle)
            }
            // An instrumented allocator must not begin another one when this one is freed.
            Found::Transient(handle) => f(&handle),
        }
    }

    /// Its description.
    pub(crate) fn meta(&self) -> &'static MetricMeta {
        self.meta
    }

    /// Registers the series that are known in advance with a recorder, unless there are more than `limit`.
    pub(crate) fn announce(&self, recorder: &dyn Recorder, limit: usize) {
        let MetricMeta { family, const_labels, labels, .. } = self.meta;
        for key in known_keys(family, const_labels, labels, None, limit) {
            drop(self.register(&key, recorder));
        }
        announce_overflow(recorder, labels, |_| family.name);
    }

    /// Registers a family without labels with this recorder; the handle is not cached.
    pub(crate) fn register_only(&self, recorder: &dyn Recorder) -> H {
        self.register(&self.series(&[]).key, recorder)
    }

    #[inline(never)]
    fn series_of(&'static self, values: &[Value<'_>]) -> Option<&'static Series<H>> {
        let (series, overflowed) = self.table.get(self.meta.labels, values, self)?;
        if overflowed != 0 {
            overflow(&self.table, self.meta.labels, |_| self.meta.family.name, overflowed);
        }
        Some(series)
    }

    fn series(&self, texts: &[&'static str]) -> Series<H> {
        let MetricMeta { family, const_labels, labels, .. } = self.meta;
        Series { key: key(family, const_labels, labels, texts, None), handle: HandleCache::new() }
    }

    #[cold]
    fn register(&self, key: &Key, recorder: &dyn Recorder) -> H {
        let meta = self.meta;
        describe(recorder, meta.kind, &meta.family, unit(meta.family.name));
        let module = Location::parse(meta.location).module;
        H::register(recorder, key, &Metadata::new(module, LEVEL, Some(module)))
    }
}

impl<H: Handle> Owner<Series<H>> for MetricFamily<H> {
    fn families_with(&self, _: usize) -> Vec<&'static str> {
        vec![self.meta.family.name]
    }

    fn make(&'static self, values: Made, _: Option<usize>) -> Series<H> {
        match values {
            Made::Lasting(texts) => self.series(&texts),
            // The derives refuse `idle`.
            Made::Leased(..) => self.series(&[]),
        }
    }
}

/// Its values stay.
impl<H> Entry for Series<H> {
    fn revive(&'static self, _: &dyn Fn() -> Vec<SharedString>) {}
}

/// The unit at the end of a name, if the facade supports it.
pub(crate) fn unit(name: &str) -> Option<Unit> {
    if name.ends_with("_seconds") {
        Some(Unit::Seconds)
    } else if name.ends_with("_bytes") {
        Some(Unit::Bytes)
    } else {
        None
    }
}

impl<H> fmt::Debug for MetricFamily<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricFamily").field("meta", &self.meta).finish_non_exhaustive()
    }
}
