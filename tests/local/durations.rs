//! `duration(outcome)`: a histogram for each outcome.

use std::thread::sleep;
use std::time::Duration;

use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_tests::{Exposition, Local, panic_of, pending, poll_once};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

/// The histogram's count for each value of a label, of those that are shown.
fn counts(exposition: &Exposition, name: &str, label: &str) -> Vec<String> {
    let count = format!("{name}_count");
    let samples = exposition.samples().filter(|sample| sample.name == count);
    let mut found: Vec<String> = samples.map(|sample| format!("{} {}", sample.labels[label], sample.value)).collect();
    found.sort();
    found
}

async fn ends(way: u8) -> Result<(), ()> {
    match way {
        0 => Ok(()),
        1 => Err(()),
        2 => panic!("crash"),
        _ => {
            pending().await;
            Ok(())
        }
    }
}

/// Calls a function once for each of these ways to end.
fn call<F: Future>(f: impl Fn(u8) -> F, ways: &[u8]) {
    for way in ways {
        match way {
            2 => drop(panic_of(|| poll_once(Box::pin(f(2)).as_mut()))),
            way => _ = poll_once(Box::pin(f(*way)).as_mut()),
        }
    }
}

#[test]
fn each_outcome_has_a_histogram_of_its_own() {
    #[instrumented(name = "durations_each", duration(outcome))]
    async fn each(way: u8) -> Result<(), ()> {
        if way == 1 {
            sleep(Duration::from_millis(30));
        }
        ends(way).await
    }

    let local = Local::new();
    let none = ["cancelled 0", "error 0", "ok 0", "panic 0"];
    assert_eq!(counts(&local.read_only("durations_each"), "durations_each_duration_seconds", "outcome"), none);
    local.run(|| call(each, &[0, 0, 0, 1, 1, 2, 3, 3, 3, 3]));
    let exposition = local.read_only("durations_each");
    exposition.assert_labels("durations_each_total", &["outcome"]);
    exposition.assert_labels("durations_each_in_flight", &[]);
    let counted = counts(&exposition, "durations_each_duration_seconds", "outcome");
    assert_eq!(counted, ["cancelled 4", "error 2", "ok 3", "panic 1"]);
    for (outcome, count) in [("ok", 3.0), ("error", 2.0), ("panic", 1.0), ("cancelled", 4.0)] {
        let labels = [("outcome", outcome)];
        assert_eq!(exposition.value("durations_each_total", &labels), Some(count), "{outcome}");
    }
    let histogram = |outcome| exposition.histogram("durations_each_duration_seconds", &[("outcome", outcome)]);
    let error = histogram("error");
    assert!(error.sum >= 0.06 && error.sum > histogram("ok").sum, "{} {}", error.sum, histogram("ok").sum);
    assert!(error.buckets[..3].iter().all(|(_, count)| *count == 0), "none took less than 25 ms: {:?}", error.buckets);
}

#[test]
fn outcomes_with_one_value_share_a_histogram() {
    #[instrumented(
        name = "durations_shared",
        duration(outcome),
        outcome(label = "status", ok = "good", error = "bad", panic = "bad", cancelled = "bad"),
        started
    )]
    async fn shared(way: u8) -> Result<(), ()> {
        ends(way).await
    }

    let local = Local::new();
    local.run(|| call(shared, &[0, 1, 1, 2, 3, 3]));
    let exposition = local.read_only("durations_shared");
    let counted = counts(&exposition, "durations_shared_duration_seconds", "status");
    assert_eq!(counted, ["bad 5", "good 1"], "and no call that has only begun");
    assert_eq!(exposition.value("durations_shared_total", &[("status", "started")]), Some(6.0));
}

#[test]
fn the_histogram_alone_counts_by_outcome() {
    #[instrumented(name = "durations_alone", only(duration), duration(outcome))]
    async fn alone(way: u8) -> Result<(), ()> {
        ends(way).await
    }

    let local = Local::new();
    local.run(|| call(alone, &[0, 1, 2, 3]));
    let exposition = local.read_only("durations_alone");
    let counted = counts(&exposition, "durations_alone_duration_seconds", "outcome");
    assert_eq!(counted, ["cancelled 1", "error 1", "ok 1", "panic 1"]);
}

#[derive(LabelValue)]
enum Tier {
    Gold,
    Silver,
}

/// Jobs.
#[derive(Operation)]
#[operation(name = "durations_jobs", duration(labels(tier), outcome), errors(name = "durations_job_errors_total", type = Fault))]
struct Job {
    tier: Tier,
    urgent: bool,
}

#[derive(LabelValue)]
enum Fault {
    Broken,
}

#[test]
fn a_declared_operation_has_other_labels_beside_the_outcome() {
    #[instrumented(Job { tier: if way == 0 { Tier::Gold } else { Tier::Silver }, urgent: way == 3 })]
    async fn job(way: u8) -> Result<(), Fault> {
        ends(way).await.map_err(|()| Fault::Broken)
    }

    let local = Local::new();
    local.run(|| call(job, &[0, 1, 1, 3]));
    let exposition = local.read_only("durations_jobs_duration");
    let count = |tier, outcome| {
        exposition.histogram("durations_jobs_duration_seconds", &[("tier", tier), ("outcome", outcome)]).count
    };
    assert_eq!((count("Gold", "ok"), count("Gold", "error")), (1, 0));
    assert_eq!((count("Silver", "error"), count("Silver", "cancelled"), count("Silver", "ok")), (2, 1, 0));
}

/// An outcome with many values.
#[derive(LabelValue)]
enum Code {
    #[label(rename = "200")]
    Fine,
    #[label(rename = "201")]
    Created,
    #[label(rename = "204")]
    Empty,
    #[label(rename = "400")]
    Bad,
    #[label(rename = "404")]
    Missing,
    #[label(rename = "500")]
    Broken,
    #[label(rename = "503")]
    Busy,
}

impl From<&u16> for Code {
    fn from(code: &u16) -> Self {
        match code {
            200 => Self::Fine,
            201 => Self::Created,
            204 => Self::Empty,
            400 => Self::Bad,
            404 => Self::Missing,
            500 => Self::Broken,
            _ => Self::Busy,
        }
    }
}

#[test]
fn histograms_of_many_outcomes_appear_with_the_first_call_that_ends_so() {
    #[instrumented(name = "durations_many", duration(outcome), outcome(type = Code, label = "code"))]
    fn many(code: u16) -> u16 {
        code
    }

    let local = Local::new();
    assert!(local.read_only("durations_many_duration").samples().next().is_none(), "none has occurred");
    assert_eq!(local.read_only("durations_many_total").samples().count(), 8, "counters are there from the start");
    local.run(|| [200, 404, 200, 503].map(many));
    let exposition = local.read_only("durations_many");
    let counted = counts(&exposition, "durations_many_duration_seconds", "code");
    // Other recorders decide by themselves; ours shows what occurred.
    assert_eq!(counted, ["200 2", "404 1", "503 1"]);
}

#[test]
fn a_block_and_functions_without_a_name_have_it_too() {
    struct Store;

    #[instrumented(name = "durations_block", duration(outcome))]
    impl Store {
        fn get(&self, found: bool) -> Option<u8> {
            found.then_some(1)
        }
    }

    #[instrumented(duration(outcome))]
    fn durations_unnamed(fail: bool) -> Result<(), ()> {
        if fail { Err(()) } else { Ok(()) }
    }

    let local = Local::new();
    local.run(|| {
        let _ = (Store.get(true), Store.get(false), durations_unnamed(true), durations_unnamed(false));
    });
    let block = local.read_only("durations_block");
    let ok = block.histogram("durations_block_duration_seconds", &[("function", "Store::get"), ("outcome", "ok")]);
    assert_eq!(ok.count, 2);
    let unnamed = local.read_only("function_calls");
    let labels = [("module", "local::durations"), ("function", "durations_unnamed"), ("outcome", "error")];
    assert_eq!(unnamed.histogram("function_calls_duration_seconds", &labels).count, 1);
}

#[test]
fn sampled_durations_are_by_outcome_too() {
    #[instrumented(name = "durations_sampled", duration(outcome, sample = 1000))]
    fn sampled(fail: bool) -> Result<(), ()> {
        if fail { Err(()) } else { Ok(()) }
    }

    let local = Local::new();
    local.run(|| {
        for _ in 0..10 {
            let _ = sampled(true);
        }
    });
    let counted = counts(&local.read_only("durations_sampled"), "durations_sampled_duration_seconds", "outcome");
    assert_eq!(counted, ["error 10", "ok 0", "panic 0"]);
}

#[test]
fn a_foreign_recorder_gets_the_outcome_with_each_duration() {
    #[instrumented(name = "durations_foreign", duration(outcome))]
    async fn foreign(way: u8) -> Result<(), ()> {
        ends(way).await
    }

    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || call(foreign, &[0, 1, 1, 2, 3]));
    let mut found = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let key = key.key();
        if let ("durations_foreign_duration_seconds", DebugValue::Histogram(durations)) = (key.name(), value) {
            let outcome = key.labels().find(|label| label.key() == "outcome").expect("the outcome");
            found.push(format!("{} {}", outcome.value(), durations.len()));
        }
    }
    found.sort();
    assert_eq!(found, ["cancelled 1", "error 2", "ok 1", "panic 1"]);
}
