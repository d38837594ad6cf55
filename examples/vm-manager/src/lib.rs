//! The VM manager: it brings virtual machines, their classes, images and providers to what was asked for.
//!
//! Whoever wants something applies a resource; it waits in the queue of its kind until a worker reconciles it, and is
//! tried again for a while if that fails. Machines live on providers, vSphere with sessions per datacenter or libvirt
//! with connections per host: their guests are made up, but calls, pools, tasks, latencies and disks are real.
//! [`metrics`] says what is published.

#![forbid(unsafe_code)]

mod domains;
mod error;
mod images;
pub mod labels;
mod machines;
mod manager;
pub mod metrics;
mod provider;
mod queue;
mod reconcile;
mod resources;
mod snapshots;

pub use error::{Error, ProviderError};
pub use manager::{Config, VmManager};
pub use provider::{Fault, MachineInfo, Size};
pub use resources::{ClassSpec, ImageSpec, Phase, ProviderSpec, Status, VmInfo, VmSpec};
