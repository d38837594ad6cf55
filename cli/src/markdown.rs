//! Writing Markdown: text that may contain markup, code spans, rows of tables.

/// A row of a table.
pub(crate) fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A code span, which shows control characters as escapes.
pub(crate) fn code(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    let shown: String = text.chars().map(shown).collect();
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // Markdown removes one space at each end.
    let is_padded = longest > 0 || shown.starts_with(' ') || shown.ends_with(' ');
    let space = if is_padded { " " } else { "" };
    format!("{fence}{space}{shown}{space}{fence}")
}

/// Markdown from a doc comment on one line, with its code spans, and without HTML.
pub(crate) fn text(markdown: &str) -> String {
    let line: String = markdown.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut written = String::new();
    let mut rest = line.as_str();
    while let Some(begins) = rest.find('`') {
        written += &escaped(&rest[..begins]);
        rest = &rest[begins..];
        let fence = rest.len() - rest.trim_start_matches('`').len();
        let ends = closing(&rest[fence..], fence);
        let (span, after) = rest.split_at(ends.map_or(fence, |ends| fence + ends));
        written += &if ends.is_some() { span.to_owned() } else { span.replace('`', "\\`") };
        rest = after;
    }
    written + &escaped(rest)
}

/// The end of a code span that begins with this number of backticks: after as many of them.
fn closing(text: &str, fence: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(begins) = text[at..].find('`') {
        let run = &text[at + begins..];
        let length = run.len() - run.trim_start_matches('`').len();
        at += begins + length;
        if length == fence {
            return Some(at);
        }
    }
    None
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
