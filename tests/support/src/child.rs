//! A child process that does not outlive the test that started it.

use std::{
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

#[cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};

/// How long a child may take to end after TERM, before KILL.
const GRACE: Duration = Duration::from_secs(10);

/// Ends its child when dropped: TERM, and KILL if that does not help.
#[derive(Debug)]
pub(crate) struct OwnedChild {
    child: Child,
}

impl OwnedChild {
    pub(crate) fn new(child: Child) -> Self {
        Self { child }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(crate) fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child of this process can be waited for")
    }

    /// Asks the child to end, with TERM.
    #[cfg(unix)]
    pub(crate) fn terminate(&mut self) {
        self.signal(Signal::TERM);
    }

    /// Asks the child to end, with INT, as Ctrl-C does.
    #[cfg(unix)]
    pub(crate) fn interrupt(&mut self) {
        self.signal(Signal::INT);
    }

    /// Ends the child: a system without signals cannot ask it to end.
    #[cfg(not(unix))]
    pub(crate) fn terminate(&mut self) {
        _ = self.child.kill();
    }

    /// Sends a signal unless the child has ended: its ID is reused only after it was waited for.
    #[cfg(unix)]
    fn signal(&mut self, signal: Signal) {
        if self.status().is_none() {
            // The one way to fail is a child that ended in between, which is what was wanted.
            _ = kill_process(Pid::from_child(&self.child), signal);
        }
    }

    /// Waits until it has ended, at most for `timeout`.
    pub(crate) fn wait(&mut self, timeout: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + timeout;
        loop {
            let status = self.status();
            if status.is_some() || Instant::now() >= deadline {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for OwnedChild {
    fn drop(&mut self) {
        self.terminate();
        if self.wait(GRACE).is_none() {
            _ = self.child.kill();
            self.wait(GRACE);
        }
    }
}
