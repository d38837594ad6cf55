//! The values of one open label: the first so many get an index each, all others share the last.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use crate::label::OTHER;
use crate::meta::{LabelMeta, Values};

/// Texts and their indices, up to a cap. Nothing is ever taken out: a series that was seen stays.
#[derive(Default)]
pub(crate) struct Interner {
    max: usize,
    seen: RwLock<Seen>,
}

#[derive(Default)]
struct Seen {
    indices: HashMap<&'static str, usize>,
    texts: Vec<&'static str>,
}

impl Interner {
    pub(crate) fn for_label(label: &LabelMeta) -> Self {
        let max = if let Values::Open { max } = label.values { max } else { 0 };
        Self { max, seen: RwLock::default() }
    }

    /// The index of a text, and whether it is beyond the cap.
    pub(crate) fn index(&self, text: &str) -> (usize, bool) {
        {
            let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(index) = seen.indices.get(text) {
                return (*index, false);
            }
            if seen.texts.len() >= self.max {
                // A value that is called `other` itself is no overflow.
                return (self.max, text != OTHER);
            }
        }
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = seen.indices.get(text) {
            return (*index, false);
        }
        let index = seen.texts.len();
        if index >= self.max || text == OTHER {
            return (self.max, text != OTHER);
        }
        // At most `max` texts are ever kept, in a static: leaking is what owning would be.
        let text: &'static str = Box::leak(text.into());
        seen.texts.push(text);
        seen.indices.insert(text, index);
        (index, false)
    }

    /// The text of an index that [`index`](Self::index) gave.
    pub(crate) fn text(&self, index: usize) -> &'static str {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).texts.get(index).copied().unwrap_or(OTHER)
    }
}
