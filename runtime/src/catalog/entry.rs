//! Entries of the section: a declaration's static after a head, which identifies the entry before it is used.

use std::sync::atomic::AtomicU32;

#[cfg(catalog_sections)]
use super::layout::Layout;
use super::layout::numbers;
use super::registration::Site;
use super::section::BUILD;
use crate::head::Head;
use crate::metric::{Info, MetricFamily};
use crate::series::families::{Families, Source};

/// The kind of declaration.
#[cfg_attr(not(catalog_sections), allow(dead_code, reason = "only sections contain the layout"))]
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The layout of the other entries; each build has one.
    Layout = 1,
    /// [`Families`].
    Operation,
    /// [`Site`].
    Site,
    /// A family of counters.
    Counter,
    /// A family of gauges.
    Gauge,
    /// A family of histograms.
    Histogram,
    /// [`Info`].
    Info,
    /// [`Families`] of a function without a `name`, with its line and its name.
    Function,
}

/// A type that entries contain.
pub trait Declared {
    /// The kind of declaration of such an entry.
    const KIND: Kind;
}

macro_rules! declared {
    ($($type:ty => $kind:ident,)*) => {
        $(impl Declared for $type {
            const KIND: Kind = Kind::$kind;
        })*
    };
}

#[cfg(catalog_sections)]
declared! {
    Layout => Layout,
}

declared! {
    Families => Operation,
    Site => Site,
    MetricFamily<metrics::Counter> => Counter,
    MetricFamily<metrics::Gauge> => Gauge,
    MetricFamily<metrics::Histogram> => Histogram,
    Info => Info,
}

/// A declaration: a head, and the static that the program counts with.
#[repr(C)]
#[derive(Debug)]
pub struct Entry<T> {
    head: Head,
    /// The declared value.
    pub value: T,
}

impl<T: Declared> Entry<T> {
    /// Creates an entry of this build.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self { head: Self::HEAD, value }
    }

    #[allow(clippy::declare_interior_mutable_const, reason = "it is only copied")]
    const HEAD: Head = Self::head(STAMP);

    /// Creates an entry that tools which read the executable skip.
    #[cfg(all(feature = "http", catalog_sections))]
    #[must_use]
    pub(crate) const fn copied(value: T) -> Self {
        Self { head: Head { detail: 1, ..Self::head(STAMP) }, value }
    }

    /// The head of an entry of this type.
    pub(super) const fn head(stamp: u32) -> Head {
        const {
            assert!(size_of::<Self>() <= u16::MAX as usize);
            // Entries have one alignment, and their sizes are multiples of it, so the linker adds no padding between them.
            assert!(align_of::<Self>() == align_of::<Head>());
        }
        #[allow(clippy::cast_possible_truncation, reason = "checked above")]
        let size = size_of::<Self>() as u16;
        Head { stamp: AtomicU32::new(stamp), size, kind: T::KIND as u8, detail: 0 }
    }
}

// Every instrumented function has a static of this type, which one of these functions makes. They are neither generic nor methods of a generic type, because the
// compiler checks each call.

/// The entry of an operation.
pub type OperationEntry = Entry<Families>;

/// Creates the entry of an operation.
#[must_use]
pub const fn operation_entry(source: &'static Source) -> OperationEntry {
    Entry { head: OPERATION_HEAD, value: Families::new(source) }
}

#[allow(clippy::declare_interior_mutable_const, reason = "it is only copied")]
const OPERATION_HEAD: Head = OperationEntry::HEAD;

/// Identifies entries of this build: a hash (FNV-1a) of the build and of the layout of its types. It is not zero.
pub(super) const STAMP: u32 = {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ BUILD;
    let numbers = numbers();
    let mut at = 0;
    while at < numbers.len() {
        hash = (hash ^ numbers[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    #[allow(clippy::cast_possible_truncation, reason = "the upper half is mixed in")]
    let stamp = (hash ^ (hash >> 32)) as u32;
    if stamp == 0 { 1 } else { stamp }
};
