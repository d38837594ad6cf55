//! Kubernetes events: the last hundred can be read, and each one is counted.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::time::SystemTime;

use example_shared::sync::lock;
use metrics_instrumented::Counter;
use serde::Serialize;

use super::metrics::{EventReason, EventsPosted};

/// How many events are kept.
const KEPT: usize = 100;

/// Something that happened to a volume.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// Seconds since 1970.
    pub at: u64,
    /// Why it was posted, as in the label `reason`.
    pub reason: String,
    /// The volume, or the driver itself.
    pub object: String,
    /// A description of what happened.
    pub message: String,
}

/// Where events are posted.
#[derive(Debug, Default)]
pub(super) struct Events {
    recent: Mutex<VecDeque<Event>>,
}

impl Events {
    /// Posts an event.
    pub(super) fn post(&self, reason: EventReason, object: &str, message: &dyn fmt::Display) {
        let event = Event {
            at: SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs()),
            reason: format!("{reason:?}"),
            object: object.to_owned(),
            message: message.to_string(),
        };
        let mut recent = lock(&self.recent);
        if recent.len() == KEPT {
            recent.pop_front();
        }
        recent.push_back(event);
        EventsPosted { reason }.increment(1);
    }

    /// The last events, the oldest first.
    pub(super) fn recent(&self) -> Vec<Event> {
        lock(&self.recent).iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_hundred_are_kept() {
        let events = Events::default();
        for number in 0..=KEPT {
            events.post(EventReason::MountFailed, "a", &number);
        }
        let recent = events.recent();
        assert_eq!(recent.len(), KEPT);
        assert_eq!((recent[0].message.as_str(), recent[KEPT - 1].message.as_str()), ("1", "100"));
        assert_eq!(recent[0].reason, "MountFailed");
    }
}
