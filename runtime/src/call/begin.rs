//! How a call begins: in this thread's slots, or through the facade.

use super::transient;
use crate::label::Value;
use crate::recorder::{Destination, Found, destination, is_nowhere};
#[cfg(feature = "exporter")]
use crate::series::exposed;
use crate::series::families::{Families, Series};
use crate::setup::SetUp;
#[cfg(feature = "exporter")]
use crate::shards::calls;
use crate::shards::place::Place;
use crate::shards::target::CallTarget;

/// A call that began: where it counts, and a reading of the target's clock, or `NOT_TIMED`, or the number of a transient call.
pub(super) type Begun = (Place, u64);

/// A call that is not counted.
pub(super) const UNCOUNTED: Begun = (Place::NONE, 0);

static TRANSIENT: CallTarget = CallTarget::Transient;

/// Begins a call.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin(series: &'static Series) -> Begun {
    match destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => calls::begin(series.number(), |place| begin_rarely(series, place)),
        Destination::Nowhere => UNCOUNTED,
        Destination::Facade => on_facade(series),
    }
}

/// Begins a call of an operation without labels.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin_unlabelled(families: &'static Families) -> Begun {
    match destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => calls::begin(families.number(), |place| begin_rarely_unlabelled(families, place)),
        Destination::Nowhere => UNCOUNTED,
        Destination::Facade => unlabelled_on_facade(families),
    }
}

/// Begins a call of an operation whose only label is closed.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin_closed(families: &'static Families, set: &'static [&'static str], index: usize) -> Begun {
    match destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => {
            let rarely = |place| begin_rarely_closed(families, set, index, place);
            match families.number_of(set, index) {
                Some(number) => calls::begin(number, rarely),
                None => rarely(Place::NONE),
            }
        }
        Destination::Nowhere => UNCOUNTED,
        Destination::Facade => closed_on_facade(families, set, index),
    }
}

/// Begins a call of an operation whose only label is open.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin_open(families: &'static Families, text: &str) -> Begun {
    match destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => match families.seen(text) {
            Some(series) => calls::begin(series.number(), |place| begin_rarely(series, place)),
            None => begin_valued(families, &[Value::Open(text)]),
        },
        Destination::Nowhere => UNCOUNTED,
        Destination::Facade => begin_valued(families, &[Value::Open(text)]),
    }
}

/// Begins a call of an operation whose labels are closed; `index` is that of the values among all combinations.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin_dense(
    families: &'static Families,
    sets: &[&'static [&'static str]],
    index: usize,
) -> Option<Begun> {
    if destination() == Destination::Nowhere {
        return Some(UNCOUNTED);
    }
    families.dense(sets, index).map(begin)
}

/// Begins a call of an operation with these values of its labels.
#[inline(never)]
pub(super) fn begin_valued(families: &'static Families, values: &[Value<'_>]) -> Begun {
    match destination() {
        Destination::Nowhere => UNCOUNTED,
        _ => families.valued(values).map_or(UNCOUNTED, begin),
    }
}

// Functions of their own, with the arguments of those that call them: these then save no registers, and jump here.

/// A call begins whose place is none of the frequent ones: the first one of a series on a thread, and all calls of one that found no number.
#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_rarely(series: &'static Series, place: Place) -> Begun {
    calls::begin_in_other_mode(place).unwrap_or_else(|| set_up(series))
}

#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_rarely_unlabelled(families: &'static Families, place: Place) -> Begun {
    calls::begin_in_other_mode(place).unwrap_or_else(|| families.unlabelled().map_or(UNCOUNTED, set_up))
}

#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_rarely_closed(families: &'static Families, set: &'static [&'static str], index: usize, place: Place) -> Begun {
    calls::begin_in_other_mode(place).unwrap_or_else(|| {
        let Some(series) = families.closed(set, index) else { return UNCOUNTED };
        let begun = set_up(series);
        families.use_numbers(set, index, series.number());
        begun
    })
}

#[cfg(feature = "exporter")]
#[cold]
#[inline(never)]
fn set_up(series: &'static Series) -> Begun {
    match target_in_shards(series) {
        Some(target) => calls::begin_slow(target),
        None => on_facade(series),
    }
}

/// The target of a series in the shards, set up now unless this thread is already in a set-up.
#[cfg(feature = "exporter")]
pub(super) fn target_in_shards(series: &'static Series) -> Option<&'static CallTarget> {
    series.sharded().or_else(|| {
        let _set_up = SetUp::begin().filter(|_| series.is_counted())?;
        exposed::add(series)
    })
}

#[inline(never)]
fn unlabelled_on_facade(families: &'static Families) -> Begun {
    families.unlabelled().map_or(UNCOUNTED, on_facade)
}

#[inline(never)]
fn closed_on_facade(families: &'static Families, set: &'static [&'static str], index: usize) -> Begun {
    families.closed(set, index).map_or(UNCOUNTED, on_facade)
}

#[inline(never)]
fn on_facade(series: &'static Series) -> Begun {
    match series.cached() {
        Some(target @ CallTarget::Kept(handles)) => (Place::of(target), handles.begin()),
        _ => uncached(series),
    }
}

#[cold]
fn uncached(series: &'static Series) -> Begun {
    let Some(set_up) = SetUp::begin().filter(|_| series.is_counted()) else { return UNCOUNTED };
    if is_nowhere() {
        return UNCOUNTED;
    }
    let found = series.handles();
    drop(set_up);
    match found {
        Found::Kept(target @ CallTarget::Kept(handles)) => (Place::of(target), handles.begin()),
        Found::Transient(CallTarget::Kept(handles)) => {
            let since = handles.begin();
            (Place::of(&TRANSIENT), transient::keep(handles, since))
        }
        Found::Kept(_) | Found::Transient(_) => UNCOUNTED,
    }
}
