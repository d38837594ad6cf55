//! Content negotiation by the headers `Accept` and `Accept-Encoding` (RFC 9110, sections 12.5.1 and 12.5.3).

use hyper::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName};

use super::accept::{Element, elements};
use crate::exporter::exposition::escaping::Escaping;
use crate::exporter::exposition::format::{Format, Syntax};

/// The format and the encoding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rendition {
    pub(super) format: Format,
    pub(super) gzip: bool,
}

/// Chooses the rendition for a request.
pub(super) fn rendition(headers: &HeaderMap) -> Rendition {
    Rendition {
        format: format(&joined(headers, &ACCEPT)),
        gzip: cfg!(feature = "gzip") && gzip(&joined(headers, &ACCEPT_ENCODING)),
    }
}

/// All headers with a name as one list (RFC 9110, section 5.3).
fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(",")
}

/// The formats in increasing order of preference, for clients that accept several with the same weight.
const SYNTAXES: [Syntax; 5] =
    [Syntax::Text0, Syntax::Text1, Syntax::OpenMetrics, Syntax::OpenMetrics2, Syntax::Protobuf];

/// How specifically a media range matches a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    /// `*/*`.
    Any,
    /// `text/*`.
    Type,
    /// The media type.
    Named,
    /// The media type and its parameters.
    Exact,
}

/// The format with the highest weight. Clients that accept none of them, or send no `Accept`, get the text format 0.0.4.
fn format(accept: &str) -> Format {
    let ranges: Vec<Element> = elements(accept).collect();
    let candidates = SYNTAXES.iter().enumerate().filter_map(|(preference, syntax)| {
        // The most specific range decides (RFC 9110, section 12.5.1).
        let matching = ranges.iter().filter_map(|range| Some((matches(range, *syntax)?, range)));
        let (closeness, range) = matching.max_by_key(|(closeness, range)| (*closeness, range.weight))?;
        // The text format without a version is 0.0.4, which every client reads.
        let is_named = closeness == Match::Exact || (closeness == Match::Named && *syntax != Syntax::Text1);
        // Clients that accept anything get the simplest format.
        let preference = if is_named { preference } else { SYNTAXES.len() - preference };
        let format = Format { syntax: *syntax, escaping: escaping(range, *syntax) };
        (range.weight > 0).then_some(((range.weight, is_named, preference), format))
    });
    candidates.max_by_key(|(rank, _)| *rank).map_or(Format::TEXT, |(_, format)| format)
}

fn matches(range: &Element, syntax: Syntax) -> Option<Match> {
    let (media_type, parameters): (&str, &[(&str, &str)]) = match syntax {
        Syntax::Text0 => ("text/plain", &[("version", "0.0.4")]),
        Syntax::Text1 => ("text/plain", &[("version", "1.0.0")]),
        Syntax::OpenMetrics => ("application/openmetrics-text", &[("version", "1.0.0")]),
        Syntax::OpenMetrics2 => ("application/openmetrics-text", &[("version", "2.0.0")]),
        Syntax::Protobuf => (
            "application/vnd.google.protobuf",
            &[("proto", "io.prometheus.client.MetricFamily"), ("encoding", "delimited")],
        ),
    };
    let (major, _) = media_type.split_once('/')?;
    let found = match range.value.as_str() {
        "*/*" => Some(Match::Any),
        value if value.strip_suffix("/*") == Some(major) => Some(Match::Type),
        value if value == media_type => {
            let given = |(name, _): &&(&str, &str)| range.parameter(name).is_some();
            let agrees = |(name, value): &(&str, &str)| range.parameter(name).is_none_or(|given| given == *value);
            // A range without the format's parameters matches, too.
            let closeness =
                if parameters.iter().filter(given).count() == parameters.len() { Match::Exact } else { Match::Named };
            parameters.iter().all(agrees).then_some(closeness)
        }
        _ => None,
    };
    // An experimental format is for clients that name its version.
    found.filter(|closeness| syntax != Syntax::OpenMetrics2 || *closeness == Match::Exact)
}

fn escaping(range: &Element, syntax: Syntax) -> Escaping {
    let asked = range.parameter("escaping").filter(|_| syntax != Syntax::Text0);
    let known = asked.and_then(|asked| Escaping::ALL.into_iter().find(|(_, word)| *word == asked));
    known.map_or(Escaping::default(), |(escaping, _)| escaping)
}

fn gzip(accept_encoding: &str) -> bool {
    let codings: Vec<Element> = elements(accept_encoding).collect();
    let weight = |name: &str| codings.iter().filter(|coding| coding.value == name).map(|coding| coding.weight).max();
    let gzip = weight("gzip").or_else(|| weight("*")).unwrap_or(0);
    gzip > 0 && gzip >= weight("identity").unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_with_the_highest_weight_is_taken() {
        let text1 = Format::classic(Syntax::Text1);
        let openmetrics = Format::OPEN_METRICS;
        let openmetrics2 = Format::classic(Syntax::OpenMetrics2);
        let protobuf = Format::classic(Syntax::Protobuf);
        for (accept, expected) in [
            ("", Format::TEXT),
            ("*/*", Format::TEXT),
            ("text/*", Format::TEXT),
            ("text/plain", Format::TEXT),
            ("text/html, */*;q=0.8", Format::TEXT),
            ("application/json", Format::TEXT),
            ("image/png", Format::TEXT),
            ("*/*;q=0", Format::TEXT),
            ("text/plain;q=0", Format::TEXT),
            ("text/plain;version=0.0.4;q=0, */*", text1),
            ("text/plain;version=1.0.0", text1),
            ("text/plain;version=1.0.0, text/plain;version=0.0.4", text1),
            ("text/plain;version=1.0.0;q=0.1, text/plain;version=0.0.4", Format::TEXT),
            ("text/plain;version=9", Format::TEXT),
            ("application/openmetrics-text", openmetrics),
            ("Application/OpenMetrics-Text; version=\"1.0.0\"; charset=utf-8", openmetrics),
            ("application/openmetrics-text;version=0.0.1", Format::TEXT),
            ("application/openmetrics-text;version=2.0.0", openmetrics2),
            (
                "application/openmetrics-text;version=2.0.0;escaping=allow-utf-8,application/openmetrics-text;version=1.0.0;q=0.9",
                Format { escaping: Escaping::AllowUtf8, ..openmetrics2 },
            ),
            (
                "application/openmetrics-text;version=2.0.0;q=0.5,application/openmetrics-text;version=1.0.0",
                openmetrics,
            ),
            ("application/openmetrics-text;version=2.0.0;q=0,application/openmetrics-text", openmetrics),
            ("application/*", openmetrics),
            ("application/openmetrics-text;q=0", Format::TEXT),
            ("application/openmetrics-text;q=x", Format::TEXT),
            ("application/openmetrics-text;q=0, */*", Format::TEXT),
            ("application/openmetrics-text;q=0.3,text/plain;q=0.5", Format::TEXT),
            ("application/openmetrics-text;q=0.5,text/plain;q=0.5", openmetrics),
            ("application/openmetrics-text;q=0.5,*/*", Format::TEXT),
            ("application/openmetrics-text;q=0.5,text/*", Format::TEXT),
            ("application/openmetrics-text;q=0.5,*/*;q=0.1", openmetrics),
            ("application/openmetrics-text;q=0.5,*/*;q=0.5", openmetrics),
            ("text/plain;q=0, */*;q=0.1", openmetrics),
            ("text/*;q=0, application/*", openmetrics),
            ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited", protobuf),
            ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text", Format::TEXT),
            ("application/vnd.google.protobuf;proto=other;encoding=delimited", Format::TEXT),
            ("application/vnd.google.protobuf;q=0, application/*", openmetrics),
            // Prometheus 3.5 with native histograms.
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8;q=0.6,\
                 application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
                Format { escaping: Escaping::AllowUtf8, ..protobuf },
            ),
            ("text/*;q=0.1, application/*;q=0.9", openmetrics),
            // Prometheus 2.42.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
                openmetrics,
            ),
            // Prometheus 3.5.
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                Format { escaping: Escaping::AllowUtf8, ..openmetrics },
            ),
        ] {
            assert_eq!(format(accept), expected, "{accept}");
        }
    }

    #[test]
    fn names_are_escaped_as_requested() {
        for (escaping, word) in Escaping::ALL {
            let accept = format!("text/plain;version=1.0.0;escaping={word}");
            assert_eq!(format(&accept), Format { syntax: Syntax::Text1, escaping });
            let accept = format!("text/plain;version=0.0.4;escaping={word}");
            assert_eq!(format(&accept), Format::TEXT);
        }
        let unknown = format("application/openmetrics-text;escaping=other");
        assert_eq!(unknown, Format::OPEN_METRICS);
    }

    #[test]
    fn gzip_is_for_clients_that_accept_it() {
        for accepted in ["gzip", "GZIP", "deflate, gzip;q=0.5", "*", "br;q=1.0, *;q=0.1", "gzip, identity"] {
            assert!(gzip(accepted), "{accepted}");
        }
        for refused in [
            "",
            "identity",
            "gzip;q=0",
            "gzip;q=0, *",
            "gzip;q=x",
            "*;q=0",
            "xgzip",
            "br",
            "gzip;q=0.5, identity;q=0.8",
        ] {
            assert!(!gzip(refused), "{refused}");
        }
    }
}
