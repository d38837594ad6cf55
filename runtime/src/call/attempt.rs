//! The guard of a function that leaves early only by `?` or `return Err(..)`.
//!
//! Such an exit has no value to read: the guard is dropped. Whether it is an error depends on the return type, which may be a `Result`, an `Option` or a `Poll`
//! behind any alias. The end of the body reads a value of that type, and from there the compiler infers the parameter of the guard.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;

use super::ends::Ends;
use super::guard::{Attempted, begin_attempt};
use super::outcome::{Ended, Outcome};
use crate::label::Labels;
use crate::series::families::Families;

/// A call that ends when it is dropped: as `error` if a value of type `R` can be one, and otherwise as `ok`. `R` is the return type, or `()` if that has no
/// outcome.
#[derive(Debug)]
#[must_use]
pub struct Attempt<R: Outcome>(Attempted, PhantomData<fn() -> R>);

impl<R: Outcome> Attempt<R> {
    /// Begins a call with these label values.
    #[inline]
    pub fn labelled<L: Labels>(families: &'static Families, labels: L) -> Self {
        Self(Attempted::labelled(families, labels), PhantomData)
    }
}

impl<R: Outcome> Drop for Attempt<R> {
    #[cfg_attr(not(debug_assertions), inline)]
    fn drop(&mut self) {
        let outcome = if R::FALLIBLE { Ended::Error } else { Ended::Ok };
        self.0.leave(outcome as usize);
    }
}

impl<R: Outcome> Ends for Attempt<R> {
    type Ended = ();

    #[cfg_attr(not(debug_assertions), inline)]
    fn end_with(self, outcome: usize) {
        ManuallyDrop::new(self).0.leave(outcome);
    }
}

/// Begins a call of a function without labels.
#[inline]
pub fn start_attempt<R: Outcome>(families: &'static Families) -> Attempt<R> {
    Attempt(begin_attempt(families), PhantomData)
}
