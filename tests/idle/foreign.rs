//! Recorders that cannot remove series: values stay, and the doctor reports it.

use metrics_instrumented::{Finding, doctor, instrumented};
use metrics_instrumented_tests::alone;
use metrics_util::debugging::DebuggingRecorder;

use crate::{install, wait};

#[instrumented(name = "stays", labels(tenant = open(tenant, max = 1, idle = 600)))]
fn call(tenant: &str) {}

fn staying() -> Vec<String> {
    let of = |finding: &Finding| match finding {
        Finding::ValuesStay { family, label, .. } if family.starts_with("stays") => Some(format!("{family} {label}")),
        _ => None,
    };
    doctor().findings().iter().filter_map(of).collect()
}

#[test]
fn another_recorder_keeps_the_values_and_their_cap() {
    alone(|| {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        recorder.install().unwrap();
        for _ in 0..3 {
            call("a");
            wait(600);
            call("b");
        }
        assert_eq!(staying(), ["stays_duration_seconds tenant"]);
        let text = doctor().to_string();
        assert!(text.contains("`idle` has no effect on the label `tenant` of `stays_duration_seconds`"), "{text}");
        let shown = snapshotter.snapshot().into_vec();
        let count = |tenant: &str| {
            let is_of = |key: &metrics::Key| {
                key.name() == "stays_total"
                    && key.labels().any(|label| label.key() == "tenant" && label.value() == tenant)
                    && key.labels().any(|label| label.key() == "outcome" && label.value() == "ok")
            };
            let value = shown.iter().find(|(key, ..)| is_of(key.key())).map(|(_, _, _, value)| format!("{value:?}"));
            value.unwrap_or_default()
        };
        assert_eq!(
            (count("a").as_str(), count("other").as_str(), count("b").as_str()),
            ("Counter(3)", "Counter(3)", "")
        );
    });
}

#[test]
fn the_exporter_removes_them_and_the_doctor_says_nothing() {
    alone(|| {
        let _metrics = install();
        call("a");
        assert_eq!(staying(), [""; 0]);
    });
}
