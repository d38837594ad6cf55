//! Runs the commands: reads the catalogue, generates or checks, and writes the output.

use std::time::Duration;

use crate::args::{Args, Command, Source, completions};
use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::error::Error;
use crate::generate::{dashboard, docs, rules, scraping};
use crate::glob::Patterns;
use crate::lint::{self, Allowed};
use crate::output::{emit, print};
use crate::source::cargo;
use crate::source::file::{read, read_all};
use crate::verdict::Verdict;
use crate::{audit, diff, report, verify};

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<Verdict, Error> {
    match args.command {
        Command::Catalog { source, output } => {
            emit(&format!("{:#}\n", serde_json::json!(catalogue(&source)?)), &output, "catalog")
        }
        Command::Docs { source, output } => emit(&docs::markdown(&catalogue(&source)?), &output, "docs"),
        Command::Lint { catalog, allow, label, prometheus, format, strict, files } => {
            let allowed = Allowed { metrics: Patterns::new(&allow)?, labels: label, server: prometheus };
            let findings = lint::lint(&files, &read_all(&catalog)?.scraped(), &allowed)?;
            print(&report::report(&findings, format))?;
            Ok(Verdict::bad_if(report::fails(&findings, strict)))
        }
        Command::Rules { source, config, kind, tests, all_alerts, output } => {
            let found = catalogue(&source)?.scraped();
            let config = Config::read(config.as_deref(), &found)?;
            let found = config.applied(found);
            let groups = rules::groups(&found, &config, all_alerts)?;
            let text = if let Some(rule_file) = tests {
                rules::tests::tests(&groups, &rule_file)
            } else {
                let notes = rules::notes(&found);
                for note in &notes {
                    eprintln!("note: {note}");
                }
                rules::write::write(&groups, &notes, &config, &found.program, kind)
            };
            emit(&text, &output, "rules")
        }
        Command::Dashboard { source, config, output } => {
            let found = catalogue(&source)?.scraped();
            let found = Config::read(config.as_deref(), &found)?.applied(found);
            emit(&dashboard::dashboard(&found), &output, "dashboard")
        }
        Command::ServiceMonitor { source, scrape, port, output } => {
            emit(&scraping::service_monitor(&catalogue(&source)?, &scrape, &port), &output, "servicemonitor")
        }
        Command::ScrapeConfig { source, scrape, job, targets, output } => {
            let text = scraping::scrape_config(&catalogue(&source)?, &scrape, job.as_deref(), &targets);
            emit(&text, &output, "scrape-config")
        }
        Command::Diff { old, new, json } => {
            let changes = diff::diff(&read(&old)?, &read(&new)?);
            let text = if json { format!("{:#}\n", serde_json::json!(changes)) } else { diff::human(&changes) };
            print(&text)?;
            Ok(Verdict::bad_if(changes.iter().any(|change| change.breaks.is_some())))
        }
        Command::Verify { target, catalog, allow, label, min_coverage, format, strict, timeout, credentials } => {
            let allowed = verify::Allowed { metrics: Patterns::new(&allow)?, labels: label };
            let timeout = Duration::from_secs(timeout);
            let found = verify::verify(&target, &read_all(&catalog)?, &allowed, &credentials, timeout)?;
            print(&verify::report(&found, format))?;
            let percent = found.coverage.percent.unwrap_or(100.0);
            let short = min_coverage.filter(|min| percent < *min);
            if let Some(min) = short {
                eprintln!("{percent} % of the declared series recorded, below the required {min} %");
            }
            Ok(Verdict::bad_if(short.is_some() || report::fails(&found.findings, strict)))
        }
        Command::Audit { root, min, mut ignore, config, most, json } => {
            let config = config.map(|path| Config::read_alone(&path)).transpose()?.unwrap_or_default().audit;
            ignore.extend(config.ignore);
            let min = min.or(config.min);
            let found = audit::audit(&root, &Patterns::new(&ignore)?)?;
            let text = if json { format!("{:#}\n", serde_json::json!(found)) } else { audit::human(&found, most) };
            print(&text)?;
            let percent = found.total.percent.unwrap_or(100.0);
            let short = min.filter(|min| percent < *min);
            if let Some(min) = short {
                eprintln!("{percent} % instrumented, below the required {min} %");
            }
            Ok(Verdict::bad_if(short.is_some()))
        }
        Command::Completions { shell } => {
            print(&String::from_utf8_lossy(&completions(shell)))?;
            Ok(Verdict::Good)
        }
    }
}

fn catalogue(source: &Source) -> Result<Catalogue, Error> {
    let mut found = match &source.package {
        Some(name) => read_all(&cargo::binaries(name, source.release)?)?,
        None => read_all(&source.sources)?,
    };
    if let Some(program) = &source.program {
        found.program.clone_from(program);
    }
    Ok(found)
}
