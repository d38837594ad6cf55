//! Durations in the syntax of Prometheus.

/// The units in their order, with their milliseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Returns the milliseconds of a duration such as `1h30m` or `0`; `None` if Prometheus does not accept it.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let (mut rest, mut units) = (text, UNITS.iter());
    let mut total: Option<u64> = None;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let unit = &after[..after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len())];
        let (_, each) = units.find(|(name, _)| *name == unit)?;
        let part = number.parse::<u64>().ok()?.checked_mul(*each)?;
        total = Some(total.unwrap_or(0).checked_add(part)?);
        rest = &after[unit.len()..];
    }
    // Prometheus counts nanoseconds in 63 bits.
    total.filter(|total| *total <= i64::MAX as u64 / 1_000_000)
}
