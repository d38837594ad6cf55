//! Four real services, instrumented with `metrics-instrumented`, and what they share.
//!
//! | program | library part | what it is |
//! | --- | --- | --- |
//! | `orchestrator` | [`orchestrator`] | a container orchestrator: managers with a replicated log, workers, ingress, DNS |
//! | `storage-driver` | [`storage_driver`] | a CSI-like driver: volumes, mounts, NVMe connections, migrations |
//! | `vm-manager` | [`vm_manager`] | a virtual-machine manager: a reconcile loop over vSphere and libvirt providers |
//! | `volume-operator` | [`volume_operator`] | an operator that clones and copies volumes in phases, with retries |
//!
//! Each program prints at its start where its metrics and its HTTP API are; with `--load` it keeps itself busy.

#![forbid(unsafe_code)]

pub mod args;
pub mod digest;
pub mod http;
pub mod load;
pub mod locks;
pub mod metrics_endpoint;
pub mod orchestrator;
pub mod program;
pub mod shutdown;
pub mod size;
pub mod storage_driver;
pub mod sync;
pub mod vm_manager;
pub mod volume_operator;
