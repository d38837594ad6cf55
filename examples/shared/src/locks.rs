//! One at a time per name, without waiting.

use std::collections::HashSet;
use std::sync::Mutex;

use crate::sync::lock;

/// The names that are in use.
#[derive(Debug, Default)]
pub struct NameLocks {
    held: Mutex<HashSet<String>>,
}

impl NameLocks {
    /// Takes `name`, or nothing if it is taken. Nobody waits.
    #[must_use]
    pub fn take(&self, name: &str) -> Option<NameLock<'_>> {
        lock(&self.held).insert(name.to_owned()).then(|| NameLock { locks: self, name: name.to_owned() })
    }
}

/// A taken name; dropping it, also by a panic or a cancelled call, gives it back.
#[derive(Debug)]
pub struct NameLock<'a> {
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
    fn a_name_is_processed_by_one_worker_at_a_time() {
        let locks = NameLocks::default();
        let first = locks.take("a").unwrap();
        assert!(locks.take("a").is_none());
        assert!(locks.take("b").is_some());
        drop(first);
        assert!(locks.take("a").is_some());
    }
}
