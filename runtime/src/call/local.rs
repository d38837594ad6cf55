//! A running call that ends on the thread on which it began, because its guard is a local variable of a function.

use std::mem;

use super::begin::{Begun, begin, begin_closed, begin_dense, begin_open, begin_unlabelled, begin_valued};
use super::end::end;
use crate::exit::{CANCELLED, PANIC};
use crate::label::Value;
use crate::series::families::{Families, Series};
use crate::shards::place::Place;

/// A call that is running. Two words, which are returned in registers.
#[derive(Debug)]
pub(crate) struct Local {
    place: Place,
    since: u64,
}

#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
impl Local {
    /// Begins a call.
    #[inline(always)]
    pub(super) fn start(series: &'static Series) -> Self {
        Self::begun(begin(series))
    }

    /// Begins a call of an operation without labels.
    #[inline(always)]
    pub(super) fn start_unlabelled(families: &'static Families) -> Self {
        Self::begun(begin_unlabelled(families))
    }

    /// Begins a call of an operation whose only label is closed.
    #[inline(always)]
    pub(super) fn start_closed(families: &'static Families, set: &'static [&'static str], index: usize) -> Self {
        Self::begun(begin_closed(families, set, index))
    }

    /// Begins a call of an operation whose only label is open.
    #[inline(always)]
    pub(super) fn start_open(families: &'static Families, text: &str) -> Self {
        Self::begun(begin_open(families, text))
    }

    /// Begins a call of an operation whose labels are closed, if the series of this combination is there.
    #[inline(always)]
    pub(super) fn start_dense(
        families: &'static Families,
        sets: &[&'static [&'static str]],
        index: usize,
    ) -> Option<Self> {
        begin_dense(families, sets, index).map(Self::begun)
    }

    /// Begins a call with these values of its labels.
    #[inline(always)]
    pub(super) fn start_valued(families: &'static Families, values: &[Value<'_>]) -> Self {
        Self::begun(begin_valued(families, values))
    }

    #[inline(always)]
    fn begun((place, since): Begun) -> Self {
        Self { place, since }
    }

    /// Ends the call with the index of its outcome and, if there is one, of its error kind. Only the first end counts.
    #[inline(always)]
    pub(super) fn end(&mut self, outcome: usize, error: Option<usize>) {
        let place = mem::replace(&mut self.place, Place::NONE);
        if !place.is_none() {
            end(place, self.since, outcome, error);
        }
    }

    #[inline(never)]
    pub(super) fn panic(&mut self) {
        self.end(PANIC, None);
    }

    #[inline(never)]
    pub(super) fn cancel(&mut self) {
        self.end(CANCELLED, None);
    }

    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        self.place.is_none()
    }
}
