//! JSON as RFC 8259 defines it: surrogate pairs, and the last of several equal keys counts. YAML readers refuse both.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::node::{Data, Node};

/// Nothing beyond the standard.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses JSON; an error has its location.
pub(super) fn read(text: &str) -> Result<Node, (usize, String)> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT);
    match parsed {
        Ok(result) => result.value.map(node).ok_or_else(|| (0, "the file is empty".to_owned())),
        Err(error) => Err((error.range().start, error.kind().to_string())),
    }
}

fn node(value: Value<'_>) -> Node {
    let range = value.range();
    let data = match value {
        Value::StringLit(text) => Data::String(text.value.into_owned()),
        Value::Array(array) => Data::Sequence(array.elements.into_iter().map(node).collect()),
        Value::Object(object) => {
            let mut entries: Vec<(String, Node)> = Vec::with_capacity(object.properties.len());
            for property in object.properties {
                let (key, value) = (property.name.into_string(), node(property.value));
                match entries.iter_mut().find(|(name, _)| *name == key) {
                    Some((_, earlier)) => *earlier = value,
                    None => entries.push((key, value)),
                }
            }
            Data::Mapping(entries)
        }
        Value::NullKeyword(_) => Data::Null,
        Value::NumberLit(_) | Value::BooleanLit(_) => Data::Other,
    };
    Node { data, span: range.start..range.end }
}
