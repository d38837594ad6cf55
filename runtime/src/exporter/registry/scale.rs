//! How the histograms of a family count: the bounds of classic buckets, and the resolution of native ones
//! (<https://prometheus.io/docs/specs/native_histograms/>).

use std::cmp::Ordering;

use crate::exporter::exposition::bounds::Bounds;
use crate::exporter::exposition::model::ZERO_THRESHOLD;
use crate::meta::Native;
use crate::shards::cells::NativeBucket;

/// The buckets of a family.
#[derive(Debug)]
pub(super) struct Scale {
    pub(super) bounds: Bounds,
    pub(super) native: Option<NativeScale>,
}

/// Native buckets.
#[derive(Debug)]
pub(super) struct NativeScale {
    pub(super) meta: Native,
    /// The bounds from 0.5 to 1, or nothing where a bucket is a power of two or more.
    fractions: Box<[f64]>,
}

impl Scale {
    pub(super) fn new(bounds: &[f64], native: Option<&Native>) -> Self {
        Self { bounds: Bounds::new(bounds), native: native.map(|native| NativeScale::new(*native)) }
    }

    /// The classic bucket of a value: `le` is inclusive. What is not a number is in `+Inf` only.
    pub(super) fn classic(&self, value: f64) -> usize {
        self.bounds.values().partition_point(|bound| value.partial_cmp(bound).is_none_or(Ordering::is_gt))
    }
}

impl NativeScale {
    fn new(meta: Native) -> Self {
        let buckets = if meta.schema > 0 { 1u32 << meta.schema } else { 0 };
        let fractions = (0..buckets).map(|at| (f64::from(at) / f64::from(buckets) - 1.0).exp2()).collect();
        Self { meta, fractions }
    }

    /// Returns the bucket of a value; NaN has none.
    pub(super) fn bucket(&self, value: f64) -> Option<NativeBucket> {
        if value.is_nan() {
            return None;
        }
        let magnitude = value.abs();
        if magnitude <= ZERO_THRESHOLD {
            return Some(NativeBucket::Zero);
        }
        // Infinity is in the bucket after that of the largest number.
        let index =
            if magnitude.is_infinite() { self.index(f64::MAX).saturating_add(1) } else { self.index(magnitude) };
        Some(if value > 0.0 { NativeBucket::Positive(index) } else { NativeBucket::Negative(index) })
    }

    fn index(&self, value: f64) -> i32 {
        let (fraction, exponent) = parts(value);
        if self.meta.schema > 0 {
            let below = self.fractions.partition_point(|bound| *bound < fraction);
            return i32::try_from(below).unwrap_or(i32::MAX) + (exponent - 1) * (1 << self.meta.schema);
        }
        let shift = -i32::from(self.meta.schema);
        // A power of two is the upper bound of its bucket.
        let power = if fraction.to_bits() == 0.5f64.to_bits() { exponent - 1 } else { exponent };
        (power + (1 << shift) - 1) >> shift
    }
}

/// A fraction from 0.5 to below 1, and the power of two that makes the value of it, as C's `frexp`. The value is greater than [`ZERO_THRESHOLD`], so its
/// highest binary digit is implied.
fn parts(value: f64) -> (f64, i32) {
    const DIGITS: u32 = f64::MANTISSA_DIGITS - 1;
    const HALF: u64 = 0.5f64.to_bits();
    let bits = value.to_bits();
    let exponent = i32::try_from(bits >> DIGITS & 0x7ff).unwrap_or_default() - 1022;
    (f64::from_bits(bits & ((1 << DIGITS) - 1) | HALF), exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use NativeBucket::{Negative, Positive, Zero};

    #[test]
    fn values_are_in_the_buckets_of_the_specification() {
        let bucket = |schema, value| NativeScale::new(Native { schema, classic: false }).bucket(value);
        for (schema, value, expected) in [
            (0, 1.0, Some(Positive(0))),
            (0, 1.000_001, Some(Positive(1))),
            (0, 2.0, Some(Positive(1))),
            (0, 0.5, Some(Positive(-1))),
            (3, 1.0, Some(Positive(0))),
            (3, 1.09, Some(Positive(1))),
            (3, 1.1, Some(Positive(2))),
            (3, -2.0, Some(Negative(8))),
            (-1, 4.0, Some(Positive(1))),
            (-1, 4.1, Some(Positive(2))),
            (-4, 65536.0, Some(Positive(1))),
            (-4, 65537.0, Some(Positive(2))),
            (8, 0.0, Some(Zero)),
            (8, -0.0, Some(Zero)),
            (8, 1e-40, Some(Zero)),
            (0, f64::INFINITY, Some(Positive(1025))),
            (0, f64::NEG_INFINITY, Some(Negative(1025))),
            (0, f64::NAN, None),
        ] {
            assert_eq!(bucket(schema, value), expected, "{value} in schema {schema}");
        }
        for schema in -4..=8i8 {
            let growth = crate::names::native_growth(schema);
            for value in [1e-30, 3e-9, 0.0123, 0.7, 1.5, 99.0, 12345.6, 7e20] {
                let Some(Positive(index)) = bucket(schema, value) else { panic!("{value}") };
                let upper = (f64::from(index) / f64::from(schema).exp2()).exp2();
                assert!(value <= upper && value > upper / growth * (1.0 - 1e-12), "{value} in schema {schema}");
            }
        }
    }
}
