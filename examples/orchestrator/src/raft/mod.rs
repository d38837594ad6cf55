//! The replicated log: a leader appends, a majority of managers acknowledges, the entry is applied.
//!
//! It is Raft in small. The managers are tasks of this process and talk over channels; the newest log of a majority
//! wins an election, and what a majority did not acknowledge never happened.

mod manager;

use std::sync::{Arc, Mutex};

use example_shared::sync::lock;
use metrics_instrumented::instrumented;
use serde::Serialize;
use tokio::task::JoinSet;

use self::manager::{Entry, Manager};
use super::Error;
use super::state::{Command, State};

/// The managers, and what they agreed on.
#[derive(Debug)]
pub(super) struct Raft {
    /// The first is this process's own.
    managers: Vec<Arc<Manager>>,
    reign: Mutex<Reign>,
    /// The leader's state machine.
    state: Mutex<State>,
    /// One proposal at a time.
    turn: tokio::sync::Mutex<()>,
}

/// Who leads.
#[derive(Debug)]
struct Reign {
    leader: usize,
    term: usize,
    /// The last index that a majority has.
    committed: usize,
}

/// How the replicated log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct RaftStatus {
    /// Whether this process's manager, the first, leads.
    pub(crate) is_leader: bool,
    /// How many managers there are.
    pub(crate) peers: usize,
    /// The last entry of the leader's log.
    pub(crate) log_index: usize,
    /// The last entry that was applied.
    pub(crate) applied_index: usize,
}

/// What the log does, with a histogram each.
#[instrumented(namespace = "warren", subsystem = "raft")]
impl Raft {
    /// Appends a command to the leader's log and returns the entry when a majority has it.
    #[instrumented(
        duration(
            name = "commit_duration_seconds",
            help = "How long it takes until a majority of managers has an entry."
        ),
        in_flight(name = "commits_in_flight", help = "Entries that wait for a majority of managers.", oldest)
    )]
    async fn commit(&self, command: Command) -> Result<Entry, Error> {
        let (leader, term) = self.lead()?;
        let entry = Entry { term, command };
        let log = self.managers[leader].with_log(|log| {
            log.push(entry.clone());
            log.clone()
        });
        let index = log.last();
        let mut followers = JoinSet::new();
        for (number, manager) in self.managers.iter().enumerate() {
            if number != leader {
                followers.spawn(Arc::clone(manager).follow_leader(log.clone()));
            }
        }
        let (mut acknowledged, needed) = (1, self.majority());
        while acknowledged < needed {
            match followers.join_next().await {
                Some(follows) => acknowledged += usize::from(follows.unwrap_or(false)),
                None => return Err(Error::NotAcknowledged { acknowledged, needed }),
            }
        }
        // The slower ones may finish too; an entry that comes late does no harm.
        followers.detach_all();
        lock(&self.reign).committed = index;
        Ok(entry)
    }

    /// Applies an entry that a majority has.
    #[instrumented(duration(name = "apply_duration_seconds", help = "How long applying an entry takes."))]
    fn apply(&self, entry: &Entry) -> Result<(), Error> {
        lock(&self.state).apply(&entry.command)
    }
}

impl Raft {
    /// Starts this many managers; the first leads.
    pub(super) fn start(managers: usize) -> Self {
        let managers: Vec<Arc<Manager>> = (0..managers.max(1)).map(|_| Arc::default()).collect();
        for manager in &managers {
            manager.up();
        }
        Self {
            managers,
            reign: Mutex::new(Reign { leader: 0, term: 1, committed: 0 }),
            state: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Has the managers agree on a command and carries it out.
    pub(super) async fn propose(&self, command: Command) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        let entry = self.commit(command).await?;
        self.apply(&entry)
    }

    /// Looks at what was agreed on.
    pub(super) fn read<T>(&self, with: impl FnOnce(&State) -> T) -> T {
        with(&lock(&self.state))
    }

    /// Brings a manager up or takes it down. Without its leader, the rest elects another one.
    pub(super) async fn set_up(&self, number: usize, up: bool) {
        // Nobody is elected while an entry is on its way.
        let _turn = self.turn.lock().await;
        let Some(manager) = self.managers.get(number) else { return };
        if up {
            manager.up();
        } else {
            manager.down();
        }
        // Too few for an election: the next proposal returns the error.
        let _ = self.lead();
    }

    /// Which managers are up.
    pub(super) fn managers(&self) -> Vec<bool> {
        self.managers.iter().map(|manager| manager.is_up()).collect()
    }

    /// Whether enough managers are up to agree on anything.
    pub(super) fn quorum(&self) -> Result<(), Error> {
        let (up, needed) = (self.managers().into_iter().filter(|up| *up).count(), self.majority());
        if up < needed { Err(Error::NoQuorum { up, all: self.managers.len(), needed }) } else { Ok(()) }
    }

    /// How it is.
    pub(super) fn status(&self) -> RaftStatus {
        let leader = lock(&self.reign).leader;
        RaftStatus {
            is_leader: leader == 0 && self.managers[0].is_up() && self.quorum().is_ok(),
            peers: self.managers.len(),
            log_index: self.managers[leader].with_log(|log| log.last()),
            applied_index: self.read(|state| state.applied),
        }
    }

    fn majority(&self) -> usize {
        self.managers.len() / 2 + 1
    }

    /// The leader that is up, with its term; after an election, if need be.
    fn lead(&self) -> Result<(usize, usize), Error> {
        self.quorum()?;
        let mut reign = lock(&self.reign);
        if !self.managers[reign.leader].is_up() {
            let newest = |number: &usize| {
                let log = self.managers[*number].with_log(|log| (log.term(log.last()), log.last()));
                (log, std::cmp::Reverse(*number))
            };
            let candidates = (0..self.managers.len()).filter(|number| self.managers[*number].is_up());
            reign.leader = candidates.max_by_key(newest).unwrap_or(reign.leader);
            reign.term += 1;
            let leader = &self.managers[reign.leader];
            *lock(&self.state) = leader.with_log(|log| replay(&log.after(0)[..reign.committed]));
        }
        // What was proposed and given up would block new proposals.
        let committed = reign.committed;
        let unfinished = self.managers[reign.leader].with_log(|log| {
            let unfinished = log.last() > committed;
            log.truncate(committed);
            unfinished
        });
        reign.term += usize::from(unfinished);
        Ok((reign.leader, reign.term))
    }
}

/// The state that a log makes.
fn replay(entries: &[Entry]) -> State {
    let mut state = State::default();
    for entry in entries {
        // Who proposed it heard of its refusal then.
        let _ = state.apply(&entry.command);
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::state::Spec;

    fn volume(name: &str) -> Command {
        Command::Create(name.to_owned(), Spec::Volume)
    }

    fn volumes(raft: &Raft) -> Vec<String> {
        raft.read(|state| state.volumes.keys().cloned().collect())
    }

    #[tokio::test]
    async fn entries_of_a_majority_survive_the_leader() {
        let raft = Raft::start(3);
        raft.propose(volume("a")).await.unwrap();
        assert!(raft.propose(volume("a")).await.is_err());
        raft.set_up(2, false).await;
        raft.propose(volume("b")).await.unwrap();
        raft.set_up(2, true).await;
        raft.set_up(0, false).await;
        assert_eq!(volumes(&raft), ["a", "b"]);
        let status = raft.status();
        assert_eq!(status, RaftStatus { is_leader: false, peers: 3, log_index: 3, applied_index: 3 });
        assert_eq!(lock(&raft.reign).leader, 1, "the one that missed an entry is not elected");
        raft.propose(Command::Delete("a".to_owned(), Kind::Volume)).await.unwrap();
        raft.set_up(0, true).await;
        raft.set_up(1, false).await;
        assert_eq!(volumes(&raft), ["b"]);
    }

    #[tokio::test]
    async fn entries_without_a_majority_are_not_committed() {
        let raft = Raft::start(3);
        raft.propose(volume("a")).await.unwrap();
        // It gets into the leader's log, and its proposer gives up.
        raft.managers[0].with_log(|log| log.push(Entry { term: 1, command: volume("lost") }));
        raft.set_up(1, false).await;
        raft.propose(volume("b")).await.unwrap();
        assert_eq!(volumes(&raft), ["a", "b"]);
        raft.set_up(2, false).await;
        assert!(matches!(raft.propose(volume("c")).await, Err(Error::NoQuorum { up: 1, all: 3, needed: 2 })));
        assert!(!raft.status().is_leader);
        raft.set_up(1, true).await;
        raft.propose(volume("d")).await.unwrap();
        raft.set_up(2, true).await;
        raft.set_up(0, false).await;
        assert_eq!(volumes(&raft), ["a", "b", "d"]);
    }

    #[tokio::test]
    async fn proposals_take_turns() {
        let raft = Arc::new(Raft::start(3));
        let mut proposals = JoinSet::new();
        for number in 0..50 {
            let raft = Arc::clone(&raft);
            proposals.spawn(async move { raft.propose(volume(&format!("v-{number}"))).await });
        }
        while let Some(proposed) = proposals.join_next().await {
            proposed.unwrap().unwrap();
        }
        let status = raft.status();
        assert_eq!((status.log_index, status.applied_index), (50, 50));
    }
}
