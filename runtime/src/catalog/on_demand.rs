//! Declarations of this crate itself, such as those of the HTTP layers: a program has those that it uses.
//!
//! The linker removes an unused static of a section only together with its object file, and the compiler may put this whole crate into one. So a
//! declaration has a copy in a section of its module, which only the code that counts refers to, and which the linker therefore removes precisely.
//! Tools that read the executable read the copy.
//!
//! The running program iterates over one section, so `catalog()` may list families that other code of the same object file declares.

/// A static in the section of all declarations, `__SITE`, and its copy.
#[cfg(catalog_sections)]
macro_rules! declare_on_demand {
    ($type:ty = $value:expr) => {
        #[unsafe(link_section = $crate::__private::section!())]
        static __SITE: $crate::__private::Entry<$type> = $crate::__private::Entry::copied($value);
        #[unsafe(link_section = $crate::__private::section!(listed))]
        static __LISTED: $crate::__private::Entry<$type> = $crate::__private::Entry::new($value);
        // So that the reference remains, and with it the copy.
        std::hint::black_box(&raw const __LISTED);
    };
}

/// As `__families!`, for an operation of this crate.
#[cfg(catalog_sections)]
macro_rules! families_on_demand {
    ($location:expr, $meta:expr) => {
        static __META: $crate::__private::Description = $crate::__private::Description::new($meta);
        static __SOURCE: $crate::__private::Source = $crate::__private::Source::new(Some(&__META), $location);
        $crate::catalog::on_demand::declare_on_demand!(
            $crate::__private::Families = $crate::__private::Families::new(&__SOURCE)
        );
    };
}

/// As `__metric!`, for a metric of this crate.
#[cfg(catalog_sections)]
macro_rules! metric_on_demand {
    ($kind:ident, $meta:expr) => {{
        static __META: $crate::__private::MetricMeta = $meta.checked();
        $crate::catalog::on_demand::declare_on_demand!(
            $crate::__private::MetricFamily<$crate::__private::metrics::$kind> =
                $crate::__private::MetricFamily::new(&__META)
        );
        &__SITE.value
    }};
}

/// Where there are no sections, a constructor of `inventory` is linked together with its crate.
#[cfg(not(catalog_sections))]
macro_rules! families_on_demand {
    ($location:expr, $meta:expr) => {
        $crate::__families!($location, $meta);
    };
}

/// The same for a metric.
#[cfg(not(catalog_sections))]
macro_rules! metric_on_demand {
    ($kind:ident, $meta:expr) => {
        $crate::__metric!($kind, $meta)
    };
}

#[cfg(catalog_sections)]
pub(crate) use declare_on_demand;
pub(crate) use {families_on_demand, metric_on_demand};
