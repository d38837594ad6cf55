//! The library's list of where what stands; in the library it is `runtime/src/catalog/layout.rs`.

use super::memory::Memory;

/// The version of the list.
const VERSION: u64 = 1;

/// How many numbers the library leaves room for; the pointer to what functions without a name are counted under is behind them.
const NUMBERS: u64 = 52;

macro_rules! layout {
    ($($field:ident,)*) => {
        /// Sizes, and offsets in bytes.
        #[derive(Debug)]
        #[allow(dead_code, reason = "the library writes numbers that this tool has no use for")]
        pub(super) struct Layout {
            $(pub(super) $field: u64,)*
            pub(super) unnamed: u64,
        }

        impl Layout {
            /// Reads the list at an address.
            pub(super) fn read(memory: &Memory<'_>, at: u64) -> Result<Self, String> {
                let mut next = at;
                let mut number = || {
                    let number = memory.short(next).map(u64::from);
                    next += 2;
                    number
                };
                let layout = Self { $($field: number()?,)* unnamed: memory.pointer(at + 2 * NUMBERS)? };
                if layout.version == VERSION && layout.pointer == memory.pointer {
                    Ok(layout)
                } else {
                    Err(format!(
                        "its declarations are laid out by version {}, and this tool reads version {VERSION}; install the tool of the library's version",
                        layout.version
                    ))
                }
            }
        }
    };
}

layout! {
    version, pointer,
    families, families_meta, families_place,
    site, site_place,
    counter, counter_meta, gauge, gauge_meta, histogram, histogram_meta, info, info_meta,
    operation_fixed, operation_labels, operation_calls, operation_duration, operation_in_flight, operation_ok, operation_error, operation_errors,
    operation_outcome, operation_buckets, operation_sample,
    family_name, family_help, family_labels,
    errors_family, errors_label, errors_kinds,
    outcome_label, outcome_finished, outcome_panic, outcome_cancelled, outcome_started,
    label, label_name, label_values,
    payload,
    metric_place, metric_family, metric_fixed, metric_labels, metric_buckets,
    pair_first, pair_second,
    operation_objective, objective_success, objective_latency, objective_percent,
}
