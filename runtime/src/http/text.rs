//! Strings of a request that are needed at its end, kept without an allocation.

use std::sync::LazyLock;

use crate::names::OTHER;
use crate::series::interner::{Entry, Interner};

/// The number of distinct strings that are stored for the life of the process. The caps of the labels that use them are not higher.
const MOST: usize = 1_000;

static STORED: LazyLock<Interner> = LazyLock::new(|| Interner::new(MOST));

/// A route, a host, a port, or a gRPC method.
#[derive(Debug)]
pub(super) enum Text {
    Stored(&'static Entry),
    /// A string beyond that number, allocated for this request. Twice, so that a request with a stored string is a word smaller.
    Owned(Box<Box<str>>),
}

impl Text {
    #[inline]
    pub(super) fn new(text: &str) -> Self {
        match STORED.store(text) {
            Some(entry) => Self::Stored(entry),
            None => Self::Owned(Box::new(text.into())),
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
            Self::Stored(entry) => entry.text(),
            Self::Owned(_) => OTHER,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Stored(entry) => entry.text(),
            Self::Owned(text) => text,
        }
    }

    /// The number of a stored string: from 1 to [`MOST`].
    #[inline]
    pub(super) fn number(&self) -> Option<u16> {
        match self {
            Self::Stored(entry) => u16::try_from(entry.index() + 1).ok(),
            Self::Owned(_) => None,
        }
    }
}
