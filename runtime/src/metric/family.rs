//! The static of a counter, gauge or histogram.

use std::fmt;

use metrics::{Key, Recorder, SharedString};

use super::handle::{Handle, register};
use super::leased::LeasedSeries;
use super::pin::MetricHandle;
use crate::facade::{constant, key, known_keys};
use crate::idle::leased::Leased;
use crate::idle::places::Resident;
use crate::label::{Labels, Value};
use crate::meta::MetricMeta;
use crate::recorder::{Found, HandleCache};
use crate::series::entry::{Entry, Made, Owner};
use crate::series::overflow::{announce_overflow, overflow};
use crate::series::table::Table;
use crate::setup::SetUp;

/// One family with its series.
pub struct MetricFamily<H: 'static> {
    meta: &'static MetricMeta,
    table: Table<Series<H>>,
}

struct Series<H> {
    key: Key,
    /// Stays empty if the values can expire, so that the fast path need not ask.
    handle: HandleCache<H>,
    leased: Option<Box<LeasedSeries<H>>>,
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
    pub fn with<L: Labels, R>(&'static self, labels: L, f: impl FnOnce(MetricHandle<'_, H>) -> R) -> R {
        // If this thread is already in a set-up (in an allocator that counts), nothing is recorded.
        let Some(series) = labels.with(|values| self.series_of(values)) else {
            return f(MetricHandle::new(&H::noop(), None));
        };
        if let Some(handle) = series.handle.get() {
            return f(MetricHandle::new(handle, None));
        }
        if let Some(leased) = &series.leased {
            return leased.with(f);
        }
        let Some(set_up) = SetUp::begin() else { return f(MetricHandle::new(&H::noop(), None)) };
        match series.handle.get_or_make(|recorder| register(self.meta, &series.key, recorder)) {
            Found::Kept(handle) => {
                drop(set_up);
                f(MetricHandle::new(handle, None))
            }
            // An instrumented allocator must not begin another one when this one is freed.
            Found::Transient(handle) => f(MetricHandle::new(&handle, None)),
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
            drop(register::<H>(self.meta, &key, recorder));
        }
        announce_overflow(recorder, labels, |_| family.name);
    }

    /// Registers a family without labels with this recorder; the handle is not cached.
    pub(crate) fn register_only(&self, recorder: &dyn Recorder) -> H {
        register(self.meta, &self.key(&[]), recorder)
    }

    #[inline(never)]
    fn series_of(&'static self, values: &[Value<'_>]) -> Option<&'static Series<H>> {
        let (series, overflowed) = self.table.get(self.meta.labels, values, self)?;
        if overflowed != 0 {
            overflow(&self.table, self.meta.labels, |_| self.meta.family.name, overflowed);
        }
        Some(series)
    }

    fn key(&self, texts: &[&'static str]) -> Key {
        let MetricMeta { family, const_labels, labels, .. } = self.meta;
        key(family, const_labels, labels, &constant(texts), None)
    }
}

impl<H: Handle> Owner<Series<H>> for MetricFamily<H> {
    fn families_with(&self, _: usize) -> Vec<&'static str> {
        vec![self.meta.family.name]
    }

    fn make(&'static self, values: Made, _: Option<usize>) -> Series<H> {
        let (key, leased) = match values {
            Made::Lasting(texts) => (self.key(&texts), None),
            // Its keys have the values of the time at which they are needed.
            Made::Leased(places, identity) => {
                let leased = LeasedSeries::new(self.meta, Leased::new(places, identity));
                (Key::from_static_name(self.meta.family.name), Some(Box::new(leased)))
            }
        };
        Series { key, handle: HandleCache::new(), leased }
    }
}

impl<H: Handle> Entry for Series<H> {
    fn revive(&'static self, texts: &dyn Fn() -> Vec<SharedString>) {
        if let Some(leased) = &self.leased {
            leased.revive(self, texts);
        }
    }
}

impl<H: Handle> Resident for Series<H> {
    fn reset(&'static self) {
        if let Some(leased) = &self.leased {
            leased.reset();
        }
    }

    fn may_expire(&'static self) -> bool {
        self.leased.as_ref().is_none_or(|leased| leased.may_expire())
    }
}

impl<H> fmt::Debug for MetricFamily<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricFamily").field("meta", &self.meta).finish_non_exhaustive()
    }
}
