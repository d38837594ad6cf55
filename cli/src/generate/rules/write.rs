//! Rules as files.

use serde_json::{Map, Value, json};

use super::model::{Group, Rule};
use crate::config::Config;
use crate::generate::kubernetes;
use crate::generate::yaml::yaml;

/// The kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// A rule file of Prometheus
    Prometheus,
    /// A `PrometheusRule` of the Prometheus operator
    Kubernetes,
}

/// The groups as a YAML file.
pub(crate) fn write(groups: &[Group], notes: &[String], config: &Config, program: &str, kind: Kind) -> String {
    let groups: Vec<Value> =
        groups.iter().map(|group| json!({ "name": group.name, "rules": rules(group, config) })).collect();
    let file = match kind {
        Kind::Prometheus => json!({ "groups": groups }),
        Kind::Kubernetes => json!({
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": kubernetes::metadata(program),
            "spec": { "groups": groups },
        }),
    };
    let text = yaml("rules", &file);
    let comments: Vec<String> = notes.iter().map(|note| format!("# {note}.")).collect();
    match text.split_once('\n') {
        Some((head, rest)) if !comments.is_empty() => format!("{head}\n{}\n{rest}", comments.join("\n")),
        _ => text,
    }
}

fn rules(group: &Group, config: &Config) -> Vec<Value> {
    let rule = |rule: &Rule| match rule {
        Rule::Record { name, expr } => json!({ "record": name, "expr": expr }),
        Rule::Alert(alert) => {
            let mut object = Map::new();
            object.insert("alert".to_owned(), alert.name.clone().into());
            object.insert("expr".to_owned(), alert.expr.clone().into());
            object.insert("for".to_owned(), alert.for_duration.clone().into());
            object.insert("labels".to_owned(), json!(alert.labels(config)));
            object.insert("annotations".to_owned(), json!(alert.annotations(config)));
            object.into()
        }
    };
    group.rules.iter().map(rule).collect()
}
