//! The open connections of a listener. Only the accept loop accesses them, so there is no lock.

use std::time::Instant;

use tokio::task::JoinHandle;

use super::activity::Activity;
use super::limits::Limits;
use crate::exporter::own_metrics::{CloseReason, ConnectionCounts};

pub(super) struct Connections {
    limits: Limits,
    counts: ConnectionCounts,
    open: Vec<Open>,
}

struct Open {
    activity: Activity,
    task: JoinHandle<()>,
}

impl Connections {
    pub(super) fn new(limits: Limits, counts: ConnectionCounts) -> Self {
        Self { limits, counts, open: Vec::new() }
    }

    pub(super) fn are_none(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn add(&mut self, activity: Activity, task: JoinHandle<()>) {
        self.open.push(Open { activity, task });
        self.counts.opened();
    }

    /// Closes connections that exceed a time limit, and removes those that have ended.
    pub(super) fn sweep(&mut self, now: Instant) {
        self.open.retain(|open| {
            if !open.task.is_finished() && open.activity.deadline(&self.limits) > now {
                return true;
            }
            if !open.task.is_finished() {
                open.task.abort();
                self.counts.dropped(CloseReason::Timeout);
            }
            self.counts.closed();
            false
        });
    }

    /// Whether there is a place for one more connection. If the limit is reached, the connection that has been idle for longest is closed.
    pub(super) fn make_place(&mut self) -> bool {
        self.open.len() < self.limits.connections || self.evict() || {
            self.counts.dropped(CloseReason::Full);
            false
        }
    }

    /// Closes the connection that has been idle for longest; returns whether there was an idle one.
    pub(super) fn evict(&mut self) -> bool {
        let unused = self.open.iter().enumerate().filter_map(|(at, open)| Some((open.activity.unused_since()?, at)));
        let Some((_, at)) = unused.min() else { return false };
        self.open.swap_remove(at).task.abort();
        self.counts.dropped(CloseReason::Evicted);
        self.counts.closed();
        true
    }

    /// Waits for all connections to end.
    pub(super) async fn all_over(&mut self) {
        for open in self.open.drain(..) {
            // The panic hook has reported a panic of the task.
            let _ = open.task.await;
            self.counts.closed();
        }
    }
}

/// Connections that are still open are aborted and counted as closed.
impl Drop for Connections {
    fn drop(&mut self) {
        for open in self.open.drain(..) {
            open.task.abort();
            self.counts.closed();
        }
    }
}
