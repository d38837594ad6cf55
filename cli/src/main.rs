//! What the code knows about its metrics: catalogue, documents, rules, dashboards, lint, audit.

#![forbid(unsafe_code)]

mod args;
mod audit;
mod binary;
mod catalogue;
mod commands;
mod config;
mod dashboard;
mod diff;
mod docs;
mod error;
mod lint;
mod output;
mod package;
mod queries;
mod rules;
mod scraping;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::parse();
    match commands::run(args) {
        Ok(commands::Verdict::Good) => ExitCode::SUCCESS,
        Ok(commands::Verdict::Bad) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
