//! The value of `buckets = ..`: bounds of classic buckets, or native buckets with classic ones beside them.

mod bounds;
mod native;

use proc_macro2::TokenStream;
use syn::Expr;

pub(crate) use bounds::{Bounds, number};
use native::Native;

use crate::code::Private;
use crate::errors::Errors;

/// How a histogram counts.
pub(crate) struct Buckets {
    /// Of its classic buckets; the defaults without them.
    pub(crate) bounds: Option<Bounds>,
    native: Option<Native>,
}

/// Reads the value of `buckets = ..`.
pub(crate) fn read(value: &Expr, errors: &mut Errors) -> Option<Buckets> {
    match native::arguments(value) {
        Some(call) => native::read(call, errors).map(|(native, bounds)| Buckets { bounds, native: Some(native) }),
        None => Some(Buckets { bounds: Some(bounds::read(value, errors)?), native: None }),
    }
}

impl Buckets {
    /// The bounds as generated code has them.
    pub(crate) fn bounds_tokens(&self, private: &Private) -> Option<TokenStream> {
        self.bounds.as_ref().map(|bounds| bounds.tokens(private))
    }

    /// The native buckets as generated code has them.
    pub(crate) fn native_tokens(&self, private: &Private) -> Option<TokenStream> {
        self.native.as_ref().map(|native| native.tokens(private))
    }
}
