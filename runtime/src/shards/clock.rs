//! The clock of sharded calls: the processor's time stamp counter where `quanta` finds one that runs evenly, the system's monotonic clock
//! elsewhere.

use std::sync::OnceLock;

use quanta::Clock;

static CLOCK: OnceLock<Clock> = OnceLock::new();

/// Finds out how fast the counter runs, which takes up to 200 ms; done at installation, so that no call has to wait for it.
pub(crate) fn prepare() {
    CLOCK.get_or_init(Clock::new);
}

/// A reading of the counter, in its own unit.
#[inline]
pub(crate) fn reading() -> u64 {
    CLOCK.get_or_init(Clock::new).raw()
}

/// Nanoseconds since a reading. A counter that went back, say on another core, gives 0.
#[inline]
pub(crate) fn nanoseconds_since(since: u64) -> u64 {
    let clock = CLOCK.get_or_init(Clock::new);
    let now = clock.raw();
    if now > since { clock.delta_as_nanos(since, now) } else { 0 }
}
