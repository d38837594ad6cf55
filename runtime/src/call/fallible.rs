//! Whether calls of a function may end as `error`, as a constant that its static is made with.
//!
//! The static is in the function's body and cannot use the function's generics, so this is only used for types that are certainly concrete.

use std::marker::PhantomData;

use super::outcome::Outcome;

/// `MayFail::<R>::MAY_FAIL` is `R::FALLIBLE` if `R` implements `Outcome`, because inherent constants come before those of traits, and otherwise
/// `false`.
#[derive(Debug)]
pub struct MayFail<R: ?Sized>(PhantomData<R>);

impl<R: Outcome + ?Sized> MayFail<R> {
    /// Whether a call that returns this type may end as `error`.
    pub const MAY_FAIL: bool = R::FALLIBLE;
}

/// Must be in scope where `MayFail` is used.
pub trait CannotFail {
    /// A type without `Outcome` is always `ok`.
    const MAY_FAIL: bool = false;
}

impl<R: ?Sized> CannotFail for MayFail<R> {}

/// Stands for a type that may be a parameter of the block around the function.
#[derive(Debug)]
pub struct Unknown;

impl Outcome for Unknown {}

/// The first value if this type may fail, else the second.
#[doc(hidden)]
#[macro_export]
macro_rules! __by_type {
    ($fallible:expr, $infallible:expr, $($returned:tt)*) => {{
        use $crate::__private::CannotFail as _;
        if $crate::__private::MayFail::<$($returned)*>::MAY_FAIL { $fallible } else { $infallible }
    }};
}

/// The same for a type that is written as a single name, which may be that of a parameter of the block around the function: a static must not
/// name one. The names of the surrounding module shadow the alias, and the alias shadows the parameter.
#[doc(hidden)]
#[macro_export]
macro_rules! __by_name {
    ($fallible:expr, $infallible:expr, $alias:ident = $returned:ident) => {{
        type $alias = $crate::__private::Unknown;
        {
            use self::*;
            $crate::__private::by_type!($fallible, $infallible, $returned)
        }
    }};
}

pub use {__by_name as by_name, __by_type as by_type};
