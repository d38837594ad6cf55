//! Scrape configuration of each program: a `ServiceMonitor`, or a job for Prometheus' configuration.

use std::str::FromStr;

use serde_json::{Value, json};

use super::kubernetes;
use super::yaml::{documents, yaml};
use crate::catalogue::{Catalogue, Family, Program};
use crate::error::Error;
use crate::promql::duration::milliseconds;

/// Labels that the operator adds to every target. They override the program's own labels unless `honorLabels` is set.
const TARGET_LABELS: &[&str] = &["namespace", "pod", "service", "endpoint", "container"];

/// The path and the interval of scrapes.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Scrape {
    /// Scrape interval, in Prometheus' syntax
    #[arg(long, default_value = "30s", value_name = "DURATION", value_parser = interval)]
    pub(crate) interval: String,
    /// Path of the metrics
    #[arg(long, default_value = "/metrics")]
    pub(crate) path: String,
}

fn interval(text: &str) -> Result<String, &'static str> {
    milliseconds(text)
        .filter(|interval| *interval > 0)
        .map(|_| text.to_owned())
        .ok_or("write a duration such as `30s` or `1m`")
}

/// A program's address, with the program's name if there are several.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    program: Option<String>,
    address: String,
}

impl Target {
    /// Where the exporter listens by default.
    fn local() -> Self {
        Self { program: None, address: "localhost:9000".to_owned() }
    }
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (program, address) = match text.split_once('=') {
            Some((program, address)) => (Some(program.to_owned()), address),
            None => (None, text),
        };
        if address.is_empty() || program.as_ref().is_some_and(String::is_empty) {
            return Err("write `HOST:PORT`, or `PROGRAM=HOST:PORT`");
        }
        Ok(Self { program, address: address.to_owned() })
    }
}

/// A `ServiceMonitor` of the Prometheus operator for each program.
pub(crate) fn service_monitors(catalogue: &Catalogue, scrape: &Scrape, port: &str) -> String {
    let monitors: Vec<Value> =
        catalogue.each_program().iter().map(|program| service_monitor(catalogue, program, scrape, port)).collect();
    documents("servicemonitor", &monitors)
}

fn service_monitor(catalogue: &Catalogue, program: &Program, scrape: &Scrape, port: &str) -> Value {
    let mut endpoint = json!({ "port": port, "path": scrape.path, "interval": scrape.interval });
    if clashes(catalogue, program) {
        endpoint["honorLabels"] = true.into();
    }
    let name = &program.name;
    json!({
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": kubernetes::metadata(name),
        "spec": { "selector": { "matchLabels": kubernetes::labels(name) }, "endpoints": [endpoint] },
    })
}

/// A configuration with a job for each program.
///
/// # Errors
/// [`Error::Targets`] if it is not known which program has which targets.
pub(crate) fn scrape_config(
    catalogue: &Catalogue,
    scrape: &Scrape,
    job: Option<&str>,
    targets: &[Target],
) -> Result<String, Error> {
    let programs = catalogue.program_names();
    let mut jobs: Vec<(&str, Vec<&str>)> = programs.iter().map(|program| (program.as_str(), Vec::new())).collect();
    let local = [Target::local()];
    let is_one = programs.len() == 1;
    let targets = if is_one && targets.is_empty() { &local } else { targets };
    for target in targets {
        let found = match &target.program {
            Some(name) => jobs.iter_mut().find(|(program, _)| program == name),
            None => jobs.first_mut().filter(|_| is_one),
        };
        let Some((_, addresses)) = found else { return Err(no_program(target, &programs)) };
        addresses.push(&target.address);
    }
    if let Some((program, _)) = jobs.iter().find(|(_, addresses)| addresses.is_empty()) {
        return Err(Error::Targets(format!(
            "the program `{program}` has no target; add `--target {program}=HOST:PORT`"
        )));
    }
    if let Some(name) = job {
        let [(program, _)] = jobs.as_mut_slice() else {
            return Err(Error::Targets("each program has its own job; remove `--job`, or pass one program".to_owned()));
        };
        *program = name;
    }
    let configs: Vec<Value> = jobs
        .into_iter()
        .map(|(name, targets)| {
            json!({
                "job_name": name,
                "metrics_path": scrape.path,
                "scrape_interval": scrape.interval,
                "static_configs": [{ "targets": targets }],
            })
        })
        .collect();
    Ok(yaml("scrape-config", &json!({ "scrape_configs": configs })))
}

/// The error about a target whose program is not known.
fn no_program(target: &Target, programs: &[String]) -> Error {
    let address = &target.address;
    let programs = programs.join("`, `");
    Error::Targets(match &target.program {
        Some(name) => format!("there is no program `{name}`; the programs are `{programs}`"),
        None => format!(
            "`{address}` is the target of which program? Write `PROGRAM={address}`; the programs are `{programs}`"
        ),
    })
}

/// Returns whether a program has labels that the operator would rename to `exported_..`. A `job` or `instance` of the program must be renamed, because rules
/// are grouped by those of the target.
fn clashes(catalogue: &Catalogue, program: &Program) -> bool {
    let families = catalogue.families.iter().filter(|family| program.families.contains(&family.name));
    let names: Vec<&str> = families.flat_map(Family::label_names).collect();
    let has = |labels: &[&str]| names.iter().any(|name| labels.contains(name));
    has(TARGET_LABELS) && !has(&["job", "instance"])
}
