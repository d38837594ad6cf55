//! The command that compares two programs, or a program and a target.

use crate::diff::Format;
use crate::fetch::Connection;

/// Show how the metrics of two programs, revisions or targets differ, and which differences break queries
#[derive(clap::Args, Debug)]
#[command(
    after_help = "OLD and NEW are executables, declarations, catalogues, `http://` or `https://` addresses of targets, or saved scrapes.

Examples:
  cargo metrics-instrumented diff v1/storage-driver v2/storage-driver
  cargo metrics-instrumented diff http://prod:9000/metrics target/release/storage-driver   # what a roll-out changes
  cargo metrics-instrumented diff --rev origin/main docs/storage-driver.jsonl              # the committed file, and the one here
  cargo metrics-instrumented diff --rev v1.2.0 --package storage-driver                    # builds both"
)]
pub(crate) struct DiffArgs {
    /// The old side; with `--rev`, a file in the repository as it is at that revision
    #[arg(value_name = "OLD", required_unless_present = "package")]
    pub(crate) old: Option<String>,
    /// The new side [default with `--rev`: the file OLD as it is here]
    #[arg(value_name = "NEW", conflicts_with = "package")]
    pub(crate) new: Option<String>,
    /// Read the old side from this revision of the git repository
    #[arg(long, value_name = "REV")]
    pub(crate) rev: Option<String>,
    /// Build this package of the workspace as the new side; with `--rev` and without OLD, also as the old side, in a temporary work tree
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,
    /// Build it with `--release`
    #[arg(long, requires = "package")]
    pub(crate) release: bool,
    /// Label that every series of a target may have; global labels of the exporter are recognised
    #[arg(long, value_name = "LABEL")]
    pub(crate) label: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
