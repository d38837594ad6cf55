//! The layout of the entries, for tools that read declarations from the executable without running it.
//!
//! The compiler chooses the layout of the descriptions, so `size_of` and `offset_of` write it into an entry of its own, once for each build; sites cost
//! nothing. The numbers are those of [`numbers`](metrics_instrumented_shared::numbers); `docs/catalogue-schema.md` describes the format.

use std::mem::{align_of, offset_of, size_of};

use metrics_instrumented_shared::layout_numbers;
use metrics_instrumented_shared::numbers::{LAYOUT_VERSION, NUMBERS};

use super::registration::Site;
use crate::meta::{ErrorKinds, Family, LabelMeta, MetricMeta, Native, Objective, OperationMeta, OutcomeMeta};
use crate::metric::{Info, MetricFamily};
use crate::names::Role;
use crate::series::families::Families;
#[cfg(catalog_sections)]
use crate::series::families::UNNAMED;

/// The entry that the tool reads first.
#[cfg(catalog_sections)]
#[repr(C)]
#[derive(Debug)]
pub(super) struct Layout {
    numbers: [u16; NUMBERS],
    /// The description of functions without a `name`.
    unnamed: &'static OperationMeta,
}

#[cfg(catalog_sections)]
impl Layout {
    /// The layout of this build.
    pub(super) const THIS: Self = Self { numbers: numbers(), unnamed: &UNNAMED };
}

macro_rules! values {
    ($($number:ident = $value:expr,)*) => {
        [$($value),*]
    };
}

pub(super) const fn numbers() -> [u16; NUMBERS] {
    // The tool recognises `None` by a null pointer in place of the label's name, so there must be no separate tag.
    assert!(size_of::<Option<ErrorKinds>>() == size_of::<ErrorKinds>());
    let all = layout_numbers!(values);
    let mut numbers = [0; NUMBERS];
    let mut at = 0;
    while at < all.len() {
        assert!(all[at] <= u16::MAX as usize);
        #[allow(clippy::cast_possible_truncation, reason = "checked in the line above")]
        {
            numbers[at] = all[at] as u16;
        }
        at += 1;
    }
    numbers
}
