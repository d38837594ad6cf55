//! The result of a command.

/// The result of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good,
    /// There are problems to fix.
    Bad,
}

impl Verdict {
    pub(crate) fn bad_if(is_bad: bool) -> Self {
        if is_bad { Self::Bad } else { Self::Good }
    }
}
