//! One line of the text, by itself.

use super::{Kind, Labels, Problem, Sample};

/// A line, understood.
#[derive(Debug)]
pub(super) enum Line<'a> {
    /// Nothing, or a comment.
    Nothing,
    Help {
        family: &'a str,
        text: String,
    },
    Type {
        family: &'a str,
        kind: Kind,
    },
    Sample(Sample),
}

/// Reads a line without its newline.
pub(super) fn parse(line: &str) -> Result<Line<'_>, Problem> {
    if line.is_empty() {
        return Ok(Line::Nothing);
    }
    if line.starts_with(is_blank) {
        return Err(Problem::Spacing);
    }
    match line.strip_prefix('#') {
        Some(comment) => metadata(comment),
        None => sample(line).map(Line::Sample),
    }
}

/// What follows a `#`.
fn metadata(comment: &str) -> Result<Line<'_>, Problem> {
    let trimmed = comment.trim_start_matches(is_blank);
    let (keyword, rest) = trimmed.split_once(is_blank).unwrap_or((trimmed, ""));
    if keyword != "HELP" && keyword != "TYPE" {
        return Ok(Line::Nothing);
    }
    let canonical = comment.strip_prefix(' ').and_then(|comment| comment.strip_prefix(keyword));
    if canonical.is_none_or(|rest| rest.starts_with('\t')) {
        return Err(Problem::Spacing);
    }
    let (family, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    if family.is_empty() || rest.starts_with(is_blank) {
        return Err(Problem::Spacing);
    }
    if !is_metric_name(family) {
        return Err(Problem::MetricName(family.to_owned()));
    }
    if keyword == "HELP" {
        return Ok(Line::Help { family, text: unescape_help(rest)? });
    }
    if let Some((_, trailing)) = rest.split_once(is_blank) {
        return Err(Problem::Trailing(trailing.to_owned()));
    }
    let kind = Kind::from_word(rest).ok_or_else(|| Problem::UnknownKind(rest.to_owned()))?;
    Ok(Line::Type { family, kind })
}

fn sample(line: &str) -> Result<Sample, Problem> {
    let end = line.find(|c| c == '{' || is_blank(c)).unwrap_or(line.len());
    let (name, mut rest) = line.split_at(end);
    if !is_metric_name(name) {
        return Err(Problem::MetricName(name.to_owned()));
    }
    let mut labels = Labels::new();
    if let Some(after) = rest.strip_prefix('{') {
        rest = label_set(after, &mut labels)?;
    }
    let rest = rest.strip_prefix(' ').ok_or_else(|| expected("a space and a value", rest))?;

    let mut tokens = rest.split(' ');
    let value = tokens.next().unwrap_or_default();
    if value.is_empty() {
        return Err(Problem::Spacing);
    }
    let value = number(value).ok_or_else(|| Problem::Value(value.to_owned()))?;
    let timestamp = match tokens.next() {
        None => None,
        Some("") => return Err(Problem::Spacing),
        Some(token) => Some(token.parse().map_err(|_| Problem::Timestamp(token.to_owned()))?),
    };
    match tokens.next() {
        None => Ok(Sample { name: name.to_owned(), labels, value, timestamp }),
        Some("") => Err(Problem::Spacing),
        Some(token) => Err(Problem::Trailing(token.to_owned())),
    }
}

/// Reads labels up to and with the closing brace, and returns what follows.
fn label_set<'a>(mut rest: &'a str, labels: &mut Labels) -> Result<&'a str, Problem> {
    if let Some(after) = rest.strip_prefix('}') {
        return Ok(after);
    }
    loop {
        let (name, after) = rest.split_once('=').ok_or_else(|| expected("a label and `=`", rest))?;
        if !is_label_name(name) {
            return Err(Problem::LabelName(name.to_owned()));
        }
        if name.starts_with("__") {
            return Err(Problem::ReservedLabelName(name.to_owned()));
        }
        let quoted = after.strip_prefix('"').ok_or_else(|| expected("a quoted label value", after))?;
        let (value, after) = label_value(quoted)?;
        if labels.insert(name.to_owned(), value).is_some() {
            return Err(Problem::DuplicateLabel(name.to_owned()));
        }
        if let Some(after) = after.strip_prefix('}') {
            return Ok(after);
        }
        rest = after.strip_prefix(',').ok_or_else(|| expected("`,` or `}`", after))?;
    }
}

/// Reads a label's value up to its closing quote, and returns what follows the quote.
fn label_value(text: &str) -> Result<(String, &str), Problem> {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Ok((value, characters.as_str())),
            '\\' => value.push(match characters.next() {
                Some('\\') => '\\',
                Some('"') => '"',
                Some('n') => '\n',
                other => return Err(bad_escape(other)),
            }),
            other => value.push(other),
        }
    }
    Err(Problem::UnterminatedLabelValue)
}

fn unescape_help(text: &str) -> Result<String, Problem> {
    let mut help = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        help.push(match character {
            '\\' => match characters.next() {
                Some('\\') => '\\',
                Some('n') => '\n',
                other => return Err(bad_escape(other)),
            },
            other => other,
        });
    }
    Ok(help)
}

/// A sample's value, a bucket's bound: a decimal number, `NaN`, `+Inf` or `-Inf`, and nothing that is merely like one.
pub(super) fn number(token: &str) -> Option<f64> {
    match token {
        "NaN" => Some(f64::NAN),
        "+Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        // Rust reads words such as `infinity` too.
        _ if token.contains(|c: char| c.is_ascii_alphabetic() && c != 'e' && c != 'E') => None,
        _ => token.parse().ok(),
    }
}

fn expected(expected: &'static str, found: &str) -> Problem {
    Problem::Expected { expected, found: found.to_owned() }
}

fn bad_escape(character: Option<char>) -> Problem {
    Problem::Escape(character.map(String::from).unwrap_or_default())
}

fn is_blank(character: char) -> bool {
    character == ' ' || character == '\t'
}

fn is_metric_name(name: &str) -> bool {
    is_name(name, |c| c == '_' || c == ':')
}

fn is_label_name(name: &str) -> bool {
    is_name(name, |c| c == '_')
}

fn is_name(name: &str, is_sign: impl Fn(char) -> bool) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || is_sign(c))
}
