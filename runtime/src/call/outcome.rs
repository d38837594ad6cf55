//! How a call ended, and what tells it from the value that it returned.

use crate::label::LabelValue;

/// How a finished call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As it should.
    Ok,
    /// With an error.
    Error,
}

impl LabelValue for Ended {
    const VALUES: &'static [&'static str] = &["ok", "error"];

    fn index(&self) -> usize {
        *self as usize
    }
}

/// Tells from a value whether the call that returned it was `ok` or an `error`.
///
/// `Result` is what it says; everything else is `ok`, until an implementation of this trait says otherwise:
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
/// For more than two outcomes there is `outcome = Type`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether a call was ok or an error",
    label = "no outcome can be read from this value",
    note = "write `impl Outcome for {Self}`, or let the closure return a `Result`"
)]
pub trait Outcome {
    /// Whether a call that returns such a value may end as `error`. If it is `false`, the function has no series for `error`, as if it returned a type
    /// that does not implement this trait. Should one of its calls end as `error` all the same, it is counted, and the series appears.
    const FALLIBLE: bool = true;

    /// How the call that returned this value ended.
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
