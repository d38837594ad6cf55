//! One operation per volume at a time.

use std::collections::HashSet;
use std::sync::Mutex;

use super::Error;
use crate::sync::lock;

/// The names that an operation is at work on.
///
/// Names and not records are locked: a volume that is being created has no record yet, and the maintenance must not
/// take its file for an orphan.
#[derive(Debug, Default)]
pub(super) struct NameLocks {
    held: Mutex<HashSet<String>>,
}

impl NameLocks {
    /// Takes `name`, or tells that it is taken; nobody waits, callers of a storage driver try again.
    pub(super) fn acquire(&self, name: &str) -> Result<NameLock<'_>, Error> {
        if lock(&self.held).insert(name.to_owned()) {
            Ok(NameLock { locks: self, name: name.to_owned() })
        } else {
            Err(Error::Busy(name.to_owned()))
        }
    }
}

/// A taken name; dropping it, also by a panic or a cancelled call, gives it back.
#[derive(Debug)]
pub(super) struct NameLock<'a> {
    locks: &'a NameLocks,
    name: String,
}

impl Drop for NameLock<'_> {
    fn drop(&mut self) {
        lock(&self.locks.held).remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_once_at_a_time() {
        let locks = NameLocks::default();
        let first = locks.acquire("a").unwrap();
        assert!(matches!(locks.acquire("a"), Err(Error::Busy(name)) if name == "a"));
        assert!(locks.acquire("b").is_ok());
        drop(first);
        assert!(locks.acquire("a").is_ok());
    }
}
