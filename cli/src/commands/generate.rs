//! Commands that write documents, rules, dashboards and scrape configurations.

use super::sources::catalogue;
use crate::args::generate::{
    CatalogArgs, CatalogFormat, DashboardArgs, DocsArgs, ImportArgs, RulesArgs, ScrapeConfigArgs, ServiceMonitorArgs,
};
use crate::config::Config;
use crate::error::Error;
use crate::generate::{dashboard, docs, rules, scraping};
use crate::output::emit;
use crate::verdict::Verdict;
use crate::views::{Views, needs};
use crate::weaver;

pub(super) fn catalog(args: &CatalogArgs) -> Result<Verdict, Error> {
    let found = catalogue(&args.source)?;
    let text = match args.format {
        CatalogFormat::Json => format!("{:#}\n", serde_json::json!(found)),
        CatalogFormat::Weaver => weaver::registry(&found),
    };
    emit(&text, &args.output, "catalog")
}

pub(super) fn import(args: &ImportArgs) -> Result<Verdict, Error> {
    emit(&weaver::import(&args.files, args.opt_in)?, &args.output, "import")
}

pub(super) fn docs(args: &DocsArgs) -> Result<Verdict, Error> {
    let found = catalogue(&args.source)?;
    let views = Views::read(args.views.views.as_deref(), &found)?;
    emit(&docs::page(&views.applied(found)), &args.output, "docs")
}

pub(super) fn rules(args: RulesArgs) -> Result<Verdict, Error> {
    let found = catalogue(&args.source)?;
    let views = Views::read(args.views.views.as_deref(), &found)?;
    let exposed = views.applied(found.clone()).scraped();
    let found = found.scraped();
    let mut config = Config::read(args.config.as_deref(), &found)?;
    let (found, mut left_out) = views.without_muted(config.applied(found), Some(&config));
    left_out.extend(views.turn_off_label_overflow(&mut config).filter(|_| found.has_open_labels()));
    let groups = rules::groups(&found, &config, args.all_alerts)?;
    needs::check(&rules::queries(&groups), &found, &exposed, &views)?;
    print_notes(&left_out);
    let text = if let Some(rule_file) = args.tests {
        rules::tests::tests(&groups, &rule_file, Some(config.job(&found)).filter(|_| config.match_job))
    } else {
        let notes = rules::notes(&found, &config);
        print_notes(&notes);
        rules::write::write(&groups, &notes, &config, &found.program, args.kind)
    };
    emit(&text, &args.output, "rules")
}

pub(super) fn dashboard(args: &DashboardArgs) -> Result<Verdict, Error> {
    let found = catalogue(&args.source)?;
    let views = Views::read(args.views.views.as_deref(), &found)?;
    let exposed = views.applied(found.clone()).scraped();
    let found = found.scraped();
    let config = Config::read(args.config.as_deref(), &found)?;
    let (found, left_out) = views.without_muted(config.applied(found), None);
    let (text, queries) = dashboard::dashboard(&found);
    needs::check(&queries, &found, &exposed, &views)?;
    print_notes(&left_out);
    emit(&text, &args.output, "dashboard")
}

pub(super) fn service_monitor(args: &ServiceMonitorArgs) -> Result<Verdict, Error> {
    let text = scraping::service_monitors(&catalogue(&args.source)?, &args.scrape, &args.port);
    emit(&text, &args.output, "servicemonitor")
}

pub(super) fn scrape_config(args: &ScrapeConfigArgs) -> Result<Verdict, Error> {
    let text = scraping::scrape_config(&catalogue(&args.source)?, &args.scrape, args.job.as_deref(), &args.targets)?;
    emit(&text, &args.output, "scrape-config")
}

fn print_notes(notes: &[String]) {
    for note in notes {
        eprintln!("note: {note}");
    }
}
