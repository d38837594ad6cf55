//! The command-line tool: catalogue, documents, rules, dashboards, linter, verifier and audit for the metrics that code declares.

#![forbid(unsafe_code)]

mod args;
mod audit;
mod catalogue;
mod commands;
mod config;
mod diff;
mod error;
mod exposition;
mod fetch;
mod generate;
mod glob;
mod lint;
mod markdown;
#[allow(dead_code, unreachable_pub, unused_imports, reason = "shared with the library, which uses other parts of it")]
mod names;
mod number;
mod output;
mod progress;
mod promql;
mod report;
mod source;
mod style;
mod suggest;
mod unused;
mod verdict;
mod verify;
mod views;
mod weaver;
mod yaml;

use std::process::ExitCode;
use std::thread;

/// The stack size of the command's thread, equal on all platforms (the main thread of Windows has 1 MiB). The linter limits the nesting depth of queries.
const STACK: usize = 16 << 20;

fn main() -> ExitCode {
    let args = args::parse();
    let worker = thread::Builder::new().stack_size(STACK).spawn(|| commands::run(args));
    let result =
        worker.map_err(error::Error::Thread).and_then(|worker| worker.join().map_err(|_| error::Error::Broken)?);
    match result {
        Ok(verdict::Verdict::Good) => ExitCode::SUCCESS,
        Ok(verdict::Verdict::Bad) => ExitCode::from(1),
        Err(error) => {
            let style = style::ERROR;
            anstream::eprintln!("{style}error:{style:#} {error}");
            ExitCode::from(2)
        }
    }
}
