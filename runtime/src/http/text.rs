//! Strings of a request that are needed at its end, kept without an allocation.

use std::sync::LazyLock;

use crate::names::OTHER;
use crate::series::interner::Interner;

/// The number of distinct strings that are stored for the life of the process. The caps of the labels that use them are not higher.
const MOST: usize = 1_000;

static STORED: LazyLock<Interner> = LazyLock::new(|| Interner::new(MOST));

/// A route, a host, a port, or a gRPC method.
#[derive(Debug)]
pub(super) enum Text {
    /// A stored string: the same string has the same address.
    Stored(&'static str),
    /// A string beyond that number, allocated for this request.
    Owned(Box<str>),
}

impl Text {
    #[inline]
    pub(super) fn new(text: &str) -> Self {
        match STORED.index(text) {
            (_, stored, false) => Self::Stored(stored),
            (_, _, true) => Self::Owned(text.into()),
        }
    }

    /// The string, if it is stored already.
    #[inline]
    pub(super) fn seen(text: &str) -> Option<Self> {
        STORED.stored(text).map(Self::Stored)
    }

    /// The stored string; of others, what they count as.
    pub(super) fn stored_or_other(&self) -> &'static str {
        match self {
            Self::Stored(text) => text,
            Self::Owned(_) => OTHER,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Stored(text) => text,
            Self::Owned(text) => text,
        }
    }

    /// The address of a stored string.
    pub(super) fn address(&self) -> Option<usize> {
        match self {
            Self::Stored(text) => Some(text.as_ptr().addr()),
            Self::Owned(_) => None,
        }
    }
}
