//! Alerts of the program as a whole: whether it has targets, and whether they serve the declared metrics.

use super::examples::{GROWING, NONE, series};
use super::model::{Alert, Example, Rule};
use super::subject::camel_case;
use crate::catalogue::{Catalogue, Family, Kind, LabelValues, Program};
use crate::config::Config;
use crate::promql::queries::equals;

/// The exporter initialises all series of families with at most this number of series.
const SHOWN_FROM_THE_START: u64 = 100;

/// The alerts of a program, or of each of several merged programs.
pub(super) fn alerts(catalogue: &Catalogue, config: &Config) -> Vec<Rule> {
    let programs = match &config.job {
        Some(_) => vec![Program { name: catalogue.program.clone(), families: catalogue.common_families() }],
        None => catalogue.each_program(),
    };
    let mut alerts: Vec<Alert> =
        programs.iter().flat_map(|program| of_program(catalogue, program, config.job.as_deref())).collect();
    if catalogue.has_open_labels() {
        alerts.push(overflow(&catalogue.program));
    }
    alerts.into_iter().map(|alert| Rule::Alert(Box::new(alert))).collect()
}

fn of_program(catalogue: &Catalogue, program: &Program, job: Option<&str>) -> Vec<Alert> {
    let job = job.unwrap_or(&program.name);
    let selector = equals("job", job);
    let name = |what: &str| format!("{}{what}", camel_case(&program.name));
    let up = |instance: &str, value: &str| (format!("up{{{selector},instance={instance:?}}}"), format!("{value}x180"));
    let mut alerts = vec![
        Alert {
            name: name("TargetDown"),
            expr: format!("up{{{selector}}} == 0"),
            for_duration: "5m".to_owned(),
            severity: "critical".to_owned(),
            summary: "{{ $labels.instance }} cannot be scraped".to_owned(),
            description: "The last scrapes of {{ $labels.instance }} failed.".to_owned(),
            example: Example { fires: vec![up("fires", "0")], quiet: vec![up("quiet", "1")], by_job: false },
        },
        Alert {
            name: name("Absent"),
            expr: format!("absent(up{{{selector}}})"),
            for_duration: "10m".to_owned(),
            severity: "critical".to_owned(),
            summary: format!("{job} has no targets"),
            description: "Prometheus has no target of this job.".to_owned(),
            example: Example { fires: Vec::new(), quiet: vec![up("quiet", "1")], by_job: false },
        },
    ];
    let mut families = catalogue.families.iter().filter(|family| program.families.contains(&family.name));
    if let Some(family) = families.find(|family| is_shown_from_the_start(family)) {
        let suffix = family.count_suffix();
        let one = series(family, suffix, &[]);
        let of_quiet = format!("{}{selector},instance=\"quiet\"}}", head(&one));
        alerts.push(Alert {
            name: name("MetricsAbsent"),
            expr: format!("up{{{selector}}} == 1\nunless on (job, instance)\n{}{suffix}{{{selector}}}", family.name),
            for_duration: "10m".to_owned(),
            severity: "warning".to_owned(),
            summary: format!("{{{{ $labels.instance }}}} does not serve {}", family.name),
            description:
                "The target is scraped, but does not serve the metrics of the catalogue: it is another version or another program."
                    .to_owned(),
            example: Example {
                fires: vec![up("fires_without_metrics", "1")],
                quiet: vec![up("quiet", "1"), (of_quiet, NONE.to_owned())],
                by_job: false,
            },
        });
    }
    alerts
}

/// The alert on open labels that have reached their caps.
fn overflow(program: &str) -> Alert {
    let overflow = "metrics_instrumented_label_overflow_total";
    let one = format!("{overflow}{{metric=\"example\",label=\"example\"}}");
    Alert {
        name: format!("{}LabelOverflow", camel_case(program)),
        expr: format!("sum by (job, metric, label) (increase({overflow}[1h])) > 0"),
        for_duration: "0m".to_owned(),
        severity: "info".to_owned(),
        summary: "{{ $labels.label }} of {{ $labels.metric }} has more values than its cap".to_owned(),
        description: "{{ $value }} calls of the last hour were counted as `other`.".to_owned(),
        example: Example {
            fires: vec![(one.clone(), GROWING.to_owned())],
            quiet: vec![(one, NONE.to_owned())],
            by_job: true,
        },
    }
}

/// A series up to the position for more labels.
fn head(series: &str) -> String {
    let head = series.trim_end_matches('}');
    if head.ends_with('{') { head.to_owned() } else { format!("{head},") }
}

fn is_shown_from_the_start(family: &Family) -> bool {
    let is_known = |values: &LabelValues| matches!(values, LabelValues::Listed(_));
    family.kind != Kind::Info
        && !family.operations.is_empty()
        && family.labels.iter().all(|label| is_known(&label.values))
        && family.series.is_some_and(|series| series <= SHOWN_FROM_THE_START)
}
