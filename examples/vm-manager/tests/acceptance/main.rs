//! What the VM manager publishes, read from a scrape while it works.

mod asks;

use std::time::Duration;

use asks::{Ask, Publishing, api, domains, error, more, operation, own, reconciled, rpc};
use example_acceptance::Values::{Only, Open, With};
use example_acceptance::{Row, Values, check, counter, gauge, histogram};
use metrics_instrumented_test_support::eventually;
use vm_manager::labels::{ProviderType, SnapshotAction};
use vm_manager::{Fault, ProviderSpec, VmSpec};

const DURATIONS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];
const KIND: (&str, Values) = ("kind", Only(&["VirtualMachine", "VMClass", "VMImage", "Provider"]));
const OUTCOME: (&str, Values) = ("outcome", Only(&["success", "failure", "error"]));
const OPERATION: (&str, Values) = ("operation", Only(&["Create", "Delete", "Power", "Describe", "Reconfigure"]));
const TYPE: (&str, Values) = ("provider_type", Only(&["vsphere", "libvirt"]));
const METHOD: (&str, Values) = ("method", Only(&["CreateVM", "DeleteVM", "PowerVM", "DescribeVM", "ReconfigureVM"]));
const CODE: (&str, Values) = ("code", With(&["OK", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "UNAVAILABLE"]));

const TABLE: &[Row] = &[
    counter("virtrigaud_manager_reconcile_total", &[KIND, OUTCOME]),
    histogram("virtrigaud_manager_reconcile_duration_seconds", &[KIND], DURATIONS),
    gauge("virtrigaud_queue_depth", &[KIND]),
    counter("virtrigaud_vm_operations_total", &[OPERATION, TYPE, ("provider", Open), OUTCOME]),
    counter("virtrigaud_vm_reconfigure_total", &[TYPE, OUTCOME]),
    counter("virtrigaud_vm_snapshot_total", &[("action", Only(&["create", "delete", "revert"])), TYPE, OUTCOME]),
    counter("virtrigaud_vm_clone_total", &[("linked", Only(&["true", "false"])), TYPE, OUTCOME]),
    counter("virtrigaud_vm_image_prepare_total", &[TYPE, OUTCOME]),
    gauge("virtrigaud_build_info", &[("version", Open), ("git_sha", Open), ("rust_version", Open)]),
    counter("virtrigaud_provider_rpc_requests_total", &[TYPE, METHOD, CODE]),
    histogram("virtrigaud_provider_rpc_latency_seconds", &[TYPE, METHOD], DURATIONS),
    gauge("virtrigaud_provider_tasks_inflight", &[TYPE, ("provider", Open)]),
    gauge("virtrigaud_provider_tasks_inflight_peak", &[TYPE, ("provider", Open)]),
    histogram("virtrigaud_ip_discovery_duration_seconds", &[TYPE], DURATIONS),
    counter(
        "virtrigaud_errors_total",
        &[
            ("reason", With(&["ConnectionFailed", "AuthenticationError"])),
            ("component", Only(&["manager", "provider"])),
        ],
    ),
    counter("virtrigaud_vsphere_sessions_total", &[("datacenter", Open)]),
    counter("virtrigaud_vsphere_api_calls_total", &[("method", With(&["Login"])), ("datacenter", Open)]),
    counter("virtrigaud_libvirt_connections_total", &[("host", Open)]),
    gauge("virtrigaud_libvirt_domains", &[("host", Open), ("state", With(&["running", "shutoff"]))]),
];

/// All codes of gRPC.
const CODES: &[&str] = &[
    "ABORTED",
    "ALREADY_EXISTS",
    "CANCELLED",
    "DATA_LOSS",
    "DEADLINE_EXCEEDED",
    "FAILED_PRECONDITION",
    "INTERNAL",
    "INVALID_ARGUMENT",
    "NOT_FOUND",
    "OK",
    "OUT_OF_RANGE",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "UNAUTHENTICATED",
    "UNAVAILABLE",
    "UNIMPLEMENTED",
    "UNKNOWN",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_exists_as_specified_and_counts() {
    use ProviderType::{Libvirt, Vsphere};
    let publishing = Publishing::start();

    publishing
        .expect(
            &[Ask::Provider("east", Vsphere, &["dc-1"]), Ask::Provider("lab", Libvirt, &["host-1", "host-2"])],
            &[
                reconciled("Provider", "success", 2),
                more(r#"vsphere_sessions_total{datacenter="dc-1"}"#, 1),
                api("Login", 1),
                more(r#"libvirt_connections_total{host="host-1"}"#, 1),
                more(r#"libvirt_connections_total{host="host-2"}"#, 1),
            ],
        )
        .await;
    publishing
        .expect(
            &[
                Ask::Class("small", 1),
                Ask::Image("template", Vsphere, None),
                Ask::Image("disk", Libvirt, None),
                Ask::Vm("web", "east", "small", true),
                Ask::Vm("db", "lab", "small", false),
            ],
            &[
                reconciled("VMClass", "success", 1),
                reconciled("VMImage", "success", 2),
                own("vm_image_prepare_total", "", "success", "vsphere"),
                own("vm_image_prepare_total", "", "success", "libvirt"),
                reconciled("VirtualMachine", "success", 2),
                operation("east", "Create", "success", 1),
                operation("east", "Describe", "success", 1),
                operation("east", "Power", "success", 1),
                rpc("vsphere", "CreateVM", "OK", 1),
                // Once as an operation, once to find its address.
                rpc("vsphere", "DescribeVM", "OK", 2),
                rpc("vsphere", "PowerVM", "OK", 1),
                more(r#"ip_discovery_duration_seconds_count{provider_type="vsphere"}"#, 1),
                [api("CreateVM_Task", 1), api("RetrievePropertiesEx", 2), api("PowerOnVM_Task", 1)].concat(),
                operation("lab", "Create", "success", 1),
                operation("lab", "Describe", "success", 1),
                rpc("libvirt", "CreateVM", "OK", 1),
                rpc("libvirt", "DescribeVM", "OK", 1),
                domains("host-1", "shutoff", 1),
            ],
        )
        .await;
    // A class that changes changes the machines that have it.
    publishing
        .expect(
            &[Ask::Class("small", 2)],
            &[
                reconciled("VMClass", "success", 1),
                reconciled("VirtualMachine", "success", 2),
                operation("east", "Describe", "success", 1),
                operation("lab", "Describe", "success", 1),
                operation("east", "Reconfigure", "success", 1),
                operation("lab", "Reconfigure", "success", 1),
                own("vm_reconfigure_total", "", "success", "vsphere"),
                own("vm_reconfigure_total", "", "success", "libvirt"),
                rpc("vsphere", "DescribeVM", "OK", 1),
                rpc("vsphere", "ReconfigureVM", "OK", 1),
                rpc("libvirt", "DescribeVM", "OK", 1),
                rpc("libvirt", "ReconfigureVM", "OK", 1),
                [api("RetrievePropertiesEx", 1), api("ReconfigVM_Task", 1)].concat(),
            ],
        )
        .await;
    snapshots_and_clones(&publishing).await;
    failures_and_errors(&publishing).await;
    queues_and_tasks(&publishing).await;

    let exposition = publishing.scrape();
    check(&exposition, TABLE);
    assert_eq!(exposition.label_values("virtrigaud_provider_rpc_requests_total", "code"), CODES);
    assert_eq!(exposition.label_values("virtrigaud_provider_tasks_inflight", "provider"), ["east", "lab"]);
    let built = &exposition.family("virtrigaud_build_info").samples[..];
    assert!(
        matches!(built, [built] if built.value.to_bits() == 1.0_f64.to_bits() && built.labels["rust_version"].starts_with("1."))
    );
}

async fn snapshots_and_clones(publishing: &Publishing) {
    use SnapshotAction::{Create, Delete, Revert};
    // Each of them is looked at by the reconcile loop afterwards.
    publishing
        .expect(
            &[
                Ask::Snapshot("db", Create, "one"),
                Ask::Snapshot("db", Revert, "one"),
                Ask::Snapshot("db", Delete, "one"),
            ],
            &[
                own("vm_snapshot_total", r#"action="create""#, "success", "libvirt"),
                own("vm_snapshot_total", r#"action="revert""#, "success", "libvirt"),
                own("vm_snapshot_total", r#"action="delete""#, "success", "libvirt"),
                rpc("libvirt", "ReconfigureVM", "OK", 3),
                reconciled("VirtualMachine", "success", 3),
                operation("lab", "Describe", "success", 3),
                rpc("libvirt", "DescribeVM", "OK", 3),
            ],
        )
        .await;
    publishing
        .expect(
            &[Ask::Clone("db", "copy", false), Ask::Clone("copy", "layer", true), Ask::Delete("copy")],
            &[
                own("vm_clone_total", r#"linked="false""#, "success", "libvirt"),
                own("vm_clone_total", r#"linked="true""#, "success", "libvirt"),
                rpc("libvirt", "CreateVM", "OK", 2),
                reconciled("VirtualMachine", "success", 2),
                operation("lab", "Describe", "success", 2),
                rpc("libvirt", "DescribeVM", "OK", 2),
                domains("host-1", "shutoff", 2),
                // A machine with linked clones stays.
                reconciled("VirtualMachine", "error", 1),
                operation("lab", "Delete", "error", 1),
                rpc("libvirt", "DeleteVM", "FAILED_PRECONDITION", 1),
                error("provider", "WrongState"),
                error("manager", "ProviderFailed"),
            ],
        )
        .await;
    publishing
        .expect(
            &[Ask::Delete("layer"), Ask::Delete("copy")],
            &[
                reconciled("VirtualMachine", "success", 2),
                operation("lab", "Delete", "success", 2),
                rpc("libvirt", "DeleteVM", "OK", 2),
                domains("host-1", "shutoff", -2),
            ],
        )
        .await;
}

/// What is carried out and fails is a failure, what cannot be carried out is an error.
async fn failures_and_errors(publishing: &Publishing) {
    use ProviderType::{Libvirt, Vsphere};
    let take = Ask::Snapshot("db", SnapshotAction::Create, "two");
    for (fault, outcome, code, reason) in [
        (Fault::Unreachable, "error", "UNAVAILABLE", Some("ConnectionFailed")),
        (Fault::Unauthenticated, "error", "UNAUTHENTICATED", Some("AuthenticationError")),
        (Fault::Hang, "error", "DEADLINE_EXCEEDED", Some("DeadlineExceeded")),
        (Fault::Panic, "error", "INTERNAL", None),
        (Fault::TaskFails, "failure", "INTERNAL", Some("TaskFailed")),
    ] {
        let expected = [
            own("vm_snapshot_total", r#"action="create""#, outcome, "libvirt"),
            rpc("libvirt", "ReconfigureVM", code, 1),
            reason.map(|reason| error("provider", reason)).unwrap_or_default(),
        ];
        publishing.expect(&[Ask::Fault("lab", fault), take], &expected).await;
    }
    // In the manager, each kind of resource that cannot be brought to what was asked for.
    publishing
        .expect(
            &[
                Ask::Provider("nowhere", Vsphere, &[]),
                Ask::Class("empty", 0),
                Ask::Image("wrong", Libvirt, Some(1)),
                Ask::Vm("stray", "nowhere", "small", true),
            ],
            &[
                reconciled("Provider", "error", 1),
                reconciled("VMClass", "error", 1),
                error("manager", "InvalidSpec"),
                error("manager", "InvalidSpec"),
                reconciled("VMImage", "failure", 1),
                own("vm_image_prepare_total", "", "failure", "libvirt"),
                error("manager", "ImageCorrupt"),
                reconciled("VirtualMachine", "error", 1),
                error("manager", "DependencyNotReady"),
            ],
        )
        .await;
    publishing
        .expect(
            &[Ask::Class("huge", 1000), Ask::Vm("big", "lab", "huge", true)],
            &[
                reconciled("VMClass", "success", 1),
                reconciled("VirtualMachine", "error", 1),
                operation("lab", "Create", "error", 1),
                rpc("libvirt", "CreateVM", "INVALID_ARGUMENT", 1),
                error("provider", "InvalidSpec"),
                error("manager", "ProviderFailed"),
            ],
        )
        .await;
    // The machine breaks down while it is turned on.
    publishing
        .expect(
            &[Ask::Fault("lab", Fault::Crash), Ask::Vm("db", "lab", "small", true)],
            &[
                reconciled("VirtualMachine", "failure", 1),
                operation("lab", "Describe", "success", 1),
                operation("lab", "Power", "failure", 1),
                rpc("libvirt", "DescribeVM", "OK", 1),
                rpc("libvirt", "PowerVM", "INTERNAL", 1),
                error("provider", "TaskFailed"),
                error("manager", "ProviderFailed"),
                domains("host-1", "shutoff", -1),
                domains("host-1", "crashed", 1),
                // The connection has served its twenty calls, and another one is opened.
                more(r#"libvirt_connections_total{host="host-1"}"#, 1),
            ],
        )
        .await;
}

/// What waits and what is under way, as long as it does.
async fn queues_and_tasks(publishing: &Publishing) {
    let manager = &publishing.0;
    let spec = ProviderSpec {
        provider_type: ProviderType::Libvirt,
        places: vec!["host-1".to_owned(), "host-2".to_owned()],
        capacity: 8,
        latency: Duration::from_millis(300),
    };
    manager.apply_provider("lab", spec).unwrap();
    publishing.settle().await;
    for name in ["one", "two", "three"] {
        let (provider, class, image) = ("lab".to_owned(), "small".to_owned(), "disk".to_owned());
        manager.apply_vm(name, VmSpec { provider, class, image, on: false }).unwrap();
    }
    let now = || {
        let exposition = publishing.scrape();
        let tasks = &[("provider_type", "libvirt"), ("provider", "lab")];
        let depth = exposition.expect_value("virtrigaud_queue_depth", &[("kind", "VirtualMachine")]);
        (depth, exposition.expect_value("virtrigaud_provider_tasks_inflight", tasks))
    };
    // One is with the only worker, the others wait: how many, and how many tasks are under way.
    for expected in ["(2.0, 1.0)", "(1.0, 1.0)", "(0.0, 1.0)", "(0.0, 0.0)"] {
        let is_expected = || {
            let now = format!("{:?}", now());
            if now == expected { Ok(()) } else { Err(format!("{now}, not {expected}")) }
        };
        tokio::task::block_in_place(|| eventually(Duration::from_secs(30), is_expected));
    }
}
