//! Output: to standard output, to a file, or a comparison with a file (`--check`).

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::args::common::Output;
use crate::error::Error;
use crate::verdict::Verdict;

/// Writes the text, or compares it with a file.
pub(crate) fn emit(text: &str, output: &Output, command: &str) -> Result<Verdict, Error> {
    match (&output.check, &output.output) {
        (Some(path), _) => check(text, path, command),
        (None, Some(path)) => {
            fs::write(path, text).map_err(|source| Error::Write { path: path.clone(), source })?;
            Ok(Verdict::Good)
        }
        (None, None) => {
            print(text)?;
            Ok(Verdict::Good)
        }
    }
}

/// Prints. A closed pipe, as with `head`, is not an error.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Prints text for people, with colors if standard output is a terminal; `NO_COLOR` and `CLICOLOR_FORCE` decide otherwise.
pub(crate) fn print_report(text: &str) -> Result<(), Error> {
    match anstream::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn check(text: &str, path: &Path, command: &str) -> Result<Verdict, Error> {
    let there = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    if there == text {
        return Ok(Verdict::Good);
    }
    let (mut old, mut new) = (there.lines(), text.lines());
    let mut line = 1;
    let (was, is) = loop {
        match (old.next(), new.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (a, b) => break (a.unwrap_or("(the end)").to_owned(), b.unwrap_or("(the end)").to_owned()),
        }
    };
    eprintln!(
        "{}:{line}: out of date\n  there: {was}\n  now:   {is}\nregenerate it with: cargo metrics-instrumented {command} .. --output {}",
        path.display(),
        path.display()
    );
    Ok(Verdict::Bad)
}
