//! Calls that end on the thread on which they began, because their guards are local variables of functions.

use std::thread;

use super::begin::{Begun, begin, begin_closed, begin_dense, begin_open, begin_unlabelled, begin_valued};
use super::end::end;
use super::unwinding;
use crate::exit::{CANCELLED, PANIC};
use crate::label::Value;
use crate::recorder::Current;
use crate::series::families::{Families, Series};
use crate::shards::place::{Place, Started};
use crate::shards::target::CallTarget;

// `inline(never)`: instrumented functions stay small and quick to compile. `cold`: the compiler saves registers only where a recorder is installed, and a call
// without one executes no more than its check. With a recorder, this costs one jump. `SCOPE` is the kind of guard: a `Scope` records whether its thread was
// already unwinding, and then unwinding at the end does not mean that this call panicked.

/// Begins a call of a function without labels.
#[cold]
#[inline(never)]
pub(super) fn start<const SCOPE: bool>(families: &'static Families, current: Current) -> Started {
    if SCOPE {
        return scope(|| start::<false>(families, current));
    }
    begin_unlabelled(families, current)
}

/// Begins a call of this series.
#[cold]
#[inline(never)]
pub(super) fn of<const SCOPE: bool>(series: &'static Series, current: Current) -> Started {
    if SCOPE {
        return scope(|| of::<false>(series, current));
    }
    begin(series, current)
}

/// Begins a call with this value of the only label, which is closed.
#[cold]
#[inline(never)]
pub(super) fn closed<const SCOPE: bool>(
    families: &'static Families,
    values: &'static [&'static str],
    index: usize,
    current: Current,
) -> Started {
    if SCOPE {
        return scope(|| closed::<false>(families, values, index, current));
    }
    begin_closed(families, values, index, current)
}

/// Begins a call with this value of the only label, which is open.
#[cold]
#[inline(never)]
pub(super) fn open<const SCOPE: bool>(families: &'static Families, text: &str, current: Current) -> Started {
    if SCOPE {
        return scope(|| open::<false>(families, text, current));
    }
    begin_open(families, text, current)
}

/// Begins a call with the values of closed labels that have this index among all combinations.
#[cold]
#[inline(never)]
pub(super) fn dense<const SCOPE: bool>(
    families: &'static Families,
    sets: &[&'static [&'static str]],
    index: usize,
    current: Current,
) -> Started {
    if SCOPE {
        return scope(|| dense::<false>(families, sets, index, current));
    }
    begin_dense(families, sets, index, current)
}

/// Begins a call with these values.
#[cold]
#[inline(never)]
pub(super) fn valued<const SCOPE: bool>(
    families: &'static Families,
    values: &[Value<'_>],
    current: Current,
) -> Started {
    if SCOPE {
        return scope(|| valued::<false>(families, values, current));
    }
    begin_valued(families, values, current)
}

// The ends of calls take a call that may not be counted, so that a function has no branch for it, and all its exits can share one call. They have no attribute:
// with link-time optimization, the compiler puts their checks in place.

/// Ends a call that returned.
pub(super) fn finish(call: Option<Begun>, outcome: usize) {
    if let Some((place, since)) = call {
        finish_counted(place, since, outcome);
    }
}

#[inline(never)]
fn finish_counted(place: Place, since: u64, outcome: usize) {
    end(place, since, outcome, None);
}

/// Ends a call that returned an error of this kind.
pub(super) fn finish_by_kind(call: Option<Begun>, outcome: usize, error: Option<usize>) {
    if let Some((place, since)) = call {
        finish_counted_by_kind(place, since, outcome, error);
    }
}

#[inline(never)]
fn finish_counted_by_kind(place: Place, since: u64, outcome: usize, error: Option<usize>) {
    end(place, since, outcome, error);
}

/// Ends the call of a scope with this outcome, or as a panic.
pub(super) fn leave(call: Option<Begun>, outcome: usize) {
    let Some((place, since)) = call else { return };
    #[cfg(all(unoptimised, feature = "exporter"))]
    if !thread::panicking() && place.end_with_ticks(since, outcome, None) {
        return;
    }
    leave_counted(place, since, outcome);
}

#[inline(never)]
fn leave_counted(place: Place, since: u64, outcome: usize) {
    if thread::panicking() {
        leave_while_unwinding(place, since, outcome);
    } else {
        finish_counted(place, since, outcome);
    }
}

#[cold]
#[inline(never)]
fn leave_while_unwinding(place: Place, since: u64, outcome: usize) {
    end(place, since, if began_while_unwinding(place) { outcome } else { PANIC }, None);
}

/// Ends a call whose body did not reach its end: it panicked, or was cancelled.
#[cold]
pub(super) fn interrupt(call: Option<Begun>) {
    if let Some((place, since)) = call {
        end(place, since, if thread::panicking() { PANIC } else { CANCELLED }, None);
    }
}

/// Begins the call of a scope. The branches end in jumps: a function whose check is followed by more code saves registers in every call.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
fn scope(begin: impl FnOnce() -> Started) -> Started {
    if thread::panicking() { while_unwinding(begin) } else { begin() }
}

/// Begins a call while its thread is unwinding.
#[cold]
#[inline(never)]
fn while_unwinding(begin: impl FnOnce() -> Started) -> Started {
    let started = begin();
    let Some((place, since)) = started.call() else { return (Place::NONE, 0).into() };
    let Some(target) = place.target() else { return (Place::NONE, since).into() };
    let Some(target) = unwinding::target(target) else {
        // Without that target, the end would be taken for that of a call that panicked.
        end(place, since, 0, None);
        return (Place::NONE, since).into();
    };
    (Place::of(target), since).into()
}

fn began_while_unwinding(place: Place) -> bool {
    matches!(place.target(), Some(CallTarget::WhileUnwinding(_)))
}
