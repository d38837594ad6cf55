//! The command line.

pub(crate) mod check;
pub(crate) mod common;
pub(crate) mod diff;
pub(crate) mod generate;

use std::path::PathBuf;

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
    Man(ManArgs),
}

/// Write a manual page
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  cargo metrics-instrumented man > ~/.local/share/man/man1/cargo-metrics-instrumented.1
  cargo metrics-instrumented man --folder ~/.local/share/man/man1   # and a page for each command
  cargo metrics-instrumented man verify | man -l -")]
pub(crate) struct ManArgs {
    /// Write the page of this command only
    #[arg(value_name = "COMMAND")]
    pub(crate) of: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "of")]
    pub(crate) folder: Option<PathBuf>,
}

/// Parses the arguments of `cargo metrics-instrumented`, or of the binary by its own name.
pub(crate) fn parse() -> Args {
    let mut words: Vec<_> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == "metrics-instrumented") {
        words.remove(1);
    }
    Args::parse_from(words)
}

/// The whole command line, with the name that the shell knows.
pub(crate) fn command_line() -> clap::Command {
    Args::command()
}
