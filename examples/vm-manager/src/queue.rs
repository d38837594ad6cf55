//! The queue of one kind of resource: each name waits once, and is with one worker at a time.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use example_shared::sync::lock;
use metrics_instrumented::{Gauge, GaugeGuard};
use tokio::sync::Notify;

use super::labels::Kind;
use super::metrics::QueueDepth;

/// Names of resources that are to be reconciled.
#[derive(Debug)]
pub(super) struct Queue {
    kind: Kind,
    state: Mutex<State>,
    added: Notify,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    /// The names that a worker has, and whether they were added again meanwhile.
    working: HashMap<String, bool>,
}

#[derive(Debug)]
struct Waiting {
    name: String,
    /// This name's part of the gauge; it goes with it, into a worker's hands or with the whole queue.
    _depth: GaugeGuard,
}

impl Queue {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, state: Mutex::default(), added: Notify::new() }
    }

    /// Adds a name, unless it waits already. One that a worker has comes again when the worker is done.
    pub(super) fn add(&self, name: &str) {
        let mut state = lock(&self.state);
        if let Some(again) = state.working.get_mut(name) {
            *again = true;
        } else if !state.waiting.iter().any(|waiting| waiting.name == name) {
            self.push(&mut state, name);
        }
    }

    /// The next name, when there is one. The worker tells when it is [`done`](Self::done) with it.
    pub(super) async fn next(&self) -> String {
        loop {
            let added = self.added.notified();
            {
                let mut state = lock(&self.state);
                if let Some(Waiting { name, .. }) = state.waiting.pop_front() {
                    state.working.insert(name.clone(), false);
                    return name;
                }
            }
            added.await;
        }
    }

    /// A worker is done with a name.
    pub(super) fn done(&self, name: &str) {
        let mut state = lock(&self.state);
        if state.working.remove(name) == Some(true) {
            self.push(&mut state, name);
        }
    }

    /// Whether a name neither waits nor is worked on.
    pub(super) fn is_idle(&self, name: &str) -> bool {
        let state = lock(&self.state);
        !state.working.contains_key(name) && !state.waiting.iter().any(|waiting| waiting.name == name)
    }

    fn push(&self, state: &mut State, name: &str) {
        let depth = QueueDepth { kind: self.kind }.hold(1);
        state.waiting.push_back(Waiting { name: name.to_owned(), _depth: depth });
        self.added.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_waits_once_and_comes_again_when_it_was_added_meanwhile() {
        let queue = Queue::new(Kind::VmClass);
        for name in ["a", "b", "a"] {
            queue.add(name);
        }
        assert_eq!(queue.next().await, "a");
        queue.add("a");
        assert_eq!(queue.next().await, "b");
        queue.done("b");
        assert!(queue.is_idle("b") && !queue.is_idle("a"));
        queue.done("a");
        assert_eq!(queue.next().await, "a");
        queue.done("a");
        assert!(queue.is_idle("a"));
    }

    #[tokio::test]
    async fn a_worker_that_waits_is_woken() {
        let queue = std::sync::Arc::new(Queue::new(Kind::VmClass));
        let waiting = tokio::spawn({
            let queue = std::sync::Arc::clone(&queue);
            async move { queue.next().await }
        });
        tokio::task::yield_now().await;
        queue.add("a");
        assert_eq!(waiting.await.unwrap(), "a");
    }
}
