//! Arguments of several commands.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// The source of the catalogue.
#[derive(ClapArgs, Debug)]
pub(crate) struct SourceArgs {
    /// Executable, declarations (the output of `metrics_instrumented::catalog()`) or catalogue (the output of `catalog`); several are merged
    #[arg(value_name = "SOURCE", required_unless_present = "package")]
    pub(crate) sources: Vec<PathBuf>,
    /// Build this package of the workspace and read its executables
    #[arg(long, value_name = "NAME", conflicts_with = "sources")]
    pub(crate) package: Option<String>,
    /// Build it with `--release`
    #[arg(long, requires = "package")]
    pub(crate) release: bool,
    /// Name of the program [default: that of the file]
    #[arg(long, value_name = "NAME")]
    pub(crate) program: Option<String>,
}

/// The destination of generated text.
#[derive(ClapArgs, Debug)]
pub(crate) struct Output {
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write nothing; fail if this file is out of date
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub(crate) check: Option<PathBuf>,
}

/// The file of views.
#[derive(ClapArgs, Debug, Default)]
pub(crate) struct Views {
    /// The exporter's file of views: use the metrics as they are exposed with these views; see <https://github.com/metrics-instrumented/metrics-instrumented/blob/main/docs/views.md>
    #[arg(long, value_name = "FILE")]
    pub(crate) views: Option<PathBuf>,
}
