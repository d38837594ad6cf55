//! Writes the changes.

use std::fmt::Write;

use serde_json::json;

use super::change::Change;
use crate::markdown::{self, code, row};
use crate::style::{ERROR, visible};

/// How changes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A line for each, for people.
    #[default]
    Human,
    /// An object with all of them.
    Json,
    /// A table for a review, such as the comment on a pull request.
    Markdown,
}

/// The changes, and the names of the two sides.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) changes: Vec<Change>,
}

impl Compared {
    /// Whether a change breaks queries.
    pub(crate) fn breaks(&self) -> bool {
        self.changes.iter().any(|change| change.breaks.is_some())
    }
}

/// All changes as one text.
pub(crate) fn report(compared: &Compared, format: Format) -> String {
    let Compared { old, new, changes } = compared;
    match format {
        Format::Human => changes.iter().map(line).collect(),
        Format::Json => format!("{:#}\n", json!({ "schema": 1, "old": old, "new": new, "changes": changes })),
        Format::Markdown => table(compared),
    }
}

fn line(change: &Change) -> String {
    match change.breaks {
        Some(why) => format!("{ERROR}BREAKS{ERROR:#}  {}: {}; {why}\n", change.family, visible(&change.what)),
        None => format!("        {}: {}\n", change.family, visible(&change.what)),
    }
}

fn table(compared: &Compared) -> String {
    let Compared { old, new, changes } = compared;
    let mut text = format!("### Changes of metrics\n\nFrom {} to {}: ", code(old), code(new));
    let breaking = changes.iter().filter(|change| change.breaks.is_some()).count();
    let plural = if changes.len() == 1 { "" } else { "s" };
    match (changes.len(), breaking) {
        (0, _) => text += "none.\n",
        (all, 0) => {
            let _ = writeln!(text, "{all} change{plural}, none of which breaks queries.");
        }
        (all, breaking) => {
            let verb = if breaking == 1 { "breaks" } else { "break" };
            let _ = writeln!(text, "{all} change{plural}, **{breaking} of which {verb} queries**.");
        }
    }
    if !changes.is_empty() {
        text += "\n| metric | change | breaks |\n| --- | --- | --- |\n";
    }
    for Change { family, what, breaks } in changes {
        text += &row(&[&code(family), &markdown::text(what), breaks.unwrap_or_default()]);
    }
    text
}
