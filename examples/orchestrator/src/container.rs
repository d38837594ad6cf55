//! One container: a process with a directory, perhaps a port, and a supervisor that waits for its end.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use example_shared::shutdown::Shutdown;
use metrics_instrumented::LabelValue;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::Error;

/// How long a process that is to stop may take before it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// How long a container that serves HTTP may take to listen.
const PATIENCE: Duration = Duration::from_secs(5);

/// The states of a container.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[label(rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum ContainerState {
    /// It has its directory, and no process yet.
    Created,
    /// Its process runs and, if it is to, listens.
    Running,
    /// Its process ended as it should.
    Completed,
    /// Its process ended otherwise, or never came to run.
    Failed,
    /// Its process was told to end.
    Stopped,
}

impl ContainerState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Created, Self::Running, Self::Completed, Self::Failed, Self::Stopped];

    /// Whether there is a process, or will be.
    pub(super) fn is_alive(self) -> bool {
        matches!(self, Self::Created | Self::Running)
    }
}

/// A container of a worker. Clones are the same one.
#[derive(Debug, Clone)]
pub(super) struct Container {
    pub(super) name: String,
    pub(super) service: String,
    pub(super) slot: u32,
    /// The revision of the service that it was made for.
    pub(super) revision: usize,
    /// How often the service's container of this slot has failed before.
    pub(super) restarts: u32,
    pub(super) command: Vec<String>,
    pub(super) dir: PathBuf,
    /// Where its process is to serve HTTP, if it is to.
    pub(super) port: Option<u16>,
    state: watch::Sender<ContainerState>,
    stop: Shutdown,
}

impl Container {
    /// A container that was not started yet, with its directory.
    pub(super) fn new(service: &str, slot: u32, command: Vec<String>, dir: PathBuf, port: Option<u16>) -> Self {
        Self {
            name: format!("{service}-{slot}"),
            service: service.to_owned(),
            slot,
            revision: 0,
            restarts: 0,
            command,
            dir,
            port,
            state: watch::Sender::new(ContainerState::Created),
            stop: Shutdown::new(),
        }
    }

    /// Its state now.
    pub(super) fn state(&self) -> ContainerState {
        *self.state.borrow()
    }

    /// Where it serves HTTP now, if it does.
    pub(super) fn serves(&self) -> Option<SocketAddr> {
        let port = self.port.filter(|_| self.state() == ContainerState::Running)?;
        Some((Ipv4Addr::LOCALHOST, port).into())
    }

    /// Starts its process and returns when that runs or, if it is to serve HTTP, listens.
    pub(super) async fn run(&self) -> Result<(), Error> {
        let process = self.spawn().inspect_err(|_| {
            self.state.send_replace(ContainerState::Failed);
        })?;
        tokio::spawn(supervise(process, self.stop.clone(), self.state.clone()));
        if let Some(port) = self.port
            && timeout(PATIENCE, self.listens(port)).await != Ok(true)
        {
            self.end().await;
            self.state.send_replace(ContainerState::Failed);
            return Err(Error::NotServing { container: self.name.clone(), after: PATIENCE });
        }
        self.state.send_if_modified(|state| {
            let was_created = *state == ContainerState::Created;
            if was_created {
                *state = ContainerState::Running;
            }
            was_created
        });
        Ok(())
    }

    /// Tells its process to end and waits until it has.
    pub(super) async fn end(&self) {
        self.abandon();
        // It fails only without a sender, and `self` holds one.
        let _ = self.state.subscribe().wait_for(|state| !state.is_alive()).await;
    }

    /// Tells its process to end.
    pub(super) fn abandon(&self) {
        self.stop.request();
    }

    fn spawn(&self) -> Result<Child, Error> {
        let program = self.command.first().map_or("", String::as_str);
        let port = self.port.map(|port| port.to_string()).unwrap_or_default();
        let arguments = self.command.iter().skip(1).map(|argument| argument.replace("$PORT", &port));
        Command::new(program)
            .args(arguments)
            .env("PORT", &port)
            .env("CONTAINER", &self.name)
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that what the process starts ends with it.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| Error::Start { container: self.name.clone(), program: program.to_owned(), source })
    }

    /// Whether a process listens on the port before this process ends.
    async fn listens(&self, port: u16) -> bool {
        while self.state().is_alive() {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                return true;
            }
            sleep(Duration::from_millis(10)).await;
        }
        false
    }
}

/// Waits for the end of a process, or brings it about.
async fn supervise(mut process: Child, stop: Shutdown, state: watch::Sender<ContainerState>) {
    let ended = tokio::select! {
        status = process.wait() => match status {
            Ok(status) if ExitStatus::success(&status) => ContainerState::Completed,
            _ => ContainerState::Failed,
        },
        () = stop.wait() => {
            terminate(&mut process).await;
            ContainerState::Stopped
        }
    };
    state.send_replace(ended);
}

/// Asks a process and its children to end, and kills them if they do not.
async fn terminate(process: &mut Child) {
    let group = process.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    for signal in [Signal::TERM, Signal::KILL] {
        if let Some(group) = group {
            // If it has already exited, there is no process to signal.
            let _ = kill_process_group(group, signal);
        }
        if timeout(GRACE, process.wait()).await.is_ok() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(command: &str, port: Option<u16>) -> Container {
        let command = command.split(' ').map(str::to_owned).collect();
        Container::new("job", 0, command, std::env::temp_dir(), port)
    }

    async fn end_of(container: &Container) -> ContainerState {
        *container.state.subscribe().wait_for(|state| !state.is_alive()).await.unwrap()
    }

    #[tokio::test]
    async fn a_process_succeeds_or_fails() {
        for (command, state) in [("true", ContainerState::Completed), ("false", ContainerState::Failed)] {
            let container = container(command, None);
            assert_eq!(container.state(), ContainerState::Created);
            container.run().await.unwrap();
            assert_eq!(end_of(&container).await, state);
        }
    }

    #[tokio::test]
    async fn a_process_is_stopped() {
        let container = container("sleep 600", None);
        container.run().await.unwrap();
        assert_eq!(container.state(), ContainerState::Running);
        timeout(GRACE, container.end()).await.expect("`sleep` ends when it is asked to");
        assert_eq!(container.state(), ContainerState::Stopped);
    }

    #[tokio::test]
    async fn a_container_that_cannot_run_or_serve_has_failed() {
        let missing = container("/no/such/program", None);
        let refused = missing.run().await.unwrap_err();
        assert_eq!(refused.to_string(), "container `job-0` cannot run `/no/such/program`");
        let silent = container("true", Some(9));
        assert!(matches!(silent.run().await, Err(Error::NotServing { .. })));
        for container in [missing, silent] {
            assert_eq!(container.state(), ContainerState::Failed);
            assert_eq!(container.serves(), None);
        }
    }
}
