//! The values of labels: what is known before the first call. [`metrics`](super::metrics) says what carries them.

use std::fmt;

use metrics_instrumented::LabelValue;
use serde::{Deserialize, Serialize};

use super::{Error, ProviderError};

/// How an operation of the manager ended.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "snake_case")]
pub enum Outcome {
    /// It did what was asked.
    #[label(ok)]
    Success,
    /// It was carried out, and failed.
    #[label(error)]
    Failure,
    /// It could not be carried out.
    #[label(error)]
    Error,
}

impl<T> From<&Result<T, Error>> for Outcome {
    fn from(result: &Result<T, Error>) -> Self {
        match result {
            Ok(_) => Self::Success,
            Err(error) if error.was_carried_out() => Self::Failure,
            Err(_) => Self::Error,
        }
    }
}

/// The kinds of resource.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Kind {
    /// A virtual machine.
    VirtualMachine,
    /// A size of virtual machines.
    #[label(rename = "VMClass")]
    #[serde(rename = "VMClass")]
    VmClass,
    /// A disk that virtual machines begin with.
    #[label(rename = "VMImage")]
    #[serde(rename = "VMImage")]
    VmImage,
    /// Where virtual machines run.
    Provider,
}

impl Kind {
    /// All four.
    pub const ALL: [Self; 4] = [Self::VirtualMachine, Self::VmClass, Self::VmImage, Self::Provider];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.value())
    }
}

/// Who tells of an error: the reconcile loop. A set of its own, so that no series is shown that cannot be.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "snake_case")]
pub enum ToldByManager {
    /// Nobody else.
    Manager,
}

/// Who tells of an error: a provider, in answer to a call.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "snake_case")]
pub enum ToldByProvider {
    /// Nobody else.
    Provider,
}

/// The kinds of provider.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[label(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ProviderType {
    /// `VMware` vSphere: datacenters with sessions.
    Vsphere,
    /// libvirt: hosts with connections.
    Libvirt,
}

/// What can be done with a virtual machine.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
pub enum VmAction {
    /// It is made.
    Create,
    /// It is removed.
    Delete,
    /// It is turned on or off.
    Power,
    /// It is looked at.
    Describe,
    /// It gets another size.
    Reconfigure,
}

/// What can be done with a snapshot.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[label(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum SnapshotAction {
    /// It is taken.
    Create,
    /// It is removed.
    Delete,
    /// The machine goes back to it.
    Revert,
}

/// The methods of providers.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
pub enum RpcMethod {
    /// Makes a machine, from an image or from another machine.
    #[label(rename = "CreateVM")]
    Create,
    /// Removes a machine.
    #[label(rename = "DeleteVM")]
    Delete,
    /// Turns a machine on or off.
    #[label(rename = "PowerVM")]
    Power,
    /// Tells of a machine.
    #[label(rename = "DescribeVM")]
    Describe,
    /// Changes a machine: its size, its snapshots.
    #[label(rename = "ReconfigureVM")]
    Reconfigure,
}

/// The status codes of gRPC.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "gRPC's own words: https://grpc.io/docs/guides/status-codes")]
pub enum Code {
    #[label(ok)]
    Ok,
    #[label(ignored)]
    Cancelled,
    #[label(error)]
    Unknown,
    #[label(ignored)]
    InvalidArgument,
    #[label(error)]
    DeadlineExceeded,
    #[label(ignored)]
    NotFound,
    #[label(ignored)]
    AlreadyExists,
    #[label(ignored)]
    PermissionDenied,
    #[label(error)]
    ResourceExhausted,
    #[label(ignored)]
    FailedPrecondition,
    #[label(ignored)]
    Aborted,
    #[label(ignored)]
    OutOfRange,
    #[label(ignored)]
    Unimplemented,
    #[label(error)]
    Internal,
    #[label(error)]
    Unavailable,
    #[label(error)]
    DataLoss,
    #[label(ignored)]
    Unauthenticated,
}

impl<T> From<&Result<T, ProviderError>> for Code {
    fn from(result: &Result<T, ProviderError>) -> Self {
        result.as_ref().err().map_or(Self::Ok, ProviderError::code)
    }
}

/// The methods of vSphere's API that are used, as its documentation spells them.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq)]
#[label(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "vSphere's own words")]
pub enum VsphereMethod {
    Login,
    #[label(rename = "RetrievePropertiesEx")]
    RetrieveProperties,
    #[label(rename = "CreateVM_Task")]
    CreateVm,
    #[label(rename = "CloneVM_Task")]
    CloneVm,
    #[label(rename = "ReconfigVM_Task")]
    ReconfigVm,
    #[label(rename = "PowerOnVM_Task")]
    PowerOnVm,
    #[label(rename = "PowerOffVM_Task")]
    PowerOffVm,
    #[label(rename = "CreateSnapshot_Task")]
    CreateSnapshot,
    #[label(rename = "RemoveSnapshot_Task")]
    RemoveSnapshot,
    #[label(rename = "RevertToSnapshot_Task")]
    RevertToSnapshot,
    #[label(rename = "Destroy_Task")]
    Destroy,
}

/// The states of a libvirt domain that occur here.
#[derive(LabelValue, Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[label(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum DomainState {
    /// It is on.
    Running,
    /// It is off.
    Shutoff,
    /// It was on, and broke down.
    Crashed,
}

impl DomainState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Running, Self::Shutoff, Self::Crashed];
}
