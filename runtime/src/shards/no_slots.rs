//! Where a call is counted, in a build without the exporter and therefore without slots.

use super::target::CallTarget;

/// Where a call is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(Option<&'static CallTarget>);

impl Place {
    /// The place of a call that is not counted or has ended.
    pub(crate) const NONE: Self = Self(None);

    pub(crate) fn of(target: &'static CallTarget) -> Self {
        Self(Some(target))
    }

    #[inline]
    pub(crate) fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// Returns the target of the call; `None` if it is not counted.
    #[inline]
    pub(crate) fn target(self) -> Option<&'static CallTarget> {
        self.0
    }
}
