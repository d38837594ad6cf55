//! Strings of a request that are needed at its end, kept without an allocation.

use std::sync::LazyLock;

use crate::series::interner::Interner;

/// How many different strings are kept for the life of the process; the caps of the labels that they become are not higher.
const MOST: usize = 1_000;

/// A route, a host or a port.
#[derive(Debug)]
pub(super) enum Text {
    /// One that occurred before.
    Kept(&'static str),
    /// One of too many.
    Owned(Box<str>),
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        static KEPT: LazyLock<Interner> = LazyLock::new(|| Interner::new(MOST));
        match KEPT.index(text) {
            (_, kept, false) => Self::Kept(kept),
            (_, _, true) => Self::Owned(text.into()),
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Kept(text) => text,
            Self::Owned(text) => text,
        }
    }
}
