//! A running call that ends on the thread on which it began, because its guard is a local variable of a function.

use std::mem;

use super::begin::Begun;
use super::end::end;
use crate::exit::{CANCELLED, PANIC};
use crate::shards::place::Place;

/// A call that is running. Two words, which are returned in registers.
#[derive(Debug)]
pub(crate) struct Local {
    place: Place,
    since: u64,
}

impl From<Begun> for Local {
    #[inline]
    fn from((place, since): Begun) -> Self {
        Self { place, since }
    }
}

impl Local {
    /// Ends the call with the index of its outcome and, if there is one, of its error kind. Only the first end counts.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
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
