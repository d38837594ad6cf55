//! Recording rules and alerts of a program, and the tests that go with them.

mod alerts;
mod examples;
mod gauges;
mod objectives;
mod program;
mod records;
mod tests;
mod write;

use std::collections::BTreeMap;

use crate::catalogue::{Catalogue, Operation};
use crate::config::Config;
use crate::error::Error;
use crate::queries::{Queries, Scope};
pub(crate) use tests::tests;
pub(crate) use write::{Kind, write, yaml};

/// A group of rules, evaluated one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    name: String,
    rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug)]
enum Rule {
    Record { name: String, expr: String },
    Alert(Box<Alert>),
}

/// An alert, with series that make it fire and others that do not.
#[derive(Clone, Debug)]
struct Alert {
    name: String,
    expr: String,
    lasts: String,
    severity: String,
    summary: String,
    description: String,
    example: Example,
}

/// What shows that an alert fires, and that it does not always.
#[derive(Clone, Debug, Default)]
struct Example {
    /// Series and their values a minute, as promtool writes them, when it fires.
    fires: Vec<(String, String)>,
    /// When it does not.
    quiet: Vec<(String, String)>,
    /// Whether it tells jobs apart. If not, its examples stand for themselves.
    by_job: bool,
}

/// One operation with all that its rules are made from.
#[derive(Clone, Copy, Debug)]
struct Subject<'a> {
    catalogue: &'a Catalogue,
    operation: &'a Operation,
    config: &'a Config,
    by: &'a [String],
}

impl<'a> Subject<'a> {
    fn queries(&self) -> Queries<'a> {
        Queries { catalogue: self.catalogue, operation: self.operation }
    }

    fn scope(&self, range: &'a str) -> Scope<'a> {
        Scope { matchers: &[], by: self.by, range }
    }

    /// The name of what is recorded: level, metric, operation, as Prometheus recommends.
    fn record(&self, what: &str) -> String {
        format!("{}:{}:{what}", self.by.join("_"), self.operation.name)
    }

    /// The name of an alert.
    fn alert(&self, what: &str) -> String {
        format!("{}{what}", camel_case(&self.operation.name))
    }

    /// How an annotation names the series.
    fn shown(&self) -> String {
        let more = self.by.iter().skip(1).map(|label| [", ", label, " {{ $labels.", label, " }}"].concat());
        let more: Vec<String> = more.collect();
        let more = more.concat();
        format!("{} of {{{{ $labels.job }}}}{more}", self.operation.name)
    }
}

/// All rules of a program.
pub(crate) fn groups(catalogue: &Catalogue, config: &Config) -> Result<Vec<Group>, Error> {
    let mut of_the_program = program::alerts(catalogue, config);
    of_the_program.extend(gauges::alerts(catalogue, config));
    let mut groups = vec![Group { name: catalogue.program.clone(), rules: of_the_program }];
    for operation in &catalogue.operations {
        let by: Vec<String> = ["job".to_owned()].into_iter().chain(config.of(&operation.name).by).collect();
        let subject = Subject { catalogue, operation, config, by: &by };
        let mut rules = records::records(&subject);
        rules.extend(alerts::alerts(&subject)?);
        rules.extend(objectives::rules(&subject)?);
        // Objectives record some of what is recorded anyway.
        let mut seen = Vec::new();
        rules.retain(|rule| match rule {
            Rule::Record { name, .. } => !seen.contains(name) && (seen.push(name.clone()), true).1,
            Rule::Alert(_) => true,
        });
        groups.push(Group { name: operation.name.clone(), rules });
    }
    groups.retain(|group| !group.rules.is_empty());
    Ok(groups)
}

impl Alert {
    fn labels(&self, config: &Config) -> BTreeMap<String, String> {
        let severity = ("severity".to_owned(), self.severity.clone());
        config.labels.clone().into_iter().chain([severity]).collect()
    }

    fn annotations(&self, config: &Config) -> BTreeMap<String, String> {
        let runbook = config.runbook.as_ref().map(|url| ("runbook_url".to_owned(), url.replace("{alert}", &self.name)));
        let texts = [("summary", &self.summary), ("description", &self.description)];
        texts.into_iter().map(|(key, text)| (key.to_owned(), text.clone())).chain(runbook).collect()
    }
}

/// `rds_csi_volume` as `RdsCsiVolume`.
fn camel_case(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1))).collect()
}
