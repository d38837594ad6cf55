//! The catalogue that a command works on.

use crate::args::common::SourceArgs;
use crate::catalogue::Catalogue;
use crate::error::Error;
use crate::source::cargo;
use crate::source::file::read_all;

/// Reads the catalogue.
pub(super) fn catalogue(source: &SourceArgs) -> Result<Catalogue, Error> {
    let mut found = match &source.package {
        Some(name) => read_all(&cargo::binaries(name, source.release)?)?,
        None => read_all(&source.sources)?,
    };
    // A package has usually the name of its main program.
    if let Some(package) =
        source.package.as_ref().filter(|package| found.programs.iter().any(|one| one.name == **package))
    {
        found.program.clone_from(package);
    }
    if let Some(program) = &source.program {
        found.rename(program);
    }
    Ok(found)
}
