//! A reference in a static that is set once.
//!
//! Like `OnceLock<&'static T>`, in one word. Each instrumented function has one, and the compiler examines every part of a static's type several times: the
//! `OnceLock` took 10 % of the time for a function, and 8 bytes of the program.
#![allow(unsafe_code, reason = "measured, see above")]

use std::fmt;
use std::ptr;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::Ordering::{AcqRel, Acquire};

/// A reference that is set once. It has no destructor, which the compiler would check in each static.
pub(crate) struct Kept<T: 'static>(
    /// Null, or from a `&'static T`.
    AtomicPtr<T>,
);

impl<T: Sync> Kept<T> {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Returns the reference, if it is set.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn get(&self) -> Option<&'static T> {
        // Acquire: what was written before the reference was set is visible.
        let kept = self.0.load(Acquire);
        // SAFETY: A pointer that is not null comes from a `&'static T`, and `T` is `Sync`.
        unsafe { kept.as_ref() }
    }

    /// Returns the reference, set by `make` if it is not set. If two threads do so at once, both call `make`, and the first reference is kept.
    pub(crate) fn get_or_set(&self, make: impl FnOnce() -> &'static T) -> &'static T {
        self.get().unwrap_or_else(|| {
            let new = make();
            match self.0.compare_exchange(ptr::null_mut(), ptr::from_ref(new).cast_mut(), AcqRel, Acquire) {
                Ok(_) => new,
                Err(_) => self.get().unwrap_or(new),
            }
        })
    }
}

impl<T> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kept").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::Kept;

    #[test]
    fn all_threads_have_the_reference_that_was_set_first() {
        static KEPT: Kept<String> = Kept::new();
        static TEXTS: [String; 4] = [const { String::new() }; 4];
        assert!(KEPT.get().is_none());
        let all: Vec<&String> = thread::scope(|scope| {
            let threads: Vec<_> = TEXTS.iter().map(|text| scope.spawn(move || KEPT.get_or_set(|| text))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let first = KEPT.get().unwrap();
        assert!(TEXTS.iter().any(|text| std::ptr::eq(text, first)));
        assert!(all.iter().all(|kept| std::ptr::eq(*kept, first)), "{all:?}");
    }
}
