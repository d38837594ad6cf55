//! The maximum number of running calls in the last one to two minutes.

use super::time::Time;
use crate::atomic::{AtomicU64, Ordering};

/// The number of running calls, and their maximum in each of the last two minutes.
///
/// Minutes are numbered; even and odd minutes have a window each. The first call or scrape of a later minute takes its window over. Reading resets
/// nothing, so all scrapers see the same value.
#[derive(Debug)]
pub(crate) struct Peak {
    time: Time,
    counts: Counts,
}

#[derive(Debug)]
struct Counts {
    running: AtomicU64,
    windows: [AtomicU64; 2],
}

impl Peak {
    pub(crate) fn new(time: Time) -> Self {
        Self { time, counts: Counts::new() }
    }

    pub(crate) fn time(&self) -> &Time {
        &self.time
    }

    /// Begins a call at this reading.
    pub(super) fn begin(&self, reading: u64) {
        self.counts.begin(self.time.minute(reading));
    }

    /// Ends a call at this reading.
    pub(super) fn end(&self, reading: u64) {
        self.counts.end(self.time.minute(reading));
    }

    /// Returns the number of running calls. If `peak` is read afterwards, it is not below this number.
    #[cfg(feature = "exporter")]
    pub(crate) fn running(&self) -> u64 {
        self.counts.running(self.minute())
    }

    /// Returns the maximum number of running calls in this minute and the one before it.
    #[cfg(any(feature = "exporter", feature = "testing"))]
    pub(crate) fn peak(&self) -> u64 {
        self.counts.peak(self.minute())
    }

    /// Resets the windows, while no call runs.
    #[cfg(feature = "exporter")]
    pub(crate) fn reset(&self) {
        // Release: a scrape that reads this sees that the value was removed.
        self.counts.windows.iter().for_each(|window| window.store(0, Ordering::Release));
    }

    fn minute(&self) -> u32 {
        self.time.minute(self.time.now())
    }
}

impl Counts {
    fn new() -> Self {
        Self { running: AtomicU64::new(0), windows: [AtomicU64::new(0), AtomicU64::new(0)] }
    }

    // The orderings here: a scrape that sees the call (Acquire) also sees that an idle value was removed before it (Release).
    fn begin(&self, minute: u32) {
        let running = self.running.fetch_add(1, Ordering::AcqRel).wrapping_add(1);
        self.note(minute, running);
    }

    /// Notes the number before the end, because calls that began in an earlier minute are part of this minute's peak.
    fn end(&self, minute: u32) {
        let running = self.running.fetch_sub(1, Ordering::AcqRel);
        self.note(minute, running);
    }

    #[cfg(any(feature = "exporter", feature = "testing", test))]
    fn running(&self, minute: u32) -> u64 {
        let running = self.running.load(Ordering::Acquire);
        // The peak that a scrape shows must not be below the number of running calls that it shows.
        self.note(minute, running);
        running
    }

    #[cfg(any(feature = "exporter", feature = "testing", test))]
    fn peak(&self, minute: u32) -> u64 {
        let of = |window: u64| {
            let is_recent = window_minute(window) == minute || window_minute(window) == minute.wrapping_sub(1);
            if is_recent { window_most(window) } else { 0 }
        };
        let running = self.running(minute);
        self.windows.iter().map(|window| of(window.load(Ordering::Acquire))).fold(running, u64::max)
    }

    fn note(&self, minute: u32, running: u64) {
        let window = &self.windows[minute as usize % 2];
        let mut seen = window.load(Ordering::Acquire);
        // If the window has a later minute, other calls began that minute while this call was running this function.
        while window_minute(seen) < minute || (window_minute(seen) == minute && window_most(seen) < running) {
            match window.compare_exchange_weak(seen, pack(minute, running), Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return,
                Err(other) => seen = other,
            }
        }
    }
}

/// Packs a minute's number and its maximum into one word.
fn pack(minute: u32, most: u64) -> u64 {
    u64::from(minute) << 32 | most.min(u64::from(u32::MAX))
}

#[allow(clippy::cast_possible_truncation, reason = "the upper half")]
fn window_minute(window: u64) -> u32 {
    (window >> 32) as u32
}

fn window_most(window: u64) -> u64 {
    window & u64::from(u32::MAX)
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    #[test]
    fn the_peak_stays_for_the_rest_of_the_minute_and_the_next_one() {
        let counts = Counts::new();
        for _ in 0..5 {
            counts.begin(7);
        }
        for _ in 0..4 {
            counts.end(7);
        }
        assert_eq!([7, 7, 8, 8, 9].map(|minute| counts.peak(minute)), [5, 5, 5, 5, 1]);
    }

    #[test]
    fn calls_that_began_earlier_are_part_of_the_minute_in_which_they_end() {
        let counts = Counts::new();
        counts.begin(0);
        counts.begin(0);
        counts.end(5);
        counts.end(5);
        assert_eq!([5, 6, 7].map(|minute| counts.peak(minute)), [2, 2, 0]);
    }

    /// Compares random sequences of beginnings, ends, scrapes and minutes with a list of all numbers.
    #[test]
    fn the_peak_is_the_maximum_of_this_minute_and_the_last() {
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % below
        };
        for _ in 0..if cfg!(miri) { 5 } else { 500 } {
            let counts = Counts::new();
            let (mut minute, mut running) = (0u32, 0u64);
            let mut seen: VecDeque<(u32, u64)> = VecDeque::from([(0, 0)]);
            for _ in 0..400 {
                match next(10) {
                    0..4 => {
                        counts.begin(minute);
                        running += 1;
                    }
                    4..8 if running > 0 => {
                        counts.end(minute);
                        running -= 1;
                    }
                    8 => {
                        minute += u32::try_from(next(4)).unwrap();
                        // Calls that run when a minute begins are running in that minute.
                        seen.push_back((minute, running));
                    }
                    _ => {}
                }
                seen.push_back((minute, running));
                seen.retain(|(at, _)| at + 1 >= minute);
                // Not after each step: a reading notes the number of running calls, which would hide a step that does not note it.
                if next(8) == 0 {
                    let most = seen.iter().map(|(_, running)| *running).max().unwrap();
                    assert_eq!(counts.peak(minute), most, "in minute {minute}");
                    assert_eq!(counts.running(minute), running);
                }
            }
        }
    }
}

#[cfg(all(test, metrics_instrumented_loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    #[test]
    fn the_peak_is_not_below_what_was_read_as_running_before_it() {
        ::loom::model(|| {
            let counts = Arc::new(Counts::new());
            let caller = thread::spawn({
                let counts = Arc::clone(&counts);
                move || {
                    counts.begin(3);
                    counts.end(4);
                }
            });
            let running = counts.running(4);
            let peak = counts.peak(4);
            assert!(peak >= running && peak <= 1, "{running} running, a peak of {peak}");
            caller.join().unwrap();
            assert_eq!((counts.running(4), counts.peak(4), counts.peak(6)), (0, 1, 0));
        });
    }
}
