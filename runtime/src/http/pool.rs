//! Memory for requests, which each thread keeps for its next ones.
//!
//! What is known of a request is written once and stays where it is: a future and a body that contained it would move it a dozen times on their way through a
//! router, and loads that span several recent stores wait for them. Allocating it would take as long; the lists below take a fifth of that.

#![allow(clippy::unnecessary_box_returns, reason = "lists and requests contain boxes")]

use std::cell::Cell;
use std::fmt;
use std::mem;
use std::thread::LocalKey;

use super::progress::Progress;

/// The number of places that a thread keeps: a burst of requests does not leave more memory behind.
const MOST: u32 = 256;

/// The state of a kind of requests, with a value for free places. An `Option` would be checked with each event of a request.
pub trait Vacant {
    /// The state of a new place. It owns no memory.
    #[doc(hidden)]
    const VACANT: Self;

    /// Frees what the state of a request that has ended owns.
    #[doc(hidden)]
    fn vacate(&mut self);
}

/// The state of a kind of requests, with a list of free places on each thread.
pub trait Pooled: Vacant + Sized + 'static {
    #[doc(hidden)]
    fn free() -> &'static LocalKey<Free<Self>>;
}

/// A thread's free places for one type of state.
pub struct Free<T>(Cell<Option<Box<Place<T>>>>);

impl<T> fmt::Debug for Free<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Free").finish_non_exhaustive()
    }
}

impl<T> Free<T> {
    pub(super) const fn new() -> Self {
        Self(Cell::new(None))
    }
}

/// The place of one state.
#[derive(Debug)]
pub struct Place<T> {
    pub(super) state: T,
    pub(super) progress: Progress,
    next: Option<Box<Self>>,
    /// The number of places in the list from here on.
    listed: u32,
}

impl<T: Pooled> Place<T> {
    /// Returns a free place.
    #[inline]
    pub(super) fn take() -> Box<Self> {
        // A thread has no list any more when its other thread-local values are dropped.
        let free = T::free().try_with(|free| {
            let mut place = free.0.take()?;
            free.0.set(place.next.take());
            Some(place)
        });
        match free {
            Ok(Some(place)) => place,
            _ => Self::new(),
        }
    }

    #[cold]
    #[inline(never)]
    fn new() -> Box<Self> {
        Box::new(Self { state: T::VACANT, progress: Progress::NONE, next: None, listed: 0 })
    }

    /// Writes a state to its place. Inline, so that its parts are stored one by one: to move them together, the processor would have to wait until they are
    /// stored.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "see above")]
    pub(super) fn with(mut self: Box<Self>, state: T) -> Box<Self> {
        self.state = state;
        self
    }

    /// Gives the place to this thread, which may be another one than the one that it came from.
    #[inline]
    pub(super) fn free(mut self: Box<Self>) {
        self.state.vacate();
        let _ = T::free().try_with(|free| {
            let next = free.0.take();
            self.listed = next.as_ref().map_or(1, |next| next.listed + 1);
            if self.listed > MOST {
                free.0.set(next);
            } else {
                // Both are empty, which the compiler does not know: replaced, they would be dropped.
                mem::forget(mem::replace(&mut self.next, next));
                mem::forget(free.0.replace(Some(self)));
            }
        });
    }
}

/// Implements [`Pooled`] for types without parameters.
macro_rules! pooled {
    ($($state:ty),*) => {
        $(
            impl $crate::http::pool::Pooled for $state {
                #[inline]
                fn free() -> &'static std::thread::LocalKey<$crate::http::pool::Free<Self>> {
                    thread_local! {
                        static FREE: $crate::http::pool::Free<$state> = const { $crate::http::pool::Free::new() };
                    }
                    &FREE
                }
            }
        )*
    };
}

pub(super) use pooled;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    struct State(Option<Arc<u32>>);

    impl Vacant for State {
        const VACANT: Self = Self(None);

        fn vacate(&mut self) {
            self.0 = None;
        }
    }

    pooled!(State);

    fn place(state: &Arc<u32>) -> Box<Place<State>> {
        Place::take().with(State(Some(Arc::clone(state))))
    }

    #[test]
    fn a_thread_reuses_the_place_of_a_request_that_has_ended() {
        let (first, second) = (Arc::new(1), Arc::new(2));
        let ended = place(&first);
        let address = std::ptr::from_ref(&*ended);
        ended.free();
        assert_eq!(Arc::strong_count(&first), 1, "a free place has no state");
        let next = place(&second);
        assert_eq!(std::ptr::from_ref(&*next), address);
        assert_eq!(next.state.0.as_deref(), Some(&2));
        let other = place(&first);
        assert_ne!(std::ptr::from_ref(&*other), address, "the first one is in use");
    }

    #[test]
    fn a_burst_of_requests_leaves_a_bounded_number_of_places() {
        let state = Arc::new(0);
        let places: Vec<_> = (0..MOST + 10).map(|_| place(&state)).collect();
        places.into_iter().for_each(Place::free);
        assert_eq!(Arc::strong_count(&state), 1);
        let mut kept = State::free().with(|free| free.0.take());
        let mut count = 0;
        while let Some(place) = kept {
            count += 1;
            kept = place.next;
        }
        assert_eq!(count, MOST);
    }

    /// The destructors of a thread run in any order.
    #[test]
    fn a_request_may_end_on_another_thread_and_when_a_thread_ends() {
        struct EndsWithTheThread(Cell<Option<Box<Place<State>>>>);

        impl Drop for EndsWithTheThread {
            fn drop(&mut self) {
                self.0.take().into_iter().for_each(Place::free);
            }
        }

        thread_local! {
            static BEFORE: EndsWithTheThread = const { EndsWithTheThread(Cell::new(None)) };
            static AFTER: EndsWithTheThread = const { EndsWithTheThread(Cell::new(None)) };
        }

        let state = Arc::new(0);
        let begun = place(&state);
        let ends = || {
            BEFORE.with(|held| held.0.set(None));
            begun.free();
            BEFORE.with(|held| held.0.set(Some(place(&state))));
            AFTER.with(|held| held.0.set(Some(place(&state))));
        };
        std::thread::scope(|scope| scope.spawn(ends).join().expect("no destructor panics"));
        assert_eq!(Arc::strong_count(&state), 1);
    }
}
