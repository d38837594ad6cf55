//! Native histograms: buckets that grow by a factor instead of declared bounds
//! (<https://prometheus.io/docs/specs/native_histograms/#schema>).

/// The coarsest resolution: each bucket's bound is 65,536 times the one below.
const MIN_SCHEMA: i8 = -4;

/// The growth factor of each schema's buckets, 2^(2^-schema), from schema -4 to schema 8.
const GROWTH: [f64; 13] = [
    65536.0,
    256.0,
    16.0,
    4.0,
    2.0,
    core::f64::consts::SQRT_2,
    1.189_207_115_002_721,
    1.090_507_732_665_257_7,
    1.044_273_782_427_413_8,
    1.021_897_148_654_116_6,
    1.010_889_286_051_700_5,
    1.005_429_901_112_802_7,
    1.002_711_275_050_202_5,
];

/// What is wrong with a factor that no schema has.
pub const NATIVE_FACTOR_ERROR: &str =
    "the growth factor of native buckets must be from 1.00272 to 65536, for instance 1.1";

/// The coarsest schema whose buckets grow by no more than this factor.
#[must_use]
pub fn native_schema(factor: f64) -> Option<i8> {
    let found = GROWTH.iter().position(|growth| *growth <= factor)?;
    (factor <= GROWTH[0]).then(|| i8::try_from(found).map_or(MIN_SCHEMA, |found| found + MIN_SCHEMA))
}

/// The growth factor of a schema's buckets.
#[must_use]
pub fn native_growth(schema: i8) -> f64 {
    let at = usize::try_from(schema.saturating_sub(MIN_SCHEMA)).unwrap_or_default();
    GROWTH[at.min(GROWTH.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schemas_buckets_grow_by_no_more_than_the_factor() {
        for (factor, expected) in [
            (1.1, Some(3)),
            (1.05, Some(4)),
            (1.5, Some(1)),
            (2.0, Some(0)),
            (4.0, Some(-1)),
            (65536.0, Some(-4)),
            (1.002_711_275_050_202_5, Some(8)),
            (1.0027, None),
            (1.0, None),
            (65537.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(native_schema(factor), expected, "{factor}");
        }
        for schema in MIN_SCHEMA..=8 {
            let exact = (-f64::from(schema)).exp2().exp2();
            assert!((native_growth(schema) / exact - 1.0).abs() < 1e-15, "{schema}");
        }
    }
}
