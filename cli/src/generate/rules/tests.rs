//! Tests for `promtool test rules`: each alert fires for its example, and does not fire for the other one.

use std::path::Path;

use serde_json::{Value, json};

use super::model::{Alert, Example, Group, Rule};
use crate::generate::yaml::yaml;
use crate::promql::duration::milliseconds;

/// The minimum number of minutes of values.
const MIN_MINUTES: u64 = 180;

/// The minutes before an alert is pending, and after it is firing.
const MARGIN: u64 = 10;

/// A test file for the rule file at a path. If the rules select only one job, each example of an alert that is grouped by job is a test of its own; otherwise, the
/// examples have different jobs.
pub(crate) fn tests(groups: &[Group], rule_file: &Path, only_job: Option<&str>) -> String {
    let alerts: Vec<&Alert> = groups
        .iter()
        .flat_map(|group| &group.rules)
        .filter_map(|rule| match rule {
            Rule::Alert(alert) => Some(&**alert),
            Rule::Record { .. } => None,
        })
        .collect();
    let minutes = minutes(&alerts);
    let (mut series, mut expected, mut apart) = (Vec::new(), Vec::new(), Vec::new());
    for alert in &alerts {
        for (state, inputs, fires) in states(&alert.example) {
            let name = format!("{} {state}", alert.name);
            let job = alert.example.by_job.then(|| only_job.unwrap_or(&name));
            let input = |(name, values): &(String, String)| json!({ "series": with_job(name, job), "values": format!("{values}x{minutes}") });
            let inputs = inputs.iter().map(input);
            let firing = expectation(alert, state, job, fires, minutes);
            if job.is_some() && only_job.is_some() {
                apart.push(test(&name, &inputs.collect::<Vec<_>>(), &[firing]));
                continue;
            }
            for input in inputs {
                if !series.contains(&input) {
                    series.push(input);
                }
            }
            expected.push(firing);
        }
    }
    let mut all = vec![test("with series", &series, &expected)];
    // Alerts on absent series need a test without series.
    let without = alerts.iter().filter(|alert| alert.example.fires.is_empty());
    let absent: Vec<Value> = without.map(|alert| expectation(alert, "", None, true, minutes)).collect();
    if !absent.is_empty() {
        all.push(test("without any series", &[], &absent));
    }
    all.extend(apart);
    yaml("rules --tests", &json!({ "rule_files": [rule_file], "evaluation_interval": "1m", "tests": all }))
}

/// An example: its name, its series, and whether the alert fires for them.
type State<'a> = (&'static str, &'a [(String, String)], bool);

fn states(example: &Example) -> Vec<State<'_>> {
    let Example { fires, quiet, rare, .. } = example;
    if fires.is_empty() {
        return vec![("", quiet, false)];
    }
    let mut all: Vec<State<'_>> = vec![("fires", fires, true), ("quiet", quiet, false)];
    if !rare.is_empty() {
        all.push(("rare", rare, false));
    }
    all
}

/// The length of the tests: every alert has been firing for some minutes.
fn minutes(alerts: &[&Alert]) -> u64 {
    let waits = alerts.iter().filter_map(|alert| milliseconds(&alert.for_duration)).max();
    MIN_MINUTES.max(waits.unwrap_or(0).div_ceil(60_000) + 2 * MARGIN)
}

fn test(name: &str, series: &[Value], expected: &[Value]) -> Value {
    json!({ "name": name, "interval": "1m", "input_series": series, "promql_expr_test": expected })
}

/// The expected number of firing alerts of this name for the example's series, a few minutes before they end.
fn expectation(alert: &Alert, state: &str, job: Option<&str>, fires: bool, minutes: u64) -> Value {
    let mut matchers = vec![format!("alertname={:?}", alert.name), "alertstate=\"firing\"".to_owned()];
    if let Some(job) = job {
        matchers.push(format!("job={job:?}"));
    } else if !state.is_empty() {
        matchers.push(format!("instance=~\"{state}.*\""));
    }
    let samples = if fires { vec![json!({ "labels": "{}", "value": 1 })] } else { Vec::new() };
    json!({
        "expr": format!("count(ALERTS{{{}}})", matchers.join(",")),
        "eval_time": format!("{}m", minutes - 5),
        "exp_samples": samples,
    })
}

/// The series with the label `job`.
fn with_job(series: &str, job: Option<&str>) -> String {
    let Some(job) = job else { return series.to_owned() };
    match series.split_once('{') {
        Some((name, "}")) => format!("{name}{{job={job:?}}}"),
        Some((name, labels)) => format!("{name}{{job={job:?},{labels}"),
        None => format!("{series}{{job={job:?}}}"),
    }
}
