//! Operations: what a call is counted under, and the guard that counts it.

pub(crate) mod body;
#[cfg(feature = "exporter")]
pub(crate) mod exposed;
mod families;
mod future;
mod guard;
mod handles;
mod outcome;
mod returned;

use std::future::Future;

pub use families::{Families, Series};
pub use future::{Instrumented, instrument, instrument_boxed, instrument_unpinned};
#[cfg(feature = "exporter")]
pub(crate) use guard::place_of;
pub use guard::{Call, Guard, Scope};
pub use outcome::{Ended, Outcome};
pub use returned::{ByKind, ByOutcome, ByType, Fallible, NoErrors, ReadsError, ReadsOutcome, Returned};

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
    type Outcome: crate::LabelValue;
    /// How a returned value is read; generated code needs it.
    #[doc(hidden)]
    type Reads;
    /// How the error's kind is read; generated code needs it.
    #[doc(hidden)]
    type Errors;

    /// What is kept for these label values.
    #[doc(hidden)]
    fn series(&self) -> &'static Series;

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
