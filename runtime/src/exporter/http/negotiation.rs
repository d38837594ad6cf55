//! What a client wants, by its `Accept` and `Accept-Encoding` headers (RFC 9110, sections 12.5.1 and 12.5.3).

use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName};

use crate::exporter::exposition::format::Format;

/// What a body is to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rendition {
    pub(super) format: Format,
    pub(super) gzip: bool,
}

/// What to answer with.
pub(super) fn rendition(headers: &HeaderMap) -> Rendition {
    Rendition {
        format: format(&joined(headers, &ACCEPT)),
        gzip: cfg!(feature = "gzip") && gzip(&joined(headers, &ACCEPT_ENCODING)),
    }
}

/// All headers of a name as one, which is what several of them mean.
fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(",")
}

/// `OpenMetrics` for who asks for it by name and does not like the text format better, else the text format.
fn format(accept: &str) -> Format {
    let quality = |wanted| quality(accept, wanted).unwrap_or(0.0);
    let openmetrics = quality("application/openmetrics-text");
    if openmetrics > 0.0 && openmetrics >= quality("text/plain") { Format::OPEN_METRICS } else { Format::TEXT }
}

fn gzip(accept_encoding: &str) -> bool {
    quality(accept_encoding, "gzip").or_else(|| quality(accept_encoding, "*")).is_some_and(|quality| quality > 0.0)
}

/// The best weight that a list gives something, if it names it.
fn quality(list: &str, wanted: &str) -> Option<f64> {
    let ranges = list.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let quality =
            parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.trim().parse::<f64>().ok());
        // A weight that is none takes the range out.
        name.eq_ignore_ascii_case(wanted).then(|| quality.unwrap_or(0.0))
    });
    ranges.reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openmetrics_is_for_who_asks_for_it() {
        for (accept, expected) in [
            ("", Format::TEXT),
            ("*/*", Format::TEXT),
            ("text/plain", Format::TEXT),
            ("application/openmetrics-text", Format::OPEN_METRICS),
            ("Application/OpenMetrics-Text; version=1.0.0; charset=utf-8", Format::OPEN_METRICS),
            ("application/openmetrics-text;q=0", Format::TEXT),
            ("application/openmetrics-text;q=x", Format::TEXT),
            ("application/openmetrics-text;q=0.3,text/plain;q=0.5", Format::TEXT),
            // Prometheus 2.42 and 3.5.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                Format::OPEN_METRICS,
            ),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                Format::OPEN_METRICS,
            ),
        ] {
            assert_eq!(format(accept), expected, "{accept}");
        }
    }

    #[test]
    fn gzip_is_for_who_accepts_it() {
        for accepted in ["gzip", "GZIP", "deflate, gzip;q=0.5", "*", "br;q=1.0, *;q=0.1"] {
            assert!(gzip(accepted), "{accepted}");
        }
        for refused in ["", "identity", "gzip;q=0", "gzip;q=0, *", "gzip;q=x", "*;q=0", "xgzip", "br"] {
            assert!(!gzip(refused), "{refused}");
        }
    }
}
