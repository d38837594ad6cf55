//! Splits a query into tokens: enough of PromQL to find strings, variables and brackets, also in queries with variables of Grafana.

use std::ops::Range;

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// The kind of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Space,
    Comment,
    /// With its quotation marks.
    String,
    /// A name or a keyword.
    Word,
    /// A number or a duration.
    Number,
    /// A variable of Grafana.
    Variable,
    /// Any other character.
    Mark(char),
}

/// Splits a query; the parts together are the query. Variables exist only in queries of Grafana.
pub(super) fn tokens(query: &str, is_grafana: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < query.len() {
        let (kind, length) = next(&query[at..], is_grafana);
        tokens.push(Token { kind, span: at..at + length });
        at += length;
    }
    tokens
}

fn next(rest: &str, is_grafana: bool) -> (Kind, usize) {
    let first = rest.chars().next().unwrap_or(' ');
    let run = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    if is_grafana && let Some(length) = variable(rest) {
        return (Kind::Variable, length);
    }
    match first {
        c if c.is_whitespace() => (Kind::Space, run(char::is_whitespace)),
        '#' => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
        '"' | '\'' | '`' => (Kind::String, string(rest, first)),
        c if c.is_ascii_digit() => (Kind::Number, run(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')),
        c if c.is_alphabetic() || c == '_' => (Kind::Word, run(|c| c.is_alphanumeric() || c == '_' || c == ':')),
        c => (Kind::Mark(c), c.len_utf8()),
    }
}

/// Returns the length of a string literal; to the end of the query if it is not closed.
fn string(rest: &str, quote: char) -> usize {
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == quote {
            return at + 1;
        }
        if c == '\\' && quote != '`' {
            characters.next();
        }
    }
    rest.len()
}

/// Returns the length of the variable that a text begins with: `$name`, `${name}`, `${name:format}`, `${name.field}`, `[[name]]`.
pub(super) fn variable(text: &str) -> Option<usize> {
    let closed = |open: &str, close: &str| {
        let inside = text.strip_prefix(open)?.split(close).next()?;
        let name = inside.split([':', '.']).next()?;
        let is_closed = text[open.len() + inside.len()..].starts_with(close);
        (is_closed && is_name(name)).then_some(open.len() + inside.len() + close.len())
    };
    closed("${", "}").or_else(|| closed("[[", "]]")).or_else(|| {
        let rest = text.strip_prefix('$')?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        is_name(&rest[..end]).then_some(end + 1)
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
