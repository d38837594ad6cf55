//! Operations: what a call is counted under, and the guard of code that is not a function.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::thread;

use super::future::instrument;
use super::guard::Call;
use super::outcome::Ended;
use super::returned::{Reads, ReadsError, ReadsOutcome};
use super::running::Running;
use crate::label::LabelValue;
use crate::series::families::Series;

/// A triple of metric families about calls, with its labels as a struct: declared once, used at any number of places.
///
/// Derive it; the fields are the labels, and the attribute `#[operation(..)]` takes the keys of
/// [`#[instrumented]`](macro@crate::instrumented). A call site then names its values, and rustc itself checks them:
///
/// ```
/// use metrics_instrumented::{LabelValue, Operation, instrumented};
///
/// #[derive(LabelValue)]
/// enum VolumeOp { Create, Delete }
///
/// /// Volume operations against the storage backend.
/// #[derive(Operation)]
/// #[operation(name = "volume_operations")]
/// struct VolumeOperation { operation: VolumeOp }
///
/// #[instrumented(VolumeOperation { operation: VolumeOp::Create })]
/// fn create() -> Result<(), std::io::Error> { Ok(()) }
///
/// // Code that is no function:
/// let volumes = VolumeOperation { operation: VolumeOp::Delete }.measure(|| Ok::<_, std::io::Error>(3));
/// # create().unwrap();
/// # assert_eq!(volumes.unwrap(), 3);
/// ```
///
/// A field's label has the field's name, or that of `#[label(rename = "type")]`; an [`Open`](crate::Open) one may have a cap, `#[label(max = 50)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operation",
    label = "not an operation",
    note = "put `#[derive(Operation)]` and `#[operation(name = \"..\")]` on the struct"
)]
pub trait Operation: Sized {
    /// What tells how a call ended: [`Ended`], or the type of `outcome = Type`.
    type Outcome: LabelValue;
    /// How a returned value is read; generated code needs it.
    #[doc(hidden)]
    type Reads;
    /// How the error's kind is read; generated code needs it.
    #[doc(hidden)]
    type Errors;

    /// What is kept for these label values.
    #[doc(hidden)]
    fn series(&self) -> &'static Series;

    /// The same operation with its label values looked up: it borrows nothing, and a call of it looks nothing up again.
    ///
    /// ```
    /// # use metrics_instrumented::{Open, Operation};
    /// # #[derive(Operation)] #[operation(name = "uploads_by_tenant")] struct Upload<'a> { tenant: Open<'a> }
    /// let upload = {
    ///     let tenant = String::from("a");
    ///     Upload { tenant: Open::new(&tenant) }.into_static()
    /// };
    /// upload.start().ok();
    /// ```
    fn into_static(self) -> StaticOperation<Self::Outcome, Self::Reads, Self::Errors> {
        StaticOperation { series: self.series(), types: PhantomData }
    }

    /// Starts a call that the guard ends.
    ///
    /// Say how it ended with [`Guard::ok`], [`Guard::error`] or [`Guard::finish`]. A guard that is dropped before counts as `panic` if a
    /// panic began since, else as `cancelled`; the gauge comes back either way.
    ///
    /// ```
    /// # use metrics_instrumented::Operation;
    /// # #[derive(Operation)] #[operation(name = "uploads")] struct Upload {}
    /// let upload = Upload {}.start();
    /// match std::fs::metadata("/etc/hostname") {
    ///     Ok(_) => upload.ok(),
    ///     Err(_) => upload.error(),
    /// }
    /// ```
    #[must_use = "the call ends when the guard is dropped"]
    fn start(self) -> Guard<Self> {
        Guard::new(self.series())
    }

    /// Runs `f` as a call of this operation.
    fn measure<R>(self, f: impl FnOnce() -> R) -> R
    where
        Self::Reads: ReadsOutcome<R>,
        Self::Errors: ReadsError<R>,
    {
        let call = Call::of(self.series());
        let value = f();
        call.finish_by_kind(Self::Reads::outcome(&value), Self::Errors::error(&value));
        value
    }

    /// Makes a future a call of this operation. It counts from its first poll; dropped before its end it is `cancelled`, and one that is
    /// never polled counts nothing.
    fn measure_async<F>(self, future: F) -> impl Future<Output = F::Output>
    where
        F: Future,
        Self::Reads: ReadsOutcome<F::Output>,
        Self::Errors: ReadsError<F::Output>,
    {
        instrument(self.series(), future, |value| (Self::Reads::outcome(value), Self::Errors::error(value)))
    }
}

/// The series of a declared operation with these label values, and how the values that its calls return are read.
#[inline]
pub fn declared<O: Operation>(operation: &O) -> (&'static Series, Reads<O::Reads, O::Errors>) {
    (operation.series(), Reads::new())
}

/// An [`Operation`] whose label values are looked up; made by [`Operation::into_static`].
pub struct StaticOperation<T, R, E> {
    series: &'static Series,
    #[allow(clippy::type_complexity, reason = "three parameters")]
    types: PhantomData<fn() -> (T, R, E)>,
}

impl<T: LabelValue, R, E> Operation for StaticOperation<T, R, E> {
    type Outcome = T;
    type Reads = R;
    type Errors = E;

    fn series(&self) -> &'static Series {
        self.series
    }
}

impl<T, R, E> Clone for StaticOperation<T, R, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R, E> Copy for StaticOperation<T, R, E> {}

impl<T, R, E> fmt::Debug for StaticOperation<T, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticOperation").field("series", &self.series).finish_non_exhaustive()
    }
}

/// One running call of an [`Operation`], from [`start`](Operation::start).
///
/// Dropped without a word it counts as `panic` if a panic began since the start, else as `cancelled`.
#[must_use = "the call ends when the guard is dropped"]
pub struct Guard<O> {
    running: Running,
    /// As that of [`Scope`].
    unwinding: bool,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> Guard<O> {
    pub(super) fn new(series: &'static Series) -> Self {
        Self { unwinding: thread::panicking(), running: Running::start(series), operation: PhantomData }
    }

    /// Ends the call by what the value says: `Ok` or `Err`, or the operation's own `outcome = Type`.
    pub fn finish<R>(mut self, value: &R)
    where
        O::Reads: ReadsOutcome<R>,
        O::Errors: ReadsError<R>,
    {
        self.running.end(O::Reads::outcome(value), O::Errors::error(value));
    }

    /// Ends the call with an outcome.
    pub fn end(mut self, outcome: &O::Outcome) {
        self.running.end(outcome.index(), None);
    }
}

impl<O: Operation<Outcome = Ended>> Guard<O> {
    /// Ends the call as `ok`.
    pub fn ok(self) {
        self.end(&Ended::Ok);
    }

    /// Ends the call as `error`.
    pub fn error(self) {
        self.end(&Ended::Error);
    }
}

impl<O> Drop for Guard<O> {
    fn drop(&mut self) {
        if self.running.has_ended() {
            return;
        }
        if thread::panicking() && !self.unwinding {
            self.running.panic();
        } else {
            self.running.cancel();
        }
    }
}

impl<O> fmt::Debug for Guard<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Guard").field(&self.running).finish()
    }
}
