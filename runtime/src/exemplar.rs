//! Exemplars: of a call now and then, which trace it was a part of.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

/// The labels of an exemplar: which trace, which span.
pub(crate) type Labels = Vec<(String, String)>;

/// Tells the labels of the call that ends on this thread, if it is a part of a trace.
pub(crate) type Ask = Box<dyn Fn() -> Option<Labels> + Send + Sync>;

/// One call, and which trace it was a part of.
#[derive(Clone, Debug)]
pub(crate) struct Exemplar {
    pub(crate) labels: Labels,
    pub(crate) nanoseconds: u64,
    pub(crate) at: SystemTime,
}

/// So long an exemplar stays before another one of about the same duration takes its place.
const REST: Duration = Duration::from_secs(1);

/// At most so many characters, names and values together (`OpenMetrics` 1.0, section on exemplars).
const LENGTH: usize = 128;

static ASK: OnceLock<Ask> = OnceLock::new();

/// By histogram, and by the power of two that the duration is below: the newest one each.
static KEPT: Mutex<Option<HashMap<(usize, u32), Exemplar>>> = Mutex::new(None);

/// From here on calls are asked about; only the first time counts.
pub(crate) fn start(ask: Ask) {
    // Another one is another exporter's, which this process has only one of.
    let _ = ASK.set(ask);
}

/// A call has ended that this histogram counts.
#[inline]
pub(crate) fn observe(histogram: usize, nanoseconds: u64) {
    if let Some(ask) = ASK.get() {
        look(ask, histogram, nanoseconds);
    }
}

#[inline(never)]
fn look(ask: &Ask, histogram: usize, nanoseconds: u64) {
    // An exemplar is one call of many: whoever finds the lock taken, also by itself below, leaves it at that.
    let Ok(mut kept) = KEPT.try_lock() else { return };
    let kept = kept.get_or_insert_default();
    let place = (histogram, nanoseconds.checked_ilog2().unwrap_or(0));
    let at = SystemTime::now();
    // A clock that was set back makes place at once.
    let rests = |last: &Exemplar| at.duration_since(last.at).is_ok_and(|age| age < REST);
    if kept.get(&place).is_some_and(rests) {
        return;
    }
    // The call has ended well or not; a tracer that panics does not change that.
    let Ok(Some(labels)) = catch_unwind(AssertUnwindSafe(ask)) else { return };
    if is_valid(&labels) {
        kept.insert(place, Exemplar { labels, nanoseconds, at });
    }
}

fn is_valid(labels: &Labels) -> bool {
    let length: usize = labels.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
    length <= LENGTH && labels.iter().all(|(name, _)| crate::names::label_name_error(name).is_none())
}

/// What is kept of these calls, the newest one first.
pub(crate) fn of(histogram: usize) -> Vec<Exemplar> {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let mine = kept.iter().flatten().filter(|((other, _), _)| *other == histogram);
    let mut mine: Vec<_> = mine.map(|(_, exemplar)| exemplar.clone()).collect();
    mine.sort_by_key(|exemplar| std::cmp::Reverse(exemplar.at));
    mine
}
