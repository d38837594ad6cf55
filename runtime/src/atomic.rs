//! The atomics of shards and of running calls, and the lock of idle values: `loom`'s when the order of reads and writes is explored (`scripts/loom`).
//!
//! Without optimisation, `load` and `store` are functions that are called and compare the ordering: 30 instructions each, and a call makes a dozen of them.
//! [`load_u32`] and the others are one instruction then.

#![allow(unsafe_code, reason = "measured, see above")]

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

#[cfg(not(single_instructions))]
pub(crate) use methods::{load_u32, load_u64, load_usize};
#[cfg(single_instructions)]
pub(crate) use single_instructions::{load_u32, load_u64, load_usize};

/// On x86-64, aligned words are read and written as a whole, a read is `Acquire` and a write is `Release`.
#[cfg(single_instructions)]
#[allow(clippy::inline_always, reason = "a call would take longer than the instruction")]
mod single_instructions {
    use std::arch::asm;
    use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize};

    #[inline(always)]
    pub(crate) fn load_u32(word: &AtomicU32) -> u32 {
        let value;
        // SAFETY: the instruction is a `Relaxed` load of this word.
        unsafe {
            asm!("mov {:e}, dword ptr [{}]", out(reg) value, in(reg) &raw const *word, options(nostack, preserves_flags, readonly));
        }
        value
    }

    #[inline(always)]
    pub(crate) fn load_u64(word: &AtomicU64) -> u64 {
        let value;
        // SAFETY: as above.
        unsafe {
            asm!("mov {}, qword ptr [{}]", out(reg) value, in(reg) &raw const *word, options(nostack, preserves_flags, readonly));
        }
        value
    }

    #[inline(always)]
    pub(crate) fn load_usize(word: &AtomicUsize) -> usize {
        let value;
        // SAFETY: as above.
        unsafe {
            asm!("mov {}, qword ptr [{}]", out(reg) value, in(reg) &raw const *word, options(nostack, preserves_flags, readonly));
        }
        value
    }
}

#[cfg(not(single_instructions))]
mod methods {
    use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

    use metrics::atomics::AtomicU64;

    #[inline]
    pub(crate) fn load_u32(word: &AtomicU32) -> u32 {
        word.load(Relaxed)
    }

    #[inline]
    pub(crate) fn load_u64(word: &AtomicU64) -> u64 {
        word.load(Relaxed)
    }

    #[inline]
    pub(crate) fn load_usize(word: &AtomicUsize) -> usize {
        word.load(Relaxed)
    }
}
