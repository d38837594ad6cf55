//! The entries of functions without a `name`.
//!
//! Most functions have no `name`, so their statics have one pointer each: to the text of the module and the file, which the functions of a module share. The line, the
//! name and the outcomes that no call has are in the static itself, around the families.

use std::mem::offset_of;
use std::sync::atomic::AtomicU32;

use super::entry::{Kind, STAMP};
use crate::head::{DETAIL, Head};
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

/// The entries for each length of a name, and the functions that create them. Nothing is generic, because the compiler checks each use. A name is given as
/// numbers, which take the compiler less time than bytes: its first 12 bytes after the lowest byte of `first`, which is the number of the outcomes that no call
/// has, and 16 bytes in each further number; the lowest byte of a number comes first.
macro_rules! entries {
    ($(
        $words:literal $entry:ident $create:ident:
        $first:ident($($start:literal)*) $($further:ident($($shift:literal)*))*,
    )*) => {
        $(
            /// The entry of a function whose name has up to this many bytes.
            // The alignment is that of `Head` also where `u64` has a smaller one.
            #[repr(C, align(8))]
            #[derive(Debug)]
            pub struct $entry {
                /// A [`Head`], as a number: the compiler examines every part of a static's type. The families make the entry writable data.
                head: u64,
                /// The declared value.
                pub value: Families,
                line: u32,
                /// The bytes of the function's name, and zeros.
                text: [u32; $words],
            }

            impl $entry {
                /// The head, with 0 as its detail.
                const HEAD: u64 = {
                    // The bytes at the end that do not belong to the text are the same for all of its lengths.
                    let padding = size_of::<Self>() - offset_of!(Self, text) - size_of::<u32>() * $words;
                    // Texts have 4, 12, 20, .. bytes.
                    assert!($words % 2 == 1 && padding < 8);
                    // Tools find the line behind the families.
                    assert!(offset_of!(Self, line) == offset_of!(Self, value) + size_of::<Families>());
                    assert!(align_of::<Self>() == align_of::<Head>());
                    function(size_of::<Self>()).number()
                };
            }

            /// Creates such an entry, in this module and file.
            #[must_use]
            #[allow(clippy::cast_possible_truncation, reason = "takes the numbers apart")]
            pub const fn $create(module: &'static str, line: u32, $first: u128, $($further: u128),*) -> $entry {
                $entry {
                    head: $entry::HEAD | (($first as u8 as u64) << DETAIL),
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

/// The head of an entry of this size.
const fn function(size: usize) -> Head {
    assert!(size <= u16::MAX as usize);
    #[allow(clippy::cast_possible_truncation, reason = "checked in the line above")]
    let size = size as u16;
    Head { stamp: AtomicU32::new(STAMP), size, kind: Kind::Function as u8, detail: 0 }
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
