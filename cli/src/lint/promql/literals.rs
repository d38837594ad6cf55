//! String literals in backticks: the parser reads escapes in them, and PromQL has none there.

use crate::promql::queries::quoted;

/// The expression with every literal in backticks as one in quotation marks.
pub(in crate::lint) fn without_backticks(promql: &str) -> String {
    let mut out = String::with_capacity(promql.len());
    let mut rest = promql.chars();
    while let Some(c) = rest.next() {
        match c {
            '`' => match rest.as_str().split_once('`') {
                Some((raw, after)) => {
                    out.push_str(&quoted(raw));
                    rest = after.chars();
                }
                None => out.push(c),
            },
            '"' | '\'' => {
                out.push(c);
                // Up to where it ends; a backslash takes the next one with it.
                while let Some(inside) = rest.next() {
                    out.push(inside);
                    if inside == '\\' {
                        out.extend(rest.next());
                    } else if inside == c {
                        break;
                    }
                }
            }
            _ => out.push(c),
        }
    }
    out
}
