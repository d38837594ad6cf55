//! The values of gauges and histograms.

use std::time::Duration;

/// A metric value: any number, or a [`Duration`] in seconds, as a 64-bit float.
///
/// Integers above 2^53 are rounded to the nearest float.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value(pub(super) f64);

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self(if value { 1.0 } else { 0.0 })
    }
}

impl From<Duration> for Value {
    fn from(value: Duration) -> Self {
        Self(value.as_secs_f64())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl From<$number> for Value {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "an exposition has nothing wider than a 64-bit float")]
            fn from(value: $number) -> Self {
                Self(value as f64)
            }
        })*
    };
}

numbers!(f32 u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
