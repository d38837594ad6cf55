//! Puts `#[instrumented]` on every function of published crates, builds them bare and annotated, and runs their own tests in both forms.
//!
//! What the macro refuses is found by its own error, listed with its reason, and left alone. Everything else that is not as before, an
//! error, a new warning, a test, is a bug of the macro, and fails the run.

#![forbid(unsafe_code)]

mod annotate;
mod cargo;
mod report;
mod results;
mod subject;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use annotate::Source;
use anyhow::{Context, Result};
use cargo::{Diagnostic, Package};
use report::{Build, Row};
use results::Results;
use subject::{SUBJECTS, Subject};

const USAGE: &str = "usage: scripts/real-code [--resume] [crate ..]
  Without a crate: all of them. docs/real-code.md is written as soon as each crate has a result.
  --resume: only crates without a result from an earlier run.";

fn main() -> Result<ExitCode> {
    let (options, chosen): (Vec<String>, Vec<String>) = env::args().skip(1).partition(|word| word.starts_with('-'));
    if options.iter().any(|option| option != "--resume") {
        eprintln!("{USAGE}");
        return Ok(ExitCode::FAILURE);
    }
    if let Some(unknown) = chosen.iter().find(|name| SUBJECTS.iter().all(|subject| subject.name != **name)) {
        eprintln!("there is no `{unknown}` among the crates\n{USAGE}");
        return Ok(ExitCode::FAILURE);
    }
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("this package is in tests/")?;
    let program = env::current_exe()?;
    let work = program.ancestors().nth(2).context("the program is in target/")?.join("real-code");
    let results = Results::in_folder(work.join("results"))?;
    let is_chosen = |subject: &&Subject| chosen.is_empty() || chosen.iter().any(|name| name == subject.name);
    let mut is_as_before = true;
    for subject in SUBJECTS.iter().filter(is_chosen) {
        if !options.is_empty() && results.of(subject)?.is_some() {
            continue;
        }
        eprintln!("\n== {} {}", subject.name, subject.version);
        let row = run(subject, repository, &work).with_context(|| subject.name)?;
        print!("{}", report::summary(&row));
        is_as_before &= row.is_as_before();
        results.keep(&row)?;
    }
    let rows: Vec<Row> =
        SUBJECTS.iter().filter_map(|subject| results.of(subject).transpose()).collect::<Result<_>>()?;
    if rows.len() == SUBJECTS.len() {
        fs::write(repository.join("docs/real-code.md"), report::page(&rows))?;
    }
    Ok(if is_as_before { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One crate, bare and annotated.
fn run(subject: &'static Subject, repository: &Path, work: &Path) -> Result<Row> {
    let copies = subject.fetch(work, &repository.join("runtime"))?;
    // For each its own: cargo would take a test of the one for that of the other.
    let targets = [work.join("target/bare"), work.join("target/annotated")];
    let [bare, annotated] =
        [(&copies.bare, &targets[0]), (&copies.annotated, &targets[1])].map(|(folder, target)| Package {
            folder,
            name: subject.name,
            version: subject.version,
            features: subject.features,
            skipped: subject.skipped,
            target,
        });

    eprintln!("bare");
    let said_bare = bare.build_tests()?;
    let tests_bare = bare.run_tests()?;

    eprintln!("annotated");
    let mut files = read(&copies.annotated)?;
    let mut refusals: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let said_annotated = loop {
        for (path, source) in &files {
            fs::write(copies.annotated.join(path), source.annotated())?;
        }
        let said = annotated.build_tests()?;
        if leave_alone(&said, &mut files, &mut refusals) == 0 {
            break said;
        }
    };
    let new: Vec<Diagnostic> = said_annotated
        .into_iter()
        .filter(|said| said_bare.iter().all(|before| before.identity() != said.identity()))
        .collect();
    let builds = !new.iter().any(|diagnostic| diagnostic.level == "error");
    let tests_annotated = if builds { annotated.run_tests()? } else { cargo::Tests::default() };

    eprintln!("build times");
    let words: [&[&str]; 2] = [&["check"], &["build"]];
    let mut times = Vec::new();
    for words in words.into_iter().filter(|_| builds) {
        times.push(Build {
            command: words[0].to_owned(),
            bare: bare.build_time(words)?,
            annotated: annotated.build_time(words)?,
        });
    }
    Ok(Row {
        subject,
        files: files.len(),
        functions: files.values().map(|source| source.functions.len()).sum(),
        refusals,
        warnings_before: said_bare.len(),
        new,
        tests_bare,
        tests_annotated,
        times,
    })
}

/// The files of a copy, by their path in it.
fn read(copy: &Path) -> Result<BTreeMap<PathBuf, Source>> {
    let mut files = BTreeMap::new();
    for path in subject::sources(copy)? {
        let source = Source::parse(fs::read_to_string(&path)?).with_context(|| path.display().to_string())?;
        files.insert(path.strip_prefix(copy)?.to_owned(), source);
    }
    Ok(files)
}

/// The words of the macro where it refuses a function: what the user is to do about it is a decision, not a bug.
const REFUSALS: [(&str, &str); 6] = [
    ("a `const fn` cannot be instrumented", "`const fn`"),
    ("`#[track_caller]` cannot be combined with", "`#[track_caller]`, and an early return of a value"),
    ("is a future, which is not complete", "a future of a custom type"),
    ("contains a future, which is not complete", "a future in a `Result` or another type"),
    ("the call would end before this future completes", "a future in a `Result` or another type"),
    ("a function without a body cannot be instrumented", "no body"),
];

/// Takes the attribute off the functions that were refused; how many.
fn leave_alone(
    said: &[Diagnostic],
    files: &mut BTreeMap<PathBuf, Source>,
    refusals: &mut BTreeMap<String, Vec<String>>,
) -> usize {
    let mut refused = Vec::new();
    for diagnostic in said.iter().filter(|diagnostic| diagnostic.level == "error") {
        let Some((_, reason)) = REFUSALS.iter().find(|(words, _)| diagnostic.message.contains(words)) else {
            continue;
        };
        let Some(at) = files.get(&diagnostic.file).and_then(|source| source.function_at(diagnostic.byte)) else {
            continue;
        };
        refused.push((diagnostic.file.clone(), at, *reason));
    }
    refused.sort_unstable();
    refused.dedup();
    for (path, at, reason) in &refused {
        let Some(source) = files.get_mut(path) else { continue };
        source.left_alone.insert(*at);
        let name = format!("{} in {}", source.functions[*at].name, path.display());
        refusals.entry((*reason).to_owned()).or_default().push(name);
    }
    refused.len()
}
