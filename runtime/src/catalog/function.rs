//! The entries of functions without a `name`.
//!
//! Most functions have no `name`, so their statics have one pointer each: to the text of the module and the file, which the functions of a module share. The line, the
//! name and the outcomes that no call has are in the static itself, around the families.

use super::entry::Named;
use crate::head::DETAIL;
use crate::series::families::Families;

/// The number whose lowest byte comes first in memory. Not `to_le`: the compiler executes a call of it for every number of every function.
#[cfg(target_endian = "little")]
macro_rules! in_order {
    ($number:expr) => {
        $number
    };
}

#[cfg(target_endian = "big")]
macro_rules! in_order {
    ($number:expr) => {
        ($number).swap_bytes()
    };
}

/// The entries for each length of a name, and the functions that create them. They are not generic, because the compiler checks each use. A name is given as
/// numbers, which take the compiler less time than bytes: its first 12 bytes after the lowest byte of `first`, which is the number of the outcomes that no call
/// has, and 16 bytes in each further number; the lowest byte of a number comes first.
macro_rules! entries {
    ($(
        $words:literal $entry:ident $create:ident:
        $first:ident($($start:literal)*) $($further:ident($($shift:literal)*))*,
    )*) => {
        $(
            /// The entry of a function whose name has up to this many bytes.
            pub type $entry = Named<$words>;

            /// Creates such an entry, in this module and file.
            #[must_use]
            #[allow(clippy::cast_possible_truncation, reason = "takes the numbers apart")]
            pub const fn $create(module: &'static str, line: u32, $first: u128, $($further: u128),*) -> $entry {
                Named {
                    head: <$entry>::HEAD | (($first as u8 as u64) << DETAIL),
                    value: Families::of_module(module),
                    line,
                    text: [
                        $(in_order!(($first >> $start) as u32),)*
                        $($(in_order!(($further >> $shift) as u32),)*)*
                    ],
                }
            }
        )*
    };
}

// The macros know these lengths.
entries! {
    1 Named4 named_4: first(8),
    3 Named12 named_12: first(8 40 72),
    5 Named20 named_20: first(8 40 72) second(0 32),
    7 Named28 named_28: first(8 40 72) second(0 32 64 96),
    9 Named36 named_36: first(8 40 72) second(0 32 64 96) third(0 32),
    11 Named44 named_44: first(8 40 72) second(0 32 64 96) third(0 32 64 96),
    13 Named52 named_52: first(8 40 72) second(0 32 64 96) third(0 32 64 96) fourth(0 32),
    15 Named60 named_60: first(8 40 72) second(0 32 64 96) third(0 32 64 96) fourth(0 32 64 96),
}
