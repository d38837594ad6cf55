//! A service whose outcomes are classes of HTTP statuses, its generated rules, and the real Prometheus: no alert fires while all answers are good.

#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::Duration;

use metrics_instrumented::{LabelValue, instrumented};
use metrics_instrumented_test_support::eventually;
use metrics_instrumented_test_support::prometheus::{Prometheus, promtool};

/// Classes that say what they mean for a call.
#[derive(LabelValue, Clone, Copy)]
enum Marked {
    #[label(rename = "2xx", ok)]
    Success,
    #[label(rename = "4xx", ignored)]
    ClientError,
    #[label(rename = "5xx", error)]
    ServerError,
}

/// Classes that do not.
#[derive(LabelValue, Clone, Copy)]
enum Unmarked {
    #[label(rename = "2xx")]
    Success,
    #[label(rename = "4xx")]
    ClientError,
    #[label(rename = "5xx")]
    ServerError,
}

impl From<&u16> for Marked {
    fn from(status: &u16) -> Self {
        match status {
            ..400 => Self::Success,
            ..500 => Self::ClientError,
            500.. => Self::ServerError,
        }
    }
}

impl From<&u16> for Unmarked {
    fn from(status: &u16) -> Self {
        match status {
            ..400 => Self::Success,
            ..500 => Self::ClientError,
            500.. => Self::ServerError,
        }
    }
}

#[instrumented(name = "web_requests", outcome = Marked)]
fn marked(status: u16) -> u16 {
    status
}

#[instrumented(name = "old_requests", outcome = Unmarked)]
fn unmarked(status: u16) -> u16 {
    status
}

#[instrumented]
fn look_up(status: u16) -> Result<u16, u16> {
    if status < 500 { Ok(status) } else { Err(status) }
}

fn tool(arguments: &[&str]) -> (String, String) {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    let output = tool.args(arguments).output().expect("the tool starts");
    assert!(output.status.success(), "{output:?}");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr))
}

fn firing(server: &Prometheus) -> Vec<String> {
    let alerts = server.query("ALERTS{alertstate=\"firing\"}");
    let mut names: Vec<String> = alerts
        .iter()
        .map(|alert| {
            let label = |name: &str| alert.labels.get(name).map(String::as_str).unwrap_or_default();
            format!("{} {}", label("alertname"), label("function")).trim().to_owned()
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn no_alert_fires_while_all_answers_are_good() {
    static STATUS: AtomicU16 = AtomicU16::new(200);
    let handle = metrics_instrumented::exporter().listen("127.0.0.1:0").install().expect("the exporter starts");
    thread::spawn(|| {
        loop {
            let status = STATUS.load(Ordering::Relaxed);
            marked(status);
            unmarked(status);
            let _ = look_up(status);
            thread::sleep(Duration::from_millis(5));
        }
    });

    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let catalogue = file("web.jsonl", &metrics_instrumented::catalog());
    let (rules, notes) = tool(&["rules", &catalogue]);
    for text in [&rules, &notes] {
        assert!(text.contains("no alert on failed calls of `old_requests`"), "{text}");
        assert!(
            text.contains("which of `2xx`, `4xx`, `5xx` are failures; mark the variants with `#[label(ok)]`"),
            "{text}"
        );
    }
    assert!(!rules.contains("OldRequestsErrorRatio"), "{rules}");
    // Nobody waits ten minutes for a test.
    let soon = rules.replace("for: 10m", "for: 1s").replace("for: 15m", "for: 1s").replace("for: 2m", "for: 1s");
    let path = file("rules.yaml", &soon);
    let tests = tool(&["rules", &catalogue, "--tests", "rules.yaml"]).0;
    promtool(&["test", "rules", &file("rules.test.yaml", &tests)], "").unwrap();

    let server = Prometheus::start(&[("web", handle.local_addr().expect("it listens"))], &[Path::new(&path)]);
    let record = "job:web_requests:error_ratio_rate5m{job=\"web\"}";
    eventually(Duration::from_secs(60), || {
        server.value(record).ok_or_else(|| format!("`{record}` has no value yet; {:?}", server.targets()))
    });
    // Long enough for every `for`.
    thread::sleep(Duration::from_secs(4));
    assert_eq!(firing(&server), [""; 0], "all answers are 200");

    // The clients' mistakes are ignored where the code says so, and where it says nothing there is no alert.
    STATUS.store(404, Ordering::Relaxed);
    thread::sleep(Duration::from_secs(4));
    assert_eq!(firing(&server), [""; 0], "all answers are 404");

    STATUS.store(503, Ordering::Relaxed);
    eventually(Duration::from_secs(60), || {
        let found = firing(&server);
        let expected = ["FunctionCallsErrorRatioHigh look_up", "WebRequestsErrorRatioHigh"];
        if found == expected { Ok(()) } else { Err(format!("{found:?} and not {expected:?}")) }
    });
}
