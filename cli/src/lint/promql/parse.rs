//! Parses a query, and reports queries that the server rejects.

use promql_parser::parser::{self, Expr};

use super::functions;
use super::regex::refused_by_go;
use super::server::Server;
use super::substitute::candidates;
use super::tokens::{Kind, Token, tokens};

/// The maximum number of nested levels: brackets, signs, and `^`, which is right-associative.
const MAX_NESTING: usize = 500;

/// The maximum number of operators: the parser's library takes quadratic time.
const MAX_OPERATORS: usize = 20_000;

/// Why a query has no syntax tree.
#[derive(Debug)]
pub(in crate::lint) enum Failure {
    /// The query is not PromQL.
    Syntax(String),
    /// The query is too large to check.
    TooLarge(String),
}

/// Parses a query. In a query of Grafana, variables are replaced such that it becomes valid PromQL.
pub(in crate::lint) fn parse(query: &str, is_grafana: bool, server: Server) -> Result<Expr, Failure> {
    functions::register();
    let parts = tokens(query, is_grafana);
    limit(query, &parts)?;
    if let Some(reason) = server.refusal(query, &parts).or_else(|| alternatives_of_matchers(query, &parts)) {
        return Err(Failure::Syntax(reason));
    }
    let mut first_error = None;
    for candidate in candidates(query, &parts, is_grafana) {
        match parser::parse(&candidate) {
            Ok(expr) => {
                return match refused_by_go(&expr) {
                    Some(reason) => Err(Failure::Syntax(reason)),
                    None => Ok(expr),
                };
            }
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(Failure::Syntax(first_error.unwrap_or_default()))
}

fn limit(query: &str, parts: &[Token]) -> Result<(), Failure> {
    let (mut open, mut deepest, mut right_bound, mut operators) = (Vec::new(), 0, 0, 0);
    let mut after_operator = true;
    for part in parts.iter().filter(|part| ![Kind::Space, Kind::Comment].contains(&part.kind)) {
        let in_braces = open.last() == Some(&'{');
        match part.kind {
            Kind::Mark(c @ ('(' | '[' | '{')) => open.push(c),
            Kind::Mark(')' | ']' | '}') => {
                open.pop();
            }
            Kind::Mark('^') => right_bound += 1,
            Kind::Mark('+' | '-') if after_operator => right_bound += 1,
            // The second character of `>=` is not a separate operator.
            Kind::Mark('=') if after_operator => {}
            Kind::Mark('+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '!') if !in_braces => operators += 1,
            Kind::Word if is_set_operator(&query[part.span.clone()]) => operators += 1,
            _ => {}
        }
        after_operator = matches!(part.kind, Kind::Mark(c) if ![')', ']', '}'].contains(&c));
        deepest = deepest.max(open.len());
    }
    let nesting = deepest + right_bound;
    if nesting > MAX_NESTING {
        return Err(Failure::TooLarge(format!("it has {nesting} levels, limit {MAX_NESTING}")));
    }
    if operators > MAX_OPERATORS {
        return Err(Failure::TooLarge(format!("it has {operators} operators, limit {MAX_OPERATORS}")));
    }
    Ok(())
}

fn is_set_operator(word: &str) -> bool {
    ["and", "or", "unless"].iter().any(|operator| operator.eq_ignore_ascii_case(word))
}

/// `{a="1" or b="2"}` is an extension of `VictoriaMetrics` that the parser's library accepts.
fn alternatives_of_matchers(query: &str, parts: &[Token]) -> Option<String> {
    let mut in_braces = false;
    let mut meaningful = parts.iter().filter(|part| ![Kind::Space, Kind::Comment].contains(&part.kind)).peekable();
    while let Some(part) = meaningful.next() {
        match part.kind {
            Kind::Mark('{') => in_braces = true,
            Kind::Mark('}') => in_braces = false,
            // A label may have that name.
            Kind::Word
                if in_braces
                    && &query[part.span.clone()] == "or"
                    && !meaningful.peek().is_some_and(|next| matches!(next.kind, Kind::Mark('=' | '!'))) =>
            {
                return Some("`or` between matchers is an extension of VictoriaMetrics".to_owned());
            }
            _ => {}
        }
    }
    None
}
