//! The command that compares two programs, or a program and a target.

use std::path::Path;

use crate::args::diff::DiffArgs;
use crate::diff::{self, Compared, Side};
use crate::error::Error;
use crate::exposition::target::{self, Preferred};
use crate::fetch::{Client, is_address};
use crate::output::print_report;
use crate::progress::Progress;
use crate::source::file::{contents, is_catalogue, read_all, read_bytes};
use crate::source::{cargo, git};
use crate::verdict::Verdict;

pub(super) fn diff(args: &DiffArgs) -> Result<Verdict, Error> {
    if [args.new.is_some(), args.package.is_some(), args.rev.is_some()].iter().all(|given| !given) {
        return Err(Error::OneSide);
    }
    let client = Client::new(&args.connection)?;
    let mut progress = Progress::new();
    let package = args.package.as_deref();
    let (old_name, old) = match (&args.rev, &args.old, package) {
        (Some(rev), Some(file), _) => {
            let bytes = git::show(rev, Path::new(file))?;
            (format!("{file} at {rev}"), Side::Declared(read_bytes(Path::new(file), &bytes)?))
        }
        (Some(rev), None, Some(package)) => {
            progress.show(&format!("building {package} at {rev}"));
            let built = git::built(rev, package, args.release, read_all)?;
            (format!("{package} at {rev}"), Side::Declared(built))
        }
        (None, Some(old), _) => (old.clone(), side(old, &client)?),
        (_, None, _) => return Err(Error::OneSide),
    };
    let (new_name, new) = match (&args.new, package, &args.rev) {
        (Some(new), ..) => (new.clone(), side(new, &client)?),
        (None, Some(package), _) => {
            progress.show(&format!("building {package}"));
            (package.to_owned(), Side::Declared(read_all(&cargo::binaries(package, args.release)?)?))
        }
        (None, None, Some(_)) => {
            let file = args.old.as_ref().ok_or(Error::OneSide)?;
            (file.clone(), side(file, &client)?)
        }
        (None, None, None) => return Err(Error::OneSide),
    };
    progress.end();
    let changes = diff::diff(&old, &new, &args.label);
    let compared = Compared { old: old_name, new: new_name, changes };
    print_report(&diff::report(&compared, args.format))?;
    Ok(Verdict::bad_if(compared.breaks()))
}

/// A program or a target.
fn side(name: &str, client: &Client) -> Result<Side, Error> {
    if !is_address(name) {
        let path = Path::new(name);
        // What cannot be read is reported below, where addresses without a scheme have a hint.
        if let Ok(bytes) = contents(path)
            && is_catalogue(&bytes)
        {
            return read_bytes(path, &bytes).map(Side::Declared);
        }
    }
    let exposition = target::read(name, client, Preferred::default())?;
    if let Some(problem) = exposition.problems.first() {
        let reason = format!(
            "line {}, column {}: {}; `verify` lists all mistakes",
            problem.line, problem.column, problem.message
        );
        return Err(Error::Exposition { target: name.to_owned(), reason });
    }
    Ok(Side::Served(exposition))
}
