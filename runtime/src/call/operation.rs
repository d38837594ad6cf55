//! Operations: the metric families of a call, and the guard for code that is not a function.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::thread;

use super::future::instrument;
use super::guard::{Begins, Call};
use super::outcome::Ended;
use super::polled::Watch;
use super::returned::{Reads, ReadsError, ReadsOutcome};
use super::running::Running;
use crate::label::LabelValue;
use crate::series::families::Series;
use crate::series::lazy::LazySeries;

/// An operation: three metric families about calls (a counter by outcome, a duration histogram and an in-flight gauge), declared once as a struct and
/// used by any number of functions.
///
/// Derive it. The fields are the labels, and `#[operation(..)]` takes the keys of [`#[instrumented]`](macro@crate::instrumented). Each function then sets
/// the label values, which rustc checks:
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
/// // A part of a function:
/// let volumes = VolumeOperation { operation: VolumeOp::Delete }.measure(|| Ok::<_, std::io::Error>(3));
/// # create().unwrap();
/// # assert_eq!(volumes.unwrap(), 3);
/// ```
///
/// A label has the name of its field; `#[label(rename = "type")]` changes it. `#[label(max = 50)]` sets the cap of an [`Open`](crate::Open) label.
///
/// | to count | use |
/// | --- | --- |
/// | a function | `#[instrumented(VolumeOperation { .. })]` |
/// | a block of code | [`measure`](Self::measure) |
/// | a future | [`measure_async`](Self::measure_async) |
/// | from one callback to another | [`start`](Self::start), which returns a [`Guard`] |
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operation",
    label = "not an operation",
    note = "put `#[derive(Operation)]` and `#[operation(name = \"..\")]` on the struct"
)]
pub trait Operation: Sized {
    /// The type of the outcome: [`Ended`], or the type of `outcome = Type`.
    type Outcome: LabelValue;
    /// How a returned value is read; generated code needs it.
    #[doc(hidden)]
    type Reads;
    /// How the error's kind is read; generated code needs it.
    #[doc(hidden)]
    type Errors;
    /// Whether the polls of its futures are counted; generated code needs it.
    #[doc(hidden)]
    type Polls: Watch;

    /// Begins a call with these label values.
    #[doc(hidden)]
    fn begin<B: Begins>(&self) -> B;

    /// The series of these label values.
    #[doc(hidden)]
    #[inline]
    fn series(&self) -> &'static Series {
        self.begin()
    }

    /// Looks up the label values once, and returns an operation that borrows nothing. Its calls skip the look-up. Values of labels with `idle` do not expire
    /// any more.
    ///
    /// A struct can store it as a [`StaticOperation`].
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
    fn into_static(self) -> StaticOperation<Self> {
        Detached { series: self.series(), types: PhantomData }
    }

    /// Starts a call, and returns the guard that ends it.
    ///
    /// End the call with [`Guard::ok`], [`Guard::error`] or [`Guard::finish`]. If the guard is dropped instead, the call is counted as `panic` when a
    /// panic unwinds, and as `cancelled` otherwise. The gauge is decremented in every case.
    ///
    /// ```
    /// # use metrics_instrumented::Operation;
    /// # #[derive(Operation)] #[operation(name = "plain_uploads")] struct Upload {}
    /// let upload = Upload {}.start();
    /// match std::fs::metadata("/etc/hostname") {
    ///     Ok(_) => upload.ok(),
    ///     Err(_) => upload.error(),
    /// }
    /// ```
    #[must_use = "the call ends when the guard is dropped"]
    fn start(self) -> Guard<Self> {
        Guard::new(self.begin())
    }

    /// Runs a closure as a call of this operation, and returns the closure's value, which decides the outcome.
    ///
    /// ```
    /// # use metrics_instrumented::Operation;
    /// # #[derive(Operation)] #[operation(name = "measured_uploads")] struct Upload {}
    /// let metadata = Upload {}.measure(|| std::fs::metadata("/etc/hostname")); // `ok` or `error`
    /// ```
    fn measure<R>(self, f: impl FnOnce() -> R) -> R
    where
        Self: Classifies<R>,
    {
        let call: Call = self.begin();
        let value = f();
        call.finish_by_kind(Self::outcome_index(&value), Self::error_index(&value));
        value
    }

    /// Wraps a future as a call of this operation. The call begins at the first poll. If the future is dropped before it completes, the call is counted
    /// as `cancelled`. A future that is never polled is not counted.
    ///
    /// ```
    /// # use metrics_instrumented::Operation;
    /// # #[derive(Operation)] #[operation(name = "sent_uploads")] struct Upload {}
    /// async fn send(bytes: Vec<u8>) -> std::io::Result<()> {
    ///     let sent = async { Ok(drop(bytes)) };
    ///     Upload {}.measure_async(sent).await
    /// }
    /// ```
    fn measure_async<F>(self, future: F) -> impl Future<Output = F::Output>
    where
        F: Future,
        Self: Classifies<F::Output>,
    {
        let series: LazySeries = self.begin();
        instrument(series, Self::Polls::watch(series, future), |value| {
            (Self::outcome_index(value), Self::error_index(value))
        })
    }
}

/// An operation whose calls can return an `R`, because it derives their outcome from it.
///
/// Without `outcome = Type`, an operation classifies every type that implements [`Outcome`](crate::Outcome), such as `Result`; with it, every type `R` with
/// `Type: From<&R>`. If the operation counts errors by kind, it classifies a `Result` with that error type. You never implement this trait.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot derive the outcome of a call from `{R}`",
    label = "`{R}` has no outcome for `{Self}`",
    note = "return a `Result`, or implement `Outcome` for `{R}`",
    note = "if `{Self}` has `outcome = Type`, implement `From<&{R}>` for that type instead",
    note = "if `{Self}` has `errors(.., type = Type)`, return a `Result` with that error type"
)]
pub trait Classifies<R> {
    /// Returns the index of the outcome.
    #[doc(hidden)]
    fn outcome_index(value: &R) -> usize;

    /// Returns the index of the error's kind.
    #[doc(hidden)]
    fn error_index(value: &R) -> Option<usize>;
}

// Hidden on the page of the trait, because its bounds are internal. It is implemented for operations, and not for what they return, because rustdoc would show
// it on the page of every type.
#[doc(hidden)]
#[diagnostic::do_not_recommend]
impl<O, R> Classifies<R> for O
where
    O: Operation,
    O::Reads: ReadsOutcome<R>,
    O::Errors: ReadsError<R>,
{
    fn outcome_index(value: &R) -> usize {
        O::Reads::outcome(value)
    }

    fn error_index(value: &R) -> Option<usize> {
        O::Errors::error(value)
    }
}

/// The call of a declared operation with these label values, or its series; and how the values that its calls return are read.
#[inline]
#[allow(clippy::type_complexity, reason = "a type of four parameters")]
pub fn declared<B: Begins, O: Operation>(operation: &O) -> (B, Reads<O::Reads, O::Errors, O::Polls>) {
    (operation.begin(), Reads::new())
}

/// The operation `O`, whose label values have been looked up; returned by [`Operation::into_static`]. It borrows nothing, whatever the lifetimes of `O` are.
///
/// ```
/// use metrics_instrumented::{Open, Operation, StaticOperation};
///
/// #[derive(Operation)]
/// #[operation(name = "tenant_uploads")]
/// struct Upload<'a> { tenant: Open<'a> }
///
/// struct Client { upload: StaticOperation<Upload<'static>> }
///
/// fn client(tenant: &str) -> Client {
///     Client { upload: Upload { tenant: Open::new(tenant) }.into_static() }
/// }
/// client("a").upload.measure(|| std::fs::metadata("/etc/hostname")).ok();
/// ```
pub type StaticOperation<O> =
    Detached<<O as Operation>::Outcome, <O as Operation>::Reads, <O as Operation>::Errors, <O as Operation>::Polls>;

/// What [`StaticOperation`] stands for. It has the parts of the operation as parameters, because the operation itself may borrow.
#[doc(hidden)]
pub struct Detached<T, R, E, P> {
    series: &'static Series,
    #[allow(clippy::type_complexity, reason = "four parameters")]
    types: PhantomData<fn() -> (T, R, E, P)>,
}

// Hidden, because its bounds are internal.
#[doc(hidden)]
impl<T: LabelValue, R, E, P: Watch> Operation for Detached<T, R, E, P> {
    type Outcome = T;
    type Reads = R;
    type Errors = E;
    type Polls = P;

    #[inline]
    fn begin<B: Begins>(&self) -> B {
        B::of(self.series.pin_again())
    }
}

impl<T, R, E, P> Clone for Detached<T, R, E, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, R, E, P> Copy for Detached<T, R, E, P> {}

impl<T, R, E, P> fmt::Debug for Detached<T, R, E, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticOperation").field("series", &self.series).finish_non_exhaustive()
    }
}

/// A running call of an [`Operation`]; returned by [`Operation::start`].
///
/// If it is dropped before [`ok`](Self::ok), [`error`](Self::error) or [`finish`](Self::finish), the call is counted as `panic` when a panic unwinds, and
/// as `cancelled` otherwise.
#[must_use = "the call ends when the guard is dropped"]
pub struct Guard<O> {
    running: Running,
    /// As that of [`Scope`].
    unwinding: bool,
    operation: PhantomData<fn() -> O>,
}

impl<O: Operation> Guard<O> {
    pub(super) fn new(running: Running) -> Self {
        Self { unwinding: thread::panicking(), running, operation: PhantomData }
    }

    /// Ends the call with the outcome of a value: of its `Ok` or `Err`, or of the operation's `outcome = Type`.
    pub fn finish<R>(mut self, value: &R)
    where
        O: Classifies<R>,
    {
        self.running.end(O::outcome_index(value), O::error_index(value));
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
