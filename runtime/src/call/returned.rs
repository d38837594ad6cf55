//! How the expansion reads a returned value, decided by its type and never by the name that the type is written with.
//!
//! The expansion calls `Returned::<Reads, Errors, _>::new(&value).__outcome_of_call()`, by a name that no trait in scope has. Method look-up takes the first level that has a method
//! for the type at hand: `outcome = Type` or [`Outcome`], then futures, which are refused, then anything. It needs no trait in
//! scope, and works in generic functions, where the bounds that are written down decide.

#![allow(clippy::must_use_candidate, reason = "only generated code calls this")]

use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;

use super::outcome::Outcome;
use crate::label::LabelValue;

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

/// How the values that a declared operation's calls return are read: the types alone, without a size. A label's lifetime is not part of it, so
/// that a call may outlive what its labels were read from.
#[derive(Debug)]
pub struct Reads<C, K>(PhantomData<fn() -> (C, K)>);

impl<C, K> Reads<C, K> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }

    /// Wraps a returned value to be read.
    #[inline]
    pub fn __returned<'a, R>(&self, value: &'a R) -> Returned<'a, C, K, R> {
        Returned::new(value)
    }
}

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

impl<C: Tells<R>, K, R> Returned<'_, C, K, R> {
    /// The outcome that the type itself tells, or what `outcome = Type` makes of it.
    #[inline]
    pub fn __outcome_of_call(&self) -> usize
    where
        C: ReadsOutcome<R>,
    {
        C::outcome(self.value())
    }
}

impl<C, K: Counts, R> Returned<'_, C, K, R> {
    /// The kind of the error, if it is one and kinds are counted.
    #[inline]
    pub fn __error_of_call(&self) -> Option<usize>
    where
        K: ReadsError<R>,
    {
        K::error(self.value())
    }
}

/// Which values are read in this way. What is none of them is looked at on the next level; what is one and cannot be read is an error.
pub trait Tells<R> {}

impl<R: Outcome> Tells<R> for ByOutcome {}
impl<R, T: LabelValue> Tells<R> for ByType<T> {}

/// What can count kinds of error; that a type is no label value is said where it is written, and not here again.
pub trait Counts {}

impl Counts for NoErrors {}
impl<K: LabelValue> Counts for ByKind<K> {}

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
    pub fn __outcome_of_call(&self) -> usize
    where
        Function: Covers<R>,
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
    pub fn __outcome_of_call(&self) -> usize {
        0
    }

    /// No kinds.
    #[inline]
    #[allow(clippy::unused_self, reason = "the method that is found here is one of several")]
    pub fn __error_of_call(&self) -> Option<usize> {
        None
    }
}

/// A function as it would be counted, from its begin to its return.
#[derive(Debug)]
pub struct Function;

/// Nothing implements it; its message is what it is for.
#[diagnostic::on_unimplemented(
    message = "`{R}` is a future, whose work is not done when this function returns it",
    label = "the call would end before its work is done",
    note = "if the type may change, return `impl Future<Output = ..>`; behind an alias, write `Pin<Box<dyn Future<Output = ..>>>` or `BoxFuture`: then the call ends with the future",
    note = "if the type has to stay, like that of a task's handle, instrument the function that does the work: the `async fn` that is spawned or shared",
    note = "to count only the calls of this function, add `outcome = none`"
)]
pub trait Covers<R> {}

/// `Result`, by whatever name.
#[diagnostic::on_unimplemented(
    message = "`errors` needs a `Result`, and `{Self}` is not one",
    label = "not a `Result`",
    note = "return a `Result` whose error type is a `LabelValue`, or remove `errors`"
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

/// Reads the outcome from a value of type `R`, for code that is no function: [`Operation::measure`](crate::Operation::measure) and the like.
#[diagnostic::on_unimplemented(
    message = "`{R}` does not implement `Outcome`",
    label = "no outcome can be read from `{R}`",
    note = "return a `Result`, or implement `Outcome` for `{R}`"
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
    T: LabelValue + for<'a> MadeFrom<&'a R>,
{
    fn outcome(value: &R) -> usize {
        T::made_from(value).index()
    }
}

/// `From`, with words for `outcome = Type`.
#[diagnostic::on_unimplemented(
    message = "`{Self}: From<{R}>` is not implemented; `outcome = {Self}` needs it to classify what the function returns",
    label = "there is no `impl From<{R}> for {Self}`"
)]
pub trait MadeFrom<R> {
    /// What `From` makes.
    fn made_from(value: R) -> Self;
}

#[diagnostic::do_not_recommend]
impl<R, T: From<R>> MadeFrom<R> for T {
    fn made_from(value: R) -> Self {
        T::from(value)
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

#[diagnostic::do_not_recommend]
impl<R: Fallible<Error = E>, E: LabelValue> ReadsError<R> for ByKind<E> {
    fn error(value: &R) -> Option<usize> {
        value.as_error().map(E::index)
    }
}
