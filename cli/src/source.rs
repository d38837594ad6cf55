//! Where a catalogue comes from: a file, the declarations in a program, or a package that cargo builds.

pub(crate) mod cargo;
pub(crate) mod file;
mod object;
