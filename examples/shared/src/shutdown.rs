//! One signal that ends everything: Ctrl-C, SIGTERM, or a call.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Tells every holder of a clone that the program is to end.
#[derive(Debug, Clone)]
pub struct Shutdown {
    /// Turns `true`, once.
    requested: Arc<watch::Sender<bool>>,
}

impl Shutdown {
    /// A shutdown that only [`request`](Self::request) starts.
    #[must_use]
    pub fn new() -> Self {
        Self { requested: Arc::new(watch::Sender::new(false)) }
    }

    /// A shutdown that Ctrl-C and SIGTERM start.
    ///
    /// # Errors
    /// If the process cannot listen to signals.
    pub fn on_signals() -> io::Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let shutdown = Self::new();
        let requested = shutdown.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            requested.request();
        });
        Ok(shutdown)
    }

    /// Starts the shutdown.
    pub fn request(&self) {
        self.requested.send_replace(true);
    }

    /// Whether the shutdown has started.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        *self.requested.borrow()
    }

    /// Returns when the shutdown starts, at once if it has.
    pub async fn wait(&self) {
        // It fails only without a sender, and `self` holds one.
        let _ = self.requested.subscribe().wait_for(|requested| *requested).await;
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_waiter_is_notified() {
        let shutdown = Shutdown::new();
        let early = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.wait().await }
        });
        assert!(!shutdown.is_requested());
        shutdown.request();
        early.await.unwrap();
        shutdown.wait().await;
        assert!(shutdown.is_requested());
    }
}
