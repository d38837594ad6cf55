//! Where in the sections of a program's declarations what stands: a tool that reads the file, without running it, learns it from here.
//!
//! The compiler chooses the layout of the descriptions, so it is asked for it. The numbers are those of [`numbers`](super::numbers);
//! `docs/catalogue-schema.md` describes the format. Nothing of it costs a site anything.

use std::mem::{align_of, offset_of, size_of};

use super::numbers::{LAYOUT_VERSION, NUMBERS, layout_numbers};
use super::registration::Site;
use crate::meta::{ErrorKinds, Family, LabelMeta, MetricMeta, Native, Objective, OperationMeta, OutcomeMeta};
use crate::metric::{Info, MetricFamily};
use crate::names::Role;
use crate::series::families::Families;

/// What the tool reads first.
#[cfg(catalog_sections)]
#[repr(C)]
#[derive(Debug)]
pub(super) struct Layout {
    numbers: [u16; NUMBERS],
    /// What a function without a name is counted under.
    unnamed: &'static OperationMeta,
}

#[cfg(catalog_sections)]
impl Layout {
    /// That of this build.
    pub(super) const THIS: Self = Self { numbers: numbers(), unnamed: &OperationMeta::UNNAMED };
}

macro_rules! values {
    ($($number:ident = $value:expr,)*) => {
        [$($value),*]
    };
}

pub(super) const fn numbers() -> [u16; NUMBERS] {
    // Without kinds of error, the pointer to the label's name is null, so nothing may stand before it.
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
