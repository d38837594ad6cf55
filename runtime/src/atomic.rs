//! The atomics of shards and of running calls, and the lock of idle values: `loom`'s when the order of reads and writes is explored (`scripts/loom`).
//!
//! Without optimisation, a load from an atomic of `std` is two function calls with 27 instructions, and an addition is a locked instruction in two function
//! calls. On x86-64, those of each call are one instruction instead, which saves a sixth of the time of a call in a debug build.

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

#[cfg(any(feature = "exporter", unoptimised))]
pub(crate) use frequent::load_usize;
#[cfg(feature = "exporter")]
pub(crate) use frequent::{add, load_u32};

#[cfg(all(
    unoptimised,
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, metrics_instrumented_loom))
))]
mod frequent {
    use std::arch::asm;
    #[cfg(feature = "exporter")]
    use std::sync::atomic::AtomicU32;
    use std::sync::atomic::AtomicUsize;

    /// Adds to the word with this index, to which no other thread writes. It does what a load and a store with `Release` do: this processor does not reorder
    /// stores. It is a macro, because a function in place copies its arguments here.
    ///
    /// # Safety
    /// There is an [`AtomicU64`](super::AtomicU64) with this index from this address.
    #[cfg(feature = "exporter")]
    macro_rules! add {
        ($words:expr, $index:expr, $n:expr, $order:expr) => {{
            let _ = $order;
            std::arch::asm!("add qword ptr [{} + 8 * {}], {}", in(reg) $words, in(reg) $index, in(reg) $n, options(nostack));
        }};
    }
    #[cfg(feature = "exporter")]
    pub(crate) use add;

    /// Loads with `Relaxed`.
    #[cfg(feature = "exporter")]
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn load_u32(number: &AtomicU32) -> u32 {
        let loaded;
        // SAFETY: the address is aligned, so the load is atomic.
        unsafe {
            asm!("mov {:e}, dword ptr [{}]", out(reg) loaded, in(reg) &raw const *number, options(nostack, preserves_flags, readonly));
        }
        loaded
    }

    /// Loads with `Relaxed`.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn load_usize(number: &AtomicUsize) -> usize {
        let loaded;
        // SAFETY: as above.
        unsafe {
            asm!("mov {}, qword ptr [{}]", out(reg) loaded, in(reg) &raw const *number, options(nostack, preserves_flags, readonly));
        }
        loaded
    }
}

#[cfg(not(all(
    unoptimised,
    target_arch = "x86_64",
    target_pointer_width = "64",
    not(any(miri, metrics_instrumented_loom))
)))]
mod frequent {
    #[cfg(feature = "exporter")]
    use std::sync::atomic::AtomicU32;
    #[cfg(any(feature = "exporter", unoptimised))]
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    /// Adds to the word with this index, to which no other thread writes.
    ///
    /// # Safety
    /// There is an [`AtomicU64`](super::AtomicU64) with this index from this address.
    #[cfg(feature = "exporter")]
    macro_rules! add {
        ($words:expr, $index:expr, $n:expr, $order:expr) => {{
            let word: &crate::atomic::AtomicU64 = &*$words.add($index);
            // Both are equivalent for other threads. `loom` remembers only the last access of a word: after the separate load it would forget the access of a
            // scrape, and not explore the orders that matter. Without optimisation, the functions take longer than the locked instruction.
            if cfg!(any(metrics_instrumented_loom, all(unoptimised, not(miri)))) {
                word.fetch_add($n, $order);
            } else {
                word.store(word.load(crate::atomic::Ordering::Relaxed).wrapping_add($n), $order);
            }
        }};
    }
    #[cfg(feature = "exporter")]
    pub(crate) use add;

    /// Loads with `Relaxed`.
    #[cfg(feature = "exporter")]
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn load_u32(number: &AtomicU32) -> u32 {
        number.load(Relaxed)
    }

    /// Loads with `Relaxed`.
    #[cfg(any(feature = "exporter", unoptimised))]
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn load_usize(number: &AtomicUsize) -> usize {
        number.load(Relaxed)
    }
}
