//! Text of a registry in comments of Rust.

use std::fmt::Write;

/// A comment on one line.
pub(super) fn comment(text: &str) -> String {
    format!("// {}", plain(text))
}

/// A doc comment with the first paragraph of a brief.
pub(super) fn doc(text: &mut String, brief: &str, indent: &str) {
    for line in brief.trim().lines().take_while(|line| !line.trim().is_empty()) {
        let _ = writeln!(text, "{indent}/// {}", plain(line.trim()));
    }
}

/// Replaces characters that the compiler rejects in comments: those that end a line, and those that change the direction of text.
fn plain(text: &str) -> String {
    let is_rejected = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if is_rejected(c) { ' ' } else { c }).collect()
}
