//! Strings of a request that are needed at its end, kept without an allocation.

use std::cell::Cell;
use std::sync::LazyLock;

use crate::names::OTHER;
use crate::series::interner::{Entry, Interner};

/// The number of distinct strings that are stored for the life of the process. The caps of the labels that use them are not higher.
const MOST: usize = 1_000;

static STORED: LazyLock<Interner> = LazyLock::new(|| Interner::new(MOST));

/// The number of strings that a thread finds by their addresses.
const SLOTS: usize = 64;

thread_local! {
    static RECENT: [Cell<Option<&'static Entry>>; SLOTS] = const { [const { Cell::new(None) }; SLOTS] };
}

/// A route, a host, a port, or a gRPC method.
#[derive(Debug)]
pub(super) enum Text {
    Stored(&'static Entry),
    /// A string beyond that number, allocated for this request. Twice, so that a request with a stored string is a word smaller.
    Owned(Box<Box<str>>),
    /// That of no request.
    Empty,
}

impl Text {
    #[inline]
    pub(super) fn new(text: &str) -> Self {
        match STORED.store(text) {
            Some(entry) => Self::Stored(entry),
            None => Self::Owned(Box::new(text.into())),
        }
    }

    /// The same for a string that is often at the same address, like the routes of a router: it is compared with the one that this thread found there before,
    /// which takes less time than a search.
    #[inline]
    pub(super) fn in_place(text: &str) -> Self {
        let address = text.as_ptr().addr();
        // Allocations are at multiples of 16 bytes.
        let slot = (address >> 4 ^ address >> 10) % SLOTS;
        match RECENT.with(|recent| recent[slot].get()) {
            Some(entry) if entry.is_of(text) => Self::Stored(entry),
            _ => Self::at(slot, text),
        }
    }

    #[cold]
    #[inline(never)]
    fn at(slot: usize, text: &str) -> Self {
        let text = Self::new(text);
        if let Self::Stored(entry) = text {
            RECENT.with(|recent| recent[slot].set(Some(entry)));
        }
        text
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
            Self::Empty => "",
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Stored(entry) => entry.text(),
            Self::Owned(text) => text,
            Self::Empty => "",
        }
    }

    /// The number of a stored string: from 1 to [`MOST`].
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "less than `MOST`")]
    pub(super) fn number(&self) -> Option<u16> {
        match self {
            Self::Stored(entry) => Some(entry.index() as u16 + 1),
            Self::Owned(_) | Self::Empty => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    /// A router that was freed may leave its address to another route.
    #[test]
    fn another_string_at_the_same_address_is_not_taken_for_the_first_one() {
        let routes = [
            "/a",
            "/b",
            "/ab",
            "",
            "/users/{id}",
            "/users/{no}",
            "/a/route/of/more/than/16",
            "/a/route/of/more/than/17",
        ];
        let mut place = String::with_capacity(64);
        for route in routes.into_iter().chain(routes) {
            place.clear();
            place.push_str(route);
            for _ in 0..2 {
                assert_eq!(Text::in_place(&place).as_str(), route);
            }
        }
    }
}
