//! Keeps label values with `idle` while something uses their series.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::idle::leased::Leased;
use crate::live::seen::Seen;

/// Keeps values from expiring until it is dropped.
pub(crate) enum Pin {
    /// The values of a series.
    Values(&'static Leased),
    /// The values of a series in a `testing::Capture`.
    Captured(Arc<Seen>),
}

impl Pin {
    /// Takes over the pin of a look-up.
    pub(super) fn looked_up(leased: &'static Leased) -> Self {
        Self::Values(leased)
    }

    pub(super) fn captured(seen: Arc<Seen>) -> Self {
        seen.begin();
        Self::Captured(seen)
    }
}

impl Clone for Pin {
    fn clone(&self) -> Self {
        match self {
            Self::Values(leased) => {
                leased.pin_again();
                Self::Values(leased)
            }
            Self::Captured(seen) => Self::captured(Arc::clone(seen)),
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        match self {
            Self::Values(leased) => leased.release(),
            Self::Captured(seen) => seen.end(),
        }
    }
}

/// The facade's handle of a series for one update. Clone it only together with its pin, or its value may expire.
pub struct MetricHandle<'a, H> {
    handle: &'a H,
    /// `None` if the values of the series stay.
    pin: Option<&'a Pin>,
}

impl<'a, H> MetricHandle<'a, H> {
    #[inline]
    pub(super) fn new(handle: &'a H, pin: Option<&'a Pin>) -> Self {
        Self { handle, pin }
    }

    /// Keeps the values of the series until the returned pin is dropped.
    pub(super) fn pin(&self) -> Option<Pin> {
        self.pin.cloned()
    }
}

impl<H> Deref for MetricHandle<'_, H> {
    type Target = H;

    #[inline]
    fn deref(&self) -> &H {
        self.handle
    }
}

impl<H> fmt::Debug for MetricHandle<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricHandle").finish_non_exhaustive()
    }
}
