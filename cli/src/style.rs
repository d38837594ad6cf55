//! Colors of text for people. They are written to terminals only, and follow `NO_COLOR` and `CLICOLOR_FORCE`; see `output::print_report`.

use anstyle::{AnsiColor, Style};

/// An error, and a change that breaks queries.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// A warning.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Shows control characters as escapes, so that text of a target or of a file cannot control the terminal.
pub(crate) fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
        shown
    })
}
