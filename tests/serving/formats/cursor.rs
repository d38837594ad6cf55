//! The terminals of `OpenMetrics` 2.0's grammar, which the other text formats share (2.0.0-rc0, section "ABNF"). Each function is named after a rule.

use super::read::{Labels, Number};

/// What is still to be parsed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a>(pub(super) &'a str);

pub(super) type Parsed<T> = Result<T, String>;

impl<'a> Cursor<'a> {
    pub(super) fn fail<T>(&self, expected: &str) -> Parsed<T> {
        Err(format!("expected {expected} at `{}`", self.0.chars().take(120).collect::<String>()))
    }

    pub(super) fn takes(&mut self, literal: &str) -> bool {
        let rest = self.0.strip_prefix(literal);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    pub(super) fn literal(&mut self, literal: &str) -> Parsed<()> {
        if self.takes(literal) { Ok(()) } else { self.fail(literal) }
    }

    /// The longest beginning of such characters.
    fn run(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|character| !is_part(character)).unwrap_or(self.0.len());
        let (run, rest) = self.0.split_at(end);
        self.0 = rest;
        run
    }

    /// `metricname`, or `label-name` if colons are not allowed.
    pub(super) fn name(&mut self, colons: bool) -> Parsed<String> {
        if self.0.starts_with(|first: char| first.is_ascii_digit()) {
            return self.fail("a name");
        }
        let name = self.run(|c| c.is_ascii_alphanumeric() || c == '_' || (colons && c == ':'));
        if name.is_empty() { self.fail("a name") } else { Ok(name.to_owned()) }
    }

    /// `escaped-string` up to its end: a quote, or a line feed.
    pub(super) fn escaped(&mut self, end: char) -> Parsed<String> {
        let mut text = String::new();
        let mut characters = self.0.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                _ if character == end => {
                    self.0 = &self.0[at..];
                    return Ok(text);
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    _ => return self.fail("an escaped character"),
                },
                '\n' => return self.fail("no line feed in a string"),
                // Text formats of Prometheus do not escape quotes in HELP.
                _ => text.push(character),
            }
        }
        self.fail("the end of a string")
    }

    fn quoted(&mut self) -> Parsed<String> {
        self.literal("\"")?;
        let text = self.escaped('"')?;
        self.literal("\"")?;
        Ok(text)
    }

    /// `metricname / metricname-utf8`.
    pub(super) fn metric_name(&mut self) -> Parsed<String> {
        if self.0.starts_with('"') { self.quoted() } else { self.name(true) }
    }

    fn label(&mut self, labels: &mut Labels) -> Parsed<()> {
        let name = if self.0.starts_with('"') { self.quoted()? } else { self.name(false)? };
        self.literal("=")?;
        let value = self.quoted()?;
        if labels.insert(name.clone(), value).is_some() {
            return Err(format!("label `{name}` twice"));
        }
        Ok(())
    }

    /// `labels-in-braces`, after the opening brace.
    fn labels_up_to_brace(&mut self, labels: &mut Labels, mut first: bool) -> Parsed<()> {
        while !self.takes("}") {
            if !first {
                self.literal(",")?;
            }
            first = false;
            self.label(labels)?;
        }
        Ok(())
    }

    pub(super) fn labels_in_braces(&mut self) -> Parsed<Labels> {
        let mut labels = Labels::new();
        self.literal("{")?;
        self.labels_up_to_brace(&mut labels, true)?;
        Ok(labels)
    }

    pub(super) fn metricname_and_labels(&mut self) -> Parsed<(String, Labels)> {
        if self.takes("{") {
            let name = self.quoted()?;
            let mut labels = Labels::new();
            self.labels_up_to_brace(&mut labels, false)?;
            return Ok((name, labels));
        }
        let name = self.name(true)?;
        let labels = if self.0.starts_with('{') { self.labels_in_braces()? } else { Labels::new() };
        Ok((name, labels))
    }

    pub(super) fn realnumber(&mut self) -> Parsed<f64> {
        let begin = self.0;
        let _ = self.takes("-") || self.takes("+");
        let whole = self.run(|c| c.is_ascii_digit()).len();
        let fraction = if self.takes(".") { self.run(|c| c.is_ascii_digit()).len() } else { 0 };
        if whole + fraction == 0 {
            return Cursor(begin).fail("a number");
        }
        if self.takes("e") {
            let _ = self.takes("-") || self.takes("+");
            if self.run(|c| c.is_ascii_digit()).is_empty() {
                return self.fail("an exponent");
            }
        }
        begin[..begin.len() - self.0.len()].parse().map_err(|_| format!("no number: {begin}"))
    }

    pub(super) fn number(&mut self) -> Parsed<Number> {
        for (text, value) in [("+Inf", f64::INFINITY), ("-Inf", f64::NEG_INFINITY), ("NaN", f64::NAN)] {
            if self.takes(text) {
                return Ok(Number(value));
            }
        }
        self.realnumber().map(Number)
    }

    pub(super) fn integer(&mut self) -> Parsed<i64> {
        let begin = self.0;
        let _ = self.takes("-") || self.takes("+");
        self.run(|c| c.is_ascii_digit());
        begin[..begin.len() - self.0.len()].parse().map_err(|_| format!("no integer: {begin}"))
    }

    pub(super) fn count(&mut self) -> Parsed<u64> {
        let count = self.integer()?;
        u64::try_from(count).map_err(|_| format!("a negative number of things: {count}"))
    }

    /// Items in brackets.
    pub(super) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        self.literal("[")?;
        while !self.takes("]") {
            if !items.is_empty() {
                self.literal(",")?;
            }
            items.push(item(self)?);
        }
        Ok(items)
    }
}
