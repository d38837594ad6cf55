//! How generated code reads a returned value. The value's type decides, whatever alias it is written with.
//!
//! It calls `AsOutcome(&value).__end_call(call)`, or `__end_attempt`: names that no trait of the user's has. Method look-up goes through up to four levels of
//! `Deref` and takes the first one with a method for this type: [`Outcome`], `outcome = Type`, futures, which are an error, and any type, which counts as
//! `ok`. It needs no trait in scope. In generic functions, the declared bounds decide. Reading the value and ending the call are one method, and the first
//! level is a constructor, because the compiler takes time for each function that an instrumented one calls.

#![allow(clippy::must_use_candidate, reason = "only generated code calls this")]
#![allow(clippy::unused_self, reason = "the method that is found is one of several")]

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;

use super::attempt::Attempt;
use super::ends::Ends;
use super::outcome::Outcome;
use super::polled::Watch;
use crate::label::LabelValue;
use crate::series::lazy::LazySeries;

/// Reads the outcome by the trait [`Outcome`].
#[derive(Debug)]
pub struct ByOutcome;

/// Reads the outcome as a `T`, for `outcome = T`.
#[derive(Debug)]
pub struct ByType<T>(PhantomData<T>);

/// Reads no error kinds.
#[derive(Debug)]
pub struct NoErrors;

/// Reads the error kind as a `K`.
#[derive(Debug)]
pub struct ByKind<K>(PhantomData<K>);

/// How values that calls of a declared operation return are read, as types without data. Lifetimes of labels are not part of it, so that a
/// call may outlive the data that its labels borrow.
#[derive(Debug)]
pub struct Reads<C, K, P>(
    #[allow(clippy::type_complexity, reason = "three parameters")] PhantomData<fn() -> (C, K, P)>,
);

impl<C, K, P: Watch> Reads<C, K, P> {
    /// Counts the polls of a future, if the operation has `polls`.
    #[inline]
    pub fn __watch<F: Future>(&self, series: LazySeries, future: F) -> P::PolledFuture<F> {
        P::watch(series, future)
    }
}

impl<C, K, P> Reads<C, K, P> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }

    /// Wraps a returned value, to read it.
    #[inline]
    pub fn __returned<'a, R>(&self, value: &'a R) -> Returned<'a, C, K, R> {
        Returned::new(value)
    }
}

/// The first level of most functions: a returned value that is read by its own type, without error kinds.
#[derive(Debug)]
pub struct AsOutcome<'a, R>(pub &'a R);

/// The first level, if there may be error kinds or a type for the outcome.
#[derive(Debug)]
pub struct Returned<'a, C, K, R> {
    typed: AsTyped<'a, C, R>,
    errors: PhantomData<K>,
}

/// The second level: a returned value that is read by the type of `outcome = Type`. It has its own level, and not a second method on the first one,
/// because both would match where `C` is unknown after another error.
#[derive(Debug)]
pub struct AsTyped<'a, C, R> {
    value: &'a R,
    outcome: PhantomData<C>,
}

/// The third level: a future.
#[derive(Debug)]
pub struct AsFuture<R>(PhantomData<R>);

/// The last level: any type.
#[derive(Clone, Copy, Debug)]
pub struct AsAny;

/// The levels are copied, whatever their parameters are: the compiler finds a method by value in less time than one by reference.
macro_rules! copied {
    ($([$($parameters:tt)*] $type:ty;)*) => {
        $(
            impl<$($parameters)*> Copy for $type {}

            impl<$($parameters)*> Clone for $type {
                fn clone(&self) -> Self {
                    *self
                }
            }
        )*
    };
}

pub(super) use copied;

copied! {
    [R] AsOutcome<'_, R>;
    [C, K, R] Returned<'_, C, K, R>;
    [C, R] AsTyped<'_, C, R>;
    [R] AsFuture<R>;
}

/// Wraps a returned value, to read its outcome as a `T`.
#[inline]
pub fn returned_as<T, R>(value: &R) -> Returned<'_, ByType<T>, NoErrors, R> {
    Returned::new(value)
}

impl<'a, C, K, R> Returned<'a, C, K, R> {
    /// Wraps a returned value, to read it.
    #[inline]
    pub fn new(value: &'a R) -> Self {
        Self { typed: AsTyped { value, outcome: PhantomData }, errors: PhantomData }
    }

    fn value(self) -> &'a R {
        self.typed.value
    }
}

/// The ends of a call by this level. The outcome of an attempt is that of a type, too. They are two methods because a generic one takes the compiler longer.
macro_rules! ends {
    (
        $(#[$doc:meta])*
        |$value:ident, $call:ident| $end:expr, attempt: $type:ty
    ) => {
        $(#[$doc])*
        #[inline]
        pub fn __end_call<C: Ends>(self, $call: C) -> C::Ended {
            let $value = self;
            $end
        }

        /// Ends the call of a function that leaves early only by `?` or `return Err(..)`, in the same way.
        #[inline]
        pub fn __end_attempt(self, $call: Attempt<$type>) {
            let $value = self;
            $end;
        }
    };
}

pub(super) use ends;

impl<R: Outcome> AsOutcome<'_, R> {
    ends! {
        /// Ends the call with the outcome that the value has by its own type.
        |returned, call| returned.0.__end(call), attempt: R
    }
}

impl<K, R: Outcome> Returned<'_, ByOutcome, K, R> {
    ends! {
        /// Ends the call with the outcome that the value has by its own type.
        |returned, call| returned.value().__end(call), attempt: R
    }
}

impl<T: LabelValue, R> AsTyped<'_, ByType<T>, R> {
    /// Ends the call with the outcome that the value converts to, with `outcome = T`.
    #[inline]
    pub fn __end_call<C: Ends>(self, call: C) -> C::Ended
    where
        // Stated here, and not through `ReadsOutcome`, so that the compiler's error names no private trait.
        T: for<'a> OutcomeFrom<&'a R>,
    {
        call.end_with(ByType::<T>::outcome(self.value))
    }
}

impl<C, K: Counts, R> Returned<'_, C, K, R> {
    /// Returns the index of the error's kind, if the value is an error and kinds are counted.
    #[inline]
    pub fn __error_of_call(self) -> Option<usize>
    where
        K: ReadsError<R>,
    {
        K::error(self.value())
    }
}

/// Error kinds that can be counted. A type without `LabelValue` has its error where it is written; this bound avoids a second one.
pub trait Counts {}

impl Counts for NoErrors {}
impl<K: LabelValue> Counts for ByKind<K> {}

impl<R> Deref for AsOutcome<'_, R> {
    type Target = AsFuture<R>;

    #[inline]
    fn deref(&self) -> &AsFuture<R> {
        &AsFuture(PhantomData)
    }
}

impl<'a, C, K, R> Deref for Returned<'a, C, K, R> {
    type Target = AsTyped<'a, C, R>;

    #[inline]
    fn deref(&self) -> &AsTyped<'a, C, R> {
        &self.typed
    }
}

impl<C, R> Deref for AsTyped<'_, C, R> {
    type Target = AsFuture<R>;

    #[inline]
    fn deref(&self) -> &AsFuture<R> {
        &AsFuture(PhantomData)
    }
}

impl<R: Future> AsFuture<R> {
    /// Always a compile error: the call would end when the future is created.
    pub fn __end_call<C: Ends>(self, call: C) -> C::Ended
    where
        Function: Covers<R>,
    {
        call.end_with(0)
    }

    /// The same of a function that leaves early.
    pub fn __end_attempt(self, call: Attempt<()>)
    where
        Function: Covers<R>,
    {
        call.end_with(0);
    }
}

impl<R> Deref for AsFuture<R> {
    type Target = AsAny;

    #[inline]
    fn deref(&self) -> &AsAny {
        &AsAny
    }
}

impl AsAny {
    ends! {
        /// The function returned, so the call is `ok`.
        |_returned, call| call.end_with(0), attempt: ()
    }

    /// There are no kinds.
    #[inline]
    pub fn __error_of_call(self) -> Option<usize> {
        None
    }
}

/// Represents a function in the error message of [`Covers`].
#[derive(Debug)]
pub struct Function;

/// Nothing implements it: a use of it is an error with its message.
#[diagnostic::on_unimplemented(
    message = "`{R}` is a future, which is not complete when this function returns",
    label = "the call would end before this future completes",
    note = "return `impl Future<Output = ..>`, `BoxFuture` or `Pin<Box<dyn Future<Output = ..>>>`, and not an alias of them; the call then ends when the future completes",
    note = "to keep another type, such as `JoinHandle`, instrument the `async fn` that is spawned, instead of this function",
    note = "to end the call when this function returns, add `at_return` to the attribute"
)]
pub trait Covers<R> {}

/// `Result`, also behind an alias.
#[diagnostic::on_unimplemented(
    message = "`errors` needs a function that returns a `Result`, not `{Self}`",
    label = "not a `Result`",
    note = "return a `Result` whose error type is a `LabelValue`, or remove `errors`; in a block, move `errors` to the functions that return a `Result`"
)]
pub trait Fallible {
    /// The type of the error.
    type Error;

    /// Returns the error, if the value is one.
    fn as_error(&self) -> Option<&Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;

    #[inline]
    fn as_error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// Reads the outcome from a value of type `R`, for [`Operation::measure`](crate::Operation::measure) and the like.
#[diagnostic::on_unimplemented(
    message = "`{R}` does not implement `Outcome`",
    label = "no outcome can be read from `{R}`",
    note = "return a `Result`, or implement `Outcome` for `{R}`"
)]
pub trait ReadsOutcome<R> {
    /// Returns the index of the outcome.
    fn outcome(value: &R) -> usize;
}

impl<R: Outcome> ReadsOutcome<R> for ByOutcome {
    fn outcome(value: &R) -> usize {
        value.outcome().index()
    }
}

impl<R, T> ReadsOutcome<R> for ByType<T>
where
    T: LabelValue + for<'a> OutcomeFrom<&'a R>,
{
    fn outcome(value: &R) -> usize {
        T::outcome_from(value).index()
    }
}

/// Classifies what a call returned, for `outcome = Type`.
///
/// Every type with an `impl From<&R>` implements it; write that implementation, and never this one.
#[diagnostic::on_unimplemented(
    message = "`{Self}: From<{R}>` is not implemented; `outcome = {Self}` needs it to classify what the function returns",
    label = "there is no `impl From<{R}> for {Self}`"
)]
pub trait OutcomeFrom<R> {
    /// Converts with `From`.
    #[doc(hidden)]
    fn outcome_from(value: R) -> Self;
}

#[diagnostic::do_not_recommend]
impl<R, T: From<R>> OutcomeFrom<R> for T {
    fn outcome_from(value: R) -> Self {
        T::from(value)
    }
}

/// Reads the error kind from a value of type `R`.
#[diagnostic::on_unimplemented(
    message = "expected a `Result` with the error type of `errors(.., type = Type)`, found `{R}`",
    label = "not a `Result` with this error type"
)]
pub trait ReadsError<R> {
    /// Returns the index of the kind, if the value is an error.
    fn error(value: &R) -> Option<usize>;
}

impl<R> ReadsError<R> for NoErrors {
    fn error(_: &R) -> Option<usize> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<R: Fallible<Error = E>, E: LabelValue> ReadsError<R> for ByKind<E> {
    fn error(value: &R) -> Option<usize> {
        value.as_error().map(E::index)
    }
}
