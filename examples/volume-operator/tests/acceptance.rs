//! What the volume operator publishes, read from a scrape while it works.

use std::sync::Arc;
use std::time::Duration;

use example_acceptance::Values::{Only, Open};
use example_acceptance::{Row, Values, changes, check, counter, histogram};
use metrics_instrumented_test_support::exposition::Exposition;
use metrics_instrumented_test_support::{eventually, http};
use volume_operator::{Config, Fault, How, Step, TransferOptions, VolumeName, VolumeOperator};

const PHASES: &[f64] = &[0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0];
const PHASE: (&str, Values) = ("phase", Only(&["CreatingClonedPVC", "CreatingPod", "CleaningUp"]));
const NAMESPACE: (&str, Values) = ("namespace", Open);
const STATUS: (&str, Values) = ("status", Only(&["success", "failure"]));
const STATUS_FROM_START: (&str, Values) = ("status", Only(&["started", "success", "failure"]));

const TABLE: &[Row] = &[
    counter("datamover_operations_total", &[PHASE, STATUS_FROM_START, NAMESPACE]),
    histogram("datamover_phase_duration_seconds", &[PHASE, NAMESPACE], PHASES),
    counter("datamover_cleanup_operations_total", &[STATUS, NAMESPACE]),
    counter("datamover_pod_creation_operations_total", &[STATUS_FROM_START, NAMESPACE]),
    counter("datamover_data_sync_operations_total", &[STATUS, NAMESPACE]),
];

/// An operator that publishes.
struct Publishing(Arc<VolumeOperator>);

impl Publishing {
    fn start() -> Self {
        let metrics_listen = Some(([127, 0, 0, 1], 0).into());
        let config = Config { metrics_listen, retries: 1, backoff: Duration::ZERO, ..Config::default() };
        Self(Arc::new(VolumeOperator::start(config).unwrap()))
    }

    fn scrape(&self) -> Exposition {
        http::scrape(self.0.metrics_addr().unwrap())
    }

    /// Transfers `data` to `copy` in a namespace, with a fault, and tells whether that went well.
    async fn transfer(&self, namespace: &str, fault: impl Into<Option<Fault>>) -> bool {
        let fault = fault.into();
        let volume = |name| VolumeName::new(namespace, name).unwrap();
        // One namespace after the other makes its volume.
        let _ = self.0.create(&volume("data"), 2, 1_000);
        self.0.transfer(&volume("data"), &volume("copy"), TransferOptions { fault }).await.is_ok()
    }

    /// What changes in the metrics by a transfer with a fault.
    async fn counts(&self, fault: impl Into<Option<Fault>>, goes_well: bool) -> Vec<String> {
        let (fault, before) = (fault.into(), self.scrape());
        assert_eq!(self.transfer("team", fault).await, goes_well, "{fault:?}");
        changes(&before, &self.scrape(), "datamover_")
    }
}

fn fail(step: Step, times: u32) -> Fault {
    Fault { step, how: How::Fail, times }
}

/// Lines of an exposition out of `family{label=value} count`, for the namespace `team`.
fn lines(short: &[(&str, &str, u32)]) -> Vec<String> {
    let mut lines: Vec<_> = short
        .iter()
        .map(|(family, labels, count)| match labels.split_once(' ') {
            Some((phase, status)) => {
                format!(r#"datamover_{family}{{namespace="team",phase="{phase}",status="{status}"}} {count}"#)
            }
            None if *family == "phase_duration_seconds_count" => {
                format!(r#"datamover_{family}{{namespace="team",phase="{labels}"}} {count}"#)
            }
            None => format!(r#"datamover_{family}{{namespace="team",status="{labels}"}} {count}"#),
        })
        .collect();
    lines.sort();
    lines
}

/// The lines of a phase that began and ended.
fn phase(name: &'static str, status: &'static str) -> Vec<String> {
    let (started, ended) = (format!("{name} started"), format!("{name} {status}"));
    lines(&[
        ("operations_total", &started, 1),
        ("operations_total", &ended, 1),
        ("phase_duration_seconds_count", name, 1),
    ])
}

fn all(parts: &[Vec<String>]) -> Vec<String> {
    let mut all = parts.concat();
    all.sort();
    all
}

#[tokio::test]
async fn every_row_exists_as_specified_and_counts() {
    const CLONE: &str = "CreatingClonedPVC";
    const POD: &str = "CreatingPod";
    const CLEAN: &str = "CleaningUp";
    const PODS: &str = "pod_creation_operations_total";
    const SYNCS: &str = "data_sync_operations_total";
    const CLEANUPS: &str = "cleanup_operations_total";
    let publishing = Publishing::start();

    let cloned = || phase(CLONE, "success");
    let pod_made = || all(&[phase(POD, "success"), lines(&[(PODS, "started", 1), (PODS, "success", 1)])]);
    let synced = || lines(&[(SYNCS, "success", 1)]);
    let cleaned = || all(&[phase(CLEAN, "success"), lines(&[(CLEANUPS, "success", 1)])]);
    assert_eq!(publishing.counts(None, true).await, all(&[cloned(), pod_made(), synced(), cleaned()]));

    // One retry: a single failure is made good and shows in the attempts only, a second one exhausts the phase.
    assert_eq!(
        publishing.counts(fail(Step::Pod, 1), true).await,
        all(&[
            cloned(),
            phase(POD, "success"),
            lines(&[(PODS, "started", 2), (PODS, "failure", 1), (PODS, "success", 1)]),
            synced(),
            cleaned()
        ])
    );
    assert_eq!(
        publishing.counts(fail(Step::Pod, 2), false).await,
        all(&[cloned(), phase(POD, "failure"), lines(&[(PODS, "started", 2), (PODS, "failure", 2)]), cleaned()])
    );
    assert_eq!(publishing.counts(fail(Step::Clone, 2), false).await, all(&[phase(CLONE, "failure"), cleaned()]));
    assert_eq!(
        publishing.counts(fail(Step::Sync, 2), false).await,
        all(&[cloned(), pod_made(), lines(&[(SYNCS, "failure", 2)]), cleaned()])
    );
    assert_eq!(
        publishing.counts(fail(Step::Cleanup, 2), false).await,
        all(&[cloned(), pod_made(), synced(), phase(CLEAN, "failure"), lines(&[(CLEANUPS, "failure", 2)])])
    );
    let before = publishing.scrape();
    assert_eq!(publishing.0.sweep().await.unwrap(), 1);
    assert_eq!(changes(&before, &publishing.scrape(), "datamover_"), cleaned());

    // What hangs was started and has not come back; given up, it is a failure.
    let before = publishing.scrape();
    let hanging = tokio::spawn({
        let publishing = Publishing(Arc::clone(&publishing.0));
        async move { publishing.transfer("team", Fault { step: Step::Pod, how: How::Hang, times: 1 }).await }
    });
    tokio::task::spawn_blocking({
        let (publishing, before) = (Publishing(Arc::clone(&publishing.0)), before.clone());
        let hangs = all(&[cloned(), lines(&[("operations_total", "CreatingPod started", 1), (PODS, "started", 1)])]);
        move || {
            eventually(Duration::from_secs(10), || {
                let counted = changes(&before, &publishing.scrape(), "datamover_");
                if counted == hangs { Ok(()) } else { Err(format!("{counted:#?}")) }
            });
        }
    })
    .await
    .unwrap();
    hanging.abort();
    assert!(hanging.await.unwrap_err().is_cancelled());
    assert_eq!(
        changes(&before, &publishing.scrape(), "datamover_"),
        all(&[cloned(), phase(POD, "failure"), lines(&[(PODS, "started", 1), (PODS, "failure", 1)])])
    );

    assert!(publishing.transfer("other", None).await);
    let exposition = publishing.scrape();
    check(&exposition, TABLE);
    assert_eq!(exposition.label_values("datamover_operations_total", "namespace"), ["other", "team"]);
    let took = exposition.histogram("datamover_phase_duration_seconds", &[("phase", POD), ("namespace", "team")]);
    assert!(took.sum > 0.0 && took.count == 6, "{took:?}");
}
