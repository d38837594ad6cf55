//! How the expansion reads a returned value, decided by its type and never by the name that the type is written with.
//!
//! The expansion calls `Returned::<Reads, Errors, _>::new(&value).outcome()`. Method look-up takes the first level that has a method
//! for the type at hand: `outcome = Type` or [`Outcome`], then futures, which are refused, then anything. It needs no trait in
//! scope, and works in generic functions, where the bounds that are written down decide.

#![allow(clippy::must_use_candidate, reason = "only generated code calls this")]

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;

use super::Outcome;
use crate::LabelValue;

/// Reads `ok` and `error`.
#[derive(Debug)]
pub struct ByOutcome;

/// Reads the outcome as a `T`.
#[derive(Debug)]
pub struct ByType<T>(PhantomData<T>);

/// Counts no kinds of error.
#[derive(Debug)]
pub struct NoErrors;

/// Counts errors by their kind `K`.
#[derive(Debug)]
pub struct ByKind<K>(PhantomData<K>);

/// A returned value, about to be read.
#[derive(Debug)]
pub struct Returned<'a, C, K, R> {
    future: AsFuture<'a, R>,
    reads: PhantomData<(C, K)>,
}

/// Second level: a future.
#[derive(Debug)]
pub struct AsFuture<'a, R>(AsAny<'a, R>);

/// Last level: anything.
#[derive(Debug)]
pub struct AsAny<'a, R>(&'a R);

impl<'a, C, K, R> Returned<'a, C, K, R> {
    /// About to read this value.
    #[inline]
    pub fn new(value: &'a R) -> Self {
        Self { future: AsFuture(AsAny(value)), reads: PhantomData }
    }

    fn value(&self) -> &'a R {
        self.future.0.0
    }
}

impl<R: Outcome, K> Returned<'_, ByOutcome, K, R> {
    /// The outcome that the type itself tells.
    #[inline]
    pub fn outcome(&self) -> usize {
        self.value().outcome().index()
    }
}

impl<'a, T, K, R> Returned<'a, ByType<T>, K, R> {
    /// The outcome that `T` makes of it.
    #[inline]
    pub fn outcome(&self) -> usize
    where
        T: LabelValue + From<&'a R>,
    {
        T::from(self.value()).index()
    }
}

impl<C, R> Returned<'_, C, NoErrors, R> {
    /// No kind of error.
    #[inline]
    #[allow(clippy::unused_self, reason = "the method that is found here is one of several")]
    pub fn error(&self) -> Option<usize> {
        None
    }
}

impl<C, E, R> Returned<'_, C, ByKind<E>, R> {
    /// The kind of the error, if it is one.
    #[inline]
    pub fn error(&self) -> Option<usize>
    where
        R: Fallible<Error = E>,
        E: LabelValue,
    {
        self.value().as_error().map(E::index)
    }
}

impl<'a, C, K, R> Deref for Returned<'a, C, K, R> {
    type Target = AsFuture<'a, R>;

    #[inline]
    fn deref(&self) -> &AsFuture<'a, R> {
        &self.future
    }
}

impl<R: Future> AsFuture<'_, R> {
    /// Refused: the call would be counted as over when the future is made.
    #[allow(clippy::unused_self, reason = "the method that is found here is one of several")]
    pub fn outcome(&self) -> usize
    where
        R: EndsWithTheFunction,
    {
        0
    }
}

impl<'a, R> Deref for AsFuture<'a, R> {
    type Target = AsAny<'a, R>;

    #[inline]
    fn deref(&self) -> &AsAny<'a, R> {
        &self.0
    }
}

impl<R> AsAny<'_, R> {
    /// Whatever it is, the call came back: `ok`.
    #[inline]
    #[allow(clippy::unused_self, reason = "the method that is found here is one of several")]
    pub fn outcome(&self) -> usize {
        0
    }
}

/// Nothing implements it; its message is what it is for.
#[diagnostic::on_unimplemented(
    message = "this function returns a future, `{Self}`, which is not over when the function is",
    label = "the call would be counted before its work is done",
    note = "make it an `async fn`, or write its return type as `impl Future<Output = ..>` or `Pin<Box<dyn Future<Output = ..>>>`: then it is timed to completion"
)]
pub trait EndsWithTheFunction {}

/// `Result`, by whatever name.
#[diagnostic::on_unimplemented(
    message = "`errors` counts kinds of error, and `{Self}` has none",
    label = "not a `Result`",
    note = "return a `Result` whose error type is a `LabelValue`, or leave `errors` out"
)]
pub trait Fallible {
    /// The error's type.
    type Error;

    /// The error, if it is one.
    fn as_error(&self) -> Option<&Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;

    #[inline]
    fn as_error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// Reads the outcome from a value of type `R`, for code that is no function: [`Operation::measure`](super::Operation::measure) and the like.
#[diagnostic::on_unimplemented(
    message = "how a call ended cannot be read from `{R}`",
    label = "no outcome can be read from `{R}`",
    note = "it is read from a `Result` and from what has `Outcome`; with `outcome = Type`, from what `Type: for<'a> From<&'a {R}>` takes"
)]
pub trait ReadsOutcome<R> {
    /// The outcome's index.
    fn outcome(value: &R) -> usize;
}

impl<R: Outcome> ReadsOutcome<R> for ByOutcome {
    fn outcome(value: &R) -> usize {
        value.outcome().index()
    }
}

impl<R, T> ReadsOutcome<R> for ByType<T>
where
    T: LabelValue + for<'a> From<&'a R>,
{
    fn outcome(value: &R) -> usize {
        T::from(value).index()
    }
}

/// Reads the kind of an error from a value of type `R`.
#[diagnostic::on_unimplemented(
    message = "the kind of an error cannot be read from `{R}`",
    label = "no kind of error can be read from `{R}`",
    note = "this operation counts errors by kind: return a `Result` with the error type that is named in its `errors(.., of = Type)`"
)]
pub trait ReadsError<R> {
    /// The kind's index, if it is an error.
    fn error(value: &R) -> Option<usize>;
}

impl<R> ReadsError<R> for NoErrors {
    fn error(_: &R) -> Option<usize> {
        None
    }
}

impl<R: Fallible<Error = E>, E: LabelValue> ReadsError<R> for ByKind<E> {
    fn error(value: &R) -> Option<usize> {
        value.as_error().map(E::index)
    }
}
