//! Differences between Prometheus 2 and 3.

use super::functions::{AGGREGATORS_OF_3, FUNCTIONS_OF_3, KEYWORDS_OF_3, LISTING};
use super::tokens::{Kind, Token};

/// The version of Prometheus that will evaluate the queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Server {
    /// Prometheus 2
    #[default]
    #[value(name = "2")]
    V2,
    /// Prometheus 3, with its experimental functions
    #[value(name = "3")]
    V3,
}

impl Server {
    /// Returns why this version rejects a query that another version accepts.
    pub(super) fn refusal(self, query: &str, tokens: &[Token]) -> Option<String> {
        let meaningful: Vec<&Token> =
            tokens.iter().filter(|token| ![Kind::Space, Kind::Comment].contains(&token.kind)).collect();
        match self {
            Self::V2 => refusal_of_2(query, &meaningful).map(|what| {
                format!("{what}, which Prometheus 2 rejects; pass `--prometheus 3` if the server is newer")
            }),
            Self::V3 => word_before_bracket(query, &meaningful, &["holt_winters"])
                .map(|_| "Prometheus 3 has no `holt_winters`; use `double_exponential_smoothing`".to_owned()),
        }
    }
}

fn refusal_of_2(query: &str, tokens: &[&Token]) -> Option<String> {
    let newer = [FUNCTIONS_OF_3, AGGREGATORS_OF_3].concat();
    if let Some(name) = word_before_bracket(query, tokens, &newer) {
        return Some(format!("`{name}` is a function of Prometheus 3"));
    }
    let mut brackets = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let text = &query[token.span.clone()];
        let before = at.checked_sub(1).map(|before| &query[tokens[before].span.clone()]);
        let after = tokens.get(at + 1).map(|token| &query[token.span.clone()]);
        match token.kind {
            Kind::Mark(c @ ('(' | '{' | '[')) => brackets.push((c, before)),
            Kind::Mark(')' | '}' | ']') => {
                brackets.pop();
            }
            Kind::String if is_quoted_name(brackets.last(), before) => {
                return Some(format!("{text} is a name in quotation marks"));
            }
            // A variable next to it may be the unit.
            Kind::Number if !is_next_to_variable(tokens, at) => {
                let is_range = matches!(brackets.last(), Some(('[', _)));
                let is_offset =
                    is_word(before, "offset") || (before == Some("-") && is_offset_before(query, tokens, at));
                let is_duration = text.ends_with(['s', 'm', 'h', 'd', 'w', 'y']) && !text.starts_with("0x");
                if text.contains('_') {
                    return Some(format!("`{text}` is a number with underscores"));
                }
                if (is_range || is_offset) && !is_duration {
                    return Some(format!("`{text}` is a duration without a unit"));
                }
                if !is_range && !is_offset && is_duration {
                    return Some(format!("`{text}` is a duration in place of a number"));
                }
            }
            Kind::Word if KEYWORDS_OF_3.contains(&text) && brackets.last().is_none_or(|(c, _)| *c == '(') => {
                let ends_operand = before.is_some_and(|before| before.ends_with([')', ']', '}']));
                let is_name = after.is_some_and(|after| ["{", "["].contains(&after));
                if ends_operand && !is_name {
                    return Some(format!("`{text}` is a keyword of Prometheus 3"));
                }
            }
            _ => {}
        }
    }
    None
}

/// Keywords are the same in upper case.
fn is_word(text: Option<&str>, word: &str) -> bool {
    text.is_some_and(|text| text.eq_ignore_ascii_case(word))
}

fn is_next_to_variable(tokens: &[&Token], at: usize) -> bool {
    let span = &tokens[at].span;
    let touches = |token: &&&Token| token.span.end == span.start || token.span.start == span.end;
    tokens[at.saturating_sub(1)..tokens.len().min(at + 2)]
        .iter()
        .filter(touches)
        .any(|token| token.kind == Kind::Variable)
}

fn is_offset_before(query: &str, tokens: &[&Token], at: usize) -> bool {
    at.checked_sub(2).is_some_and(|before| is_word(Some(&query[tokens[before].span.clone()]), "offset"))
}

/// `{"metric"}`, `{"label"="value"}`, `by ("label")`.
fn is_quoted_name(bracket: Option<&(char, Option<&str>)>, before: Option<&str>) -> bool {
    let begins = before.is_some_and(|before| ["{", "(", ","].contains(&before));
    match bracket {
        Some(('{', _)) => begins,
        Some(('(', Some(word))) => begins && LISTING.iter().any(|one| one.eq_ignore_ascii_case(word)),
        _ => false,
    }
}

/// Returns the first of these words that is used as a function.
fn word_before_bracket<'q>(query: &'q str, tokens: &[&Token], words: &[&str]) -> Option<&'q str> {
    tokens.windows(2).find_map(|pair| {
        let (word, next) = (&query[pair[0].span.clone()], &query[pair[1].span.clone()]);
        let is_called = next == "(" || is_word(Some(next), "by") || is_word(Some(next), "without");
        (pair[0].kind == Kind::Word && is_called && words.contains(&word)).then_some(word)
    })
}
