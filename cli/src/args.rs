//! The command line.

pub(crate) mod check;
pub(crate) mod common;
pub(crate) mod diff;
pub(crate) mod generate;

use clap::{CommandFactory, Parser, Subcommand};

use check::{AuditArgs, LintArgs, UnusedArgs, VerifyArgs};
use diff::DiffArgs;
use generate::{CatalogArgs, DashboardArgs, DocsArgs, ImportArgs, RulesArgs, ScrapeConfigArgs, ServiceMonitorArgs};

const EXIT_CODES: &str = "Exit codes:
  0  no problems found
  1  problems found: a finding, a file that is out of date, a change that breaks queries, too little instrumented or recorded
  2  the command failed: an argument, a file or a catalogue is invalid";

/// Catalogue, documents, alert rules, dashboards, a linter, a verifier and an audit for the metrics that code declares.
#[derive(Parser, Debug)]
#[command(name = "cargo-metrics-instrumented", bin_name = "cargo metrics-instrumented", version, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    Catalog(CatalogArgs),
    Import(ImportArgs),
    Docs(DocsArgs),
    Lint(LintArgs),
    Rules(RulesArgs),
    Dashboard(DashboardArgs),
    #[command(name = "servicemonitor")]
    ServiceMonitor(ServiceMonitorArgs),
    ScrapeConfig(ScrapeConfigArgs),
    Diff(DiffArgs),
    Verify(VerifyArgs),
    Unused(UnusedArgs),
    Audit(AuditArgs),
    /// Write a script that completes commands and arguments in a shell
    #[command(after_help = "Example:
  cargo-metrics-instrumented completions bash > ~/.local/share/bash-completion/completions/cargo-metrics-instrumented")]
    Completions {
        /// Shell
        shell: clap_complete::Shell,
    },
}

/// Parses the arguments of `cargo metrics-instrumented`, or of the binary by its own name.
pub(crate) fn parse() -> Args {
    let mut words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == "metrics-instrumented") {
        words.remove(1);
    }
    Args::parse_from(words)
}

/// The completions of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "cargo-metrics-instrumented", &mut script);
    script
}
