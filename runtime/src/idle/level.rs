//! The value of a gauge whose label values can expire.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::Release};

use metrics::GaugeFn;
use metrics::atomics::AtomicU64;

use super::metric::Cell;

/// A value closer to zero than this is zero: the rest of fractions that were added and subtracted again.
const ROUNDING: f64 = 1e-9;

/// The value of a gauge.
///
/// A value that was set is outdated after the `idle` time, and expires. A value that was added is still to be subtracted: if it expired, the gauge would become
/// negative. It stays until it is zero again.
#[derive(Debug, Default)]
pub(crate) struct Level {
    /// The bits of an `f64`.
    bits: Arc<AtomicU64>,
    /// Whether it was changed by an amount since it was last set. Relaxed: read when nothing uses the gauge.
    is_changed: AtomicBool,
}

impl Level {
    /// The bits of the value.
    #[cfg(feature = "exporter")]
    pub(crate) fn bits(&self) -> &Arc<AtomicU64> {
        &self.bits
    }

    pub(crate) fn get(&self) -> f64 {
        f64::from_bits(self.bits.load(Relaxed))
    }
}

impl GaugeFn for Level {
    fn increment(&self, value: f64) {
        self.is_changed.store(true, Relaxed);
        GaugeFn::increment(&*self.bits, value);
    }

    fn decrement(&self, value: f64) {
        self.is_changed.store(true, Relaxed);
        GaugeFn::decrement(&*self.bits, value);
    }

    fn set(&self, value: f64) {
        self.is_changed.store(false, Relaxed);
        GaugeFn::set(&*self.bits, value);
    }
}

impl Cell for Level {
    fn reset(&self) {
        self.is_changed.store(false, Relaxed);
        self.bits.store(0, Release);
    }

    fn may_expire(&self) -> bool {
        !self.is_changed.load(Relaxed) || self.get().abs() < ROUNDING
    }
}

#[cfg(all(test, not(metrics_instrumented_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_was_added_stays_until_it_is_subtracted() {
        let level = Level::default();
        level.set(5.0);
        assert!(level.may_expire());
        level.decrement(4.0);
        assert!(!level.may_expire());
        level.set(1.0);
        assert!(level.may_expire());
        level.set(0.0);
        for tenth in [1, 2, 3] {
            level.increment(f64::from(tenth) / 10.0);
        }
        assert!(!level.may_expire());
        level.decrement(0.6);
        assert!(level.may_expire(), "{}", level.get());
        level.increment(1.0);
        level.reset();
        assert!(level.may_expire() && level.get() == 0.0);
    }
}
