//! The atomics of shards and of running calls, and the lock of idle values: `loom`'s when the order of reads and writes is explored (`scripts/loom`).
//!
//! In a debug build, `AtomicU64::load` is two function calls that compare the ordering: 28 instructions. A call reads four words, so these functions are one
//! instruction there.

#![allow(unsafe_code, reason = "measured, see above")]

#[cfg(single_instructions)]
use std::arch::asm;
#[cfg(feature = "exporter")]
use std::sync::atomic::AtomicU32;
#[cfg(any(feature = "exporter", unoptimised))]
use std::sync::atomic::AtomicUsize;

#[cfg(feature = "exporter")]
use metrics::atomics::AtomicU64 as StdU64;

#[cfg(metrics_instrumented_loom)]
pub(crate) use loom::sync::RwLock;
#[cfg(metrics_instrumented_loom)]
pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
#[cfg(not(metrics_instrumented_loom))]
pub(crate) use metrics::atomics::AtomicU64;
#[cfg(not(metrics_instrumented_loom))]
pub(crate) use std::sync::RwLock;
#[cfg(not(metrics_instrumented_loom))]
pub(crate) use std::sync::atomic::Ordering;

#[cfg(any(feature = "exporter", unoptimised))]
macro_rules! loads {
    ($($(#[$attribute:meta])* $name:ident: $atomic:ty => $value:ty, $instruction:literal;)*) => { $(
        /// Reads a word, with `Relaxed`.
        $(#[$attribute])*
        #[inline(always)]
        #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
        pub(crate) fn $name(word: &$atomic) -> $value {
            #[cfg(not(single_instructions))]
            return word.load(std::sync::atomic::Ordering::Relaxed);
            #[cfg(single_instructions)]
            {
                let value;
                // SAFETY: x86-64 reads an aligned word as a whole, so this is a load with `Relaxed`.
                unsafe { asm!($instruction, out(reg) value, in(reg) &raw const *word, options(nostack, preserves_flags, readonly)) };
                value
            }
        }
    )* };
}

#[cfg(any(feature = "exporter", unoptimised))]
loads! {
    #[cfg(feature = "exporter")]
    load_u32: AtomicU32 => u32, "mov {:e}, dword ptr [{}]";
    #[cfg(feature = "exporter")]
    load_u64: StdU64 => u64, "mov {}, qword ptr [{}]";
    load_usize: AtomicUsize => usize, "mov {}, qword ptr [{}]";
}
