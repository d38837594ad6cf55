//! Values that tell when they are dropped.

use std::cell::RefCell;

thread_local! {
    /// The names of what was dropped, in order.
    static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Tells when it is dropped.
pub(crate) struct Told(pub(crate) &'static str);

impl Drop for Told {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

/// Returns the names of what this thread has dropped since the last call, in order.
pub(crate) fn dropped() -> Vec<&'static str> {
    DROPPED.take()
}
