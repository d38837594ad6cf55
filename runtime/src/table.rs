//! From the label values of a call to what is kept for them: a dense array where all sets are closed and small, a map otherwise.

mod interner;

use std::collections::BTreeMap;
use std::sync::{OnceLock, PoisonError, RwLock};

use crate::label::{MAX_LABELS, OTHER, Value};
use crate::meta::LabelMeta;
use interner::Interner;

/// Up to so many combinations are kept in an array.
const DENSE_LIMIT: usize = 4_096;

/// One `S` for each combination of label values that was seen; it lives as long as the static that the table stands in.
pub(crate) struct Table<S: 'static> {
    dense: OnceLock<Dense<S>>,
    sparse: RwLock<BTreeMap<Box<[Coordinate]>, &'static S>>,
    open: OnceLock<Box<[Interner]>>,
}

struct Dense<S> {
    /// The closed set of each label, as the first call brought it. One static serves every instantiation of a generic function, and
    /// the next may bring other sets.
    sets: Box<[&'static [&'static str]]>,
    cells: Box<[OnceLock<S>]>,
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
        Self { dense: OnceLock::new(), sparse: RwLock::new(BTreeMap::new()), open: OnceLock::new() }
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
        if let Some(dense) = self.dense.get()
            && let Some(cell) = dense.cell(values)
        {
            return (cell.get_or_init(|| make(closed_texts(values))), 0);
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
        if self.dense.get().is_none()
            && let Some(dense) = Dense::new(values)
        {
            let _ = self.dense.set(dense);
        }
        if let Some(dense) = self.dense.get()
            && let Some(cell) = dense.cell(values)
        {
            return (cell.get_or_init(|| make(closed_texts(values))), 0);
        }
        self.get_sparse(labels, values, make)
    }

    fn get_sparse(
        &'static self,
        labels: &'static [LabelMeta],
        values: &[Value<'_>],
        make: impl FnOnce(Vec<&'static str>) -> S,
    ) -> (&'static S, Overflowed) {
        let interners = self.open.get_or_init(|| labels.iter().map(Interner::for_label).collect());
        let mut coordinates = [Coordinate::default(); MAX_LABELS];
        let mut overflowed = 0;
        for (at, value) in values.iter().enumerate() {
            coordinates[at] = match *value {
                Value::Closed { values, index } => {
                    Coordinate { set: values.as_ptr().addr(), len: values.len(), index: index.min(values.len()) }
                }
                Value::Open(text) => {
                    let (index, beyond) = interners[at].index(text);
                    overflowed |= u8::from(beyond) << at;
                    Coordinate { set: 0, len: 0, index }
                }
            };
        }
        let key = &coordinates[..values.len()];
        if let Some(series) = self.sparse.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return (series, overflowed);
        }
        let texts = values
            .iter()
            .enumerate()
            .map(|(at, value)| match *value {
                Value::Closed { values, index } => values.get(index).copied().unwrap_or(OTHER),
                Value::Open(_) => interners[at].text(coordinates[at].index),
            })
            .collect();
        let mut sparse = self.sparse.write().unwrap_or_else(PoisonError::into_inner);
        // The table is a static: what it holds is never given back, so leaking is what owning would be.
        (sparse.entry(key.into()).or_insert_with(|| Box::leak(Box::new(make(texts)))), overflowed)
    }
}

impl<S> Dense<S> {
    fn new(values: &[Value<'_>]) -> Option<Self> {
        let sets: Box<[_]> = values
            .iter()
            .map(|value| match *value {
                Value::Closed { values, .. } => Some(values),
                Value::Open(_) => None,
            })
            .collect::<Option<_>>()?;
        let cells = sets.iter().try_fold(1usize, |product, set| product.checked_mul(set.len()))?;
        (cells <= DENSE_LIMIT).then(|| Self { sets, cells: (0..cells).map(|_| OnceLock::new()).collect() })
    }

    #[inline]
    fn cell(&self, values: &[Value<'_>]) -> Option<&OnceLock<S>> {
        let mut cell = 0;
        for (set, value) in self.sets.iter().zip(values) {
            let Value::Closed { values, index } = *value else { return None };
            // The same set is mostly the same memory; a constant may have several copies, which are then compared.
            if index >= set.len() || !(std::ptr::eq(*set, values) || *set == values) {
                return None;
            }
            cell = cell * set.len() + index;
        }
        self.cells.get(cell)
    }
}

fn closed_texts(values: &[Value<'_>]) -> Vec<&'static str> {
    values
        .iter()
        .map(|value| match *value {
            Value::Closed { values, index } => values[index],
            Value::Open(_) => OTHER,
        })
        .collect()
}
