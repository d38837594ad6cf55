//! Operations whose histogram says how calls end: those of HTTP and gRPC, and `duration(outcome)`. This test is a program with them, and the tool's
//! documents are made from its catalogue.

#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::fs;
use std::process::{Command, Output};

use ::http::{Request, Response};
use metrics_instrumented::http::{self, Observe, ObservedCall};
use metrics_instrumented::{LabelValue, Operation, instrumented};
use metrics_instrumented_test_support::prometheus::promtool;
use serde_json::Value;
use tempfile::TempDir;
use tower::{Layer, Service};

/// Bookings.
#[instrumented(name = "bookings", only(duration, in_flight), duration(outcome))]
fn book(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

/// Payments.
#[instrumented(name = "payments", duration(outcome), started, objective(success = 99.0))]
fn pay(fail: bool) -> Result<(), ()> {
    if fail { Err(()) } else { Ok(()) }
}

/// How a parcel arrived.
#[derive(LabelValue)]
enum Arrival {
    #[label(ok)]
    InTime,
    #[label(error)]
    Late,
    #[label(ignored)]
    Returned,
}

/// Parcels.
#[derive(Operation)]
#[operation(name = "parcels", only(duration))]
struct Parcel {
    arrival: Arrival,
}

/// A request through a layer.
fn call<O>(layer: &http::Layer<O>)
where
    O: Observe + Clone,
    O::Call: ObservedCall<String>,
{
    let service = tower::service_fn(|_: Request<String>| async { Ok::<_, Infallible>(Response::new(String::new())) });
    drop(layer.layer(service).call(Request::new(String::new())));
}

struct Program {
    folder: TempDir,
    catalogue: String,
}

impl Program {
    fn new() -> Self {
        // What is never used is not in the program.
        let _ = (book(true), pay(false));
        call(&http::server());
        call(&http::client());
        call(&http::grpc_server());
        call(&http::grpc_client());
        for arrival in [Arrival::InTime, Arrival::Late, Arrival::Returned] {
            drop(Parcel { arrival }.start());
        }
        let folder = tempfile::tempdir().unwrap();
        let catalogue = folder.path().join("conventions.jsonl").display().to_string();
        fs::write(&catalogue, metrics_instrumented::catalog()).unwrap();
        Self { folder, catalogue }
    }

    fn run(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"))
            .args([arguments, &[&self.catalogue]].concat())
            .output()
            .unwrap();
        assert!(status.success(), "{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        String::from_utf8(stdout).unwrap()
    }

    fn catalogue(&self) -> Value {
        serde_json::from_str(&self.run(&["catalog"])).unwrap()
    }
}

fn operation<'a>(catalogue: &'a Value, name: &str) -> &'a Value {
    let all = catalogue["operations"].as_array().unwrap();
    all.iter().find(|operation| operation["name"] == name).unwrap_or_else(|| panic!("no `{name}`: {all:#?}"))
}

#[test]
fn a_label_with_classes_is_the_outcome() {
    let catalogue = Program::new().catalogue();
    let outcome = |name| &operation(&catalogue, name)["outcome"];
    assert_eq!(outcome("bookings")["label"], "outcome");
    assert_eq!(outcome("bookings")["error"], serde_json::json!(["error", "panic"]));
    assert_eq!(outcome("parcels")["label"], "arrival");
    assert_eq!(outcome("parcels")["error"], serde_json::json!(["Late"]));
    assert_eq!(outcome("parcels")["ignored"], serde_json::json!(["Returned"]));
    assert_eq!(outcome("http_server_request")["label"], "http_response_status_code");
    let errors = outcome("http_server_request")["error"].as_array().unwrap();
    let codes = ["500", "503", "5xx", "error", "panic"];
    assert!(codes.iter().all(|code| errors.contains(&(*code).into())), "{errors:?}");
    assert!(!errors.contains(&"404".into()), "{errors:?}");
    assert!(outcome("http_client_request")["error"].as_array().unwrap().contains(&"404".into()));
    assert_eq!(outcome("rpc_server_call")["label"], "rpc_response_status_code");
    assert!(outcome("rpc_server_call")["error"].as_array().unwrap().contains(&"INTERNAL".into()));
    assert!(outcome("rpc_server_call")["ok"].as_array().unwrap().contains(&"NOT_FOUND".into()));
    assert!(outcome("rpc_client_call")["error"].as_array().unwrap().contains(&"NOT_FOUND".into()));
}

#[test]
fn the_histogram_has_the_outcome_and_not_the_value_for_calls_that_begin() {
    let catalogue = Program::new().catalogue();
    let family = |name: &str| {
        let all = catalogue["families"].as_array().unwrap();
        all.iter().find(|family| family["name"] == name).unwrap()["labels"].clone()
    };
    // The function is not asynchronous, so that no call is cancelled.
    let values = ["ok", "error", "panic"];
    assert_eq!(family("payments_duration_seconds"), serde_json::json!([{ "name": "outcome", "values": values }]));
    let counted = ["ok", "error", "panic", "started"];
    assert_eq!(family("payments_total"), serde_json::json!([{ "name": "outcome", "values": counted }]));
}

#[test]
fn rules_alert_on_failed_requests_by_route_and_their_tests_pass() {
    let program = Program::new();
    let rules = program.run(&["rules", "--all-alerts"]);
    for words in [
        "record: \"job_http_route:http_server_request:error_ratio_rate5m\"",
        "record: \"job_rpc_method:rpc_server_call:rate5m\"",
        "sum by (job, http_route) (rate(http_server_request_duration_seconds_count{http_response_status_code=~\"500|",
        "sum by (job) (rate(bookings_duration_seconds_count{outcome=~\"error|panic\"}[5m]))",
        "alert: HttpServerRequestErrorRatioHigh",
        "alert: BookingsErrorRatioHigh",
        "alert: BookingsPanics",
        "alert: ParcelsErrorRatioHigh",
    ] {
        assert!(rules.contains(words), "no `{words}` in\n{rules}");
    }
    let file = |name: &str, text: &str| {
        let path = program.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    promtool(&["check", "rules", &file("rules.yaml", &rules)], "").unwrap();
    let tests = program.run(&["rules", "--all-alerts", "--tests", "rules.yaml"]);
    promtool(&["test", "rules", &file("rules.test.yaml", &tests)], "").unwrap();
}

/// Without a failed request, no series of failures exists.
#[test]
fn the_error_ratio_of_a_route_without_errors_is_zero() {
    let program = Program::new();
    let file = |name: &str, text: &str| {
        let path = program.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let rules = file("rules.yaml", &program.run(&["rules"]));
    let requests = |route: &str, code: &str| {
        let labels = format!("job=\"shop\",http_request_method=\"GET\",http_route=\"{route}\",url_scheme=\"http\"");
        format!("http_server_request_duration_seconds_count{{{labels},http_response_status_code=\"{code}\"}}")
    };
    let calls = |method: &str, code: &str| {
        format!(
            "rpc_server_call_duration_seconds_count{{job=\"shop\",rpc_method=\"{method}\",rpc_response_status_code=\"{code}\"}}"
        )
    };
    let bookings =
        |job: &str, outcome: &str| format!("bookings_duration_seconds_count{{job=\"{job}\",outcome=\"{outcome}\"}}");
    let given = [
        requests("/good", "200"),
        requests("/missing", "404"),
        requests("/half", "200"),
        requests("/half", "503"),
        requests("/bad", "panic"),
        requests("/left", "cancelled"),
        calls("m/Good", "OK"),
        calls("m/Bad", "INTERNAL"),
        bookings("good", "ok"),
        bookings("half", "ok"),
        bookings("half", "panic"),
    ];
    let given = given.map(|series| format!("  - series: '{series}'\n    values: '0+10x120'\n")).concat();
    let record = |name: &str, labels: &str| format!("job{name}:error_ratio_rate5m{{job={labels}}}");
    let http = |route: &str| record("_http_route:http_server_request", &format!("\"shop\",http_route=\"{route}\""));
    let rpc = |method: &str| record("_rpc_method:rpc_server_call", &format!("\"shop\",rpc_method=\"{method}\""));
    let booking = |job: &str| record(":bookings", &format!("\"{job}\""));
    let expected = [
        (http("/good"), Some(0.0)),
        (http("/missing"), Some(0.0)),
        (http("/half"), Some(0.5)),
        (http("/bad"), Some(1.0)),
        // No request of this route counts.
        (http("/left"), None),
        (rpc("m/Good"), Some(0.0)),
        (rpc("m/Bad"), Some(1.0)),
        (booking("good"), Some(0.0)),
        (booking("half"), Some(0.5)),
    ];
    let queries = expected.map(|(series, value)| {
        let samples = value.map_or("[]".to_owned(), |value| format!("[{{labels: '{series}', value: {value}}}]"));
        format!("  - expr: '{series}'\n    eval_time: 90m\n    exp_samples: {samples}\n")
    });
    let queries = queries.concat();
    let tests = format!(
        "rule_files: [{rules}]\nevaluation_interval: 1m\ntests:\n- interval: 1m\n  input_series:\n{given}  promql_expr_test:\n{queries}"
    );
    promtool(&["test", "rules", &file("ratio.test.yaml", &tests)], "").unwrap();
}

#[test]
fn the_dashboard_shows_errors_and_the_duration_of_each_outcome() {
    let dashboard = Program::new().run(&["dashboard"]);
    for title in [
        "Rate: http_server_request",
        "Errors: http_server_request",
        "Duration: http_server_request",
        "Duration by outcome: http_server_request",
        "Duration by outcome: bookings",
        "Errors: rpc_server_call",
    ] {
        assert!(dashboard.contains(&format!("\"{title}\"")), "no `{title}`");
    }
    assert!(dashboard.contains("sum by (le, outcome) (rate(bookings_duration_seconds_bucket"), "{dashboard}");
    assert!(!dashboard.contains("Duration by outcome: parcels_"), "{dashboard}");
}

#[test]
fn the_linter_knows_the_label() {
    let program = Program::new();
    let lint = |expression: &str| {
        let file = program.folder.path().join("alert.yaml");
        let rule = format!("groups: [{{ name: g, rules: [{{ alert: A, expr: '{expression}' }}] }}]");
        fs::write(&file, rule).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"))
            .args(["lint", "--catalog", &program.catalogue, &file.display().to_string()])
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let quantile = |matcher: &str| {
        format!(
            "histogram_quantile(0.9, sum by (le, outcome) (rate(bookings_duration_seconds_bucket{{{matcher}}}[5m]))) > 1"
        )
    };
    assert!(lint(&quantile("outcome=\"error\"")).0, "{:?}", lint(&quantile("outcome=\"error\"")));
    assert!(!lint(&quantile("outcome=\"failed\"")).0);
    assert!(!lint(&quantile("outcome=\"started\"")).0);
    let (good, said) =
        lint("rate(http_server_request_duration_seconds_count{http_response_status_code=\"600\"}[5m]) > 0");
    assert!(!good, "{said}");
}
