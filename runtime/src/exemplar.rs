//! Exemplars: the trace ids of a sample of the calls.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

/// The labels of an exemplar: the ids of trace and span.
pub(crate) type Labels = Vec<(String, String)>;

/// Returns the labels of the call that ends on this thread, if it is part of a trace.
pub(crate) type Ask = Box<dyn Fn() -> Option<Labels> + Send + Sync>;

/// One call with its trace ids.
#[derive(Clone, Debug)]
pub(crate) struct Exemplar {
    pub(crate) labels: Labels,
    pub(crate) nanoseconds: u64,
    pub(crate) at: SystemTime,
}

/// The minimum time before an exemplar is replaced by another one of about the same duration.
const REST: Duration = Duration::from_secs(1);

/// The maximum number of characters, names and values together (`OpenMetrics` 1.0, section on exemplars).
const LENGTH: usize = 128;

static ASK: OnceLock<Ask> = OnceLock::new();

/// The newest exemplar for each histogram and each power of two of the duration.
static KEPT: Mutex<Option<HashMap<(usize, u32), Exemplar>>> = Mutex::new(None);

/// Starts to collect exemplars; only the first call has an effect.
pub(crate) fn start(ask: Ask) {
    // A process has only one installed exporter, so a second function cannot occur.
    let _ = ASK.set(ask);
}

/// Offers a call that has ended as an exemplar; `histogram` identifies its histogram.
#[inline]
pub(crate) fn observe(histogram: usize, nanoseconds: u64) {
    if let Some(ask) = ASK.get() {
        look(ask, histogram, nanoseconds);
    }
}

#[inline(never)]
fn look(ask: &Ask, histogram: usize, nanoseconds: u64) {
    // Exemplars are a sample: if the lock is taken, also by this thread in `ask` below, the call is skipped.
    let Ok(mut kept) = KEPT.try_lock() else { return };
    let kept = kept.get_or_insert_default();
    let place = (histogram, nanoseconds.checked_ilog2().unwrap_or(0));
    let at = SystemTime::now();
    // If the clock went backwards, the exemplar is replaced at once.
    let rests = |last: &Exemplar| at.duration_since(last.at).is_ok_and(|age| age < REST);
    if kept.get(&place).is_some_and(rests) {
        return;
    }
    // A panic of the tracer must not affect the call.
    let Ok(Some(labels)) = catch_unwind(AssertUnwindSafe(ask)) else { return };
    if let Some(labels) = valid(labels) {
        kept.insert(place, Exemplar { labels, nanoseconds, at });
    }
}

/// The labels that can be shown: the first one of each valid name. Returns `None` if none is left, or if they are too long.
fn valid(labels: Labels) -> Option<Labels> {
    let mut valid = Labels::new();
    for (name, value) in labels {
        let is_double = valid.iter().any(|(earlier, _)| *earlier == name);
        if !is_double && crate::names::label_name_error(&name).is_none() {
            valid.push((name, value));
        }
    }
    let length: usize = valid.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
    (!valid.is_empty() && length <= LENGTH).then_some(valid)
}

/// Forgets the exemplars of a histogram.
pub(crate) fn forget(histogram: usize) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = &mut *kept {
        kept.retain(|(other, _), _| *other != histogram);
    }
}

/// Returns the exemplars of a histogram, the newest one first.
pub(crate) fn of(histogram: usize) -> Vec<Exemplar> {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let mine = kept.iter().flatten().filter(|((other, _), _)| *other == histogram);
    let mut mine: Vec<_> = mine.map(|(_, exemplar)| exemplar.clone()).collect();
    mine.sort_by_key(|exemplar| std::cmp::Reverse(exemplar.at));
    mine
}
