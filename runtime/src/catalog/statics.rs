//! The statics of generated code: each macro declares one and evaluates to a reference to its value.

/// The families of a function without a `name`.
#[doc(hidden)]
#[macro_export]
macro_rules! __unnamed {
    ($location:expr) => {{
        $crate::__private::declare!(operation __SITE = $crate::__private::Entry::unnamed($location));
        &__SITE.value
    }};
}

/// The families of an operation that an attribute describes.
#[doc(hidden)]
#[macro_export]
macro_rules! __families {
    ($location:expr, $meta:expr) => {{
        static __META: $crate::__private::OperationMeta = $meta;
        $crate::__private::declare!(operation __SITE = $crate::__private::Entry::operation(&__META, $location));
        &__SITE.value
    }};
}

/// The family of a counter, gauge or histogram.
#[doc(hidden)]
#[macro_export]
macro_rules! __metric {
    ($kind:ident, $meta:expr) => {{
        static __META: $crate::__private::MetricMeta = $meta.checked();
        $crate::__private::declare!($kind __FAMILY = $crate::__private::MetricFamily::new(&__META));
        &__FAMILY.value
    }};
}

pub use {__families as families, __metric as metric, __unnamed as unnamed};
