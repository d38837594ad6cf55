//! Label sets in one canonical form: the string between the braces of a sample, sorted by name.
//!
//! Most series live as long as the process and are exposed in a text format. This form is small, and a text writer copies it. [`Labels::iter`] parses names
//! and values from it.
//!
//! ```text
//! code="200",method="GET","odd.name"="a \"quoted\" value"
//! ```
//!
//! A name that is not a classic one is quoted, as in Prometheus' UTF-8 syntax.

use std::borrow::Cow;

use super::escaping::{Escaping, is_label_name};

/// A label set in its canonical form.
#[derive(Clone, Copy, Debug)]
pub(in crate::exporter) struct Labels<'a> {
    text: &'a str,
    /// Whether all names are classic ones, so that most formats write the string unchanged.
    is_classic: bool,
}

impl<'a> Labels<'a> {
    /// Wraps a set in its canonical form.
    pub(in crate::exporter) fn new(canonical: &'a str) -> Self {
        Self { text: canonical, is_classic: Pairs(canonical).all(|(name, _)| is_label_name(&name)) }
    }

    /// Wraps a set in its canonical form whose names are known to be classic.
    #[cfg(feature = "views")]
    pub(in crate::exporter) fn classic(canonical: &'a str) -> Self {
        Self::known(canonical, true)
    }

    /// Wraps a set in its canonical form, without checking again whether its names are classic.
    pub(in crate::exporter) fn known(canonical: &'a str, is_classic: bool) -> Self {
        Self { text: canonical, is_classic }
    }

    /// Whether all names are classic ones.
    pub(in crate::exporter) fn is_classic(self) -> bool {
        self.is_classic
    }

    /// Whether a format with this scheme writes all names unchanged.
    pub(in crate::exporter) fn are_plain(self, escaping: Escaping) -> bool {
        match escaping {
            Escaping::AllowUtf8 => true,
            Escaping::Underscores | Escaping::Values => self.is_classic,
            Escaping::Dots => false,
        }
    }

    /// The canonical form.
    #[cfg(feature = "views")]
    pub(in crate::exporter) fn canonical(self) -> &'a str {
        self.text
    }

    /// The names with their values, in order.
    pub(in crate::exporter) fn iter(self) -> Pairs<'a> {
        Pairs(self.text)
    }

    /// The string between the braces in a format with this scheme.
    pub(in crate::exporter) fn text(self, escaping: Escaping) -> Cow<'a, str> {
        if self.are_plain(escaping) {
            return Cow::Borrowed(self.text);
        }
        Cow::Owned(text(self.iter().map(|(name, value)| (escaping.label(&name).into_owned(), value))))
    }
}

/// The canonical form of labels in any order.
pub(in crate::exporter) fn text<N: AsRef<str>, V: AsRef<str>>(labels: impl IntoIterator<Item = (N, V)>) -> String {
    let mut sorted: Vec<_> = labels.into_iter().collect();
    sorted.sort_by(|(one, _), (other, _)| one.as_ref().cmp(other.as_ref()));
    let mut text = String::new();
    for (name, value) in &sorted {
        if !text.is_empty() {
            text.push(',');
        }
        push_name(&mut text, name.as_ref());
        text.push_str("=\"");
        escape(&mut text, value.as_ref());
        text.push('"');
    }
    text
}

fn push_name(text: &mut String, name: &str) {
    if is_label_name(name) {
        text.push_str(name);
    } else {
        quote_name(text, name, "");
    }
}

/// Appends a quoted name with a suffix. U+0000 is replaced, because Prometheus' parsers end at it in a name, but not in a value.
pub(super) fn quote_name(text: &mut String, name: &str, suffix: &str) {
    text.push('"');
    escape(text, &name.replace('\0', "\u{fffd}"));
    text.push_str(suffix);
    text.push('"');
}

/// Escapes backslashes, quotes and line feeds.
fn escape(text: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '"' => text.push_str("\\\""),
            other => text.push(other),
        }
    }
}

/// Parses a label set; it ends where no label follows.
#[derive(Clone, Debug)]
pub(in crate::exporter) struct Pairs<'a>(&'a str);

impl<'a> Iterator for Pairs<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = match self.0.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = position(self.0, |byte| byte == b'=')?;
                (Cow::Borrowed(&self.0[..end]), &self.0[end..])
            }
        };
        let (value, rest) = unquote(rest.strip_prefix("=\"")?)?;
        self.0 = rest.strip_prefix(',').unwrap_or(rest);
        Some((name, value))
    }
}

/// The position of the first such ASCII character. Strings are short here, so that a loop over bytes is faster than `find`.
fn position(text: &str, is_end: impl Fn(u8) -> bool) -> Option<usize> {
    text.bytes().position(is_end)
}

/// Parses a quoted string after its opening quote; returns its value, and what follows its closing quote.
fn unquote(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let first = position(text, |byte| byte == b'"' || byte == b'\\')?;
    if text.as_bytes()[first] == b'"' {
        return Some((Cow::Borrowed(&text[..first]), &text[first + 1..]));
    }
    let mut value = text[..first].to_owned();
    let mut characters = text[first..].char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((Cow::Owned(value), &text[first + at + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_sorted_escaped_and_parsed_back() {
        let labels = [("b", "x\"y\\z\n"), ("a", ""), ("le", "42"), ("odd.name", "{},= é"), ("q\"\\\n", "\\n")];
        let canonical = text(labels);
        assert_eq!(
            canonical,
            "a=\"\",b=\"x\\\"y\\\\z\\n\",le=\"42\",\"odd.name\"=\"{},= é\",\"q\\\"\\\\\\n\"=\"\\\\n\""
        );
        let mut read: Vec<(String, String)> =
            Labels::new(&canonical).iter().map(|(name, value)| (name.into(), value.into())).collect();
        let mut expected = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        read.sort();
        expected.sort();
        assert_eq!(read, expected);
        assert_eq!(text::<&str, &str>([]), "");
        assert_eq!(Labels::new("").iter().next(), None);
    }

    #[test]
    fn names_follow_the_scheme() {
        let canonical = text([("a.b", "1"), ("c_d", "2")]);
        let labels = Labels::new(&canonical);
        assert_eq!(labels.text(Escaping::Underscores), "a_b=\"1\",c_d=\"2\"");
        assert_eq!(labels.text(Escaping::AllowUtf8), "\"a.b\"=\"1\",c_d=\"2\"");
        assert_eq!(labels.text(Escaping::Dots), "a_dot_b=\"1\",c__d=\"2\"");
        assert_eq!(labels.text(Escaping::Values), "U__a_2E_b=\"1\",c_d=\"2\"");
    }

    #[test]
    fn an_invalid_label_ends_the_set() {
        for text in ["", "a", "a=", "a=1", "a=\"1", "\"a\"", "\"a=\"1\"", "a=\"\\"] {
            assert_eq!(Pairs(text).next(), None, "{text}");
        }
    }
}
