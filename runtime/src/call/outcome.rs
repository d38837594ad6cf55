//! How a call ended, and the trait that derives it from the returned value.

use crate::label::LabelValue;

/// How a call that returned has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The call succeeded.
    Ok,
    /// The call failed.
    Error,
}

impl LabelValue for Ended {
    const VALUES: &'static [&'static str] = &["ok", "error"];

    fn index(&self) -> usize {
        *self as usize
    }
}

/// Classifies a returned value: the call was `ok` or an `error`.
///
/// For a `Result`, `Err` is an `error`. All other types are `ok`, unless they implement this trait:
///
/// ```
/// use metrics_instrumented::{Ended, Outcome, instrumented};
///
/// struct Response { status: u16 }
///
/// impl Outcome for Response {
///     fn outcome(&self) -> Ended {
///         if self.status < 500 { Ended::Ok } else { Ended::Error }
///     }
/// }
///
/// #[instrumented(name = "requests")]
/// fn handle() -> Response { Response { status: 503 } } // counts as `error`
/// # assert_eq!(handle().status, 503);
/// ```
///
/// For more than two outcomes, use `outcome = Type`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement `Outcome`, so the call cannot be classified as ok or error",
    label = "the outcome of this value is unknown",
    note = "implement `Outcome` for `{Self}`, or return a `Result`"
)]
pub trait Outcome {
    /// Returns how the call that returned this value ended. The default is [`Ended::Ok`].
    fn outcome(&self) -> Ended {
        Ended::Ok
    }
}

impl<T, E> Outcome for Result<T, E> {
    #[inline]
    fn outcome(&self) -> Ended {
        if self.is_ok() { Ended::Ok } else { Ended::Error }
    }
}

impl<T> Outcome for Option<T> {}
impl<T> Outcome for Vec<T> {}
impl<T> Outcome for [T] {}
impl<T, const N: usize> Outcome for [T; N] {}
impl<T: Outcome + ?Sized> Outcome for Box<T> {
    fn outcome(&self) -> Ended {
        T::outcome(self)
    }
}

macro_rules! always_ok {
    ($($type:ty)*) => { $(impl Outcome for $type {})* };
}

always_ok!(() bool char str String u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);
