//! Recording rules and alerts of a program, and the tests that go with them.

mod alerts;
mod examples;
mod gauges;
mod model;
mod objectives;
mod program;
mod records;
mod subject;
pub(crate) mod tests;
pub(crate) mod write;

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::error::Error;
use model::{Group, Rule};
use subject::Subject;

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
