//! Runs the commands: reads the catalogue, generates or checks, and writes the output.

mod check;
mod diff;
mod generate;
mod shell;
mod sources;

use crate::args::{Args, Command};
use crate::error::Error;
use crate::verdict::Verdict;

/// Runs the command.
pub(crate) fn run(args: Args) -> Result<Verdict, Error> {
    match args.command {
        Command::Catalog(args) => generate::catalog(&args),
        Command::Import(args) => generate::import(&args),
        Command::Docs(args) => generate::docs(&args),
        Command::Rules(args) => generate::rules(args),
        Command::Dashboard(args) => generate::dashboard(&args),
        Command::ServiceMonitor(args) => generate::service_monitor(&args),
        Command::ScrapeConfig(args) => generate::scrape_config(&args),
        Command::Lint(args) => check::lint(args),
        Command::Diff(args) => diff::diff(&args),
        Command::Verify(args) => check::verify(args),
        Command::Unused(args) => check::unused(&args),
        Command::Audit(args) => check::audit(args),
        Command::Completions { shell } => shell::completions(shell),
        Command::Man(args) => shell::man(&args),
    }
}
