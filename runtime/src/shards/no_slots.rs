//! Where a call counts, in a build without the exporter and so without slots.

use super::target::CallTarget;

/// Where a call counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(Option<&'static CallTarget>);

impl Place {
    /// Of a call that is not counted or has ended.
    pub(crate) const NONE: Self = Self(None);

    pub(crate) fn of(target: &'static CallTarget) -> Self {
        Self(Some(target))
    }

    #[inline]
    pub(crate) fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// What the call counts on; `None` if it is not counted.
    #[inline]
    pub(crate) fn target(self) -> Option<&'static CallTarget> {
        self.0
    }
}
