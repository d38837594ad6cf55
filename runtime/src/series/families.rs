//! The static of an operation, and its series: one for each combination of label values.

mod shared;

use std::cell::UnsafeCell;
use std::fmt;
#[cfg(feature = "exporter")]
use std::sync::{
    OnceLock,
    atomic::{AtomicU32, AtomicUsize},
};

use metrics::{Recorder, SharedString};

use super::description::Description;
use super::extended::Extended;
use super::overflow::{announce_overflow, overflow};
use super::{entry::Made, table::Table};
use crate::facade::constant;
use crate::handles::{Extend, Handles, Keys, announce_operation};
#[cfg(catalog_sections)]
use crate::head::around;
use crate::idle::leased::{Leased, Pins};
use crate::label::Value;
use crate::meta::{Location, OperationMeta};
use crate::names::Never;
#[cfg(feature = "http")]
use crate::names::OTHER;
use crate::recorder::{Found, HandleCache};
use crate::sampling::Shared;
use crate::setup::SetUp;
#[cfg(feature = "exporter")]
use crate::shards::block::NO_NUMBER;
use crate::shards::target::CallTarget;

/// How and where an operation is declared.
// `repr(C)`: the tool reads the fields in this order.
#[repr(C)]
#[derive(Debug)]
pub struct Source {
    /// `None` for functions without a `name`, which share one.
    description: Option<&'static Description>,
    /// In the form that [`Location::parse`] reads.
    location: &'static str,
}

impl Source {
    /// The source of an operation with this description at this location.
    #[must_use]
    pub const fn new(description: Option<&'static Description>, location: &'static str) -> Self {
        Self { description, location }
    }
}

/// The source of an operation, in two words: if the first one is null, the second one is the pointer. The tool relies on this.
#[derive(Clone, Copy)]
enum Origin {
    /// The module of a function without a `name`, and its file, with a NUL between them. The functions of a module share this text. The rest is around the
    /// families.
    Module(&'static str),
    Other(&'static Source),
}

const _: () = assert!(size_of::<Origin>() == 2 * size_of::<usize>());

/// The description of functions without a `name`.
pub(crate) static UNNAMED: OperationMeta = OperationMeta::UNNAMED;

/// What [`Families`] contain.
#[repr(C)]
pub struct Fields {
    origin: Origin,
    /// The number of the only series in the shards, or of the first one if all labels are closed: the others follow, in the order of the
    /// combinations of their values. [`NO_NUMBER`] until the first call.
    #[cfg(feature = "exporter")]
    pub(super) number: AtomicU32,
    /// How many values the only label has, if that is closed.
    #[cfg(feature = "exporter")]
    pub(super) values: AtomicU32,
    /// The address of these values.
    #[cfg(feature = "exporter")]
    pub(super) set: AtomicUsize,
    pub(super) table: Table<Series>,
}

/// An operation's source and its series. Every declaration is a `static` of this type. `shared.rs` explains the cell.
// `repr(transparent)`: the tool reads the fields.
#[repr(transparent)]
pub struct Families(UnsafeCell<Fields>);

impl Fields {
    /// Those of an operation without series. Evaluated once; to copy them takes the compiler less time than a function call.
    #[allow(clippy::declare_interior_mutable_const, reason = "they are only copied")]
    const EMPTY: Self = Self {
        origin: Origin::Module(""),
        #[cfg(feature = "exporter")]
        number: AtomicU32::new(NO_NUMBER),
        #[cfg(feature = "exporter")]
        values: AtomicU32::new(0),
        #[cfg(feature = "exporter")]
        set: AtomicUsize::new(0),
        table: Table::new(),
    };
}

impl Families {
    /// Its size, and the offset of its source.
    pub(crate) const LAYOUT: [usize; 2] = [size_of::<Self>(), std::mem::offset_of!(Fields, origin)];

    /// Creates an operation without series.
    #[must_use]
    pub const fn new(source: &'static Source) -> Self {
        Self(UnsafeCell::new(Fields { origin: Origin::Other(source), ..Fields::EMPTY }))
    }

    /// Creates the operation of a function of this module and file; the rest must be around it.
    #[cfg(catalog_sections)]
    pub(crate) const fn of_module(module: &'static str) -> Self {
        Self(UnsafeCell::new(Fields { origin: Origin::Module(module), ..Fields::EMPTY }))
    }

    /// Its description.
    #[must_use]
    pub fn meta(&self) -> &'static OperationMeta {
        match self.origin {
            Origin::Other(Source { description: Some(description), .. }) => &description.meta,
            _ => &UNNAMED,
        }
    }

    /// The code that it needs to count more than its calls, durations and calls in flight.
    fn extended(&self) -> Option<&'static Extended> {
        match self.origin {
            Origin::Other(source) => source.description?.extended,
            Origin::Module(_) => None,
        }
    }

    /// The state of sampling of a series, if only a sample of its calls is timed.
    fn sampling(&self) -> Option<Shared> {
        let extended = self.extended()?;
        (extended.sampling)(self.meta())
    }

    /// Where it is declared.
    pub(crate) fn location(&'static self) -> Location {
        self.place().0
    }

    /// The outcomes that no call has.
    #[cfg(any(feature = "exporter", feature = "catalog", test))]
    pub(crate) fn never(&'static self) -> Never {
        self.place().1
    }

    /// Both of them.
    #[inline(never)]
    fn place(&'static self) -> (Location, Never) {
        match self.origin {
            Origin::Other(source) => {
                let (location, appendix) = Location::with_appendix(source.location);
                (location, appendix.map_or_else(Never::default, Never::parse))
            }
            #[cfg(catalog_sections)]
            Origin::Module(module) => self.place_in(module),
            #[cfg(not(catalog_sections))]
            Origin::Module(module) => (Location::in_module(module, 0, ""), Never::default()),
        }
    }

    #[cfg(catalog_sections)]
    #[allow(unsafe_code, reason = "only functions with such an entry have a module as their origin")]
    fn place_in(&'static self, module: &'static str) -> (Location, Never) {
        // SAFETY: only `of_module` sets such an origin, and its caller places the families in such an entry.
        let (never, bytes) = unsafe { around(self) };
        let (line, mut item) = bytes.split_first_chunk().unwrap_or((&[0; 4], &[]));
        while let [rest @ .., 0] = item {
            item = rest;
        }
        let item = str::from_utf8(item).unwrap_or_default();
        (Location::in_module(module, u32::from_ne_bytes(*line), item), Never::of_number(never))
    }

    /// The series of closed labels with these sets, if it is there; `index` is the index among all combinations.
    #[inline(never)]
    pub(crate) fn dense(&'static self, sets: &[&'static [&'static str]], index: usize) -> Option<&'static Series> {
        self.combination(sets, index)
    }

    /// The same in place, for calls.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "part of the few functions that generated code calls")]
    pub(crate) fn combination(
        &'static self,
        sets: &[&'static [&'static str]],
        index: usize,
    ) -> Option<&'static Series> {
        self.table.dense(sets, index)
    }

    /// The only series of an operation without labels; `None` if this thread is in a set-up.
    #[inline]
    pub(crate) fn unlabelled(&'static self) -> Option<&'static Series> {
        self.table.only().or_else(|| self.set_up_only())
    }

    // Apart from the set-up of label values, which a program without labels does not contain.
    #[cold]
    #[inline(never)]
    fn set_up_only(&'static self) -> Option<&'static Series> {
        let _set_up = SetUp::begin()?;
        Some(self.table.only_or(|| Series::only(self)))
    }

    /// The series with this value of the only label, which is closed; `None` if this thread is in a set-up.
    pub(crate) fn closed(&'static self, values: &'static [&'static str], index: usize) -> Option<&'static Series> {
        self.table.dense(&[values], index).or_else(|| self.valued(&[Value::Closed { values, index }]))
    }

    /// The series of these values; `None` if it does not exist yet and this thread is in a set-up.
    #[inline(never)]
    pub(crate) fn valued(&'static self, values: &[Value<'_>]) -> Option<&'static Series> {
        let labels = self.meta().labels;
        let (series, overflowed) = self.table.get(labels, values, self)?;
        if overflowed != 0 {
            overflow(&self.table, labels, |at| self.family_with(at), overflowed);
        }
        Some(series)
    }

    /// Registers the series that are known in advance with a recorder, except for families that may have more than `limit`.
    pub(crate) fn announce(&'static self, recorder: &dyn Recorder, limit: usize) {
        let (location, never) = self.place();
        announce_operation(self.meta(), location, never, recorder, limit);
        announce_overflow(recorder, self.meta().labels, |at| self.family_with(at));
    }

    /// The first family that carries the label at this position.
    pub(super) fn family_with(&self, label: usize) -> &'static str {
        let mut families = self.meta().families.iter().map(|(_, family)| family);
        families.find(|family| family.carries(label)).map_or("", |family| family.name)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields").finish_non_exhaustive()
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Families").field("meta", &self.meta()).finish_non_exhaustive()
    }
}

/// The series of calls that begin while their thread is in a set-up; it counts nothing.
pub(crate) static UNCOUNTED: Series = Series::new(&NOTHING, &[], None);
static NOTHING: Families = Families(UnsafeCell::new(Fields::EMPTY));

/// Optional parts of a series, which few series need.
struct Extras {
    /// Selects the calls through the facade that are timed, if the operation is sampled.
    sampling: Option<Shared>,
    /// The places of its values, if they can expire.
    pins: Option<&'static dyn Pins>,
}

/// Never freed, like the series.
fn kept(extras: Extras) -> &'static Extras {
    Box::leak(Box::new(extras))
}

/// One combination of an operation's label values.
pub struct Series {
    pub(super) families: &'static Families,
    /// The values of the labels. The facade's keys, which are ten times as large, are rarely needed and built from them.
    pub(super) values: &'static [&'static str],
    /// Boxed, because with this crate's recorder there are none.
    handles: HandleCache<Box<CallTarget>>,
    /// Never freed, like the series.
    extras: Option<&'static Extras>,
    /// Its cell in the table, if it has one; that of the only series is 0.
    #[cfg_attr(not(feature = "exporter"), allow(dead_code, reason = "the shards number series by it"))]
    pub(super) cell: Option<u32>,
    /// The target in the shards; contains `None` if no numbers are left.
    #[cfg(feature = "exporter")]
    pub(super) sharded: OnceLock<Option<CallTarget>>,
    /// The number in the shards; [`NO_NUMBER`] until the target is set. Relaxed: an index, which every thread looks up in its own table.
    #[cfg(feature = "exporter")]
    pub(super) number: AtomicU32,
}

impl Series {
    const fn new(families: &'static Families, values: &'static [&'static str], cell: Option<u32>) -> Self {
        Self {
            families,
            values,
            handles: HandleCache::new(),
            extras: None,
            cell,
            #[cfg(feature = "exporter")]
            sharded: OnceLock::new(),
            #[cfg(feature = "exporter")]
            number: AtomicU32::new(NO_NUMBER),
        }
    }

    /// The only series of an operation without labels.
    fn only(families: &'static Families) -> Self {
        let extras = families.sampling().map(|sampling| Extras { sampling: Some(sampling), pins: None });
        Self { extras: extras.map(kept), ..Self::new(families, &[], None) }
    }

    pub(super) fn made(families: &'static Families, values: Made, cell: Option<usize>) -> Self {
        let (values, pins): (_, Option<&'static dyn Pins>) = match values {
            Made::Lasting(values) => (values, None),
            Made::Leased(places, identity) => (Vec::new(), Some(Box::leak(Box::new(Leased::new(places, identity))))),
        };
        // Never freed, like the series.
        let values: &'static [_] = if values.is_empty() { &[] } else { Box::leak(values.into_boxed_slice()) };
        let sampling = families.sampling();
        let has_extras = sampling.is_some() || pins.is_some();
        let extras = has_extras.then(|| kept(Extras { sampling, pins }));
        Self { extras, ..Self::new(families, values, cell.and_then(|cell| u32::try_from(cell).ok())) }
    }

    #[cfg_attr(not(feature = "exporter"), allow(dead_code, reason = "the exporter asks"))]
    pub(crate) fn meta(&self) -> &'static OperationMeta {
        self.families.meta()
    }

    /// Whether calls of this series are counted.
    pub(crate) fn is_counted(&'static self) -> bool {
        !std::ptr::eq(self, &raw const UNCOUNTED)
    }

    /// Whether no value is beyond its label's cap. Each look-up of a value beyond the cap is also counted by the overflow counter.
    #[cfg(feature = "http")]
    pub(crate) fn is_within_caps(&self) -> bool {
        !self.values.contains(&OTHER)
    }

    /// The cached handles of this thread's recorder, if there are any.
    #[inline]
    pub(crate) fn cached(&'static self) -> Option<&'static CallTarget> {
        self.handles.get().map(|kept| &**kept)
    }

    /// The handles of this thread's recorder: cached ones, or new ones, which are cached if the recorder is process-wide.
    pub(crate) fn handles(&'static self) -> Found<'static, Box<CallTarget>> {
        self.handles.get_or_make(|recorder| Box::new(CallTarget::Kept(Box::new(self.register(recorder)))))
    }

    fn register(&'static self, recorder: &dyn Recorder) -> Handles {
        let families = self.families;
        let (meta, (location, never)) = (families.meta(), families.place());
        let sampling = self.extras.and_then(|extras| extras.sampling.as_ref());
        let extended = families.extended().map(|extended| {
            move |keys: &Keys, recorder: &dyn Recorder| (extended.register)(keys, meta, location, sampling, recorder)
        });
        let extend = extended.as_ref().map(|extend| extend as Extend<'_>);
        self.keys().register(location, never, extend, recorder)
    }

    /// The keys of its families. Values that can expire must be pinned; otherwise the keys have no values.
    pub(crate) fn keys(&self) -> Keys {
        match self.pins() {
            None => self.keys_with(constant(self.values)),
            Some(pins) => self.keys_with(pins.texts()),
        }
    }

    /// The keys of its families with these values.
    pub(crate) fn keys_with(&self, texts: Vec<SharedString>) -> Keys {
        Keys::new(self.families.meta(), self.families.location(), texts)
    }

    /// The places of its values, if they can expire.
    #[inline]
    pub(crate) fn pins(&self) -> Option<&'static dyn Pins> {
        self.extras?.pins
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Series").field("values", &self.values).finish_non_exhaustive()
    }
}
