//! Where a call is counted, in a build without the exporter and therefore without slots.

use super::target::CallTarget;

static UNCOUNTED: CallTarget = CallTarget::Uncounted;

/// What a function returns that begins a call; with slots, it tells the compiler more than a pair.
pub(crate) struct Started((Place, u64));

impl From<(Place, u64)> for Started {
    fn from(begun: (Place, u64)) -> Self {
        Self(begun)
    }
}

impl Started {
    #[inline]
    #[allow(clippy::unnecessary_wraps, reason = "the same signature as with slots")]
    pub(crate) fn call(self) -> Option<(Place, u64)> {
        Some(self.0)
    }
}

/// Where a call is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(&'static CallTarget);

impl Place {
    /// The place of a call that is not counted. It is not an `Option`, so that an `Option` of a place takes one word.
    pub(crate) const NONE: Self = Self(&UNCOUNTED);

    pub(crate) fn of(target: &'static CallTarget) -> Self {
        Self(target)
    }

    /// Returns the target of the call; `None` if it is not counted.
    #[inline]
    pub(crate) fn target(self) -> Option<&'static CallTarget> {
        match self.0 {
            CallTarget::Uncounted => None,
            target => Some(target),
        }
    }
}
