//! The volume operator: volumes are cloned and their data is moved, in phases, with retries, all of it with real files.
//!
//! A volume is a directory with files in it. A transfer clones the source, so that it may change meanwhile, starts a
//! pod that copies the clone's files into the target, and cleans up after it, whatever happened before. [`metrics`]
//! says what is published; each phase names its operation in its `#[instrumented(..)]`.

#![forbid(unsafe_code)]

mod copy;
mod error;
mod fault;
pub mod metrics;
mod name;
mod operator;
mod phases;
mod pod;
mod transfer;
mod volumes;

pub use copy::Copied;
pub use error::Error;
pub use fault::{Fault, How, Step};
pub use name::VolumeName;
pub use operator::{Config, VolumeOperator};
pub use transfer::{TransferOptions, Transferred};
pub use volumes::VolumeInfo;
