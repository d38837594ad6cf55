//! What generated code calls. Not public API: it changes without notice.

pub use core::future::Future;
pub use core::marker::PhantomData;
pub use core::ops::FnOnce;
pub use core::option::Option;
pub use core::{compile_error, concat, env, file, include_bytes, line, module_path, option_env, stringify};
#[cfg(not(catalog_sections))]
pub use inventory;
pub use std::boxed::Box;

pub use crate::call::body::{
    call_0, call_1, call_2, call_3, call_4, call_5, call_6, call_7, call_8, call_9, call_10, call_11, call_12, check,
    output, type_of, unread, unread_value, value,
};
pub use crate::call::future::{Instrumented, instrument, instrument_boxed, instrument_unpinned};
pub use crate::call::guard::{Call, Scope};
pub use crate::call::returned::{ByKind, ByOutcome, ByType, Fallible, NoErrors, ReadsError, ReadsOutcome, Returned};
pub use crate::call::stream::{instrument_stream, instrument_stream_boxed, instrument_stream_unpinned, item};
pub use crate::catalog::{Entry, Registration, Site, section};
pub use crate::label::{Label, Labels, Open, Text, TypeOf, concat as concat_values, concat_classes};
pub use crate::meta::{
    ConstLabels, ErrorKinds, Family, Help, LabelMeta, MetricMeta, Objective, OperationMeta, OutcomeMeta, ValueSet,
    bounds, check_inferred,
};
pub use crate::metric::{Info, MetricFamily};
pub use crate::names::{DEFAULT_BUCKETS, DEFAULT_MAX_SERIES, Kind, MAX_LABELS, OutcomeClass, Role};
pub use crate::series::families::{Families, Series};
pub use crate::{
    __build_fact as build_fact, __carried_by_block as carried_by_block, __declare as declare, __families as families,
    __location as location, __metric as metric, __unnamed as unnamed,
};
pub use crate::{LabelValue, Operation};
pub use ::metrics;

/// The version of the compiler that built this crate, and so the user's.
pub const RUST_VERSION: &str = env!("METRICS_INSTRUMENTED_RUST_VERSION");

/// A value of a label whose type is written down.
#[inline]
pub fn typed<T>(value: &T) -> &T {
    value
}

/// The series of a declared operation with these labels, and how the values of its calls are read.
#[inline]
pub fn declared<O: Operation>(operation: &O) -> (&'static Series, Reads<O::Reads, O::Errors>) {
    (operation.series(), Reads(PhantomData))
}

/// How the values of an operation's calls are read. It has no size, and no lifetime of a label in it.
#[derive(Debug)]
pub struct Reads<C, K>(PhantomData<fn() -> (C, K)>);

impl<C, K> Reads<C, K> {
    /// About to read this value.
    #[inline]
    pub fn __returned<'a, R>(&self, value: &'a R) -> Returned<'a, C, K, R> {
        Returned::new(value)
    }
}

/// The static behind a function that nobody named.
#[doc(hidden)]
#[macro_export]
macro_rules! __unnamed {
    ($item:literal) => {{
        $crate::__private::declare!(operation __SITE = $crate::__private::Families::unnamed($crate::__private::location!($item)));
        &__SITE.value
    }};
}

/// The static behind an operation declared on the spot.
#[doc(hidden)]
#[macro_export]
macro_rules! __families {
    ($item:literal, $meta:expr) => {{
        static __META: $crate::__private::OperationMeta = $meta;
        $crate::__private::declare!(operation __SITE = $crate::__private::Families::new(&__META, $crate::__private::location!($item)));
        &__SITE.value
    }};
}

/// The static behind a counter, gauge or histogram.
#[doc(hidden)]
#[macro_export]
macro_rules! __metric {
    ($kind:ident, $meta:expr) => {{
        static __META: $crate::__private::MetricMeta = $meta.checked();
        $crate::__private::declare!($kind __FAMILY = $crate::__private::MetricFamily::new(&__META));
        &__FAMILY.value
    }};
}

/// What a function was before a block instrumented it; the attribute reads it, and no other.
#[doc(hidden)]
#[macro_export]
macro_rules! __carried_by_block {
    ($($tokens:tt)*) => {};
}
