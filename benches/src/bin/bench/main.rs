//! Runs every measurement, prints the figures against the limits, and writes the page about them. `scripts/bench` starts it.

mod calls;
mod chart;
mod compile;
mod debug;
mod http;
mod instructions;
mod limits;
mod machine;
mod page;
mod processors;
mod programs;
mod results;
mod scrapes;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use results::Results;

/// The effort of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Enough to notice a regression.
    Quick,
    /// Enough to publish.
    Full,
}

impl Effort {
    /// One of two numbers.
    pub fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// A section of the run: its name, and what measures it.
type Section = (&'static str, fn(Effort, &mut Results));

const SECTIONS: [Section; 11] = [
    ("calls", calls::run),
    ("hand-written", calls::hand_written),
    ("allocations", calls::allocations),
    ("instructions", instructions::run),
    ("instruction-limits", instructions::limits),
    ("memory", calls::memory),
    ("scrapes", scrapes::run),
    ("compile", compile::run),
    ("futures", scrapes::futures),
    ("debug", debug::run),
    ("http", http::run),
];

const USAGE: &str = "usage: scripts/bench [--quick] [--only section,section] [--page]
  --quick  fewer rounds; the page goes to the target folder and not to docs/
  --only   these sections alone, and no page: calls, hand-written, allocations, instructions, instruction-limits, memory, scrapes, compile, futures,
           debug, http
  --page   measure nothing; write the page in docs/ from the last results of each section
The exit code is 1 if a limit is broken or a section failed; the page is written all the same, and names them.";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let mut effort = Effort::Full;
    let (mut only, mut page_alone) = (None, false);
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--quick" => effort = Effort::Quick,
            "--page" => page_alone = true,
            "--only" => only = words.next().map(|names| names.split(',').collect::<Vec<_>>()),
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    if let Some(stranger) = only.iter().flatten().find(|name| SECTIONS.iter().all(|(known, _)| known != *name)) {
        eprintln!("unknown section `{stranger}`\n{USAGE}");
        return ExitCode::from(2);
    }
    let kept = programs::target().join("performance");
    fs::create_dir_all(&kept).expect("the target folder can be written to");
    let file = kept.join("results.tsv");
    let mut results = Results::read(&file);
    if !page_alone {
        for (name, measure) in SECTIONS {
            if only.as_ref().is_some_and(|only| !only.contains(&name)) {
                continue;
            }
            eprintln!("== {name}");
            machine::describe(name, effort, &mut results);
            // The figures of the other sections must not be lost with those of one.
            let failed = catch_unwind(AssertUnwindSafe(|| measure(effort, &mut results))).err();
            let message = failed.map_or(String::new(), |panic| message(&*panic));
            if !message.is_empty() {
                eprintln!("the section `{name}` failed: {message}");
            }
            results.say(format!("failed/{name}"), message);
            results.write(&file);
        }
    }
    if only.is_none() {
        let folder = if effort == Effort::Full { root().join("docs") } else { kept };
        write_page(&folder, &results);
    }
    let limits = limits::all(&results);
    limits::print(&limits);
    let failed: Vec<&str> = failed_sections(&results).map(|(name, _)| name).collect();
    if !failed.is_empty() {
        println!("sections that failed: {}", failed.join(", "));
    }
    if failed.is_empty() && limits.iter().all(limits::Limit::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The sections that failed when they ran last, with what they said.
pub fn failed_sections(results: &Results) -> impl Iterator<Item = (&'static str, &str)> {
    let of = |(name, _): (&'static str, _)| (name, results.text(&format!("failed/{name}")));
    SECTIONS.into_iter().map(of).filter(|(_, message)| !message.is_empty())
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").replace('\n', " ")
}

fn write_page(folder: &Path, results: &Results) {
    fs::create_dir_all(folder).expect("it can be made");
    for (name, text) in [("performance.md", page::page(results)), ("performance.svg", chart::chart(results))] {
        let path = folder.join(name);
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        println!("written: {}", path.display());
    }
}

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("benches/ is in the repository").to_owned()
}
