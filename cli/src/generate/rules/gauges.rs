//! Alerts on gauges outside operations, such as queues and connections.

use super::alerts::{example, for_duration, levels};
use super::examples::{NONE, series};
use super::model::{Alert, Rule};
use super::subject::camel_case;
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::promql::queries::{Scope, value};

/// The alerts that the configuration names.
pub(super) fn alerts(catalogue: &Catalogue, config: &Config, matchers: &[String]) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (name, thresholds) in &config.gauges {
        let Some(family) = catalogue.family(name) else { continue };
        let by: Vec<String> = ["job"].into_iter().chain(family.label_names()).map(str::to_owned).collect();
        let expr = value(family, &Scope { matchers, by: &by, range: "5m" });
        let shown: Vec<String> = by.iter().map(|label| [label, " {{ $labels.", label, " }}"].concat()).collect();
        for (above, severity, suffix) in levels(thresholds) {
            let one = series(family, "", &[]);
            rules.push(Rule::Alert(Box::new(Alert {
                name: format!("{}High{suffix}", camel_case(name)),
                expr: format!("{expr} > {above}"),
                for_duration: for_duration(thresholds),
                severity: severity.to_owned(),
                summary: format!("{name} is above {above}: {}", shown.join(", ")),
                description: "It is {{ $value }}.".to_owned(),
                example: example((one.clone(), (above + 1.0).to_string()), (one, NONE.text())),
            })));
        }
    }
    rules
}
