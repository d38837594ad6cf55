//! `unused`: a catalogue, the real Prometheus or a fake one, dashboards and a query log.

#![forbid(unsafe_code)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use metrics_instrumented::{Counter, Gauge, Histogram};
use metrics_instrumented_test_support::eventually;
use metrics_instrumented_test_support::prometheus::Prometheus;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Used by a rule.
#[derive(Counter)]
#[counter(name = "depot_arrivals_total")]
struct Arrivals;

/// Used by a dashboard.
#[derive(Histogram)]
#[histogram(name = "depot_stay_seconds", buckets = [1.0, 10.0])]
struct Stay;

/// Used by a logged query.
#[derive(Gauge)]
#[gauge(name = "depot_free_places")]
struct Free;

/// Used by nobody.
#[derive(Counter)]
#[counter(name = "depot_departures_total")]
struct Departures;

const RULES: &str = "groups:
  - name: depot
    rules:
      - record: job:depot_arrivals:rate5m
        expr: sum by (job) (rate(depot_arrivals_total[5m]))
      - alert: NoArrivals
        expr: job:depot_arrivals:rate5m == 0
      - alert: Gone
        expr: depot_arivals_total > 0 and on () {__name__=~'up|depot_nothing.*'}
";

fn dashboard(query: &str) -> String {
    let datasource = json!({ "type": "prometheus", "uid": "p" });
    let panel = json!({
        "title": "Stays", "type": "timeseries", "datasource": datasource, "targets": [{ "expr": query, "refId": "A" }],
    });
    json!({ "title": "Depot", "panels": [panel], "schemaVersion": 39 }).to_string()
}

fn run(folder: &TempDir, url: &str, more: &[&str]) -> Output {
    let catalogue = folder.path().join("depot.jsonl");
    fs::write(&catalogue, metrics_instrumented::catalog()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-metrics-instrumented"));
    command.args(["unused", "--prometheus", url, "--catalog"]).arg(catalogue).args(more).output().expect("it starts")
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn found(said: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    said["findings"].as_array().unwrap().iter().map(|one| (text(&one["rule"]), text(&one["message"]))).collect()
}

#[test]
fn the_real_prometheus_reports_uses_and_series() {
    let handle = metrics_instrumented::exporter().listen("127.0.0.1:0").install().unwrap();
    Arrivals.increment(1);
    Departures.increment(1);
    Stay.record(2.0);
    Free.set(4.0);
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules.yaml");
    fs::write(&rules, RULES).unwrap();
    let boards = folder.path().join("boards");
    fs::create_dir(&boards).unwrap();
    fs::write(boards.join("depot.json"), dashboard("rate(depot_stay_seconds_sum{job=~\"$job\"}[$__rate_interval])"))
        .unwrap();
    let prometheus = Prometheus::start(&[("depot", handle.local_addr().unwrap())], &[&rules]);
    prometheus.wait_until_up(Duration::from_secs(90));
    eventually(Duration::from_secs(90), || prometheus.value("count(job:depot_arrivals:rate5m)"));
    let url = format!("http://{}", prometheus.address());
    let log = folder.path().join("queries.log");
    fs::write(&log, "{\"params\":{\"query\":\"max(depot_free_places)\"},\"ts\":\"2026-11-28T20:00:00Z\"}\n").unwrap();
    let (boards, log) = (boards.to_str().unwrap(), log.to_str().unwrap());

    let arguments = ["--grafana-dir", boards, "--query-log", log, "--job", "depot", "--format", "json"];
    let output = run(&folder, &url, &arguments);
    let said = json_of(&output);
    let findings = found(&said);
    assert_eq!(output.status.code(), Some(1), "{said:#}");
    let [(unused, departures), (unpublished, arivals)] = &findings[..] else { panic!("{findings:#?}") };
    assert_eq!((unused.as_str(), unpublished.as_str()), ("unused-family", "unpublished-metric"));
    assert_eq!(departures, "no rule, dashboard or query uses the counter `depot_departures_total`, which has 1 series");
    assert!(arivals.contains(
        "alert `Gone` uses `depot_arivals_total`, which no target publishes; did you mean `depot_arrivals_total`?"
    ));
    let stay =
        said["families"].as_array().unwrap().iter().find(|family| family["name"] == "depot_stay_seconds").unwrap();
    assert_eq!((&stay["series"], &stay["used_by"]), (&json!(5), &json!(["`depot.json`"])), "{said:#}");
    assert_eq!(said["families"][0]["name"], "depot_stay_seconds");

    // Without dashboards and the log, what they use is unused, too.
    let less = found(&json_of(&run(&folder, &url, &["--format", "json"])));
    assert_eq!(less.iter().filter(|(rule, _)| rule == "unused-family").count(), 3, "{less:#?}");
    let allowed = run(&folder, &url, &["--allow", "depot_*", "--strict"]);
    assert_eq!(allowed.status.code(), Some(0), "{allowed:?}");
    let text = String::from_utf8(allowed.stdout).unwrap();
    assert!(
        text.contains("       5        0  depot_stay_seconds\n") && text.contains("all declared families"),
        "{text}"
    );
}

/// Answers by the path.
fn fake(answers: &'static [(&'static str, &'static str)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let length = stream.read(&mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let answer = answers.iter().find(|(known, _)| path.contains(known)).map(|(_, body)| *body);
            let (status, body) = answer.map_or(("404 Not Found", ""), |body| ("200 OK", body));
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    format!("http://{address}/prefix/")
}

const RULES_OF_A_FAKE: &str = r#"{"status":"success","data":{"groups":[{"name":"g","file":"r.yaml","rules":[
    {"name":"A","query":"{__name__=~\"depot_(arrivals|departures)_total\"} offset 5m","type":"alerting","health":"ok"},
    {"name":"r","query":"histogram_quantile(0.9, rate(depot_stay_seconds[5m]))","type":"recording"}]}]}}"#;

#[test]
fn a_fake_server_is_read_as_the_real_one() {
    let folder = tempfile::tempdir().unwrap();
    let url = fake(&[
        ("/prefix/api/v1/rules", RULES_OF_A_FAKE),
        ("/prefix/api/v1/label/__name__/values", r#"{"status":"success","data":["depot_stay_seconds"]}"#),
        (
            "/prefix/api/v1/query",
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"depot_stay_seconds"},"value":[1.5,"7"]}]}}"#,
        ),
    ]);
    let output = run(&folder, &url, &["--format", "json"]);
    let said = json_of(&output);
    assert_eq!((output.status.code(), found(&said).len()), (Some(0), 1), "{said:#}");
    assert!(found(&said)[0].1.contains("`depot_free_places`"), "{said:#}");
    assert_eq!(said["families"][0]["series"], 7);
    assert_eq!(run(&folder, &url, &["--strict"]).status.code(), Some(1));
}

/// Variables may be a name or a part of one, and a library panel is a file of its own.
#[test]
fn dashboards_use_metrics_by_variables_and_library_panels() {
    let folder = tempfile::tempdir().unwrap();
    let url = fake(&[
        ("/api/v1/rules", r#"{"status":"success","data":{"groups":[]}}"#),
        ("/api/v1/label/__name__/values", r#"{"status":"success","data":["depot_stay_seconds_sum"]}"#),
        ("/api/v1/query", r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#),
    ]);
    let boards = folder.path().join("boards");
    fs::create_dir(&boards).unwrap();
    let variable = |kind: &str, query: &str| {
        let variable = json!({ "type": kind, "name": "metric", "query": query });
        json!({ "panels": [], "templating": { "list": [variable] } }).to_string()
    };
    let panel = |query: &str| json!({ "type": "stat", "title": "x", "targets": [{ "expr": query }] });
    let library = json!({ "name": "shared", "kind": 1, "model": panel("depot_arrivals_total") });
    for (content, used) in [
        (variable("custom", "depot_arrivals_total,other"), "depot_arrivals_total"),
        (variable("custom", "Free : depot_free_places, Rate : 5m"), "depot_free_places"),
        (variable("constant", "depot_departures_total"), "depot_departures_total"),
        (variable("query", "metrics(depot_stay.*)"), "depot_stay_seconds"),
        (dashboard("rate(depot_${way}_total[5m])"), "depot_arrivals_total"),
        (dashboard("sum({__name__=~\"depot_${way:regex}_places\"})"), "depot_free_places"),
        (library.to_string(), "depot_arrivals_total"),
        (json!({ "result": { "elements": [library] } }).to_string(), "depot_arrivals_total"),
    ] {
        fs::write(boards.join("board.json"), &content).unwrap();
        let said = json_of(&run(&folder, &url, &["--format", "json", "--grafana-dir", boards.to_str().unwrap()]));
        let family = |one: &&Value| one["name"] == used;
        let used_by = &said["families"].as_array().unwrap().iter().find(family).unwrap()["used_by"];
        assert_eq!(*used_by, json!(["`board.json`"]), "{content}");
    }
    // A variable alone says nothing, and what cannot be read is reported.
    fs::write(boards.join("board.json"), dashboard("rate($metric[5m])")).unwrap();
    fs::write(boards.join("cut.json"), "{\"panels\": [").unwrap();
    let output = run(&folder, &url, &["--format", "json", "--grafana-dir", boards.to_str().unwrap()]);
    assert_eq!(found(&json_of(&output)).len(), 4, "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cut.json: the file is not valid JSON: "), "{said}");
}

const CHAIN: &str = r#"{"status":"success","data":{"groups":[{"name":"g","file":"r.yaml","rules":[
    {"name":"job:gone:rate5m","query":"rate(depot_gone_total[5m])","type":"recording"},
    {"name":"A","query":"job:gone:rate5m > 1","type":"alerting"}]}]}}"#;

#[test]
fn only_the_first_rule_of_a_chain_uses_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let url = fake(&[
        ("/api/v1/rules", CHAIN),
        ("/api/v1/label/__name__/values", r#"{"status":"success","data":[]}"#),
        ("/api/v1/query", r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#),
    ]);
    let said = json_of(&run(&folder, &url, &["--format", "json"]));
    let mut found = found(&said);
    found.retain(|(rule, _)| rule == "unpublished-metric");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("recording rule `job:gone:rate5m` uses `depot_gone_total`"), "{found:?}");
}

#[test]
fn a_server_that_is_not_prometheus_is_one_clear_error() {
    let folder = tempfile::tempdir().unwrap();
    for (url, expected) in [
        ("http://127.0.0.1:1".to_owned(), "refused"),
        (fake(&[]), "the server answers 404"),
        (fake(&[("rules", "<html>")]), "the response is not that of Prometheus' API"),
        (fake(&[("rules", r#"{"status":"error","errorType":"internal","error":"no rules"}"#)]), "no rules"),
    ] {
        let output = run(&folder, &url, &[]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(expected) && said.lines().count() == 1, "{said}");
    }
    let missing = run(&folder, &fake(&[("rules", RULES_OF_A_FAKE)]), &["--grafana-dir", "/nowhere"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("/nowhere cannot be read"), "{missing:?}");
}
