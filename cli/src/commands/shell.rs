//! Commands for the shell: completions and manual pages.

use std::fs;

use crate::args::{ManArgs, command_line};
use crate::error::Error;
use crate::output::print;
use crate::suggest::{did_you_mean, nearest};
use crate::verdict::Verdict;

/// The program, as the shell knows it.
const NAME: &str = "cargo-metrics-instrumented";

pub(super) fn completions(shell: clap_complete::Shell) -> Result<Verdict, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command_line(), NAME, &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Good)
}

pub(super) fn man(args: &ManArgs) -> Result<Verdict, Error> {
    let mut all = command_line();
    all.build();
    let names = || all.get_subcommands().map(|command| command.get_name().to_owned());
    match (&args.folder, &args.of) {
        (Some(folder), _) => {
            let pages = std::iter::once((NAME.to_owned(), &all))
                .chain(all.get_subcommands().map(|command| (format!("{NAME}-{}", command.get_name()), command)));
            for (name, command) in pages {
                let path = folder.join(format!("{name}.1"));
                fs::write(&path, page(&name, command)?).map_err(|source| Error::Write { path, source })?;
            }
        }
        (None, Some(of)) => {
            let command = all
                .find_subcommand(of)
                .ok_or_else(|| Error::NoCommand { name: of.clone(), hint: did_you_mean(nearest(of, names())) })?;
            print(&page(&format!("{NAME}-{of}"), command)?)?;
        }
        (None, None) => print(&page(NAME, &all)?)?,
    }
    Ok(Verdict::Good)
}

/// A manual page.
fn page(name: &str, command: &clap::Command) -> Result<String, Error> {
    let mut page = Vec::new();
    let command = command.clone().name(name.to_owned()).version(env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(command).title(name.to_uppercase()).render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
