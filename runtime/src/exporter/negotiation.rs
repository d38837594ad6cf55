//! Which format a client wants, by its `Accept` header (RFC 9110, section 12.5.1).

use super::text::Format;

/// The format to answer in: `OpenMetrics` for who asks for it by name and does not like the text format better, else the text format.
pub(super) fn format(accept: &str) -> Format {
    let quality = |wanted: &str| {
        let ranges = accept.split(',').map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let quality =
                parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.trim().parse::<f64>().ok());
            // A weight that is none takes the range out.
            (media, quality.unwrap_or(0.0))
        });
        ranges.filter(|(media, _)| media.eq_ignore_ascii_case(wanted)).map(|(_, quality)| quality).fold(0.0, f64::max)
    };
    let openmetrics = quality("application/openmetrics-text");
    if openmetrics > 0.0 && openmetrics >= quality("text/plain") { Format::OpenMetrics } else { Format::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openmetrics_is_for_who_asks_for_it() {
        for (accept, expected) in [
            ("", Format::Text),
            ("*/*", Format::Text),
            ("text/plain", Format::Text),
            ("application/openmetrics-text", Format::OpenMetrics),
            ("Application/OpenMetrics-Text; version=1.0.0; charset=utf-8", Format::OpenMetrics),
            ("application/openmetrics-text;q=0", Format::Text),
            ("application/openmetrics-text;q=x", Format::Text),
            ("application/openmetrics-text;q=0.3,text/plain;q=0.5", Format::Text),
            // Prometheus 2.42 and 3.5.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                Format::OpenMetrics,
            ),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                Format::OpenMetrics,
            ),
        ] {
            assert_eq!(format(accept), expected, "{accept}");
        }
    }
}
