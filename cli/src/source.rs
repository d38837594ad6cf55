//! Sources of catalogues: files, the declarations in a program, or a package that cargo builds.

pub(crate) mod cargo;
pub(crate) mod file;
pub(crate) mod git;
mod object;
