//! The storage driver: volumes, mounts, NVMe connections, migrations and maintenance, all of it real.
//!
//! Volumes are files in two pools, mounts are bind mounts (symbolic links where the process may not mount), an NVMe
//! connection is a TCP connection to a target on loopback. [`Driver`] has a method per operation; [`metrics`] says
//! what they publish, and each method names its operation in its `#[instrumented(..)]`.

#![forbid(unsafe_code)]

mod connections;
mod driver;
mod error;
mod events;
mod fault;
mod maintenance;
pub mod metrics;
mod migration;
mod mounts;
mod pools;
mod target;
mod volumes;

pub use driver::{Config, Driver};
pub use error::Error;
pub use events::Event;
pub use fault::Fault;
pub use maintenance::Maintenance;
pub use migration::{Migrated, MigrationOptions};
pub use mounts::MountKind;
pub use pools::Pool;
pub use volumes::VolumeInfo;
