//! Regular expressions of matchers: Prometheus uses Go's RE2, and the parser's library uses another syntax.

use promql_parser::label::MatchOp;
use promql_parser::parser::Expr;
use promql_parser::util::{ExprVisitor, walk_expr};
use regex::Regex;

/// The largest count in `{n}` that Go accepts.
const MAX_REPEAT: u32 = 1000;

/// Returns the matcher's regular expression as Prometheus anchors it.
pub(in crate::lint) fn anchored(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?s:{pattern})$")).ok()
}

/// Returns the alternatives of a regular expression; the whole, if they are in parentheses.
pub(in crate::lint) fn alternatives(regex: &str) -> Vec<&str> {
    let whole = regex.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(regex);
    let whole = whole.strip_prefix("?:").filter(|_| whole.len() < regex.len()).unwrap_or(whole);
    if whole.contains(['(', '[', '{', '\\']) { vec![regex] } else { whole.split('|').collect() }
}

/// Returns why Go rejects a regular expression in the query, if it does.
pub(super) fn refused_by_go(expr: &Expr) -> Option<String> {
    let mut visitor = Visitor(None);
    // The visitor cannot fail; it stops at the first refusal.
    let _ = walk_expr(&mut visitor, expr);
    visitor.0
}

struct Visitor(Option<String>);

impl ExprVisitor for Visitor {
    type Error = std::convert::Infallible;

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Self::Error> {
        let selector = match expr {
            Expr::VectorSelector(selector) => Some(selector),
            Expr::MatrixSelector(matrix) => Some(&matrix.vs),
            _ => None,
        };
        let matchers = selector.into_iter().flat_map(|selector| &selector.matchers.matchers);
        for matcher in matchers.filter(|matcher| matches!(matcher.op, MatchOp::Re(_) | MatchOp::NotRe(_))) {
            if let Some(reason) = refusal(&matcher.value) {
                self.0 = Some(format!("`{}` is not a valid regular expression: {reason}", matcher.value));
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Repetitions of repetitions, and counts that are too large.
fn refusal(pattern: &str) -> Option<String> {
    let mut rest = pattern.chars().peekable();
    let (mut in_class, mut repeated) = (false, false);
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                rest.next();
                repeated = false;
            }
            '[' => in_class = true,
            ']' => (in_class, repeated) = (false, false),
            '*' | '+' | '?' if !in_class => {
                if repeated {
                    return Some(format!("`{c}` repeats a repetition"));
                }
                rest.next_if_eq(&'?');
                repeated = true;
            }
            '{' if !in_class => {
                let inside: String = rest.clone().take_while(|c| *c != '}').collect();
                let counts = inside.split(',').filter_map(|count| count.parse::<u32>().ok());
                if let Some(count) = counts.clone().find(|count| *count > MAX_REPEAT) {
                    return Some(format!("the count {count} is above {MAX_REPEAT}"));
                }
                let is_count = inside.chars().all(|c| c.is_ascii_digit() || c == ',') && counts.count() > 0;
                if is_count && inside.starts_with(|c: char| c.is_ascii_digit()) {
                    if repeated {
                        return Some("a count repeats a repetition".to_owned());
                    }
                    rest.nth(inside.chars().count());
                    rest.next_if_eq(&'?');
                    repeated = true;
                }
            }
            _ => repeated = false,
        }
    }
    None
}
