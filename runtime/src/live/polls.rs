//! Polls of futures: their number, their time, and the number of slow ones.

use std::ops::Deref;
use std::sync::Arc;

use super::slab::number_of_thread;
use super::time::Time;
use crate::atomic::{AtomicU64, Ordering};

/// How many threads count without sharing a cache line.
const STRIPES: usize = 16;

/// The polls of one series.
#[derive(Debug)]
pub(crate) struct Polls {
    time: Time,
    /// A poll is slow if it takes longer than this number of nanoseconds.
    slow: u64,
    stripes: [Stripe; STRIPES],
}

/// The counts of some of the threads, in a cache line of their own.
#[derive(Debug)]
#[repr(align(64))]
struct Stripe {
    polls: AtomicU64,
    nanoseconds: AtomicU64,
    slow: AtomicU64,
}

/// Refers to the polls of a series. The exporter's exist as long as the process; those of another recorder, such as a capture, are shared with it.
#[derive(Debug)]
pub(crate) enum PollsRef {
    #[cfg(feature = "exporter")]
    Lasting(&'static Polls),
    Shared(Arc<Polls>),
}

impl Deref for PollsRef {
    type Target = Polls;

    #[inline]
    fn deref(&self) -> &Polls {
        match self {
            #[cfg(feature = "exporter")]
            Self::Lasting(polls) => polls,
            Self::Shared(polls) => polls,
        }
    }
}

/// A running poll. It is counted when this is dropped, and therefore also if it panics.
pub(crate) struct Running<'a> {
    polls: &'a Polls,
    since: u64,
}

impl Polls {
    pub(crate) fn new(time: Time, slow: u64) -> Self {
        let stripe = || Stripe { polls: AtomicU64::new(0), nanoseconds: AtomicU64::new(0), slow: AtomicU64::new(0) };
        Self { time, slow, stripes: std::array::from_fn(|_| stripe()) }
    }

    pub(crate) fn time(&self) -> &Time {
        &self.time
    }

    /// Begins a poll.
    pub(crate) fn begin(&self) -> Running<'_> {
        Running { polls: self, since: self.time.now() }
    }

    #[cfg(any(feature = "exporter", feature = "testing"))]
    pub(crate) fn count(&self) -> u64 {
        self.sum(|stripe| &stripe.polls)
    }

    /// Returns the nanoseconds spent in polls.
    #[cfg(any(feature = "exporter", feature = "testing"))]
    pub(crate) fn busy(&self) -> u64 {
        self.sum(|stripe| &stripe.nanoseconds)
    }

    #[cfg(any(feature = "exporter", feature = "testing"))]
    pub(crate) fn slow(&self) -> u64 {
        self.sum(|stripe| &stripe.slow)
    }

    /// Sets the counts to zero, while no future is polled.
    #[cfg(feature = "exporter")]
    pub(crate) fn reset(&self) {
        for Stripe { polls, nanoseconds, slow } in &self.stripes {
            // Release: a scrape that reads these zeros (Acquire) also sees that the value was removed.
            for count in [polls, nanoseconds, slow] {
                count.store(0, Ordering::Release);
            }
        }
    }

    #[cfg(any(feature = "exporter", feature = "testing"))]
    fn sum(&self, of: impl Fn(&Stripe) -> &AtomicU64) -> u64 {
        self.stripes.iter().fold(0, |sum, stripe| sum.wrapping_add(of(stripe).load(Ordering::Acquire)))
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let nanoseconds = self.polls.time.nanoseconds_since(self.since);
        // Relaxed: the counts are independent of each other and of other memory.
        let stripe = &self.polls.stripes[number_of_thread() % STRIPES];
        stripe.polls.fetch_add(1, Ordering::Relaxed);
        stripe.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        if nanoseconds > self.polls.slow {
            stripe.slow.fetch_add(1, Ordering::Relaxed);
        }
    }
}
