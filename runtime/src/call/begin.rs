//! How a call begins: in this thread's slots, or through the facade.

use super::transient;
use crate::label::Value;
use crate::names::MAX_LABELS;
use crate::recorder::{Current, Destination, Found, is_nowhere};
#[cfg(feature = "exporter")]
use crate::series::exposed;
use crate::series::families::{Families, Series};
#[cfg(feature = "exporter")]
use crate::series::interner::SHORT;
use crate::setup::SetUp;
#[cfg(feature = "exporter")]
use crate::shards::calls;
use crate::shards::place::Place;
use crate::shards::target::CallTarget;

/// A call that has begun: where it is counted, and a reading of the target's clock, `NOT_TIMED`, or the number of a transient call.
pub(super) type Begun = (Place, u64);

/// A call that is not counted.
const UNCOUNTED: Begun = (Place::NONE, 0);

static TRANSIENT: CallTarget = CallTarget::Transient;

// These functions and their callees return the same type, so calls at the end are jumps, and no function needs a stack frame.

/// Begins a call, which takes over the pin of the series: if its values can expire, the pin is released when the call has ended, or here.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin<G: From<Begun>>(series: &'static Series, current: Current) -> G {
    match current.destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => in_shards(series),
        Destination::Facade => on_facade(series),
    }
}

/// Begins a call of an operation without labels.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin_unlabelled<G: From<Begun>>(families: &'static Families, current: Current) -> G {
    match current.destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => calls::begin(|| families.number(), |place| begin_rarely_unlabelled(families, place)),
        Destination::Facade => unlabelled_on_facade(families),
    }
}

/// Begins a call of an operation whose only label is closed.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin_closed<G: From<Begun>>(
    families: &'static Families,
    set: &'static [&'static str],
    index: usize,
    current: Current,
) -> G {
    match current.destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => {
            let rarely = |place| begin_rarely_closed(families, set, index, place);
            match families.number_of(set, index) {
                Some(number) => calls::begin(|| number, rarely),
                None => rarely(Place::NONE),
            }
        }
        Destination::Facade => closed_on_facade(families, set, index),
    }
}

/// Begins a call of an operation whose only label is open.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin_open<G: From<Begun>>(families: &'static Families, text: &str, current: Current) -> G {
    match current.destination() {
        #[cfg(feature = "exporter")]
        // The search for a longer string is a function call, before which registers are saved.
        Destination::Shards if text.len() > SHORT => begin_long(families, text),
        #[cfg(feature = "exporter")]
        Destination::Shards => match families.known_short(text) {
            Some(known) => calls::begin(|| known.number(), |place| begin_rarely_open(families, text, place)),
            None => begin_unseen(families, text),
        },
        Destination::Facade => open_on_facade(families, text),
    }
}

/// Begins a call of an operation whose labels are closed; `index` is that of the values among all combinations.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(super) fn begin_dense<G: From<Begun>>(
    families: &'static Families,
    sets: &[&'static [&'static str]],
    index: usize,
    current: Current,
) -> G {
    match current.destination() {
        #[cfg(feature = "exporter")]
        Destination::Shards => match families.combination(sets, index) {
            Some(series) => in_shards(series),
            None => begin_combination(families, sets, index, current),
        },
        Destination::Facade => begin_combination(families, sets, index, current),
    }
}

/// Does the same with the values: for the first call with them, and through the facade.
#[inline(never)]
fn begin_combination<G: From<Begun>>(
    families: &'static Families,
    sets: &[&'static [&'static str]],
    index: usize,
    current: Current,
) -> G {
    with_combination(sets, index, |values| begin_valued(families, values, current))
}

/// Runs `f` with the values of closed labels that have this index among all combinations.
pub(super) fn with_combination<R>(
    sets: &[&'static [&'static str]],
    index: usize,
    f: impl FnOnce(&[Value<'_>]) -> R,
) -> R {
    let mut values = [Value::Open(""); MAX_LABELS];
    let mut rest = index;
    // The last label's index counts single combinations.
    for (value, set) in values.iter_mut().zip(sets).rev() {
        *value = Value::Closed { values: set, index: rest % set.len().max(1) };
        rest /= set.len().max(1);
    }
    f(&values[..sets.len().min(MAX_LABELS)])
}

/// Begins a call of an operation with these values of its labels.
#[inline(never)]
pub(super) fn begin_valued<G: From<Begun>>(families: &'static Families, values: &[Value<'_>], current: Current) -> G {
    let Some(series) = families.valued(values) else { return UNCOUNTED.into() };
    begin(series, current)
}

#[cfg(feature = "exporter")]
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
fn in_shards<G: From<Begun>>(series: &'static Series) -> G {
    calls::begin(|| series.number(), |place| begin_rarely(series, place))
}

/// Begins a call whose place does not have a frequent mode: the first call of a series on a thread, and all calls of a series without a number.
#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_rarely<G: From<Begun>>(series: &'static Series, place: Place) -> G {
    calls::begin_in_other_mode(place).unwrap_or_else(|| set_up(series)).into()
}

#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_rarely_unlabelled<G: From<Begun>>(families: &'static Families, place: Place) -> G {
    calls::begin_in_other_mode(place).unwrap_or_else(|| families.unlabelled().map_or(UNCOUNTED, set_up)).into()
}

#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_rarely_closed<G: From<Begun>>(
    families: &'static Families,
    set: &'static [&'static str],
    index: usize,
    place: Place,
) -> G {
    let set_up = || {
        let Some(series) = families.closed(set, index) else { return UNCOUNTED };
        let begun = set_up(series);
        families.use_numbers(set, index, series.number());
        begun
    };
    calls::begin_in_other_mode(place).unwrap_or_else(set_up).into()
}

#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_long<G: From<Begun>>(families: &'static Families, text: &str) -> G {
    match families.known(text) {
        Some(known) => calls::begin(|| known.number(), |place| begin_rarely_open(families, text, place)),
        None => begin_unseen(families, text),
    }
}

#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_rarely_open<G: From<Begun>>(families: &'static Families, text: &str, place: Place) -> G {
    if let Some(begun) = calls::begin_in_other_mode(place) {
        return begun.into();
    }
    let Some((series, known)) = families.seen(text) else { return begin_unseen(families, text) };
    let begun = set_up(series);
    known.use_number(series.number());
    begun.into()
}

/// Begins a call with a value that occurs for the first time, or is beyond the cap.
#[cfg(feature = "exporter")]
#[inline(never)]
fn begin_unseen<G: From<Begun>>(families: &'static Families, text: &str) -> G {
    families.unseen(text).map_or_else(|| UNCOUNTED.into(), in_shards)
}

#[cfg(feature = "exporter")]
#[cold]
#[inline(never)]
fn set_up(series: &'static Series) -> Begun {
    match target_in_shards(series) {
        Some(target) => calls::begin_slow(target).unwrap_or_else(|| released(series)),
        None => on_facade(series),
    }
}

/// Returns the target of a series in the shards, and sets it up unless this thread is already in a set-up.
#[cfg(feature = "exporter")]
pub(super) fn target_in_shards(series: &'static Series) -> Option<&'static CallTarget> {
    series.sharded().or_else(|| {
        let _set_up = SetUp::begin().filter(|_| series.is_counted())?;
        exposed::add(series)
    })
}

#[inline(never)]
fn unlabelled_on_facade<G: From<Begun>>(families: &'static Families) -> G {
    families.unlabelled().map_or_else(|| UNCOUNTED.into(), on_facade_in_place)
}

#[inline(never)]
fn closed_on_facade<G: From<Begun>>(families: &'static Families, set: &'static [&'static str], index: usize) -> G {
    families.closed(set, index).map_or_else(|| UNCOUNTED.into(), on_facade)
}

#[inline(never)]
fn open_on_facade<G: From<Begun>>(families: &'static Families, text: &str) -> G {
    families.valued(&[Value::Open(text)]).map_or_else(|| UNCOUNTED.into(), on_facade)
}

#[inline(never)]
fn on_facade<G: From<Begun>>(series: &'static Series) -> G {
    on_facade_in_place(series)
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "into the two functions above")]
fn on_facade_in_place<G: From<Begun>>(series: &'static Series) -> G {
    match series.cached() {
        Some(target @ CallTarget::Kept(handles)) => (Place::of(target), handles.begin()).into(),
        _ => uncached(series).into(),
    }
}

#[cold]
fn uncached(series: &'static Series) -> Begun {
    let Some(set_up) = SetUp::begin().filter(|_| series.is_counted() && !is_nowhere()) else { return released(series) };
    let found = series.handles();
    drop(set_up);
    let begin = |target: &CallTarget| if let CallTarget::Kept(handles) = target { Some(handles.begin()) } else { None };
    match found {
        // The handles stay cached, so the series is not released, and its values stay.
        Found::Kept(target) => begin(target).map_or_else(|| released(series), |since| (Place::of(target), since)),
        Found::Transient(target) => {
            series.release();
            begin(&target).map_or(UNCOUNTED, |since| (Place::of(&TRANSIENT), transient::keep(target, since)))
        }
    }
}

/// A call of this series that is not counted.
#[cold]
#[inline(never)]
pub(super) fn released(series: &'static Series) -> Begun {
    series.release();
    UNCOUNTED
}
