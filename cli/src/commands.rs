//! Runs the commands: reads the catalogue, generates or checks, and writes the output.

mod check;
mod diff;
mod generate;
mod sources;

use crate::args::{Args, Command, completions};
use crate::error::Error;
use crate::output::print;
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
        Command::Completions { shell } => {
            print(&String::from_utf8_lossy(&completions(shell)))?;
            Ok(Verdict::Good)
        }
    }
}
