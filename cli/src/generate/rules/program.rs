//! Alerts of the program as a whole: whether it has targets, and whether they serve the declared metrics.

use super::examples::{GROWING, NONE, series};
use super::model::{Alert, Example, Rule};
use super::subject::camel_case;
use crate::catalogue::{Catalogue, Family, Kind, Program};
use crate::config::{Config, ProgramAlerts, Setting, Thresholds, thresholds};
use crate::promql::matcher::equals;
use crate::promql::queries::{Scope, selector as selected};

/// The alerts of a program, or of each of several merged programs.
pub(super) fn alerts(catalogue: &Catalogue, config: &Config) -> Vec<Rule> {
    let mut alerts: Vec<(&Option<Setting>, Alert)> =
        programs(catalogue, config).iter().flat_map(|program| of_program(catalogue, program, config)).collect();
    if catalogue.has_open_labels() {
        alerts.push((&config.program.alerts.label_overflow, overflow(catalogue, config)));
    }
    alerts
        .into_iter()
        .filter_map(|(setting, alert)| Some(Rule::Alert(Box::new(configured(alert, setting.as_ref())?))))
        .collect()
}

/// The programs, or all of them as one.
fn programs(catalogue: &Catalogue, config: &Config) -> Vec<Program> {
    match &config.job {
        Some(_) => vec![catalogue.as_one(&catalogue.program)],
        None => catalogue.each_program(),
    }
}

/// A note if several programs are one job and have no common family to watch.
pub(super) fn notes(catalogue: &Catalogue, config: &Config) -> Vec<String> {
    let is_off = config.program.alerts.metrics_absent.as_ref().is_some_and(Setting::is_off);
    let programs = programs(catalogue, config);
    let is_merged = !catalogue.programs.is_empty() && programs.len() == 1;
    let programs = programs.into_iter().filter(|_| is_merged && !is_off);
    let note = |program: Program| {
        let name = camel_case(&program.name);
        format!(
            "no alert `{name}MetricsAbsent`: there is no family that every target of the job `{}` serves from the start; without `job` and `--program`, each program is \
             a job of its own, with an alert on its own families",
            job(&program, config)
        )
    };
    programs.filter(|program| watched(catalogue, program).is_none()).map(note).collect()
}

fn job<'a>(program: &'a Program, config: &'a Config) -> &'a str {
    config.job.as_deref().unwrap_or(&program.name)
}

/// The family that every target of the program serves from its start.
fn watched<'a>(catalogue: &'a Catalogue, program: &Program) -> Option<&'a Family> {
    let mut families = catalogue.families.iter().filter(|family| program.families.contains(&family.name));
    families.find(|family| is_shown_from_the_start(family))
}

fn of_program<'a>(catalogue: &Catalogue, program: &Program, config: &'a Config) -> Vec<(&'a Option<Setting>, Alert)> {
    let job = job(program, config);
    let selector = equals("job", job);
    let name = |what: &str| format!("{}{what}", camel_case(&program.name));
    let up = |instance: &str, value: &str| (format!("up{{{selector},instance={instance:?}}}"), value.to_owned());
    let ProgramAlerts { target_down, absent, metrics_absent, .. } = &config.program.alerts;
    let mut alerts = vec![
        (
            target_down,
            Alert {
                name: name("TargetDown"),
                expr: format!("up{{{selector}}} == 0"),
                for_duration: "5m".to_owned(),
                severity: "critical".to_owned(),
                summary: "{{ $labels.instance }} cannot be scraped".to_owned(),
                description: "The last scrapes of {{ $labels.instance }} failed.".to_owned(),
                example: Example { fires: vec![up("fires", "0")], quiet: vec![up("quiet", "1")], ..Example::default() },
            },
        ),
        (
            absent,
            Alert {
                name: name("Absent"),
                expr: format!("absent(up{{{selector}}})"),
                for_duration: "10m".to_owned(),
                severity: "critical".to_owned(),
                summary: format!("{job} has no targets"),
                description: "Prometheus has no target of this job.".to_owned(),
                example: Example { fires: Vec::new(), quiet: vec![up("quiet", "1")], ..Example::default() },
            },
        ),
    ];
    if let Some(family) = watched(catalogue, program) {
        let suffix = family.count_suffix();
        let one = series(family, suffix, &[]);
        let of_quiet = format!("{}{selector},instance=\"quiet\"}}", head(&one));
        alerts.push((metrics_absent, Alert {
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
                quiet: vec![up("quiet", "1"), (of_quiet, NONE.text())],
                ..Example::default()
            },
        }));
    }
    alerts
}

/// The alert on open labels that have reached their caps.
fn overflow(catalogue: &Catalogue, config: &Config) -> Alert {
    let overflow = "metrics_instrumented_label_overflow_total";
    let matchers = config.job_matcher(catalogue);
    let scope = Scope { matchers: &matchers, by: &[], range: "1h" };
    let one = format!("{overflow}{{metric=\"example\",label=\"example\"}}");
    Alert {
        name: format!("{}LabelOverflow", camel_case(&catalogue.program)),
        expr: format!("sum by (job, metric, label) (increase({}[1h])) > 0", selected(overflow, &[], &scope)),
        for_duration: "0m".to_owned(),
        severity: "info".to_owned(),
        summary: "{{ $labels.label }} of {{ $labels.metric }} has more values than its cap".to_owned(),
        description: "{{ $value }} calls of the last hour were counted as `other`.".to_owned(),
        example: Example {
            fires: vec![(one.clone(), GROWING.text())],
            quiet: vec![(one, NONE.text())],
            by_job: true,
            ..Example::default()
        },
    }
}

/// The alert with the configured duration and severity; `None` if it is turned off.
fn configured(mut alert: Alert, setting: Option<&Setting>) -> Option<Alert> {
    let settled = thresholds(setting, None, Thresholds::default())?;
    alert.for_duration = settled.for_duration.unwrap_or(alert.for_duration);
    alert.severity = settled.severity.unwrap_or(alert.severity);
    Some(alert)
}

/// A series up to the position for more labels.
fn head(series: &str) -> String {
    let head = series.trim_end_matches('}');
    if head.ends_with('{') { head.to_owned() } else { format!("{head},") }
}

/// Whether every target of the program serves the family from its start.
fn is_shown_from_the_start(family: &Family) -> bool {
    family.kind != Kind::Info && !family.operations.is_empty() && family.is_zero_initialised()
}
