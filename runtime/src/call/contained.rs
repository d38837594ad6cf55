//! Returned values that contain a future: `Result<BoxFuture, E>`, `Option<JoinHandle>`, also behind an alias. The call would end before the future completes,
//! so such a function is a compile error, unless its attribute says `at_return`.
//!
//! It is one more level of `Deref` before those of [`Returned`]. Generated code uses it only for return types that may contain a future, because each level
//! takes compile time.

#![allow(clippy::must_use_candidate, reason = "only generated code calls this")]
#![allow(clippy::unused_self, reason = "the method that is found is one of several")]

use std::future::Future;
use std::ops::Deref;

use super::attempt::Attempt;
use super::ends::Ends;
use super::outcome::Outcome;
use super::returned::{AsAny, ByOutcome, ByType, NoErrors, Reads, Returned, copied, ends};

/// A returned value that may contain a future.
#[derive(Debug)]
pub struct Container<'a, C, K, R>(Returned<'a, C, K, R>);

/// A returned value for `at_return`: a future in it is not an error.
#[derive(Debug)]
pub struct AtReturn<'a, R>(pub &'a R);

copied! {
    [C, K, R] Container<'_, C, K, R>;
    [R] AtReturn<'_, R>;
}

/// Wraps a returned value that may contain a future, to read it by its own type.
#[inline]
pub fn returned_container<R>(value: &R) -> Container<'_, ByOutcome, NoErrors, R> {
    Container(Returned::new(value))
}

impl<C, K, P> Reads<C, K, P> {
    /// Wraps a returned value that may contain a future, to read it.
    #[inline]
    pub fn __returned_container<'a, R>(&self, value: &'a R) -> Container<'a, C, K, R> {
        Container(Returned::new(value))
    }
}

impl<K, P> Reads<ByOutcome, K, P> {
    /// Wraps a returned value, to read it for `at_return`.
    #[inline]
    pub fn __at_return<'a, R>(&self, value: &'a R) -> AtReturn<'a, R> {
        AtReturn(value)
    }
}

impl<T, K, P> Reads<ByType<T>, K, P> {
    /// Wraps a returned value, to read it as a `T`.
    #[inline]
    pub fn __at_return<'a, R>(&self, value: &'a R) -> Returned<'a, ByType<T>, K, R> {
        Returned::new(value)
    }
}

// One `impl` for all containers: with several, the compiler would report each of them for a type that it does not know.
impl<K, R: Contains> Container<'_, ByOutcome, K, R> {
    /// Always a compile error: the call would end before the future completes.
    pub fn __end_call<C: Ends>(self, call: C) -> C::Ended
    where
        R: CompletesInTime,
    {
        call.end_with(0)
    }

    /// The same of a function that leaves early.
    pub fn __end_attempt(self, call: Attempt<()>)
    where
        R: CompletesInTime,
    {
        call.end_with(0);
    }
}

/// A value that contains a future.
pub trait Contains {}

impl<F: Future, E> Contains for Result<F, E> {}
impl<F: Future> Contains for Option<F> {}
impl<F: Future> Contains for Vec<F> {}
impl<F: Future> Contains for Box<[F]> {}

impl<'a, C, K, R> Deref for Container<'a, C, K, R> {
    type Target = Returned<'a, C, K, R>;

    #[inline]
    fn deref(&self) -> &Returned<'a, C, K, R> {
        &self.0
    }
}

impl<R: Outcome> AtReturn<'_, R> {
    ends! {
        /// Ends the call with the outcome that the value has by its own type.
        |returned, call| returned.0.__end(call), attempt: R
    }
}

impl<R> Deref for AtReturn<'_, R> {
    type Target = AsAny;

    #[inline]
    fn deref(&self) -> &AsAny {
        &AsAny
    }
}

/// Nothing implements it: a use of it is an error with its message.
#[diagnostic::on_unimplemented(
    message = "`{Self}` contains a future, which is not complete when this function returns",
    label = "the call would end before the future in this value completes",
    note = "return only the future, and let its output be the `Result` or the `Option`; or make this function `async`; the call then ends when the future completes",
    note = "to end the call when this function returns, add `at_return` to the attribute"
)]
pub trait CompletesInTime {}
