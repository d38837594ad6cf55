//! YAML: the documents of a file, with merge keys (`<<: *anchor`) applied.

use saphyr::{LoadableYamlNode, MarkedYaml, ScanError, YamlData};

use super::node::{Data, Node};

/// Parses the documents of a file; an error has its location.
pub(super) fn read(text: &str) -> Result<Vec<Node>, (usize, String)> {
    let offsets = Offsets::of(text);
    let place = |error: &ScanError| (offsets.byte(error.marker().index()), error.info().to_owned());
    let documents = MarkedYaml::load_from_str(text).map_err(|error| place(&error))?;
    Ok(documents.iter().map(|document| node(document, &offsets)).collect())
}

/// The byte offset of each character: the YAML library counts characters.
struct Offsets(Vec<usize>);

impl Offsets {
    fn of(text: &str) -> Self {
        Self(text.char_indices().map(|(at, _)| at).chain([text.len()]).collect())
    }

    fn byte(&self, character: usize) -> usize {
        self.0.get(character).or(self.0.last()).copied().unwrap_or(0)
    }
}

fn node(yaml: &MarkedYaml<'_>, offsets: &Offsets) -> Node {
    let start = offsets.byte(yaml.span.start.index());
    let span = start..offsets.byte(yaml.span.end.index()).max(start);
    let data = match &yaml.data {
        YamlData::Sequence(items) => Data::Sequence(items.iter().map(|item| node(item, offsets)).collect()),
        YamlData::Mapping(mapping) => Data::Mapping(entries(mapping.iter(), offsets)),
        YamlData::Tagged(_, inner) => return node(inner, offsets),
        data if data.is_null() => Data::Null,
        _ => yaml.data.as_str().map_or(Data::Other, |text| Data::String(text.to_owned())),
    };
    Node { data, span }
}

/// Own entries override merged ones; of several merged mappings, the first one takes precedence.
fn entries<'a, 'i: 'a>(
    mapping: impl Iterator<Item = (&'a MarkedYaml<'i>, &'a MarkedYaml<'i>)>,
    offsets: &Offsets,
) -> Vec<(String, Node)> {
    let (mut own, mut merged) = (Vec::new(), Vec::new());
    for (key, value) in mapping {
        let value = node(value, offsets);
        match key.data.as_str() {
            Some("<<") if value.is_sequence() => {
                merged.extend(value.items().iter().flat_map(|item| item.entries().to_vec()));
            }
            Some("<<") => merged.extend(value.entries().to_vec()),
            Some(key) => own.push((key.to_owned(), value)),
            None => {}
        }
    }
    for (key, value) in merged {
        if !own.iter().any(|(name, _)| *name == key) {
            own.push((key, value));
        }
    }
    own
}
