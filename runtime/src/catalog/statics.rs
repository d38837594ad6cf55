//! The statics of generated code: each macro declares one and evaluates to a reference to its value.

/// The families of a function without a `name`: of this name, or at a location.
#[cfg(catalog_sections)]
#[doc(hidden)]
#[macro_export]
macro_rules! __unnamed {
    // As `declare!` and `location!` would write it: most functions have this static, and each call of a macro takes the compiler time.
    ($item:literal $(, $more:literal)?) => {{
        #[unsafe(link_section = $crate::__private::section!())]
        static __SITE: $crate::__private::OperationEntry =
            $crate::__private::unnamed_entry($crate::__private::concat!(
                $crate::__private::module_path!(),
                "\0",
                $item,
                "\0",
                $crate::__private::file!(),
                "\0",
                $crate::__private::line!()
                $(, "\0", $more)?
            ));
        &__SITE.value
    }};
    (at $location:expr) => {{
        $crate::__private::declare!(operation __SITE = $crate::__private::unnamed_entry($location));
        &__SITE.value
    }};
}

/// The families of a function without a `name`: of this name, or at a location.
#[cfg(not(catalog_sections))]
#[doc(hidden)]
#[macro_export]
macro_rules! __unnamed {
    ($item:literal $(, $more:literal)?) => {
        $crate::__private::unnamed!(at $crate::__private::location!($item $(, $more)?))
    };
    (at $location:expr) => {{
        $crate::__private::declare!(operation __SITE = $crate::__private::unnamed_entry($location));
        &__SITE.value
    }};
}

/// The families of an operation that an attribute describes.
#[doc(hidden)]
#[macro_export]
macro_rules! __families {
    ($location:expr, $meta:expr) => {{
        static __META: $crate::__private::Description = $crate::__private::Description::new($meta);
        $crate::__private::declare!(operation __SITE = $crate::__private::operation_entry(&__META, $location));
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
