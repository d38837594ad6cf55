//! From the label values of a call to what is kept for them: a dense array where the combinations are few, a map otherwise.

use std::collections::BTreeMap;
use std::sync::{OnceLock, PoisonError, RwLock};

use crate::label::Value;
use crate::meta::{LabelMeta, ValueSet};
use crate::names::{DEFAULT_CAP, MAX_LABELS, OTHER};
use crate::series::interner::Interner;

/// Up to so many combinations are kept in an array.
const DENSE_LIMIT: usize = 4_096;

/// One `S` for each combination of label values that was seen; it lives as long as the static that the table stands in. That static is in
/// every instrumented function, so it holds no more than the way to the rest.
pub(crate) struct Table<S: 'static>(OnceLock<Box<Shape<S>>>);

/// The labels' sets, as the first call brought them, and a cell for each combination.
struct Shape<S: 'static> {
    sets: Box<[Set]>,
    /// None, if they would be too many.
    cells: Box<[OnceLock<S>]>,
    /// What has no cell: where the combinations are too many, and where a generic function brings other sets than at its first call.
    sparse: RwLock<BTreeMap<Box<[Coordinate]>, &'static S>>,
}

enum Set {
    Closed(&'static [&'static str]),
    Open(Interner),
}

/// A value of a set; the set's place and length tell sets apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Coordinate {
    set: usize,
    len: usize,
    index: usize,
}

/// The labels whose values were counted as `other`, a bit for each in their order.
pub(crate) type Overflowed = u8;

impl<S: 'static> Table<S> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// What is kept where there are no labels, if it is there already.
    #[inline]
    pub(crate) fn only(&'static self) -> Option<&'static S> {
        self.0.get()?.cells.first()?.get()
    }

    /// What is kept for these values, made by `make` from their texts when they come for the first time; and which open labels'
    /// values were beyond their caps.
    #[inline]
    pub(crate) fn get(
        &'static self,
        labels: &'static [LabelMeta],
        values: &[Value<'_>],
        make: impl FnOnce(Vec<&'static str>) -> S,
    ) -> (&'static S, Overflowed) {
        if let Some(shape) = self.0.get()
            && let Some((cell, overflowed)) = shape.cell(values)
            && let Some(kept) = cell.get()
        {
            return (kept, overflowed);
        }
        self.get_slow(labels, values, make)
    }

    #[cold]
    fn get_slow(
        &'static self,
        labels: &'static [LabelMeta],
        values: &[Value<'_>],
        make: impl FnOnce(Vec<&'static str>) -> S,
    ) -> (&'static S, Overflowed) {
        let shape = self.0.get_or_init(|| Box::new(Shape::new(labels, values)));
        if let Some((cell, overflowed)) = shape.cell(values) {
            return (cell.get_or_init(|| make(shape.coordinates(values).texts)), overflowed);
        }
        let Coordinates { all, texts, overflowed } = shape.coordinates(values);
        let key = &all[..values.len()];
        if let Some(series) = shape.sparse.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return (series, overflowed);
        }
        let mut sparse = shape.sparse.write().unwrap_or_else(PoisonError::into_inner);
        // The table is a static: what it holds is never given back, so leaking is what owning would be.
        (sparse.entry(key.into()).or_insert_with(|| Box::leak(Box::new(make(texts)))), overflowed)
    }
}

/// Where values stand among all, and how they read.
struct Coordinates {
    all: [Coordinate; MAX_LABELS],
    texts: Vec<&'static str>,
    overflowed: Overflowed,
}

impl<S> Shape<S> {
    fn new(labels: &[LabelMeta], values: &[Value<'_>]) -> Self {
        let sets: Box<[Set]> = labels
            .iter()
            .zip(values)
            .map(|(label, value)| match (*value, label.values) {
                (Value::Closed { values, .. }, _) => Set::Closed(values),
                (Value::Open(_), ValueSet::Open { max }) => Set::Open(Interner::new(max)),
                // `host = Open::new(..)`, its type left to inference.
                (Value::Open(_), _) => Set::Open(Interner::new(DEFAULT_CAP)),
            })
            .collect();
        let cells = sets.iter().try_fold(1usize, |product, set| product.checked_mul(set.len()));
        let cells = cells.filter(|cells| *cells <= DENSE_LIMIT).unwrap_or(0);
        Self { sets, cells: (0..cells).map(|_| OnceLock::new()).collect(), sparse: RwLock::default() }
    }

    #[inline]
    fn cell(&self, values: &[Value<'_>]) -> Option<(&OnceLock<S>, Overflowed)> {
        if self.cells.is_empty() {
            return None;
        }
        let (mut cell, mut overflowed) = (0, 0);
        for (at, (set, value)) in self.sets.iter().zip(values).enumerate() {
            let index = match (set, *value) {
                // The same set is mostly the same memory; a constant may have several copies, which are then compared.
                (Set::Closed(set), Value::Closed { values, index })
                    if index < set.len() && (std::ptr::eq(*set, values) || *set == values) =>
                {
                    index
                }
                (Set::Open(interner), Value::Open(text)) => {
                    let (index, _, beyond) = interner.index(text);
                    overflowed |= u8::from(beyond) << at;
                    index
                }
                _ => return None,
            };
            cell = cell * set.len() + index;
        }
        Some((self.cells.get(cell)?, overflowed))
    }

    fn coordinates(&'static self, values: &[Value<'_>]) -> Coordinates {
        let mut found = Coordinates { all: Default::default(), texts: Vec::new(), overflowed: 0 };
        for (at, (set, value)) in self.sets.iter().zip(values).enumerate() {
            let (coordinate, text) = match (set, *value) {
                (_, Value::Closed { values, index }) => {
                    let index = index.min(values.len());
                    let text = values.get(index).copied().unwrap_or(OTHER);
                    (Coordinate { set: values.as_ptr().addr(), len: values.len(), index }, text)
                }
                (Set::Open(interner), Value::Open(text)) => {
                    let (index, text, beyond) = interner.index(text);
                    found.overflowed |= u8::from(beyond) << at;
                    (Coordinate { set: 0, len: 0, index }, text)
                }
                (Set::Closed(_), Value::Open(_)) => (Coordinate::default(), OTHER),
            };
            found.all[at] = coordinate;
            found.texts.push(text);
        }
        found
    }
}

impl Set {
    fn len(&self) -> usize {
        match self {
            Self::Closed(values) => values.len(),
            Self::Open(interner) => interner.len(),
        }
    }
}
