//! The statics of generated code.

// The first two declare an item with the name `__SITE`, whose `value` is used, in a block of the generated code.

/// The static of a function without a `name`, at a location. Where declarations are in a section, `build.rs` writes this macro.
#[cfg(not(catalog_sections))]
#[doc(hidden)]
#[macro_export]
macro_rules! __unnamed {
    ($given_to:ident at $location:expr) => {{
        static __SOURCE: $crate::__private::Source = $crate::__private::Source::new($crate::__private::Option::None, $location);
        $crate::__private::declare!(operation __SITE = $crate::__private::operation_entry(&__SOURCE));
        $crate::__private::$given_to(&__SITE.value)
    }};
    ($given_to:ident $entry:ident $create:ident($($text:tt)*), at $location:expr) => {
        $crate::__private::unnamed!($given_to at $location)
    };
    ($given_to:ident $entry:ident $create:ident($($text:tt)*), $item:literal $($more:literal)?) => {
        $crate::__private::unnamed!($given_to at $crate::__private::location!($item $(, $more)?))
    };
}

/// The static of an operation that an attribute describes.
#[doc(hidden)]
#[macro_export]
macro_rules! __families {
    ($location:expr, $meta:expr) => {
        static __META: $crate::__private::Description = $crate::__private::Description::new($meta);
        static __SOURCE: $crate::__private::Source = $crate::__private::Source::new($crate::__private::Option::Some(&__META), $location);
        $crate::__private::declare!(operation __SITE = $crate::__private::operation_entry(&__SOURCE));
    };
}

/// A reference to the family of a counter, gauge or histogram.
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
