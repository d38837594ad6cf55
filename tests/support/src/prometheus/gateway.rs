//! The real Pushgateway, as the judge of what is pushed to it.

use std::{net::SocketAddr, process::Command};

use tempfile::TempDir;

use super::{Tool, start};
use crate::{child::OwnedChild, exposition::Exposition, http};

/// A running Pushgateway without any data. Dropped, it is ended.
#[derive(Debug)]
pub struct Pushgateway {
    // Ended before its directory goes: fields are dropped in this order.
    _server: OwnedChild,
    address: SocketAddr,
    _directory: TempDir,
}

impl Pushgateway {
    /// Starts it on a free loopback port and waits until it is ready.
    ///
    /// # Panics
    /// When it is not installed or does not start, with its log.
    #[must_use]
    #[track_caller]
    pub fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let program = Tool::PUSHGATEWAY.find().unwrap_or_else(|missing| panic!("{missing}"));
        let (server, address) = start(&mut Command::new(program), directory.path());
        Self { _server: server, address, _directory: directory }
    }

    /// Where it listens, as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it shows to a scrape: everything that was pushed, with the labels of each group.
    ///
    /// # Panics
    /// When it does not answer.
    #[must_use]
    #[track_caller]
    pub fn exposition(&self) -> Exposition {
        http::scrape(self.address)
    }
}
