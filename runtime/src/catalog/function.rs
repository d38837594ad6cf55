//! The entries of functions without a `name`.
//!
//! Most functions have no `name`, so their statics have one pointer each: to the text of the module and the file, which the functions of a module share. The line, the
//! name and the outcomes that no call has are in the static itself, around the families.

use std::sync::atomic::AtomicU32;

use super::entry::{Kind, Named, STAMP};
use crate::head::Head;
use crate::series::families::Families;

#[allow(clippy::declare_interior_mutable_const, reason = "it is only copied")]
const STAMPED: AtomicU32 = AtomicU32::new(STAMP);
const FUNCTION: u8 = Kind::Function as u8;

/// The entries for each length of a name, and the functions that create them. They are not generic, because the compiler checks each use.
macro_rules! entries {
    ($($length:literal $entry:ident $create:ident,)*) => {
        $(
            /// The entry of a function whose name has up to this many bytes.
            pub type $entry = Named<$length>;

            /// Creates such an entry, in this module and file.
            #[must_use]
            pub const fn $create(module: &'static str, never: u8, line: u32, text: &[u8; $length]) -> $entry {
                Named {
                    head: Head { stamp: STAMPED, size: <$entry>::SIZE, kind: FUNCTION, detail: never },
                    value: Families::of_module(module),
                    line,
                    text: *text,
                }
            }
        )*
    };
}

// The macros know these lengths.
entries! {
    4 Named4 named_4,
    12 Named12 named_12,
    20 Named20 named_20,
    28 Named28 named_28,
    36 Named36 named_36,
    44 Named44 named_44,
    52 Named52 named_52,
    60 Named60 named_60,
}
