//! The container orchestrator `warren`: managers with a replicated log, workers that run processes, an ingress, a DNS
//! responder, and cycles that bring what runs in line with what was decided.
//!
//! It is small, and all of it is real: a container is a process with a directory, the ingress is a proxy on loopback, DNS
//! is on UDP, and what the managers agreed on survives their leader. [`Orchestrator`] starts it in this process; its API is
//! HTTP. [`metrics`] declares the metrics; a collector reads the state of the cluster on every scrape.

#![forbid(unsafe_code)]

mod api;
pub mod client;
mod cluster;
mod container;
mod dns;
mod error;
mod ingress;
pub mod metrics;
mod names;
mod orchestrator;
mod published;
mod raft;
pub mod readiness;
mod reconcile;
mod resources;
mod scheduler;
mod state;
pub mod web;
mod worker;

pub use container::ContainerState;
pub use error::{Error, Kind};
pub use orchestrator::{Config, Orchestrator};
