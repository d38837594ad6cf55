//! What generated code calls. Not public API: it changes without notice.

pub use core::future::Future;
use core::marker::PhantomData;
use core::ops::Deref;
pub use core::ops::FnOnce;
pub use core::option::Option;
pub use core::{compile_error, concat, env, file, line, module_path, option_env, stringify};
#[cfg(not(catalog_sections))]
pub use inventory;
pub use std::boxed::Box;

pub use crate::call::future::{Instrumented, instrument, instrument_boxed};
pub use crate::call::guard::{Call, Scope};
pub use crate::call::returned::{ByKind, ByOutcome, ByType, Fallible, NoErrors, ReadsError, ReadsOutcome, Returned};
pub use crate::call::stream::{instrument_stream, instrument_stream_boxed, item};
pub use crate::catalog::{Entry, Registration, Site, section};
pub use crate::label::{Label, Labels, Open};
pub use crate::meta::{
    ConstLabels, ErrorKinds, Family, Help, LabelMeta, MetricMeta, Objective, OperationMeta, OutcomeMeta, ValueSet,
    bounds,
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

/// Calls a closure. Called in place, `(move || ..)()`, it would be inferred as `FnMut`, and could not return what it borrows from its
/// captures.
#[inline]
pub fn call<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// A value of a label whose type is written down.
#[inline]
pub fn typed<T>(value: &T) -> &T {
    value
}

/// What an open label takes its value from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a text",
    label = "an open label takes a text",
    note = "write `open(value.to_string())` for what can be written as one"
)]
pub trait Text {
    /// The value of a call.
    fn open(&self) -> Open<'_>;
}

impl<T: AsRef<str> + ?Sized> Text for T {
    #[inline]
    fn open(&self) -> Open<'_> {
        Open::new(self.as_ref())
    }
}

/// Refuses, when the program is built, labels whose types were left to inference and whose product is too large.
#[derive(Clone, Copy, Debug)]
pub struct Limit<const OUTCOMES: usize, const MAX: usize, L>(Unlimited, PhantomData<L>);

/// The limit of what is no labels: that is an error, and said elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Unlimited;

impl<const OUTCOMES: usize, const MAX: usize, L> Limit<OUTCOMES, MAX, L> {
    /// Of labels of these types.
    #[inline]
    #[must_use]
    pub fn of(_: &L) -> Self {
        Self(Unlimited, PhantomData)
    }
}

impl<const OUTCOMES: usize, const MAX: usize, L: Labels> Limit<OUTCOMES, MAX, L> {
    /// Does not compile, if there are more.
    #[inline]
    pub fn check(self) {
        const {
            assert!(
                L::SERIES.saturating_mul(OUTCOMES) <= MAX,
                "this family has more series than it may: the product of its labels' values is above `max_series` (1000 where nothing is said); \
                 drop a label, or say `max_series = n`"
            );
        }
    }
}

impl<const OUTCOMES: usize, const MAX: usize, L> Deref for Limit<OUTCOMES, MAX, L> {
    type Target = Unlimited;

    fn deref(&self) -> &Unlimited {
        &self.0
    }
}

impl Unlimited {
    /// Nothing to check.
    pub fn check(self) {}
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

/// Nothing to read from the output of a future that has none.
#[inline]
#[must_use]
pub fn unread<T>(_: &T) -> (usize, Option<usize>) {
    (0, None)
}

/// A future whose output is said: what is inferred in its body is inferred from that, as in the plain function.
#[inline]
pub fn output<T, F: Future<Output = T>>(future: F) -> F {
    future
}

/// Puts label values one after the other, for `#[label(transparent)]`.
#[must_use]
pub const fn concat<const N: usize>(parts: &[&[&'static str]]) -> [&'static str; N] {
    let mut all = [""; N];
    let mut next = 0;
    let mut part = 0;
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            all[next] = parts[part][at];
            next += 1;
            at += 1;
        }
        part += 1;
    }
    all
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
