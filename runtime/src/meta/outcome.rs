//! The outcomes of calls: the values of the outcome label, and the error kinds.

use crate::names::{Never, OutcomeClass, same};

/// The values of the outcome label, and their classes.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeMeta {
    /// The label's name; `None` if calls are counted without an outcome.
    pub label: Option<&'static str>,
    /// The values of finished calls: `ok` and `error`, or those of the type of `outcome = Type`.
    pub finished: &'static [&'static str],
    /// The class of each value of `finished`; empty if the type does not say.
    pub classes: &'static [OutcomeClass],
    /// The value of a call that panicked; its class is always `error`.
    pub panic: &'static str,
    /// The value of a call that was dropped before it finished.
    pub cancelled: &'static str,
    /// The class of `cancelled`.
    pub cancelled_class: OutcomeClass,
    /// The value counted when a call begins, if any.
    pub started: Option<&'static str>,
    /// Whether the family with the role `Duration` has the label, too.
    pub on_duration: bool,
}

impl OutcomeMeta {
    /// The default.
    pub const DEFAULT: Self = Self {
        label: Some("outcome"),
        finished: &["ok", "error"],
        classes: &[OutcomeClass::Ok, OutcomeClass::Error],
        panic: "panic",
        cancelled: "cancelled",
        cancelled_class: OutcomeClass::Ignored,
        started: None,
        on_duration: false,
    };

    /// The number of outcomes: the finished ones, `panic` and `cancelled`.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.finished.len() + 2
    }

    /// The value of each outcome that is not excluded, in their order.
    pub(super) fn values(&self, never: Never) -> impl Iterator<Item = &'static str> {
        (0..self.count()).filter(move |index| self.is_possible(*index, never)).map(|index| self.value(index))
    }

    /// Whether a call of a function can have this outcome.
    pub(crate) const fn is_possible(&self, index: usize, never: Never) -> bool {
        let is_error = index > 0 && index < self.finished.len();
        let is_cancelled = index + 1 == self.count();
        let is_excluded = never.error && is_error || never.cancelled && is_cancelled;
        !is_excluded
    }

    /// The value of the outcome at an index: the finished ones, then panic, then cancelled.
    #[must_use]
    pub const fn value(&self, index: usize) -> &'static str {
        match index.checked_sub(self.finished.len()) {
            None => self.finished[index],
            Some(0) => self.panic,
            Some(_) => self.cancelled,
        }
    }

    /// The number of distinct values: outcomes may share one.
    pub(super) const fn distinct(&self) -> usize {
        let mut distinct = 0;
        let mut at = 0;
        while at < self.count() {
            distinct += !self.is_before(self.value(at), at) as usize;
            at += 1;
        }
        distinct
    }

    /// The same, with the value that is counted when a call begins.
    pub(super) const fn distinct_with_started(&self) -> usize {
        match self.started {
            Some(started) => self.distinct() + !self.is_before(started, self.count()) as usize,
            None => self.distinct(),
        }
    }

    /// Whether one of the first `outcomes` outcomes has this value.
    const fn is_before(&self, value: &str, outcomes: usize) -> bool {
        let mut at = 0;
        while at < outcomes {
            if same(self.value(at), value) {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// The label of the counter of errors by kind.
#[derive(Clone, Copy, Debug)]
pub struct ErrorKinds {
    /// The label's name.
    pub label: &'static str,
    /// Every kind.
    pub kinds: &'static [&'static str],
}
