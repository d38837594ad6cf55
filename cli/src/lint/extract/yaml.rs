//! Access to the nodes of a YAML document.

use saphyr::MarkedYaml;

/// A mapping's value.
pub(super) fn get<'a, 'i>(node: &'a MarkedYaml<'i>, key: &str) -> Option<&'a MarkedYaml<'i>> {
    let mapping = node.data.as_mapping()?;
    mapping.iter().find(|(name, _)| name.data.as_str() == Some(key)).map(|(_, value)| value)
}

/// A sequence's items; none, if it is no sequence.
pub(super) fn items<'a, 'i>(node: Option<&'a MarkedYaml<'i>>) -> &'a [MarkedYaml<'i>] {
    node.and_then(|node| node.data.as_sequence()).map_or(&[], |items| items.as_slice())
}

/// A text under a key.
pub(super) fn text<'a>(node: &'a MarkedYaml<'_>, key: &str) -> Option<&'a str> {
    get(node, key).and_then(|value| value.data.as_str())
}

/// The first and the last line of a node, from 1.
pub(super) fn lines(node: &MarkedYaml<'_>) -> (usize, usize) {
    let (first, last) = (node.span.start.line().max(1), node.span.end.line());
    (first, last.max(first))
}
