//! Strings of a request that are needed at its end, kept without an allocation.

use std::sync::LazyLock;

use crate::series::interner::Interner;

/// The number of distinct strings that are stored for the life of the process. The caps of the labels that use them are not higher.
const MOST: usize = 1_000;

/// A route, a host or a port.
#[derive(Debug)]
pub(super) enum Text {
    /// An interned string.
    Kept(&'static str),
    /// A string beyond that number, allocated for this request.
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
