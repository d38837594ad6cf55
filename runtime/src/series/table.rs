//! Maps the label values of a call to their series: a dense array if there are few combinations, a hash map otherwise.

use std::collections::BTreeMap;
use std::sync::{OnceLock, PoisonError, RwLock};

use crate::label::Value;
use crate::meta::{LabelMeta, ValueSet};
use crate::names::{DEFAULT_CAP, MAX_LABELS, OTHER};
use crate::recorder::HandleCache;
use crate::series::interner::Interner;
use crate::setup::SetUp;

/// The maximum number of combinations for an array: 256 KiB of cells, enough for one open label with the highest cap.
const DENSE_LIMIT: usize = 16_384;

/// One `S` for each combination of label values that occurred; it lives as long as the static that contains the table. Every instrumented function has
/// such a static, so the table is one pointer, and the rest is allocated by the first call.
pub(crate) struct Table<S: 'static>(OnceLock<Box<Shape<S>>>);

/// The labels' sets of values, as in the first call, and a cell for each combination.
struct Shape<S: 'static> {
    /// The only entry of an operation without labels.
    only: OnceLock<S>,
    sets: Box<[Set]>,
    /// Empty if there are too many combinations or no labels. Entries are boxed, so that a combination that never occurs costs two words.
    cells: Box<[OnceLock<Box<S>>]>,
    /// Entries without a cell: if there are too many combinations, or if a generic function is called with other sets than in its first call.
    sparse: RwLock<BTreeMap<Box<[Coordinate]>, &'static S>>,
    /// For each label, the counter of values beyond its cap: registering it costs as much as twenty calls.
    overflows: Box<[HandleCache<metrics::Counter>]>,
}

enum Set {
    Closed(&'static [&'static str]),
    Open(Interner),
}

/// A value of a set; a set is identified by its address and length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Coordinate {
    set: usize,
    len: usize,
    index: usize,
}

/// The labels whose values were counted as `other`: a bit for each label, in their order.
pub(crate) type Overflowed = u8;

impl<S: 'static> Table<S> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The counter of values beyond the cap of the label at this index, if a call has set up the table.
    pub(crate) fn overflow(&self, label: usize) -> Option<&HandleCache<metrics::Counter>> {
        self.0.get()?.overflows.get(label)
    }

    /// The only entry of an operation without labels, if it is set up.
    #[inline]
    pub(crate) fn only(&'static self) -> Option<&'static S> {
        self.0.get()?.only.get()
    }

    /// The entry of closed labels with these sets, if it is set up; `index` is the index among all combinations.
    #[inline]
    pub(crate) fn dense(&'static self, sets: &[&'static [&'static str]], index: usize) -> Option<&'static S> {
        let shape = self.0.get()?;
        if !shape.has_sets(sets) {
            return None;
        }
        shape.cells.get(index)?.get().map(|kept| &**kept)
    }

    /// The entry of this value of the only label, if that is open and the value has an entry of its own.
    #[cfg(feature = "exporter")]
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn seen(&'static self, text: &str) -> Option<&'static S> {
        let shape = self.0.get()?;
        let [Set::Open(interner)] = &*shape.sets else { return None };
        shape.cells.get(interner.known(text)?)?.get().map(|kept| &**kept)
    }

    /// The entry of `other`, if this value of the only label, which has no entry of its own, belongs there; and whether it is beyond the cap.
    #[cfg(feature = "exporter")]
    pub(crate) fn unseen(&'static self, text: &str) -> Option<(&'static S, bool)> {
        let shape = self.0.get()?;
        let [Set::Open(interner)] = &*shape.sets else { return None };
        let (index, is_beyond) = interner.unseen(text)?;
        Some((shape.cells.get(index)?.get()?, is_beyond))
    }

    /// Whether the labels have these closed sets: a site of a generic function may bring other ones than at its first call.
    #[cfg(feature = "exporter")]
    pub(crate) fn has_sets(&'static self, sets: &[&'static [&'static str]]) -> bool {
        self.0.get().is_some_and(|shape| shape.has_sets(sets))
    }

    /// How many combinations there are, if all labels are closed and each combination has a cell.
    #[cfg(feature = "exporter")]
    pub(crate) fn closed(&'static self) -> Option<usize> {
        let shape = self.0.get()?;
        let is_closed = shape.sets.iter().all(|set| matches!(set, Set::Closed(_)));
        Some(shape.cells.len()).filter(|cells| is_closed && *cells != 0)
    }

    /// What is kept for these values, made by `make` from their texts when they come for the first time; and which open labels'
    /// values were beyond their caps. `None`, if it would have to be made and this thread is in the middle of a set-up.
    #[inline]
    pub(crate) fn get(
        &'static self,
        labels: &'static [LabelMeta],
        values: &[Value<'_>],
        make: impl FnOnce(Vec<&'static str>, Option<usize>) -> S,
    ) -> Option<(&'static S, Overflowed)> {
        if values.is_empty()
            && let Some(kept) = self.only()
        {
            return Some((kept, 0));
        }
        if let Some(shape) = self.0.get()
            && let Some((cell, overflowed)) = shape.seen_cell(values)
            && let Some(kept) = shape.cells[cell].get()
        {
            return Some((kept, overflowed));
        }
        let _set_up = SetUp::begin()?;
        Some(self.get_slow(labels, values, make))
    }

    #[cold]
    fn get_slow(
        &'static self,
        labels: &'static [LabelMeta],
        values: &[Value<'_>],
        make: impl FnOnce(Vec<&'static str>, Option<usize>) -> S,
    ) -> (&'static S, Overflowed) {
        let shape = self.0.get_or_init(|| Box::new(Shape::new(labels, values)));
        if values.is_empty() {
            return (shape.only.get_or_init(|| make(Vec::new(), None)), 0);
        }
        if let Some((cell, overflowed)) = shape.cell(values) {
            let make = || Box::new(make(shape.texts(values), Some(cell)));
            return (shape.cells[cell].get_or_init(make), overflowed);
        }
        let Coordinates { all, overflowed } = shape.coordinates(values);
        let key = &all[..values.len()];
        if let Some(series) = shape.sparse.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return (series, overflowed);
        }
        let mut sparse = shape.sparse.write().unwrap_or_else(PoisonError::into_inner);
        // Never freed: the table is a static.
        (sparse.entry(key.into()).or_insert_with(|| Box::leak(Box::new(make(shape.texts(values), None)))), overflowed)
    }
}

/// The identity of values in the map.
struct Coordinates {
    all: [Coordinate; MAX_LABELS],
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
                // `host = Open::new(..)`: an open label without a declared type.
                (Value::Open(_), _) => Set::Open(Interner::new(DEFAULT_CAP)),
            })
            .collect();
        let cells = sets.iter().try_fold(1usize, |product, set| product.checked_mul(set.len()));
        let cells = cells.filter(|cells| *cells <= DENSE_LIMIT && !sets.is_empty()).unwrap_or(0);
        Self {
            only: OnceLock::new(),
            sets,
            cells: (0..cells).map(|_| OnceLock::new()).collect(),
            sparse: RwLock::default(),
            overflows: values.iter().map(|_| HandleCache::new()).collect(),
        }
    }

    fn has_sets(&self, sets: &[&'static [&'static str]]) -> bool {
        let is_same = |(set, other): (&Set, &&'static [&'static str])| matches!(set, Set::Closed(set) if std::ptr::eq(*set, *other));
        self.sets.len() == sets.len() && self.sets.iter().zip(sets).all(is_same)
    }

    /// The cell of these values; texts that come for the first time get their indices.
    fn cell(&self, values: &[Value<'_>]) -> Option<(usize, Overflowed)> {
        self.cell_by(values, |interner, text| {
            let (index, _, beyond) = interner.index(text);
            Some((index, beyond))
        })
    }

    /// The same for strings that have an index; it takes no lock and allocates nothing.
    #[inline]
    fn seen_cell(&self, values: &[Value<'_>]) -> Option<(usize, Overflowed)> {
        self.cell_by(values, Interner::seen)
    }

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "the two ways above differ in what they do with a text")]
    fn cell_by(
        &self,
        values: &[Value<'_>],
        index: impl Fn(&Interner, &str) -> Option<(usize, bool)>,
    ) -> Option<(usize, Overflowed)> {
        if self.cells.is_empty() {
            return None;
        }
        let (mut cell, mut overflowed) = (0, 0);
        for (at, (set, value)) in self.sets.iter().zip(values).enumerate() {
            let index = match (set, *value) {
                // The same set usually has the same address. A constant may have several copies; then the values are compared.
                (Set::Closed(set), Value::Closed { values, index })
                    if index < set.len() && (std::ptr::eq(*set, values) || *set == values) =>
                {
                    index
                }
                (Set::Open(interner), Value::Open(text)) => {
                    let (index, beyond) = index(interner, text)?;
                    overflowed |= u8::from(beyond) << at;
                    index
                }
                _ => return None,
            };
            cell = cell * set.len() + index;
        }
        (cell < self.cells.len()).then_some((cell, overflowed))
    }

    /// It allocates nothing for strings that have an index.
    fn coordinates(&'static self, values: &[Value<'_>]) -> Coordinates {
        let mut found = Coordinates { all: Default::default(), overflowed: 0 };
        for (at, (set, value)) in self.sets.iter().zip(values).enumerate() {
            found.all[at] = match (set, *value) {
                (_, Value::Closed { values, index }) => {
                    Coordinate { set: values.as_ptr().addr(), len: values.len(), index: index.min(values.len()) }
                }
                (Set::Open(interner), Value::Open(text)) => {
                    let (index, _, beyond) = interner.index(text);
                    found.overflowed |= u8::from(beyond) << at;
                    Coordinate { set: 0, len: 0, index }
                }
                (Set::Closed(_), Value::Open(_)) => Coordinate::default(),
            };
        }
        found
    }

    /// The strings of these values.
    fn texts(&'static self, values: &[Value<'_>]) -> Vec<&'static str> {
        let text = |(set, value): (&'static Set, &Value<'_>)| match (set, *value) {
            (_, Value::Closed { values, index }) => values.get(index).copied().unwrap_or(OTHER),
            (Set::Open(interner), Value::Open(text)) => interner.index(text).1,
            (Set::Closed(_), Value::Open(_)) => OTHER,
        };
        self.sets.iter().zip(values).map(text).collect()
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
