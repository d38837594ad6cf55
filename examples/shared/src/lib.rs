//! What the four example programs share: arguments, HTTP, the load mode, the shutdown, and serving `/metrics`.
//!
//! | program | what it is |
//! | --- | --- |
//! | `orchestrator` | a container orchestrator: managers with a replicated log, workers, ingress, DNS |
//! | `storage-driver` | a CSI-like driver: volumes, mounts, NVMe connections, migrations |
//! | `vm-manager` | a virtual-machine manager: a reconcile loop over vSphere and libvirt providers |
//! | `volume-operator` | an operator that clones and copies volumes in phases, with retries |
//!
//! Each is a package of its own, so that it publishes its own metrics and no others: what is linked is shown. Each prints
//! at its start where its metrics and its HTTP API are; with `--load` it keeps itself busy.

#![forbid(unsafe_code)]

pub mod args;
pub mod digest;
pub mod http;
pub mod load;
pub mod locks;
pub mod metrics_endpoint;
pub mod program;
pub mod shutdown;
pub mod size;
pub mod sync;
