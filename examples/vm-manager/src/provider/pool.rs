//! A pool of what calls go through: sessions, connections. Each serves some calls and is then closed.

use std::collections::BTreeMap;
use std::sync::Mutex;

use example_shared::sync::lock;

/// How many calls one serves.
const USES: u32 = 20;

/// What is open and idle, by place.
#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Mutex<BTreeMap<String, Vec<u32>>>,
}

/// One of the pool, for one call; dropping it puts it back.
#[derive(Debug)]
pub(super) struct Lease<'a> {
    pool: &'a Pool,
    place: String,
    uses: u32,
}

impl Pool {
    /// One that is idle, if any.
    pub(super) fn idle(&self, place: &str) -> Option<Lease<'_>> {
        let uses = lock(&self.idle).get_mut(place)?.pop()?;
        Some(Lease { pool: self, place: place.to_owned(), uses: uses + 1 })
    }

    /// One that was just opened.
    pub(super) fn opened(&self, place: &str) -> Lease<'_> {
        Lease { pool: self, place: place.to_owned(), uses: 1 }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if self.uses < USES {
            lock(&self.pool.idle).entry(std::mem::take(&mut self.place)).or_default().push(self.uses);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concurrent_calls_are_limited() {
        let pool = Pool::default();
        let first = pool.opened("a");
        assert!(pool.idle("a").is_none());
        drop(first);
        assert!(pool.idle("b").is_none());
        for _ in 1..USES {
            assert!(pool.idle("a").is_some());
        }
        assert!(pool.idle("a").is_none());
    }
}
