//! The outcome of a call, and how it is read from the returned value.

use crate::label::LabelValue;

/// How a finished call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It succeeded.
    Ok,
    /// It returned an error.
    Error,
}

impl LabelValue for Ended {
    const VALUES: &'static [&'static str] = &["ok", "error"];

    fn index(&self) -> usize {
        *self as usize
    }
}

/// Decides whether the call that returned a value counts as `ok` or as `error`.
///
/// `Ok` counts as `ok`, and `Err` as `error`. The other types here count as `ok`. Implement it for a type of your own:
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
    message = "`Outcome` is not implemented for `{Self}`; it decides whether a call counts as `ok` or `error`",
    label = "has no outcome",
    note = "write `impl Outcome for {Self}`, or let the closure return a `Result`"
)]
pub trait Outcome {
    /// Returns how the call that returned this value ended.
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
