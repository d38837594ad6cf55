//! Bounds of buckets in the label `le`, which is a string: only the spelling that a server stores matches.

use super::matcher::{matcher, quoted};
use crate::catalogue::bound;

/// The spelling of Prometheus 3, which is also that of Go's client: with `.0` if it is whole, with an exponent from 1e6 and below 1e-4.
pub(crate) fn normalized(value: f64) -> String {
    if value.is_infinite() {
        return bound(value);
    }
    let exponential = format!("{value:e}");
    let (digits, power) = exponential.split_once('e').unwrap_or((&exponential, "0"));
    match power.parse::<i32>().unwrap_or_default() {
        power @ ..-4 => format!("{digits}e-{:02}", -power),
        power @ 6.. => format!("{digits}e+{power:02}"),
        _ if value.fract() == 0.0 => format!("{value}.0"),
        _ => bound(value),
    }
}

/// All spellings that a server stores. Prometheus 2 stores what it scrapes: the text format has `0.00001` and `1`, `OpenMetrics` of this library `1e-5` and `1.0`, and
/// protobuf and Prometheus 3 normalize them.
pub(crate) fn spellings(value: f64) -> Vec<String> {
    let mut all = Vec::new();
    for spelling in [bound(value), format!("{value:?}"), normalized(value)] {
        if !all.contains(&spelling) {
            all.push(spelling);
        }
    }
    all
}

/// A matcher for one bound in all spellings.
pub(super) fn le(value: f64) -> String {
    let all = spellings(value);
    match all.as_slice() {
        [plain, fractional] if *fractional == format!("{plain}.0") => {
            format!("le=~{}", quoted(&format!("{plain}(\\.0)?")))
        }
        _ => matcher("le", ["=", "=~"], &all).unwrap_or_default(),
    }
}
