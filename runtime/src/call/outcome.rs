//! How a call ended, and the trait that derives it from the returned value.

use super::ends::Ends;
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
    /// Whether a call that returns this type can end as [`Ended::Error`].
    ///
    /// If it is `false`, a function that returns the type has no series for `error`. If one of its calls ends as `error` nevertheless, the call is
    /// counted, and the series appears.
    const FALLIBLE: bool = true;

    /// Returns how the call that returned this value ended. The default is [`Ended::Ok`].
    fn outcome(&self) -> Ended {
        Ended::Ok
    }

    /// Ends a call with this outcome. For a `Result`, the compiler knows that nothing panics before the end.
    #[doc(hidden)]
    #[inline]
    fn __end<C: Ends>(&self, call: C) -> C::Ended {
        call.end_with(self.outcome() as usize)
    }
}

impl<T, E> Outcome for Result<T, E> {
    #[inline]
    fn outcome(&self) -> Ended {
        match self {
            Ok(_) => Ended::Ok,
            Err(_) => Ended::Error,
        }
    }

    #[inline]
    fn __end<C: Ends>(&self, call: C) -> C::Ended {
        call.end_with(usize::from(self.is_err()))
    }
}

impl<T> Outcome for Option<T> {
    const FALLIBLE: bool = false;
}
impl<T> Outcome for Vec<T> {
    const FALLIBLE: bool = false;
}
impl<T> Outcome for [T] {
    const FALLIBLE: bool = false;
}
impl<T, const N: usize> Outcome for [T; N] {
    const FALLIBLE: bool = false;
}
impl<T: Outcome + ?Sized> Outcome for Box<T> {
    const FALLIBLE: bool = T::FALLIBLE;

    fn outcome(&self) -> Ended {
        T::outcome(self)
    }
}

macro_rules! always_ok {
    ($($type:ty)*) => { $(impl Outcome for $type { const FALLIBLE: bool = false; })* };
}

always_ok!(() bool char str String u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);
