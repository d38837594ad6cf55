//! A series of a counter, gauge or histogram whose values can expire, see `idle.rs`.

use std::iter;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics::{Recorder, SharedString};

use super::handle::{Handle, describe_metric, register};
use super::pin::{MetricHandle, Pin};
use crate::facade::key;
use crate::idle::leased::Leased;
use crate::idle::metric::{Cell, LeasedMetric};
use crate::idle::places::Resident;
use crate::live::ask::{Answer, Question, ask_with};
use crate::live::seen::{IdleLabels, Seen};
use crate::meta::MetricMeta;
use crate::recorder::{Found, HandleCache, is_nowhere};
use crate::setup::SetUp;

/// A series whose values can expire.
pub(super) struct LeasedSeries<H> {
    meta: &'static MetricMeta,
    leased: Leased,
    handles: HandleCache<Stored<H>>,
    /// Those of recorders of this crate; reset when the values expire.
    cells: Mutex<Vec<Arc<dyn Cell>>>,
}

/// A handle, and what its recorder does when the values expire.
struct Stored<H> {
    handle: H,
    removal: Removal,
}

enum Removal {
    /// The exporter removes the series.
    Exporter,
    /// A capture removes it.
    Capture(Arc<Seen>),
    /// The recorder cannot remove it.
    None,
}

impl<H: Handle> LeasedSeries<H> {
    pub(super) fn new(meta: &'static MetricMeta, leased: Leased) -> Self {
        Self { meta, leased, handles: HandleCache::new(), cells: Mutex::default() }
    }

    /// Runs `f` with the handle of the series on this thread's recorder. Releases the pin of the look-up.
    pub(super) fn with<R>(&'static self, f: impl FnOnce(MetricHandle<'_, H>) -> R) -> R {
        let pin = Pin::looked_up(&self.leased);
        if let Some(stored) = self.handles.get() {
            return stored.with(pin, true, f);
        }
        let Some(set_up) = SetUp::begin().filter(|_| !is_nowhere()) else {
            return f(MetricHandle::new(&H::noop(), None));
        };
        match self.handles.get_or_make(|recorder| self.register(recorder)) {
            Found::Kept(stored) => {
                drop(set_up);
                stored.with(pin, true, f)
            }
            // An instrumented allocator must not begin another one when this one is freed.
            Found::Transient(stored) => stored.with(pin, false, f),
        }
    }

    fn register(&'static self, recorder: &dyn Recorder) -> Stored<H> {
        let MetricMeta { family, const_labels, labels, .. } = self.meta;
        let ask = |question| ask_with(|| describe_metric(self.meta, recorder), family, question);
        if let Some(Answer::Leased(found)) =
            ask(Question::Leased(LeasedMetric { meta: self.meta, leased: &self.leased }))
            && let Some(handle) = H::of(found.handle)
        {
            self.add(found.cell);
            return Stored { handle, removal: Removal::Exporter };
        }
        // The pin keeps the life from ending.
        let texts = self.leased.current().map(|life| life.texts).unwrap_or_default();
        let value = |name: &str| {
            let at = labels.iter().position(|label| label.name == name)?;
            texts.get(at).map(|text| text.clone().into_owned())
        };
        let idle = IdleLabels::new(iter::once(family.name), labels, value);
        // Asked first, because a capture removes idle series when it is asked.
        let removal = match idle.and_then(|labels| ask(Question::Seen(labels))) {
            Some(Answer::Seen(seen)) => Removal::Capture(seen),
            _ => Removal::None,
        };
        let key = key(family, const_labels, labels, &texts, None);
        Stored { handle: register(self.meta, &key, recorder), removal }
    }

    fn add(&self, cell: Arc<dyn Cell>) {
        let mut cells = self.cells();
        if !cells.iter().any(|known| Arc::ptr_eq(known, &cell)) {
            cells.push(cell);
        }
    }

    fn cells(&self) -> MutexGuard<'_, Vec<Arc<dyn Cell>>> {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn revive(&self, resident: &'static dyn Resident, texts: &dyn Fn() -> Vec<SharedString>) {
        self.leased.revive(resident, texts);
    }

    pub(super) fn reset(&self) {
        self.leased.end();
        self.cells().iter().for_each(|cell| cell.reset());
    }

    pub(super) fn may_expire(&self) -> bool {
        self.cells().iter().all(|cell| cell.may_expire())
    }
}

impl<H> Stored<H> {
    fn with<R>(&self, pin: Pin, is_kept: bool, f: impl FnOnce(MetricHandle<'_, H>) -> R) -> R {
        match &self.removal {
            Removal::Exporter => f(MetricHandle::new(&self.handle, Some(&pin))),
            Removal::Capture(seen) => f(MetricHandle::new(&self.handle, Some(&Pin::captured(Arc::clone(seen))))),
            Removal::None => {
                if is_kept {
                    // The handle stays cached, so the values stay.
                    mem::forget(pin);
                }
                f(MetricHandle::new(&self.handle, None))
            }
        }
    }
}
