//! Memory for requests, which each thread keeps for its next ones.
//!
//! What is known of a request is written once and stays where it is: a future and a body that contained it would move it a dozen times on their way through a
//! router, and loads that span several recent stores wait for them. Allocating it would take as long; the lists below take a fifth of that.

use std::cell::Cell;
use std::fmt;
use std::thread::LocalKey;

use super::progress::Progress;

/// The number of places that a thread keeps: a burst of requests does not leave more memory behind.
const MOST: u32 = 256;

/// The state of a kind of requests, with a list of free places on each thread.
pub trait Pooled: Sized + 'static {
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
    pub(super) const NONE: Self = Self(Cell::new(None));
}

/// The place of one state. A free one still has its last state.
#[derive(Debug)]
pub(super) struct Place<T> {
    pub(super) state: T,
    pub(super) progress: Progress,
    next: Option<Box<Self>>,
    /// The number of places in the list from here on.
    listed: u32,
}

impl<T: Pooled> Place<T> {
    /// Writes a state to a free place.
    #[inline]
    pub(super) fn of(state: T, progress: Progress) -> Box<Self> {
        // A thread has no list any more when its other thread-local values are dropped.
        let free = T::free().try_with(|free| {
            let mut place = free.0.take()?;
            free.0.set(place.next.take());
            Some(place)
        });
        match free {
            Ok(Some(mut place)) => {
                place.state = state;
                place.progress = progress;
                place
            }
            _ => Self::new(state, progress),
        }
    }

    #[cold]
    #[inline(never)]
    fn new(state: T, progress: Progress) -> Box<Self> {
        Box::new(Self { state, progress, next: None, listed: 0 })
    }

    /// Gives the place to this thread, which may be another one than the one that it came from.
    #[inline]
    pub(super) fn free(mut self: Box<Self>) {
        let _ = T::free().try_with(|free| {
            let next = free.0.take();
            self.listed = next.as_ref().map_or(1, |next| next.listed + 1);
            if self.listed > MOST {
                free.0.set(next);
            } else {
                self.next = next;
                free.0.set(Some(self));
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
                        static FREE: $crate::http::pool::Free<$state> = const { $crate::http::pool::Free::NONE };
                    }
                    &FREE
                }
            }
        )*
    };
}

pub(super) use pooled;
