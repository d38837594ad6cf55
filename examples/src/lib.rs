//! Four real services, instrumented with `metrics-instrumented`, and what they share.
//!
//! | program | library part | what it is |
//! | --- | --- | --- |
//! | `storage-driver` | [`storage_driver`] | a CSI-like driver: volumes, mounts, NVMe connections, migrations |
//! | `volume-operator` | [`volume_operator`] | an operator that clones and copies volumes in phases, with retries |
//!
//! Each program prints at its start where its metrics and its HTTP API are; with `--load` it keeps itself busy.

#![forbid(unsafe_code)]

pub mod args;
pub mod http;
pub mod load;
pub mod locks;
pub mod metrics_endpoint;
pub mod program;
pub mod shutdown;
pub mod size;
pub mod storage_driver;
pub mod sync;
pub mod volume_operator;
