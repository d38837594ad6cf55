//! What statics of [`Families`] need to be shared between threads.
//!
//! The compiler examines every part of a static's type, anew for the static of each instrumented function: whether it may be shared, and whether it contains
//! something that changes. With one cell around all parts it stops there: together with the number that is the head of a
//! function's entry, that saves 3 % of what `cargo check` executes for a function.
#![allow(unsafe_code, reason = "measured, see above")]

use std::ops::Deref;
use std::panic::RefUnwindSafe;

use super::{Families, Fields};

// SAFETY: The fields are reached only by shared references, see `deref`, and they are `Sync`: otherwise `fields_are_shared` does not compile.
unsafe impl Sync for Families {}

// The same holds for this trait, which futures of instrumented functions need.
impl RefUnwindSafe for Families {}

#[allow(dead_code, reason = "only type-checked")]
fn fields_are_shared() {
    fn are_shared<T: Send + Sync + RefUnwindSafe>() {}
    are_shared::<Fields>();
}

impl Deref for Families {
    type Target = Fields;

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    fn deref(&self) -> &Fields {
        // SAFETY: There are only shared references to what is in the cell.
        unsafe { &*self.0.get() }
    }
}
