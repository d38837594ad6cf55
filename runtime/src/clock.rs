//! The clock that durations are read from.

use std::time::Instant;

/// A moment, to be asked how long ago it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(Instant);

impl Moment {
    #[inline]
    pub(crate) fn now() -> Self {
        Self(Instant::now())
    }

    /// Seconds since then; a clock that went back gives 0.
    #[inline]
    pub(crate) fn elapsed_seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
