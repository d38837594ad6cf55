//! The clock of sharded calls: the processor's time stamp counter if `quanta` finds that it is invariant, otherwise the system's monotonic clock.
//!
//! On x86-64, calls read the time stamp counter directly ([`ticks`]). `quanta` checks at each reading which clock it uses, and because its other clocks are
//! function calls, registers must be saved: 17 instructions for each call in total.

#![allow(unsafe_code, reason = "measured, see above")]

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use metrics::atomics::AtomicU64;
#[cfg(not(miri))]
use quanta::Clock as Counter;
#[cfg(miri)]
use system::Counter;

use crate::clock;

static CLOCK: OnceLock<Clock> = OnceLock::new();

/// Nanoseconds of a tick of the time stamp counter, in parts of 2^-64; 0 if calls do not read it directly. It is a static of its own, so that no
/// address has to be loaded. Relaxed: no other memory depends on it.
static TICK: AtomicU64 = AtomicU64::new(0);

/// A counter and the length of its tick: `quanta`'s value, as a factor with a constant shift. `quanta` shifts 128 bits by a variable, which is microcode on
/// some processors and costs a quarter as much as reading the counter there.
#[derive(Debug)]
pub(crate) struct Clock {
    counter: Counter,
    /// Nanoseconds of a tick, in parts of 2^-[`SHIFT`].
    factor: u64,
    /// Readings of the counter and of [`clock`] at the same time.
    origin: (u64, u64),
}

/// Supports ticks of up to 4096 ns (some ARM boards count at 1 MHz), with a precision of 2^-52 ns.
const SHIFT: u32 = 52;

impl Clock {
    /// Returns the process's clock. The first use calibrates the counter, which takes up to 200 ms; this happens at installation, so that no
    /// call has to wait.
    #[inline]
    pub(crate) fn get() -> &'static Self {
        CLOCK.get_or_init(|| {
            let counter = Counter::new();
            let factor = counter.delta_as_nanos(0, 1 << SHIFT);
            let origin = (counter.raw(), clock::reading());
            let clock = Self { counter, factor, origin };
            if clock.is_time_stamp_counter() && factor < 1 << SHIFT {
                TICK.store(factor << (u64::BITS - SHIFT), Relaxed);
            }
            clock
        })
    }

    /// Whether calls can read the time stamp counter directly.
    #[allow(clippy::unused_self, reason = "the result is known only once the clock exists")]
    pub(crate) fn has_ticks(&self) -> bool {
        has_ticks()
    }

    /// The length of a tick, for [`nanoseconds_of`].
    #[allow(clippy::unused_self, reason = "the result is known only once the clock exists")]
    pub(crate) fn tick(&self) -> u64 {
        TICK.load(Relaxed)
    }

    /// Reads the counter, in ticks.
    #[inline]
    pub(crate) fn reading(&self) -> u64 {
        if has_ticks() { ticks() } else { self.counter.raw() }
    }

    /// Returns the nanoseconds since a reading; 0 if the counter went backwards, for instance on another core.
    #[inline]
    pub(crate) fn nanoseconds_since(&self, since: u64) -> u64 {
        self.nanoseconds(self.reading().saturating_sub(since))
    }

    /// Converts ticks to nanoseconds.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "a duration of 584 years does not occur")]
    pub(crate) fn nanoseconds(&self, ticks: u64) -> u64 {
        ((u128::from(ticks) * u128::from(self.factor)) >> SHIFT) as u64
    }

    /// Whether `quanta` reads the time stamp counter: then its readings are between two direct readings.
    fn is_time_stamp_counter(&self) -> bool {
        cfg!(all(target_arch = "x86_64", not(miri)))
            && (0..3).all(|_| {
                let (before, reading, after) = (ticks(), self.counter.raw(), ticks());
                before <= reading && reading <= after
            })
    }
}

/// How long a call waits for the process's clock. It may take longer, because `quanta` compares the counter with the system's clock.
const PATIENCE: Duration = Duration::from_millis(20);

/// Creates the process's clock on another thread, for calls on a recorder that is not this crate's. Series that are registered before it exists use `std`'s
/// clock.
#[cold]
pub(crate) fn prepare() {
    if cfg!(any(miri, not(target_arch = "x86_64"))) {
        return;
    }
    let (sender, receiver) = mpsc::channel();
    let make = move || {
        Clock::get();
        // Nobody waits any longer, if it took too long.
        let _ = sender.send(());
    };
    if thread::Builder::new().name("metrics-clock".into()).stack_size(512 * 1024).spawn(make).is_ok() {
        let _ = receiver.recv_timeout(PATIENCE);
    }
}

/// Whether calls can read the time stamp counter directly; false before the process's clock exists.
#[inline]
pub(crate) fn has_ticks() -> bool {
    TICK.load(Relaxed) != 0
}

/// The time in nanoseconds by [`clock`], read from the time stamp counter if calls can read that directly: it takes a quarter of the instructions.
#[inline]
pub(crate) fn nanoseconds() -> u64 {
    match CLOCK.get() {
        Some(Clock { origin: (origin, nanoseconds), .. }) if has_ticks() => {
            nanoseconds.saturating_add(nanoseconds_since_ticks(*origin))
        }
        _ => clock::reading(),
    }
}

/// The time stamp counter, if [`Clock::has_ticks`].
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn ticks() -> u64 {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: every x86-64 processor has this instruction.
    unsafe {
        std::arch::x86_64::_rdtsc()
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    0
}

/// Returns the nanoseconds since a reading of [`ticks`]; 0 if the counter went backwards, for instance on another core.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn nanoseconds_since_ticks(since: u64) -> u64 {
    nanoseconds_of_ticks(ticks().saturating_sub(since))
}

/// Converts ticks to nanoseconds.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
pub(crate) fn nanoseconds_of_ticks(ticks: u64) -> u64 {
    // Relaxed: it is stored before the first series with this clock is created.
    nanoseconds_of(ticks, TICK.load(Relaxed))
}

/// Converts ticks of this length to nanoseconds.
#[inline(always)]
#[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
#[allow(clippy::cast_lossless, reason = "in debug builds, `from` is a function call")]
#[allow(clippy::cast_possible_truncation, reason = "the upper half")]
pub(crate) fn nanoseconds_of(ticks: u64, tick: u64) -> u64 {
    ((ticks as u128 * tick as u128) >> u64::BITS) as u64
}

/// The system's clock, for Miri, which has no instruction that says what the processor can do.
#[cfg(miri)]
mod system {
    #[derive(Debug)]
    pub(crate) struct Counter;

    impl Counter {
        pub(crate) fn new() -> Self {
            Self
        }

        #[allow(clippy::unused_self, reason = "as that of `quanta`")]
        pub(crate) fn raw(&self) -> u64 {
            crate::clock::reading()
        }

        #[allow(clippy::unused_self, reason = "as that of `quanta`")]
        pub(crate) fn delta_as_nanos(&self, start: u64, end: u64) -> u64 {
            end - start
        }
    }
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::{CLOCK, Clock, has_ticks, nanoseconds_since_ticks, prepare, ticks};

    /// The factor is truncated, so a duration may be a nanosecond short, and by one more in every 2^48.
    #[test]
    fn ticks_are_converted_like_quanta_does() {
        let clock = Clock::get();
        for ticks in [0, 1, 2, 3, 1_000, 1_001, 123_456_789, 1 << 40, (1 << 50) + 12_345] {
            let (ours, theirs) = (clock.nanoseconds(ticks), clock.counter.delta_as_nanos(0, ticks));
            assert!(ours <= theirs && theirs - ours <= 1 + (theirs >> 48), "{ticks} ticks: {ours} ns and {theirs} ns");
        }
    }

    #[test]
    fn a_clock_that_goes_backwards_gives_a_duration_of_0() {
        assert_eq!(Clock::get().nanoseconds_since(u64::MAX), 0);
        assert_eq!(nanoseconds_since_ticks(u64::MAX), 0);
    }

    /// The resolution of a clock: the greatest common divisor of the steps between its readings. `scripts/platforms` prints it for each platform.
    #[test]
    #[allow(clippy::cast_precision_loss, reason = "a few ticks")]
    fn both_clocks_resolve_microseconds() {
        fn divisor(a: u64, b: u64) -> u64 {
            if b == 0 { a } else { divisor(b, a % b) }
        }
        fn resolution(reading: impl Fn() -> u64) -> u64 {
            let mut last = reading();
            (0..10_000).fold(0, |all, _| {
                let now = reading();
                divisor(all, now - std::mem::replace(&mut last, now))
            })
        }

        let clock = Clock::get();
        let exporter = resolution(|| clock.reading()) as f64 * clock.nanoseconds(1_000_000) as f64 / 1e6;
        let facade = resolution(crate::clock::reading) as f64;
        println!(
            "resolution in nanoseconds: {exporter:.1} with this crate's exporter, {facade:.1} with another recorder"
        );
        for nanoseconds in [exporter, facade] {
            assert!(nanoseconds > 0.0 && nanoseconds <= 1_000.0, "{nanoseconds}");
        }
    }

    /// Values of open labels leave by this clock, which must not jump when the counter is used.
    #[test]
    fn both_clocks_show_the_same_time() {
        Clock::get();
        for _ in 0..3 {
            let (before, now, after) = (crate::clock::reading(), super::nanoseconds(), crate::clock::reading());
            let tolerance = 1_000_000 + after / 1_000;
            assert!(before <= now + tolerance && now <= after + tolerance, "{before} {now} {after}");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }

    /// For calls on another recorder: the first one neither makes the clock nor waits for it.
    #[test]
    fn the_clock_is_made_on_a_thread_that_ends() {
        const NAME: &str = "ticks::tests::the_clock_is_made_on_a_thread_that_ends";
        const ALONE: &str = "METRICS_INSTRUMENTED_TEST_ALONE";
        if cfg!(any(miri, not(target_arch = "x86_64"))) {
            return;
        }
        if std::env::var_os(ALONE).is_none() {
            // In a process of its own, in which no other test makes the clock.
            let test = std::env::current_exe().unwrap();
            let output = std::process::Command::new(test).args(["--exact", NAME]).env(ALONE, "1").output().unwrap();
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
            return;
        }
        assert!(CLOCK.get().is_none() && !has_ticks());
        let before = super::nanoseconds();
        prepare();
        // The calibration may take longer than `prepare` waits.
        wait_until("the clock is made", || CLOCK.get().is_some());
        assert!(super::nanoseconds() >= before, "the time does not jump back when the counter is used");
        #[cfg(target_os = "linux")]
        wait_until("the thread has ended", || {
            let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
            let mut names = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
            names.all(|name| name.trim() != "metrics-clock")
        });
        prepare();
        assert!(CLOCK.get().is_some(), "a second call changes nothing");
    }

    fn wait_until(what: &str, is_true: impl Fn() -> bool) {
        let is_true = || {
            std::thread::sleep(std::time::Duration::from_millis(5));
            is_true()
        };
        assert!((0..2_000).any(|_| is_true()), "{what}");
    }

    /// Both clocks measure the same time span, one inside the other.
    #[test]
    fn the_time_stamp_counter_agrees_with_quanta() {
        let clock = Clock::get();
        if !clock.has_ticks() {
            return;
        }
        let (outer, inner) = (clock.reading(), ticks());
        std::thread::sleep(std::time::Duration::from_millis(5));
        let (inner, outer) = (nanoseconds_since_ticks(inner), clock.nanoseconds_since(outer));
        assert!(inner <= outer && inner >= 5_000_000, "{inner} ns within {outer} ns");
    }
}
