//! Everything that the program declares, known before `main`.
//!
//! Where the linker gathers what stands in sections of one name (Linux), each declaration's static stands in the section of its kind and
//! costs nothing beside itself. Elsewhere, and under Miri, `inventory` runs a constructor for each: that is 0.5 ms of `cargo check` and 230 B of
//! program for every site, which is what the `unsafe` here buys (`docs/performance.md`).

use super::{Registration, Site};
use crate::metric::{Info, MetricFamily};
use crate::series::families::Families;

/// Every declaration.
pub(super) fn registrations() -> impl Iterator<Item = Registration> {
    imp::registrations()
}

#[cfg(all(target_os = "linux", not(miri)))]
#[allow(unsafe_code, reason = "the linker's word is all there is for where a section begins and ends")]
mod imp {
    use super::super::layout;
    use super::{Families, Info, MetricFamily, Registration, Site};

    /// A section as a slice. The names are those of [`declare!`](crate::__declare), with the version in them: two versions of this crate in one
    /// program do not read each other's.
    macro_rules! section {
        ($type:ty, $section:literal, $start:literal, $stop:literal) => {{
            // The section is there, even if nothing is declared.
            #[used]
            #[unsafe(link_section = $section)]
            static NOTHING: [$type; 0] = [];
            unsafe extern "C" {
                #[link_name = $start]
                static START: [u8; 0];
                #[link_name = $stop]
                static STOP: [u8; 0];
            }
            let (start, stop) = ((&raw const START).cast::<$type>(), (&raw const STOP).addr());
            let count = (stop - start.addr()) / size_of::<$type>();
            // SAFETY: Only `declare!` puts anything into this section, and that a static of this very type. The linker lays them one after the
            // other: each is as large as a multiple of its alignment, and none is given a larger one, for rustc and LLVM leave the alignment
            // of what has a section alone. They are statics, so they live as long as the program and are shared as `Sync` says.
            unsafe { std::slice::from_raw_parts::<'static, $type>(start, count) }
        }};
    }

    pub(super) fn registrations() -> impl Iterator<Item = Registration> {
        layout::keep();
        let operations = section!(
            Families,
            "metrics_instrumented_0_1_0_operation",
            "__start_metrics_instrumented_0_1_0_operation",
            "__stop_metrics_instrumented_0_1_0_operation"
        );
        let sites = section!(
            Site,
            "metrics_instrumented_0_1_0_site",
            "__start_metrics_instrumented_0_1_0_site",
            "__stop_metrics_instrumented_0_1_0_site"
        );
        let counters = section!(
            MetricFamily<metrics::Counter>,
            "metrics_instrumented_0_1_0_counter",
            "__start_metrics_instrumented_0_1_0_counter",
            "__stop_metrics_instrumented_0_1_0_counter"
        );
        let gauges = section!(
            MetricFamily<metrics::Gauge>,
            "metrics_instrumented_0_1_0_gauge",
            "__start_metrics_instrumented_0_1_0_gauge",
            "__stop_metrics_instrumented_0_1_0_gauge"
        );
        let histograms = section!(
            MetricFamily<metrics::Histogram>,
            "metrics_instrumented_0_1_0_histogram",
            "__start_metrics_instrumented_0_1_0_histogram",
            "__stop_metrics_instrumented_0_1_0_histogram"
        );
        let infos = section!(
            Info,
            "metrics_instrumented_0_1_0_info",
            "__start_metrics_instrumented_0_1_0_info",
            "__stop_metrics_instrumented_0_1_0_info"
        );
        (operations.iter().map(Registration::Operation))
            .chain(sites.iter().map(Registration::Site))
            .chain(counters.iter().map(Registration::Counter))
            .chain(gauges.iter().map(Registration::Gauge))
            .chain(histograms.iter().map(Registration::Histogram))
            .chain(infos.iter().map(Registration::Info))
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod imp {
    use super::Registration;

    inventory::collect!(Registration);

    pub(super) fn registrations() -> impl Iterator<Item = Registration> {
        inventory::iter::<Registration>.into_iter().copied()
    }
}

/// A static that is known before `main`: `declare!(operation NAME = value)`.
#[cfg(all(target_os = "linux", not(miri)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    // Not `#[used]`: it stays or goes with the function that it belongs to, and need not be exported.
    (operation $name:ident = $value:expr) => {
        #[unsafe(link_section = "metrics_instrumented_0_1_0_operation")]
        static $name: $crate::__private::Families = $value;
    };
    (site $name:ident = $value:expr) => {
        #[used]
        #[unsafe(link_section = "metrics_instrumented_0_1_0_site")]
        static $name: $crate::__private::Site = $value;
    };
    (Counter $name:ident = $value:expr) => {
        #[used]
        #[unsafe(link_section = "metrics_instrumented_0_1_0_counter")]
        static $name: $crate::__private::MetricFamily<$crate::__private::metrics::Counter> = $value;
    };
    (Gauge $name:ident = $value:expr) => {
        #[used]
        #[unsafe(link_section = "metrics_instrumented_0_1_0_gauge")]
        static $name: $crate::__private::MetricFamily<$crate::__private::metrics::Gauge> = $value;
    };
    (Histogram $name:ident = $value:expr) => {
        #[used]
        #[unsafe(link_section = "metrics_instrumented_0_1_0_histogram")]
        static $name: $crate::__private::MetricFamily<$crate::__private::metrics::Histogram> = $value;
    };
    (info $name:ident = $value:expr) => {
        #[used]
        #[unsafe(link_section = "metrics_instrumented_0_1_0_info")]
        static $name: $crate::__private::Info = $value;
    };
}

/// A static that is known before `main`: `declare!(operation NAME = value)`.
#[cfg(not(all(target_os = "linux", not(miri))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    (operation $name:ident = $value:expr) => {
        static $name: $crate::__private::Families = $value;
        $crate::__private::inventory::submit! { $crate::__private::Registration::Operation(&$name) }
    };
    (site $name:ident = $value:expr) => {
        static $name: $crate::__private::Site = $value;
        $crate::__private::inventory::submit! { $crate::__private::Registration::Site(&$name) }
    };
    (Counter $name:ident = $value:expr) => {
        static $name: $crate::__private::MetricFamily<$crate::__private::metrics::Counter> = $value;
        $crate::__private::inventory::submit! { $crate::__private::Registration::Counter(&$name) }
    };
    (Gauge $name:ident = $value:expr) => {
        static $name: $crate::__private::MetricFamily<$crate::__private::metrics::Gauge> = $value;
        $crate::__private::inventory::submit! { $crate::__private::Registration::Gauge(&$name) }
    };
    (Histogram $name:ident = $value:expr) => {
        static $name: $crate::__private::MetricFamily<$crate::__private::metrics::Histogram> = $value;
        $crate::__private::inventory::submit! { $crate::__private::Registration::Histogram(&$name) }
    };
    (info $name:ident = $value:expr) => {
        static $name: $crate::__private::Info = $value;
        $crate::__private::inventory::submit! { $crate::__private::Registration::Info(&$name) }
    };
}
