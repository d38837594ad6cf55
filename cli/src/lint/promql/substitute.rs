//! Variables of Grafana: a query is PromQL only after they are replaced. The possible replacements depend on the position of a variable; if there are several,
//! each combination is a candidate.

use super::functions::{LISTING, PLACEHOLDER, VARIABLE_FUNCTIONS};
use super::tokens::{Kind, Token, variable};
use crate::promql::matcher::quoted;

/// The maximum number of combinations that are tried.
const MAX_CANDIDATES: usize = 256;

/// Words between two operands.
const OPERATORS: &[&str] = &["and", "or", "unless", "atan2", "bool"];

/// Returns the candidates for the query, the most likely one first.
pub(super) fn candidates(query: &str, tokens: &[Token], is_grafana: bool) -> impl Iterator<Item = String> {
    let slots = Context { query, tokens, is_grafana, open: Vec::new() }.slots();
    let combinations = slots.iter().map(Vec::len).try_fold(1_usize, usize::checked_mul).unwrap_or(MAX_CANDIDATES);
    (0..combinations.min(MAX_CANDIDATES)).map(move |mut number| {
        slots
            .iter()
            .map(|slot| {
                let choice = &slot[number % slot.len()];
                number /= slot.len();
                choice.as_str()
            })
            .collect()
    })
}

/// A bracket that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Round,
    /// The labels of `by` and the like.
    Labels,
    Braces,
    Square,
}

struct Context<'a> {
    query: &'a str,
    tokens: &'a [Token],
    is_grafana: bool,
    open: Vec<Bracket>,
}

impl<'a> Context<'a> {
    /// The possible replacements of each part of the query.
    fn slots(mut self) -> Vec<Vec<String>> {
        let mut slots = Vec::with_capacity(self.tokens.len());
        for (at, token) in self.tokens.iter().enumerate() {
            let text = self.text(at);
            slots.push(match token.kind {
                Kind::String => vec![string(text, self.is_grafana)],
                Kind::Word | Kind::Variable if self.called(at).is_some() => {
                    // The whole name is a function, whatever its variables are.
                    if self.called(at) == Some(at) { functions() } else { vec![String::new()] }
                }
                Kind::Variable => self.variable(at),
                // The parser's library does not know underscores in numbers.
                Kind::Number => vec![text.replace('_', "")],
                _ => vec![text.to_owned()],
            });
            self.bracket(at);
        }
        slots
    }

    fn bracket(&mut self, at: usize) {
        match self.tokens[at].kind {
            Kind::Mark('(') => {
                let lists = self.before(at).is_some_and(|before| self.is_one(before, LISTING));
                self.open.push(if lists { Bracket::Labels } else { Bracket::Round });
            }
            Kind::Mark('{') => self.open.push(Bracket::Braces),
            Kind::Mark('[') => self.open.push(Bracket::Square),
            Kind::Mark(')' | '}' | ']') => {
                self.open.pop();
            }
            _ => {}
        }
    }

    fn variable(&self, at: usize) -> Vec<String> {
        let one = |text: &str| vec![text.to_owned()];
        let adjacent = |at: Option<usize>| {
            at.filter(|at| [Kind::Word, Kind::Number, Kind::Variable].contains(&self.tokens[*at].kind))
        };
        let left = adjacent(at.checked_sub(1));
        let right = adjacent(Some(at + 1).filter(|after| *after < self.tokens.len()));
        let kind = |at: Option<usize>| at.map(|at| self.tokens[at].kind);
        let is_number = kind(left) == Some(Kind::Number) || self.is_fraction(at);
        let before = self.before(at).map(|before| self.text(before));
        let after = self.after(at).map(|after| self.text(after));
        let is_offset = self.before(at).is_some_and(|before| self.is_one(before, &["offset"]));
        if self.open.last() == Some(&Bracket::Square) || is_offset || self.is_negative_offset(at) {
            return match (kind(left), kind(right)) {
                (_, Some(Kind::Word)) => one("5"),
                (Some(Kind::Number), _) => one("m"),
                (Some(Kind::Variable), _) => one(""),
                _ => one("5m"),
            };
        }
        if before == Some("@") {
            return one("1");
        }
        if is_number {
            return one("1");
        }
        let is_value_next = self.after(at).is_some_and(|after| self.tokens[after].kind == Kind::String);
        if self.open.last() == Some(&Bracket::Braces) && is_value_next && left.is_some() {
            return one("=");
        }
        if left.is_some() || right.is_some() {
            // `1$zeros` and `${value}e3` are numbers, everything else is a part of a name.
            let exponent = right.is_some_and(|right| self.text(right).trim_start_matches('e').parse::<u32>().is_ok());
            return if exponent && left.is_none() {
                vec!["1".to_owned(), PLACEHOLDER.to_owned()]
            } else {
                one(PLACEHOLDER)
            };
        }
        match self.open.last() {
            Some(Bracket::Labels) => one(PLACEHOLDER),
            Some(Bracket::Braces) => one(&in_braces(before, after)),
            _ => self.operand(at, after),
        }
    }

    /// Returns where a name with variables in it begins, if the name is that of a function.
    fn called(&self, at: usize) -> Option<usize> {
        let belongs = |at: &usize| [Kind::Word, Kind::Variable].contains(&self.tokens[*at].kind);
        let start = (0..=at).rev().take_while(belongs).last()?;
        let end = (at..self.tokens.len()).take_while(belongs).last()?;
        let has_variable = (start..=end).any(|at| self.tokens[at].kind == Kind::Variable);
        let is_called = self.after(end).is_some_and(|after| self.text(after) == "(");
        let follows_operand = self.before(start).is_some_and(|before| self.ends_operand(before));
        let in_call = matches!(self.open.last(), None | Some(Bracket::Round));
        (has_variable && is_called && !follows_operand && in_call).then_some(start)
    }

    /// A variable outside of braces that is a word of its own.
    fn operand(&self, at: usize, after: Option<&str>) -> Vec<String> {
        let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let follows_operand = self.before(at).is_some_and(|before| self.ends_operand(before));
        match after {
            _ if follows_operand && self.after(at).is_some_and(|after| self.begins_operand(after)) => {
                // Nothing is certain about the sides of an `or`.
                all(&["or", "+", ""])
            }
            _ if follows_operand => all(&[""]),
            Some("[" | "{") => all(&[PLACEHOLDER]),
            Some(word) if LISTING[..2].iter().any(|one| one.eq_ignore_ascii_case(word)) => all(&["avg"]),
            _ => all(&["1", PLACEHOLDER]),
        }
    }

    fn ends_operand(&self, at: usize) -> bool {
        match self.tokens[at].kind {
            Kind::Mark(c) => [')', '}', ']'].contains(&c) && !self.closes_labels(at),
            Kind::Word => ![OPERATORS, LISTING, &["offset"]].iter().any(|words| self.is_one(at, words)),
            Kind::Number | Kind::String | Kind::Variable => true,
            Kind::Space | Kind::Comment => false,
        }
    }

    /// Whether a round bracket ends the labels of `by`, `on` and the like.
    fn closes_labels(&self, at: usize) -> bool {
        let mut depth = 0_usize;
        for opening in (0..=at).rev() {
            match self.tokens[opening].kind {
                Kind::Mark(')') => depth += 1,
                Kind::Mark('(') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                let before = self.before(opening);
                // `sum(x) by (job)` ends an operand, `sum by (job)` does not; behind the first, nothing but an operator can follow.
                return before.is_some_and(|before| {
                    self.is_one(before, LISTING) && self.before(before).is_none_or(|one| self.text(one) != ")")
                });
            }
        }
        false
    }

    fn begins_operand(&self, at: usize) -> bool {
        match self.tokens[at].kind {
            Kind::Mark(c) => ['(', '{', '-', '+'].contains(&c),
            Kind::Word => ![&OPERATORS[..4], &LISTING[..2], &["offset"]].iter().any(|words| self.is_one(at, words)),
            Kind::Number | Kind::Variable => true,
            Kind::String | Kind::Space | Kind::Comment => false,
        }
    }

    fn is_negative_offset(&self, at: usize) -> bool {
        let minus = self.before(at).filter(|before| self.text(*before) == "-");
        minus.and_then(|minus| self.before(minus)).is_some_and(|before| self.is_one(before, &["offset"]))
    }

    /// `$whole.5` and `1.$fraction`.
    fn is_fraction(&self, at: usize) -> bool {
        let is_dot =
            |at: Option<usize>| at.is_some_and(|at| self.tokens.get(at).is_some_and(|one| one.kind == Kind::Mark('.')));
        is_dot(Some(at + 1)) || is_dot(at.checked_sub(1))
    }

    fn text(&self, at: usize) -> &'a str {
        &self.query[self.tokens[at].span.clone()]
    }

    /// Whether a part is one of these keywords, which are the same in upper case.
    fn is_one(&self, at: usize, words: &[&str]) -> bool {
        words.iter().any(|word| word.eq_ignore_ascii_case(self.text(at)))
    }

    fn before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|at| self.is_meaningful(*at))
    }

    fn after(&self, at: usize) -> Option<usize> {
        (at + 1..self.tokens.len()).find(|at| self.is_meaningful(*at))
    }

    fn is_meaningful(&self, at: usize) -> bool {
        ![Kind::Space, Kind::Comment].contains(&self.tokens[at].kind)
    }
}

fn functions() -> Vec<String> {
    VARIABLE_FUNCTIONS.iter().chain(&["avg"]).map(|name| (*name).to_owned()).collect()
}

/// A label, an operator, a value, or a whole matcher.
fn in_braces(before: Option<&str>, after: Option<&str>) -> String {
    let is_operator = |text: Option<&str>| text.is_some_and(|text| text.starts_with(['=', '!', '~']));
    let begins = before.is_none_or(|before| before == "{" || before == ",");
    if !begins && is_operator(before) {
        format!("\"{PLACEHOLDER}\"")
    } else if is_operator(after) {
        PLACEHOLDER.to_owned()
    } else if begins {
        format!("{PLACEHOLDER}=\"{PLACEHOLDER}\"")
    } else {
        "=".to_owned()
    }
}

/// A string literal with its variables replaced, and in quotation marks: the parser's library reads escapes in backticks, and PromQL has none there.
fn string(literal: &str, is_grafana: bool) -> String {
    let mut text = String::with_capacity(literal.len());
    let mut rest = literal;
    while let Some(at) = rest.find(['$', '[']).filter(|_| is_grafana) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        // Behind a backslash it is the end of a line or a bracket of a regular expression.
        let found = variable(rest).filter(|_| !text.ends_with('\\'));
        let length = found.inspect(|_| text.push_str(PLACEHOLDER)).unwrap_or_else(|| {
            text.push_str(&rest[..1]);
            1
        });
        rest = &rest[length..];
    }
    text.push_str(rest);
    match text.strip_prefix('`').and_then(|text| text.strip_suffix('`')) {
        Some(raw) => quoted(raw),
        None => text,
    }
}
