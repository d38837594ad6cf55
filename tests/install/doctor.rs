//! What the doctor says, in every situation where nothing shows up.

use std::future::ready;
use std::io::Read;
use std::net::{IpAddr, TcpListener, TcpStream};
use std::pin::pin;
use std::sync::mpsc;
use std::time::Duration;

use metrics_instrumented::{Finding, LabelValue, Operation, doctor, exporter, instrumented};
use metrics_instrumented_tests::{alone, get, pending, poll_once};
use metrics_util::debugging::DebuggingRecorder;

use crate::call;

/// What was found beside families that have recorded nothing.
fn findings() -> Vec<Finding> {
    let diagnosis = doctor();
    let other = |finding: &&Finding| !matches!(finding, Finding::NeverRecorded { .. });
    diagnosis.findings().iter().filter(other).cloned().collect()
}

#[test]
fn without_a_recorder_it_reports_that_and_what_is_linked() {
    alone(|| {
        assert_eq!(findings(), [Finding::NoRecorder]);
        let text = doctor().to_string();
        assert!(text.starts_with("- no recorder is installed, so nothing is recorded; call `metrics_instr"), "{text}");
        assert!(text.contains("\ndeclarations are linked from `install` ("), "{text}");
        assert_eq!(doctor().crates().collect::<Vec<_>>(), ["install"]);
    });
}

#[test]
fn an_installation_whose_error_was_ignored_is_reported_with_the_error() {
    alone(|| {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let error = exporter().listen(taken.local_addr().unwrap()).install().unwrap_err();
        assert_eq!(findings(), [Finding::InstallFailed { reason: error.to_string() }]);
        let text = doctor().to_string();
        assert!(text.contains("returned an error: cannot listen on 127.0.0.1:"), "{text}");
        assert!(text.contains("; choose another address, or stop the program that listens there\n"), "{text}");
        let _handle = exporter().listen("127.0.0.1:0").install().unwrap();
        assert_eq!(findings(), []);
    });
}

#[test]
fn a_foreign_recorder_is_distinguished_from_ours() {
    alone(|| {
        DebuggingRecorder::new().install().unwrap();
        let of_ours = |finding: &&Finding| matches!(finding, Finding::NeedsExporter { .. });
        assert_eq!(findings()[0], Finding::ForeignRecorder);
        assert!(findings()[1..].iter().all(|finding| of_ours(&finding)));
        let text = doctor().to_string();
        assert!(text.contains("another crate's recorder is installed"));
        let says = "`install_tracked_in_flight_oldest_seconds`, declared at ";
        assert!(text.contains(says) && text.contains("install this crate's exporter to see it"), "{text}");
    });
}

#[test]
fn a_recorder_of_this_crate_that_the_user_installed_is_not_foreign() {
    alone(|| {
        let recorder = exporter().build().unwrap();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).map_err(|_| ()).unwrap();
        assert_eq!(findings(), [Finding::OwnRecorder]);
        assert!(!handle.render().contains("probe"));
    });
}

#[test]
fn an_exporter_that_serves_nothing_is_reported() {
    alone(|| {
        let handle = exporter().install_recorder().unwrap();
        // From a thread with a recorder of its own, too.
        let local = exporter().build().unwrap();
        assert_eq!(metrics::with_local_recorder(&local, findings), [Finding::NotServed]);
        handle.service().unwrap();
        assert_eq!(findings(), []);
        handle.shutdown();
        assert_eq!(findings(), [Finding::NotServed]);
    });
}

#[test]
fn clients_outside_the_allowed_networks_are_reported_with_their_address() {
    alone(|| {
        let handle = exporter().listen("127.0.0.1:0").allow_network("10.0.0.0/8").install().unwrap();
        assert_eq!(findings(), []);
        for _ in 0..2 {
            let mut stream = TcpStream::connect(handle.local_addr().unwrap()).unwrap();
            // The listener closes the connection after it has counted it.
            assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
        }
        let last = IpAddr::from([127, 0, 0, 1]);
        assert_eq!(findings(), [Finding::NetworkNotAllowed { connections: 2, last }]);
        let text = doctor().to_string();
        assert!(text.contains("(2 so far, the last one from 127.0.0.1)"), "{text}");
        assert!(text.contains("`allow_network(\"127.0.0.1\")`"), "{text}");
    });
}

#[test]
fn families_that_have_recorded_nothing_are_reported_with_their_location() {
    alone(|| {
        let handle = exporter().listen("127.0.0.1:0").install().unwrap();
        // What `curl` shows contains the findings, too.
        let index = get(TcpStream::connect(handle.local_addr().unwrap()).unwrap(), "/", &[]);
        let found = format!("problems found:\n{}", doctor());
        assert!(
            index.text().ends_with(&found) && found.contains("\ndeclarations are linked from `install` ("),
            "{found}"
        );
        // So does the live page.
        let page = get(TcpStream::connect(handle.local_addr().unwrap()).unwrap(), "/page/findings", &[]);
        let lines = |fact: &str| page.text().lines().filter(|line| line.starts_with(fact)).count();
        assert_eq!((lines("fact=finding&"), lines("fact=linked&")), (doctor().findings().len(), 1), "{}", page.text());
        let named = |wanted: &str| {
            let diagnosis = doctor();
            let families = diagnosis.findings().iter().find_map(|finding| match finding {
                Finding::NeverRecorded { families } => Some(families.clone()),
                _ => None,
            });
            families.into_iter().flatten().find(|(family, _)| family == wanted).map(|(_, declared)| declared)
        };
        for family in ["install_calls_total", "install_calls_duration_seconds"] {
            let declared = named(family).expect(family);
            assert!(declared.contains("install/main.rs:"), "{declared}");
        }
        assert!(!doctor().is_well());
        // A program that has just started has one line about them.
        let text = doctor().to_string();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("recorded nothing")).collect();
        assert!(
            matches!(lines[..], [line] if line.contains(" families have recorded nothing, because ") && line.ends_with(" more")),
            "{text}"
        );
        call(true).unwrap_err();
        for family in ["install_calls_total", "install_calls_duration_seconds"] {
            assert_eq!(named(family), None, "{family}");
        }
        assert!(!handle.render().contains("probe"));
    });
}

/// A kind of error.
#[derive(LabelValue)]
enum Fault {
    Late,
}

impl From<&Fault> for Fault {
    fn from(_: &Fault) -> Self {
        Self::Late
    }
}

#[instrumented(
    name = "install_jobs",
    calls(ok = "install_jobs_ok_total", error = "install_jobs_error_total"),
    errors = "install_jobs_errors_total"
)]
fn job(fail: bool) -> Result<(), Fault> {
    if fail { Err(Fault::Late) } else { Ok(()) }
}

#[instrumented(name = "install_polled", polls(slow = 3600))]
async fn polled() {
    ready(()).await;
}

#[instrumented(name = "install_served")]
async fn serve() {
    pending().await;
}

#[derive(Operation)]
#[operation(errors(name = "install_failures_total", type = Fault))]
struct Failures;

#[instrumented(Failures)]
#[expect(clippy::unnecessary_wraps, reason = "it could fail")]
fn fails_never() -> Result<(), Fault> {
    Ok(())
}

/// The families of this module that have recorded nothing.
fn never_recorded() -> Vec<String> {
    let diagnosis = doctor();
    let never = diagnosis.findings().iter().filter_map(|finding| match finding {
        Finding::NeverRecorded { families } => Some(families),
        _ => None,
    });
    never.flatten().filter(|(_, at)| at.contains("doctor.rs")).map(|(family, _)| family.clone()).collect()
}

#[test]
fn counters_that_a_healthy_program_leaves_at_zero_are_not_reported_after_a_call() {
    alone(|| {
        let _handle = exporter().listen("127.0.0.1:0").install().unwrap();
        let jobs = ["duration_seconds", "error_total", "errors_total", "ok_total", "total"]
            .map(|end| format!("install_jobs_{end}"));
        let of_polled = ["busy_seconds_total", "duration_seconds", "polls_total", "slow_polls_total", "total"];
        let of_polled = of_polled.map(|end| format!("install_polled_{end}"));
        let served = ["duration_seconds", "total"].map(|end| format!("install_served_{end}"));
        assert_eq!(never_recorded(), [&jobs[..], &of_polled, &served].concat());
        // The call has not returned, so its gauge is all there is.
        let mut serving = pin!(serve());
        assert!(poll_once(serving.as_mut()).is_pending());
        assert_eq!(never_recorded(), [&jobs[..], &of_polled].concat());
        let mut polling = pin!(polled());
        assert!(poll_once(polling.as_mut()).is_ready());
        assert_eq!(never_recorded(), jobs);
        job(false).unwrap_or(());
        assert_eq!(never_recorded(), [""; 0]);
        fails_never().unwrap_or(());
        assert_eq!(never_recorded(), [""; 0]);
    });
}

#[test]
fn rejected_metrics_are_named_with_the_reason() {
    alone(|| {
        let _handle = exporter().listen("127.0.0.1:0").install().unwrap();
        metrics::gauge!("install_calls", "of" => "a").set(1.0);
        let diagnosis = doctor();
        let rejected = diagnosis.findings().iter().find_map(|finding| match finding {
            Finding::Rejected { metric, reason } => Some((metric.clone(), *reason)),
            _ => None,
        });
        let reason = "another family has samples with the same name; rename one of them";
        assert_eq!(rejected, Some(("install_calls{of=\"a\"}".to_owned(), reason)));
        let told = format!("- `install_calls{{of=\"a\"}}` is left out of the exposition: {reason}\n");
        assert!(diagnosis.to_string().contains(&told), "{diagnosis}");
    });
}

#[test]
fn a_collector_that_fails_on_every_scrape_is_reported_with_its_error() {
    alone(|| {
        let handle = exporter().listen("127.0.0.1:0").install().unwrap();
        let long = Duration::from_secs(30);
        let mut runs = 0;
        let database = move || {
            runs += 1;
            if runs < 3 { Err(format!("no connection\nin run {runs}")) } else { Ok(()) }
        };
        handle.collector("database", long, database).unwrap();
        handle.collector("cache", long, || -> Result<(), String> { panic!("the cache is {}", "cold") }).unwrap();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        handle.collector("disk", Duration::from_millis(50), move || may_go_on.recv().unwrap_or_default()).unwrap();
        handle.collector("queue", long, || ()).unwrap();
        let failing = || {
            let diagnosis = doctor();
            let failing = |finding: &&Finding| matches!(finding, Finding::CollectorFailing { .. });
            diagnosis.findings().iter().filter(failing).map(ToString::to_string).collect::<Vec<_>>()
        };
        let hangs = "it has not returned within its time limit of 50ms, and is not called again until it returns";
        let stays = "the gauges keep their last values";
        assert!(failing().is_empty());
        drop(handle.render());
        assert_eq!(
            failing(),
            [
                format!("the collector `database` failed on the last scrape: no connection in run 1; {stays}"),
                format!("the collector `cache` failed on the last scrape: it panicked: the cache is cold; {stays}"),
                format!("the collector `disk` failed on the last scrape: {hangs}; {stays}"),
            ]
        );
        drop(handle.render());
        let index = get(TcpStream::connect(handle.local_addr().unwrap()).unwrap(), "/", &[]);
        for finding in [
            format!("the collector `database` failed on the last 2 scrapes: no connection in run 2; {stays}"),
            format!("the collector `cache` failed on the last 2 scrapes: it panicked: the cache is cold; {stays}"),
            format!("the collector `disk` failed on the last 2 scrapes: {hangs}; {stays}"),
        ] {
            assert!(index.text().contains(&format!("- {finding}\n")), "{}", index.text());
        }
        go_on.send(()).unwrap();
        drop(go_on);
        handle.remove_collector("cache");
        metrics_instrumented_tests::eventually(long, || {
            drop(handle.render());
            failing().is_empty()
        });
    });
}
