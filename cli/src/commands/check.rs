//! Commands that check and compare.

use std::time::Duration;

use crate::args::check::{AuditArgs, LintArgs, UnusedArgs, VerifyArgs};
use crate::config::Config;
use crate::error::Error;
use crate::fetch::{Client, is_address};
use crate::glob::Patterns;
use crate::lint::{self, Allowed};
use crate::output::{print, print_report};
use crate::source::file::read_all;
use crate::verdict::Verdict;
use crate::verify::watch::Watch;
use crate::views::Views;
use crate::{audit, report, unused, verify};

pub(super) fn lint(args: LintArgs) -> Result<Verdict, Error> {
    let allowed = Allowed { metrics: Patterns::new(&args.allow)?, labels: args.label, server: args.prometheus };
    let found = read_all(&args.catalog)?;
    let views = Views::read(args.views.views.as_deref(), &found)?;
    let findings = lint::lint(&args.files, &views.applied(found).scraped(), &allowed)?;
    print_report(&report::report(&findings, args.format))?;
    Ok(Verdict::bad_if(report::fails(&findings, args.strict)))
}

pub(super) fn verify(args: VerifyArgs) -> Result<Verdict, Error> {
    let is_file = !is_address(&args.target);
    let given = [("--watch", args.watch.is_some()), ("--exposition", args.exposition.is_some())];
    if let Some((option, _)) = given.into_iter().find(|(_, is_given)| is_file && *is_given) {
        return Err(Error::OnlyForAddress { option, target: args.target });
    }
    let preferred = args.exposition.unwrap_or_default();
    let allowed =
        verify::Allowed { metrics: Patterns::new(&args.allow)?, labels: args.label, zero_series: args.zero_series };
    let client = Client::new(&args.connection)?;
    let found = read_all(&args.catalog)?;
    let catalogue = Views::read(args.views.views.as_deref(), &found)?.applied(found);
    let found = match args.watch {
        Some(for_duration) => {
            let watch =
                Watch { for_duration: Duration::from_secs(for_duration), interval: Duration::from_secs(args.interval) };
            verify::watch::watch(&args.target, &catalogue, &allowed, &client, preferred, watch)?
        }
        None => verify::verify(&args.target, &catalogue, &allowed, &client, preferred)?,
    };
    print_report(&verify::report(&found, args.format))?;
    let is_empty = args.min_coverage.is_some() && found.coverage.percent.is_none();
    if is_empty {
        eprintln!("nothing was checked: no declared counter or histogram is left, so there is no coverage");
    }
    let is_short = below(args.min_coverage, found.coverage.percent, "of the declared series recorded");
    Ok(Verdict::bad_if(is_empty || is_short || report::fails(&found.findings, args.strict)))
}

pub(super) fn unused(args: &UnusedArgs) -> Result<Verdict, Error> {
    let allowed = Patterns::new(&args.allow)?;
    let client = Client::new(&args.connection)?;
    let found = read_all(&args.catalog)?;
    let catalogue = Views::read(args.views.views.as_deref(), &found)?.applied(found).scraped();
    let places = unused::Places {
        prometheus: &args.prometheus,
        grafana: args.grafana_dir.as_deref(),
        query_log: args.query_log.as_deref(),
        job: args.job.as_deref(),
    };
    let usage = unused::unused(&places, &catalogue, &allowed, &client)?;
    print_report(&unused::report(&usage, args.format))?;
    Ok(Verdict::bad_if(report::fails(&usage.findings, args.strict)))
}

pub(super) fn audit(args: AuditArgs) -> Result<Verdict, Error> {
    let AuditArgs { root, min, mut ignore, config, most, json } = args;
    let config = config.map(|path| Config::read_alone(&path)).transpose()?.unwrap_or_default().audit;
    ignore.extend(config.ignore);
    let found = audit::audit(&root, &Patterns::new(&ignore)?)?;
    let text = if json { format!("{:#}\n", serde_json::json!(found)) } else { audit::human(&found, most) };
    print(&text)?;
    let min = min.or(config.min);
    let is_broken = min.is_some() && !found.unreadable.is_empty();
    if is_broken {
        eprintln!("not every file could be parsed, so the percentage is unknown: {}", found.unreadable.join(", "));
    } else if min.is_some() && found.total.percent.is_none() {
        eprintln!("nothing was checked: no function needs metrics");
    }
    Ok(Verdict::bad_if(below(min, found.total.percent, "instrumented") || is_broken))
}

/// Whether a percentage is below the required one, which is reported.
fn below(min: Option<f64>, percent: Option<f64>, of: &str) -> bool {
    let percent = percent.unwrap_or(100.0);
    let short = min.filter(|min| percent < *min);
    if let Some(min) = short {
        eprintln!("{percent} % {of}, below the required {min} %");
    }
    short.is_some()
}
