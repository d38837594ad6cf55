//! The offset of each number in the binary form, shared with the library.

use super::memory::Memory;
use metrics_instrumented_shared::layout_numbers;
use metrics_instrumented_shared::numbers::{LAYOUT_VERSION, NUMBERS};

macro_rules! layout {
    ($($number:ident = $computed_by_the_library:expr,)*) => {
        /// Sizes and offsets, in bytes.
        #[derive(Debug)]
        #[allow(dead_code, reason = "the library writes numbers that this tool does not need")]
        pub(super) struct Layout {
            $(pub(super) $number: u64,)*
            /// The address of the description of functions without a `name`.
            pub(super) unnamed: u64,
        }

        impl Layout {
            /// Reads the list at an address.
            pub(super) fn read(memory: &Memory<'_>, at: u64) -> Result<Self, String> {
                let version = memory.short(at)?;
                if version != LAYOUT_VERSION {
                    return Err(format!(
                        "its declarations have layout {version}, and this tool reads layout {LAYOUT_VERSION}; install the tool of the library's version"
                    ));
                }
                let mut next = at;
                let mut number = || {
                    let number = memory.short(next).map(u64::from);
                    next += 2;
                    number
                };
                let layout = Self { $($number: number()?,)* unnamed: memory.pointer(at + 2 * NUMBERS as u64)? };
                if layout.pointer == memory.pointer {
                    Ok(layout)
                } else {
                    Err(format!("the layout of the declarations is damaged: it has pointers of {} bytes, the program has pointers of {} bytes", layout.pointer, memory.pointer))
                }
            }
        }
    };
}

layout_numbers!(layout);
