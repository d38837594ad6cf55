//! The lists of `Accept` and `Accept-Encoding` (RFC 9110, sections 12.4 and 12.5).

/// One element of such a list: a value, its parameters, and its weight.
#[derive(Debug)]
pub(super) struct Element {
    /// The value, in lower case.
    pub(super) value: String,
    parameters: Vec<(String, String)>,
    /// The weight, in thousandths.
    pub(super) weight: u16,
}

impl Element {
    /// The value of a parameter, whose name must be given in lower case.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The elements of a list. Elements with an invalid weight are skipped.
pub(super) fn elements(list: &str) -> impl Iterator<Item = Element> {
    split(list, ',').filter_map(element)
}

fn element(text: &str) -> Option<Element> {
    let mut parts = split(text, ';').map(str::trim);
    let value = parts.next().filter(|value| !value.is_empty())?.to_ascii_lowercase();
    let mut weight = 1000;
    let mut parameters = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim().to_ascii_lowercase(), unquoted(value.trim()));
        if name == "q" {
            weight = thousandths(&value)?;
        } else {
            parameters.push((name, value));
        }
    }
    Some(Element { value, parameters, weight })
}

/// A weight from 0 to 1, with at most three decimal places.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => value.to_owned(),
    }
}

/// Splits at a separator outside quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |character| {
        let splits = character == separator && !is_quoted;
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        splits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_values_parameters_and_weights() {
        let list = "Text/Plain; Version=0.0.4;q=0.5 , */*;q=0.125,a/b;x=\"1,2;\\\"\" ,,c/d;q=1.000";
        let read: Vec<_> = elements(list).map(|element| (element.value, element.parameters, element.weight)).collect();
        let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert_eq!(
            read,
            [
                ("text/plain".to_owned(), pair("version", "0.0.4"), 500),
                ("*/*".to_owned(), vec![], 125),
                ("a/b".to_owned(), pair("x", "1,2;\""), 1000),
                ("c/d".to_owned(), vec![], 1000),
            ]
        );
    }

    #[test]
    fn an_element_with_an_invalid_weight_is_skipped() {
        for weight in ["x", "2", "1.001", "-1", "0.0001", "", "0.a", "+1"] {
            assert_eq!(elements(&format!("a/b;q={weight}")).count(), 0, "{weight}");
        }
        for (weight, expected) in [("0", 0), ("0.", 0), ("0.3", 300), ("0.25", 250), ("1.", 1000)] {
            assert_eq!(elements(&format!("a/b;Q={weight}")).next().unwrap().weight, expected, "{weight}");
        }
    }
}
