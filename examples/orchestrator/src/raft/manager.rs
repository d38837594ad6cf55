//! One manager: a log, and a task that appends to it what the leader sends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use example_shared::sync::lock;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::state::Command;

/// How long the leader waits for a manager.
const PATIENCE: Duration = Duration::from_secs(1);

/// A command in its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The reign of the leader that took it in.
    pub(super) term: usize,
    /// What it says.
    pub(super) command: Command,
}

/// A manager's log. Indices begin at 1; at 0 is what was before it, with the term 0.
#[derive(Debug, Default, Clone)]
pub(super) struct Log(Vec<Entry>);

impl Log {
    /// The index of the last entry.
    pub(super) fn last(&self) -> usize {
        self.0.len()
    }

    /// The term of the entry at an index, if there is one.
    pub(super) fn term(&self, index: usize) -> Option<usize> {
        match index.checked_sub(1) {
            None => Some(0),
            Some(at) => self.0.get(at).map(|entry| entry.term),
        }
    }

    /// The entries after an index.
    pub(super) fn after(&self, index: usize) -> &[Entry] {
        self.0.get(index..).unwrap_or_default()
    }

    /// Adds an entry at the end.
    pub(super) fn push(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    /// Forgets the entries after an index.
    pub(super) fn truncate(&mut self, index: usize) {
        self.0.truncate(index);
    }

    /// Takes over the leader's entries after `index`, if this log has the leader's entry there. Returns up to where it is
    /// now the leader's log, or where to try next.
    fn append(&mut self, index: usize, term: usize, entries: Vec<Entry>) -> usize {
        if self.term(index) != Some(term) {
            return self.last().min(index - 1);
        }
        let reached = index + entries.len();
        for (at, entry) in (index + 1..).zip(entries) {
            if self.term(at) != Some(entry.term) {
                self.truncate(at - 1);
                self.push(entry);
            }
        }
        reached
    }
}

/// What the leader sends.
#[derive(Debug)]
struct Append {
    /// The place to append at, and the term there.
    after: (usize, usize),
    entries: Vec<Entry>,
    /// Up to where the logs agree now.
    acknowledge: oneshot::Sender<usize>,
}

/// A manager of the cluster.
#[derive(Debug, Default)]
pub(super) struct Manager {
    /// It stays when the manager goes down, as a disk would.
    log: Arc<Mutex<Log>>,
    /// The way to the task, while the manager is up.
    inbox: Mutex<Option<mpsc::Sender<Append>>>,
}

impl Manager {
    /// Starts the manager's task, if it does not run.
    pub(super) fn up(&self) {
        let mut inbox = lock(&self.inbox);
        if inbox.is_none() {
            let (sender, appends) = mpsc::channel(16);
            tokio::spawn(follow(Arc::clone(&self.log), appends));
            *inbox = Some(sender);
        }
    }

    /// Ends the manager's task. Its log stays.
    pub(super) fn down(&self) {
        lock(&self.inbox).take();
    }

    /// Whether the task runs.
    pub(super) fn is_up(&self) -> bool {
        lock(&self.inbox).is_some()
    }

    /// Looks at the log, or changes it.
    pub(super) fn with_log<T>(&self, with: impl FnOnce(&mut Log) -> T) -> T {
        with(&mut lock(&self.log))
    }

    /// Makes this manager's log the same as the leader's and tells whether it is.
    pub(super) async fn follow_leader(self: Arc<Self>, leader: Log) -> bool {
        let goal = leader.last();
        let mut agreed = goal.saturating_sub(1);
        while agreed < goal {
            let Some(inbox) = lock(&self.inbox).clone() else { return false };
            let (acknowledge, acknowledged) = oneshot::channel();
            let after = (agreed, leader.term(agreed).unwrap_or_default());
            let append = Append { after, entries: leader.after(agreed).to_vec(), acknowledge };
            if inbox.send(append).await.is_err() {
                return false;
            }
            let Ok(Ok(reached)) = timeout(PATIENCE, acknowledged).await else { return false };
            agreed = reached;
        }
        true
    }
}

/// Appends what the leader sends until the manager goes down.
async fn follow(log: Arc<Mutex<Log>>, mut appends: mpsc::Receiver<Append>) {
    while let Some(Append { after: (index, term), entries, acknowledge }) = appends.recv().await {
        let reached = lock(&log).append(index, term, entries);
        // A leader that lost its patience does not listen any more.
        let _ = acknowledge.send(reached);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn log(terms: &[usize]) -> Log {
        Log(terms.iter().map(|term| entry(*term)).collect())
    }

    fn entry(term: usize) -> Entry {
        Entry { term, command: Command::Delete(format!("of-term-{term}"), Kind::Volume) }
    }

    #[tokio::test]
    async fn a_manager_takes_over_what_it_missed_and_drops_what_never_was() {
        let leader = log(&[1, 1, 3, 3]);
        for own in [&[][..], &[1], &[1, 1, 2, 2, 2], &[2], &[1, 1, 3, 3]] {
            let manager = Arc::new(Manager { log: Arc::new(Mutex::new(log(own))), ..Manager::default() });
            assert!(!Arc::clone(&manager).follow_leader(leader.clone()).await, "it is down");
            manager.up();
            assert!(Arc::clone(&manager).follow_leader(leader.clone()).await);
            assert_eq!(manager.with_log(|log| log.0.clone()), leader.0, "{own:?}");
        }
    }

    #[test]
    fn an_append_that_comes_late_takes_nothing_away() {
        let mut log = log(&[1, 1, 1]);
        assert_eq!(log.append(0, 0, vec![entry(1)]), 1);
        assert_eq!(log.last(), 3);
    }
}
