//! One line with a sample: `name{label="value"} value timestamp # {trace_id=".."} value`.

/// A parsed sample.
#[derive(Debug, PartialEq)]
pub(super) struct Written {
    pub(super) name: String,
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: f64,
    /// Where its exemplar begins, as an offset in the line.
    pub(super) exemplar: Option<usize>,
}

/// Why a line is not a sample, and the byte offset of the error.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) reason: String,
}

/// The maximum length of an exemplar's labels, names and values together.
const EXEMPLAR_CHARACTERS: usize = 128;

/// Histograms and summaries of `OpenMetrics` 2.0.
const COMPOSITE: &str = "a composite value of OpenMetrics 2.0, which this tool does not read; save the scrape as OpenMetrics 1.0 or as text";

struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

/// Parses a line.
pub(super) fn parse(line: &str) -> Result<Written, Wrong> {
    let mut cursor = Cursor { line, at: 0 };
    let mut name = cursor.name();
    let mut labels = Vec::new();
    let after_name = cursor.at;
    cursor.spaces();
    if cursor.takes('{') {
        cursor.labels(&mut name, &mut labels)?;
    } else {
        cursor.at = after_name;
    }
    if name.is_empty() {
        return Err(cursor.wrong("expected a metric name"));
    }
    if !cursor.rest().starts_with([' ', '\t']) {
        return Err(cursor.wrong("expected a space and the value"));
    }
    cursor.spaces();
    if cursor.rest().starts_with('{') {
        return Err(cursor.wrong(COMPOSITE));
    }
    let value = cursor.number("value")?;
    cursor.spaces();
    if !cursor.rest().is_empty() && !cursor.rest().starts_with('#') {
        cursor.number("timestamp")?;
        cursor.spaces();
    }
    let begins = cursor.at;
    let exemplar = cursor.takes('#').then_some(begins);
    if exemplar.is_some() {
        cursor.exemplar()?;
    }
    if cursor.rest().is_empty() {
        Ok(Written { name, labels, value, exemplar })
    } else {
        Err(cursor.wrong("unexpected text after the sample"))
    }
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn wrong(&self, reason: &str) -> Wrong {
        Wrong { at: self.at, reason: reason.to_owned() }
    }

    fn takes(&mut self, c: char) -> bool {
        let is_there = self.rest().starts_with(c);
        self.at += if is_there { c.len_utf8() } else { 0 };
        is_there
    }

    fn spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// Parses an unquoted name; empty if there is none.
    fn name(&mut self) -> String {
        let rest = self.rest();
        let belongs = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
        let end = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
        let end = if rest.starts_with(|c: char| c.is_ascii_digit()) { 0 } else { end };
        self.at += end;
        rest[..end].to_owned()
    }

    /// Parses labels up to the closing brace; a quoted string without a value is the metric's name.
    fn labels(&mut self, name: &mut String, labels: &mut Vec<(String, String)>) -> Result<(), Wrong> {
        loop {
            self.spaces();
            if self.takes('}') {
                return Ok(());
            }
            let start = self.at;
            let is_quoted = self.rest().starts_with('"');
            let label = if is_quoted { self.string()? } else { self.name() };
            if !is_quoted && (label.is_empty() || label.contains(':')) {
                self.at = start;
                return Err(self.wrong("expected a label name or `}`"));
            }
            self.spaces();
            if is_quoted && name.is_empty() && !self.rest().starts_with('=') {
                *name = label;
            } else {
                if !self.takes('=') {
                    return Err(self.wrong("expected `=` after the label name"));
                }
                self.spaces();
                let value = self.string()?;
                if labels.iter().any(|(known, _)| *known == label) {
                    return Err(Wrong { at: start, reason: format!("duplicate label `{label}`") });
                }
                labels.push((label, value));
            }
            self.spaces();
            if !self.takes(',') && !self.rest().starts_with('}') {
                return Err(self.wrong("expected `,` or `}` after the label value"));
            }
        }
    }

    fn string(&mut self) -> Result<String, Wrong> {
        if !self.takes('"') {
            return Err(self.wrong("expected a string in double quotes"));
        }
        let mut text = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, escaped @ ('\\' | '"'))) => text.push(escaped),
                    _ => {
                        self.at += at;
                        return Err(self.wrong("invalid escape; `\\\\`, `\\\"` and `\\n` are valid"));
                    }
                },
                c => text.push(c),
            }
        }
        Err(self.wrong("the string has no closing quote"))
    }

    fn number(&mut self, what: &str) -> Result<f64, Wrong> {
        let rest = self.rest();
        let word = &rest[..rest.find([' ', '\t']).unwrap_or(rest.len())];
        // Rust accepts `infinity` and the like, and so does Go.
        let Ok(number) = word.parse::<f64>() else {
            return Err(self.wrong(&format!("expected a number as {what}, found `{word}`")));
        };
        self.at += word.len();
        Ok(number)
    }

    fn exemplar(&mut self) -> Result<(), Wrong> {
        self.spaces();
        if !self.takes('{') {
            return Err(self.wrong("expected the labels of an exemplar after `#`"));
        }
        let (start, mut labels) = (self.at, Vec::new());
        self.labels(&mut String::from("exemplar"), &mut labels)?;
        let length: usize = labels.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
        if length > EXEMPLAR_CHARACTERS {
            let reason =
                format!("the labels of the exemplar have {length} characters, more than {EXEMPLAR_CHARACTERS}");
            return Err(Wrong { at: start, reason });
        }
        self.spaces();
        self.number("value of the exemplar")?;
        self.spaces();
        if !self.rest().is_empty() {
            self.number("timestamp of the exemplar")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn samples_of_every_form() {
        for (line, name, labels, value) in [
            ("a 1", "a", 0, 1.0),
            ("a{} 1", "a", 0, 1.0),
            (r#"a{b="c"} +Inf 1700000000"#, "a", 1, f64::INFINITY),
            (r#"a{b="c",} 1e3"#, "a", 1, 1000.0),
            (r#"a { b = "c" , d = "" } -2"#, "a", 2, -2.0),
            (r#"{"a.b", "c d"="e"} 1"#, "a.b", 1, 1.0),
            (r#"a_bucket{le="1.0"} 3 # {trace_id="x"} 0.5 1.0"#, "a_bucket", 1, 3.0),
        ] {
            let found = parse(line).unwrap_or_else(|wrong| panic!("{line}: {wrong:?}"));
            assert_eq!((found.name.as_str(), found.labels.len()), (name, labels), "{line}");
            assert!(found.value.total_cmp(&value).is_eq(), "{line}");
        }
    }

    #[test]
    fn errors_have_their_location() {
        for (line, at) in [
            ("1a 1", 0),
            ("a", 1),
            ("a x", 2),
            (r#"a{b="c} 1"#, 5),
            ("a{b=c} 1", 4),
            (r#"a{b="c" d="e"} 1"#, 8),
            (r#"a{b="c",b="d"} 1"#, 8),
            (r#"a{b="c",d:e="f"} 1"#, 8),
            (r#"a{b="\t"} 1"#, 5),
            ("a 1 2 3", 6),
        ] {
            assert_eq!(parse(line).expect_err(line).at, at, "{line}");
        }
    }
}
