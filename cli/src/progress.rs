//! How far a long command is.

use std::io::{self, IsTerminal};

/// One line on standard error with the progress of a long command. It is shown only on a terminal.
#[derive(Debug)]
pub(crate) struct Progress {
    is_shown: bool,
    length: usize,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        Self { is_shown: io::stderr().is_terminal() && !is_dumb, length: 0 }
    }

    /// Replaces the line.
    pub(crate) fn show(&mut self, text: &str) {
        if self.is_shown {
            eprint!("\r{text:<length$}", length = self.length);
            self.length = text.chars().count();
        }
    }

    /// Removes the line.
    pub(crate) fn end(&mut self) {
        if self.is_shown && self.length > 0 {
            eprint!("\r{:length$}\r", "", length = self.length);
            self.length = 0;
        }
    }
}
