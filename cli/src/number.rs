//! Numbers of the command line and the configuration file.

/// Returns whether a number is a percentage.
pub(crate) fn is_percentage(number: f64) -> bool {
    (0.0..=100.0).contains(&number)
}

/// Parses a percentage.
pub(crate) fn percentage(text: &str) -> Result<f64, &'static str> {
    let number = text.parse().ok().filter(|number| is_percentage(*number));
    number.ok_or("write a percentage from 0 to 100, such as 80")
}

/// Parses a number of seconds that is not 0. The clock cannot add much larger ones.
pub(crate) fn seconds(text: &str) -> Result<u64, &'static str> {
    const YEAR: u64 = 365 * 86_400;
    let number = text.parse().ok().filter(|seconds| (1..=YEAR).contains(seconds));
    number.ok_or("write a whole number of seconds from 1 to 31536000, such as 5")
}
