//! Maps the label values of a call to their series: a dense array if there are few combinations, a hash map otherwise.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::sync::{OnceLock, PoisonError, RwLock};

use metrics::SharedString;

use super::entry::{Entry, Made, Owner};
use super::kept::Kept;
use crate::idle::groups;
use crate::idle::places::{CapPlace, IdleValues};
use crate::label::Value;
use crate::meta::{LabelMeta, ValueSet};
use crate::names::{DEFAULT_CAP, MAX_LABELS, OTHER};
use crate::recorder::HandleCache;
#[cfg(feature = "exporter")]
use crate::series::interner::Entry as Known;
use crate::series::interner::Interner;
use crate::setup::SetUp;

/// The maximum number of combinations for an array: 256 KiB of cells, enough for one open label with the highest cap.
const DENSE_LIMIT: usize = 16_384;

/// One `S` for each combination of label values that has occurred; it lives as long as the static that contains the table. The first call allocates it.
pub(crate) struct Table<S: 'static>(Kept<Shape<S>>);

/// The labels' sets of values, as in the first call, and a cell for each combination.
struct Shape<S: 'static> {
    /// The only entry of an operation without labels.
    only: OnceLock<S>,
    sets: Box<[Set]>,
    /// Whether values can expire: the slow path pins those before it uses a cell, see `idle.rs`.
    has_idle: bool,
    /// How many of the cells the fast path may use: all of them, or none if values can expire.
    direct: usize,
    /// Empty if there are too many combinations or no labels. Entries are boxed, so that a combination that never occurs costs two words.
    cells: Box<[OnceLock<Box<S>>]>,
    /// Entries without a cell, because there are too many combinations, or because a generic function is called with other sets than in its first call.
    sparse: RwLock<BTreeMap<Box<[Coordinate]>, &'static S>>,
    /// For each label, the counter of values beyond its cap: registering it costs as much as twenty calls.
    overflows: Box<[HandleCache<metrics::Counter>]>,
}

/// The tag is a byte of its own, which the fast path compares: three variants in unused values of a pointer take more instructions.
#[repr(u8)]
enum Set {
    Closed(&'static [&'static str]),
    Open(Interner),
    /// Values that can expire. The fast path never finds them.
    Idle(&'static IdleValues),
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

impl<S: Entry + 'static> Table<S> {
    pub(crate) const fn new() -> Self {
        Self(Kept::new())
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

    /// The only entry of an operation without labels, created by `make` if it does not exist.
    pub(crate) fn only_or(&'static self, make: impl FnOnce() -> S) -> &'static S {
        self.0.get_or_set(|| kept(Shape::unlabelled())).only.get_or_init(make)
    }

    /// The entry of closed labels with these sets, if it is set up; `index` is the index among all combinations.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn dense(&'static self, sets: &[&'static [&'static str]], index: usize) -> Option<&'static S> {
        let shape = self.0.get()?;
        if !shape.has_sets(sets) {
            return None;
        }
        shape.cells.get(index)?.get().map(|kept| &**kept)
    }

    /// Returns the entry of this value of the only label, if that is open and the value has its own entry.
    #[cfg(feature = "exporter")]
    pub(crate) fn seen(&'static self, text: &str) -> Option<(&'static S, &'static Known)> {
        let shape = self.0.get()?;
        let [Set::Open(interner)] = &*shape.sets else { return None };
        let (cell, _) = shape.seen_cell(&[Value::Open(text)])?;
        Some((shape.cells[cell].get()?, interner.known(text)?))
    }

    /// Returns the values of the only label, if that is open.
    #[cfg(feature = "exporter")]
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn open(&'static self) -> Option<&'static Interner> {
        match &*self.0.get()?.sets {
            [Set::Open(interner)] => Some(interner),
            _ => None,
        }
    }

    /// Returns the entry of `other`, if this value of the only label is counted there, and whether the value is beyond the cap.
    #[cfg(feature = "exporter")]
    pub(crate) fn unseen(&'static self, text: &str) -> Option<(&'static S, bool)> {
        let shape = self.0.get()?;
        let [Set::Open(interner)] = &*shape.sets else { return None };
        let (index, is_beyond) = interner.unseen(text)?;
        Some((shape.cells.get(index)?.get()?, is_beyond))
    }

    /// Whether the labels have these closed sets: calls of a generic function may have other sets than its first call.
    #[cfg(feature = "exporter")]
    pub(crate) fn has_sets(&'static self, sets: &[&'static [&'static str]]) -> bool {
        self.0.get().is_some_and(|shape| shape.has_sets(sets))
    }

    /// Returns the number of combinations, if all labels are closed and each combination has a cell.
    #[cfg(feature = "exporter")]
    pub(crate) fn closed(&'static self) -> Option<usize> {
        let shape = self.0.get()?;
        let is_closed = shape.sets.iter().all(|set| matches!(set, Set::Closed(_)));
        Some(shape.cells.len()).filter(|cells| is_closed && *cells != 0)
    }

    /// Returns the entry of these values, which `owner` creates when they first occur, and the open labels whose values were beyond their
    /// caps. Values that can expire are pinned, and the caller releases them. `None` if the entry would have to be created and this thread is in a set-up.
    #[inline]
    pub(crate) fn get(
        &'static self,
        labels: &'static [LabelMeta],
        values: &[Value<'_>],
        owner: &'static impl Owner<S>,
    ) -> Option<(&'static S, Overflowed)> {
        if values.is_empty()
            && let Some(kept) = self.only()
        {
            return Some((kept, 0));
        }
        let shape = self.0.get();
        if let Some(shape) = shape
            && let Some((cell, overflowed)) = shape.seen_cell(values)
            && let Some(kept) = shape.cells[cell].get()
        {
            return Some((kept, overflowed));
        }
        let _set_up = SetUp::begin()?;
        Some(match shape {
            Some(shape) if shape.has_idle => shape.leased(values, owner),
            _ => self.get_slow(labels, values, owner),
        })
    }

    #[cold]
    fn get_slow(
        &'static self,
        labels: &'static [LabelMeta],
        values: &[Value<'_>],
        owner: &'static impl Owner<S>,
    ) -> (&'static S, Overflowed) {
        let shape = self.0.get_or_set(|| kept(Shape::new(labels, values, owner)));
        if values.is_empty() {
            return (shape.only.get_or_init(|| owner.make(Made::Lasting(Vec::new()), None)), 0);
        } else if shape.has_idle {
            return shape.leased(values, owner);
        }
        if let Some((cell, overflowed)) = shape.cell(values) {
            let make = || Box::new(owner.make(Made::Lasting(shape.texts(values)), Some(cell)));
            return (shape.cells[cell].get_or_init(make), overflowed);
        }
        let mut key = [Coordinate::default(); MAX_LABELS];
        let overflowed = shape.coordinates(values, &mut key);
        let make = || owner.make(Made::Lasting(shape.texts(values)), None);
        (shape.entry(&key[..values.len()], make), overflowed)
    }
}

/// Never freed, and without a destructor: a program without labels contains nothing that drops the fields.
fn kept<S>(shape: Shape<S>) -> &'static Shape<S> {
    Box::leak(Box::new(ManuallyDrop::new(shape)))
}

impl<S> Shape<S> {
    fn unlabelled() -> Self {
        Self {
            only: OnceLock::new(),
            has_idle: false,
            direct: 0,
            sets: Box::default(),
            cells: Box::default(),
            sparse: RwLock::default(),
            overflows: Box::default(),
        }
    }

    fn new(labels: &[LabelMeta], values: &[Value<'_>], owner: &'static impl Owner<S>) -> Self {
        let sets = labels.iter().zip(values).enumerate().map(|(at, (label, value))| match (*value, label.values) {
            (Value::Closed { values, .. }, _) => Set::Closed(values),
            (Value::Open(_), ValueSet::Open { max, idle: 0 }) => Set::Open(Interner::new(max)),
            (Value::Open(_), ValueSet::Open { max, idle: seconds }) => {
                let make = || IdleValues::new(max, (seconds as u64).saturating_mul(1_000_000_000));
                Set::Idle(groups::shared(label.name, &owner.families_with(at), make))
            }
            // `host = Open::new(..)`: an open label without a declared type.
            (Value::Open(_), _) => Set::Open(Interner::new(DEFAULT_CAP)),
        });
        let sets = sets.collect::<Box<[Set]>>();
        let cells = sets.iter().try_fold(1usize, |product, set| product.checked_mul(set.len()));
        let cells = cells.filter(|cells| *cells <= DENSE_LIMIT && !sets.is_empty()).unwrap_or(0);
        let has_idle = sets.iter().any(|set| matches!(set, Set::Idle(_)));
        Self {
            has_idle,
            direct: if has_idle { 0 } else { cells },
            sets,
            cells: (0..cells).map(|_| OnceLock::new()).collect(),
            overflows: values.iter().map(|_| HandleCache::new()).collect(),
            ..Self::unlabelled()
        }
    }

    fn has_sets(&self, sets: &[&'static [&'static str]]) -> bool {
        let is_same = |(set, other): (&Set, &&'static [&'static str])| matches!(set, Set::Closed(set) if std::ptr::eq(*set, *other));
        self.sets.len() == sets.len() && self.sets.iter().zip(sets).all(is_same)
    }

    /// Returns the cell of these values; strings that occur for the first time get an index.
    fn cell(&self, values: &[Value<'_>]) -> Option<(usize, Overflowed)> {
        self.cell_by(values, |interner, text| {
            let (index, _, beyond) = interner.index(text);
            Some((index, beyond))
        })
    }

    /// Returns the cell if all strings have an index; takes no lock and allocates nothing.
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
        if self.direct == 0 {
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
        (cell < self.direct).then_some((cell, overflowed))
    }

    /// Writes the identity of values in the map, and returns which are beyond their caps. Allocates nothing for strings that have an index.
    #[inline]
    fn coordinates(&'static self, values: &[Value<'_>], key: &mut [Coordinate; MAX_LABELS]) -> Overflowed {
        let mut overflowed = 0;
        for (at, (set, value)) in self.sets.iter().zip(values).enumerate() {
            key[at] = match (set, *value) {
                (_, Value::Closed { values, index }) => {
                    Coordinate { set: values.as_ptr().addr(), len: values.len(), index: index.min(values.len()) }
                }
                (Set::Open(interner), Value::Open(text)) => {
                    let (index, _, beyond) = interner.index(text);
                    overflowed |= u8::from(beyond) << at;
                    Coordinate { set: 0, len: 0, index }
                }
                (Set::Idle(idle), Value::Open(text)) => {
                    let (index, beyond) = idle.pin(text, groups::now);
                    overflowed |= u8::from(beyond) << at;
                    Coordinate { set: 0, len: 0, index }
                }
                (Set::Closed(_), Value::Open(_)) => Coordinate::default(),
            };
        }
        overflowed
    }

    /// Returns the entry with this key, created if it does not exist. Never freed, because the table is a static.
    fn entry(&'static self, key: &[Coordinate], make: impl FnOnce() -> S) -> &'static S {
        if let Some(entry) = self.sparse.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            return entry;
        }
        let mut sparse = self.sparse.write().unwrap_or_else(PoisonError::into_inner);
        sparse.entry(key.into()).or_insert_with(|| Box::leak(Box::new(make())))
    }

    /// Returns the entry of values of which some can expire, with these pinned, and which are beyond their caps.
    #[inline(never)]
    fn leased(&'static self, values: &[Value<'_>], owner: &'static impl Owner<S>) -> (&'static S, Overflowed)
    where
        S: Entry,
    {
        let mut key = [Coordinate::default(); MAX_LABELS];
        let overflowed = self.coordinates(values, &mut key);
        let key = &key[..values.len()];
        let make = || owner.make(Made::Leased(self.places(key), self.identity(values, key)), None);
        let entry = match self.idle_cell(key) {
            Some(cell) => self.cells[cell].get_or_init(|| Box::new(make())),
            None => self.entry(key, make),
        };
        entry.revive(&|| self.present_texts(values, key));
        (entry, overflowed)
    }

    /// The cell of pinned values; `None` if there are too many combinations, or if a generic function is called with other sets than in its first call.
    fn idle_cell(&self, key: &[Coordinate]) -> Option<usize> {
        let mut cell = 0;
        for (set, at) in self.sets.iter().zip(key) {
            let own = if let Set::Closed(set) = set { (set.as_ptr().addr(), set.len()) } else { (0, 0) };
            if own != (at.set, at.len) || at.index >= set.len() {
                return None;
            }
            cell = cell * set.len() + at.index;
        }
        (cell < self.cells.len()).then_some(cell)
    }

    /// The places of the values that can expire; `other` stays.
    fn places(&self, key: &[Coordinate]) -> Box<[&'static CapPlace]> {
        let place =
            |(set, at): (&Set, &Coordinate)| if let Set::Idle(idle) = set { idle.place(at.index) } else { None };
        self.sets.iter().zip(key).filter_map(place).collect()
    }

    /// The strings of values, some of which can expire.
    fn present_texts(&'static self, values: &[Value<'_>], key: &[Coordinate]) -> Vec<SharedString> {
        self.leased_texts(values, key, |text, _| text.to_owned())
    }

    /// The same, with the numbers of places for values that can expire.
    fn identity(&'static self, values: &[Value<'_>], key: &[Coordinate]) -> Vec<SharedString> {
        self.leased_texts(values, key, |_, index| format!("place {index}"))
    }

    fn leased_texts(
        &'static self,
        values: &[Value<'_>],
        key: &[Coordinate],
        text: impl Fn(&str, usize) -> String,
    ) -> Vec<SharedString> {
        let lasting = self.texts(values);
        let text = |(at, value): (usize, &Value<'_>)| match (&self.sets[at], *value, key[at].index) {
            (Set::Idle(idle), Value::Open(value), index) if idle.place(index).is_some() => text(value, index).into(),
            _ => SharedString::const_str(lasting[at]),
        };
        values.iter().enumerate().map(text).collect()
    }

    /// The strings of these values.
    fn texts(&'static self, values: &[Value<'_>]) -> Vec<&'static str> {
        let text = |(set, value): (&'static Set, &Value<'_>)| match (set, *value) {
            (_, Value::Closed { values, index }) => values.get(index).copied().unwrap_or(OTHER),
            (Set::Open(interner), Value::Open(text)) => interner.index(text).1,
            (Set::Closed(_) | Set::Idle(_), Value::Open(_)) => OTHER,
        };
        self.sets.iter().zip(values).map(text).collect()
    }
}

impl Set {
    fn len(&self) -> usize {
        match self {
            Self::Closed(values) => values.len(),
            Self::Open(interner) => interner.len(),
            Self::Idle(values) => values.len(),
        }
    }
}
