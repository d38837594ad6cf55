//! Recording rules and alerts of a program, and their tests.

mod alerts;
mod examples;
mod gauges;
mod model;
mod objectives;
mod program;
mod records;
mod subject;
pub(crate) mod tests;
mod unique;
pub(crate) mod write;

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::error::Error;
use crate::promql::owned::OwnedQuery;
use model::{Group, Rule};
use subject::Subject;

/// Returns all rules of a program, with the default alerts, those that the configuration names, or all of them.
pub(crate) fn groups(catalogue: &Catalogue, config: &Config, all_alerts: bool) -> Result<Vec<Group>, Error> {
    let matchers = config.job_matcher(catalogue);
    let mut of_the_program = program::alerts(catalogue, config);
    of_the_program.extend(gauges::alerts(catalogue, config, &matchers));
    let mut groups = vec![Group { name: unique::program_group(catalogue), rules: of_the_program }];
    for operation in &catalogue.operations {
        let by = subject::grouping(catalogue, operation, config);
        let subject = Subject { catalogue, operation, config, by: &by, matchers: &matchers, all_alerts };
        let mut rules = records::records(&subject);
        rules.extend(alerts::alerts(&subject)?);
        rules.extend(objectives::rules(&subject)?);
        // Rules of objectives may duplicate other recording rules.
        let mut seen = Vec::new();
        rules.retain(|rule| match rule {
            Rule::Record { name, .. } => !seen.contains(name) && (seen.push(name.clone()), true).1,
            Rule::Alert(_) => true,
        });
        groups.push(Group { name: operation.name.clone(), rules });
    }
    groups.retain(|group| !group.rules.is_empty());
    unique::number_duplicates(&mut groups);
    Ok(groups)
}

/// Returns the queries of rules.
pub(crate) fn queries(groups: &[Group]) -> Vec<OwnedQuery> {
    let rules = groups.iter().flat_map(|group| &group.rules);
    let query = |rule: &Rule| match rule {
        Rule::Record { name, expr } => {
            OwnedQuery { owner: format!("recording rule `{name}`"), promql: expr.clone(), records: Some(name.clone()) }
        }
        Rule::Alert(alert) => {
            OwnedQuery { owner: format!("alert `{}`", alert.name), promql: alert.expr.clone(), records: None }
        }
    };
    rules.map(query).collect()
}

/// Returns notes for the reader of the rules: alerts that are not written, and how to get them.
pub(crate) fn notes(catalogue: &Catalogue, config: &Config) -> Vec<String> {
    let unclear = catalogue.operations.iter().filter_map(|operation| {
        let outcome = operation.outcome.as_ref().filter(|outcome| !outcome.says_what_fails())?;
        Some(format!(
            "no alert on failed calls of `{}`: the code does not say which of `{}` are failures; mark the variants with `#[label(ok)]`, \
             `#[label(error)]` or `#[label(ignored)]`, or list them as `ok`, `error` and `ignored` under `operations` in the configuration",
            operation.name,
            outcome.unknown.join("`, `")
        ))
    });
    unclear.chain(program::notes(catalogue, config)).collect()
}
