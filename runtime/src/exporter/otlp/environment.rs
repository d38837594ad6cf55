//! The variables that OpenTelemetry specifies for exporters
//! (<https://opentelemetry.io/docs/specs/otel/protocol/exporter/>). Empty ones count as unset.

use std::env;
use std::time::Duration;

use super::hexadecimal;
use super::settings::{Otlp, header_error, set};
#[cfg(feature = "tls")]
use crate::exporter::environment::read::check_file;
use crate::exporter::environment::read::in_words;
#[cfg(not(feature = "tls"))]
use crate::exporter::environment::read::without_feature;
use crate::exporter::error::{Error, MUST_NOT_BE_ZERO};

type Apply = fn(&mut Otlp, &str) -> Result<(), String>;

/// The variables but those of the endpoint, in the order in which they apply. Of several names of one setting, only the first one that is set is read, so that a variable for metrics
/// replaces the general one, even if that is invalid here.
const VARIABLES: [(&[&str], Apply); 11] = [
    (&["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"], |_, name| protocol(name)),
    // Headers of both variables are sent.
    (&["OTEL_EXPORTER_OTLP_HEADERS"], headers),
    (&["OTEL_EXPORTER_OTLP_METRICS_HEADERS"], headers),
    (&["OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"], |otlp, text| {
        milliseconds(text).map(|time| otlp.timeout = time)
    }),
    (&["OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION"], compression),
    (&["OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"], certificate),
    (&["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"], temporality),
    (&["OTEL_METRIC_EXPORT_INTERVAL"], |otlp, text| milliseconds(text).map(|time| otlp.interval = time)),
    (&["OTEL_METRIC_EXPORT_TIMEOUT"], |otlp, text| {
        milliseconds(text).map(|time| otlp.timeout = otlp.timeout.min(time))
    }),
    (&["OTEL_RESOURCE_ATTRIBUTES"], |otlp, text| {
        for (name, value) in pairs(text)? {
            // Unlike those of headers, these names may be percent-encoded.
            let name = decoded(&name).ok_or("a name is not valid percent-encoded UTF-8")?;
            set(&mut otlp.attributes, name, value);
        }
        Ok(())
    }),
    (&["OTEL_SERVICE_NAME"], |otlp, name| {
        set(&mut otlp.attributes, "service.name".to_owned(), name.to_owned());
        Ok(())
    }),
];

/// Applies the variables that are set.
pub(super) fn apply(otlp: &mut Otlp) -> Result<(), Error> {
    first(&["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"], |variable, url| {
        url.clone_into(&mut otlp.endpoint);
        otlp.is_whole = variable.contains("METRICS");
        otlp.url().map(|_| ()).map_err(in_words)
    })?;
    VARIABLES.iter().try_for_each(|(names, apply)| first(names, |_, text| apply(otlp, text)))
}

/// Applies the first variable that is set.
fn first(names: &[&str], apply: impl FnOnce(&str, &str) -> Result<(), String>) -> Result<(), Error> {
    for variable in names {
        let error = |reason| Error::Environment { variable: (*variable).to_owned(), reason };
        let Some(text) = env::var_os(variable) else { continue };
        let text = text.to_str().ok_or_else(|| error("is not valid UTF-8".to_owned()))?.trim();
        if !text.is_empty() {
            return apply(variable, text).map_err(error);
        }
    }
    Ok(())
}

fn protocol(name: &str) -> Result<(), String> {
    match name.to_ascii_lowercase().as_str() {
        "http/protobuf" => Ok(()),
        other => Err(format!("`{other}` is not supported; use `http/protobuf`, usually on port 4318")),
    }
}

fn headers(otlp: &mut Otlp, text: &str) -> Result<(), String> {
    for (name, value) in pairs(text)? {
        if let Some(reason) = header_error(&name, &value) {
            return Err(format!("the header `{name}` {reason}"));
        }
        set(&mut otlp.headers, name.to_ascii_lowercase(), value);
    }
    Ok(())
}

fn compression(otlp: &mut Otlp, name: &str) -> Result<(), String> {
    otlp.compresses = match name.to_ascii_lowercase().as_str() {
        "gzip" if cfg!(feature = "gzip") => true,
        "gzip" => return Err("`gzip` needs the feature `gzip` of `metrics-instrumented`; enable it".to_owned()),
        "none" => false,
        other => return Err(format!("`{other}` is not supported; use `gzip` or `none`")),
    };
    Ok(())
}

#[cfg(feature = "tls")]
fn certificate(otlp: &mut Otlp, file: &str) -> Result<(), String> {
    check_file(file)?;
    otlp.ca = Some(file.into());
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn certificate(_: &mut Otlp, _: &str) -> Result<(), String> {
    Err(without_feature("tls"))
}

fn temporality(otlp: &mut Otlp, preference: &str) -> Result<(), String> {
    otlp.is_delta = match preference.to_ascii_lowercase().as_str() {
        "cumulative" => false,
        // `lowmemory` selects deltas for synchronous counters and histograms, and all of them are synchronous here.
        "delta" | "lowmemory" => true,
        other => return Err(format!("`{other}` is not supported; use `cumulative`, `delta` or `lowmemory`")),
    };
    Ok(())
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse().map_err(|_| format!("`{text}` is not a number of milliseconds"))? {
        0 => Err(MUST_NOT_BE_ZERO.to_owned()),
        milliseconds => Ok(Duration::from_millis(milliseconds)),
    }
}

/// Parses `key=value` pairs in the format of W3C Baggage, separated by commas, with percent-encoded values. Errors contain no value, which may be a secret.
fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = text.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let split = pair.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
            let (name, value) =
                split.filter(|(name, _)| !name.is_empty()).ok_or("expected pairs such as `name=value,other=value`")?;
            let value =
                decoded(value).ok_or_else(|| format!("the value of `{name}` is not valid percent-encoded UTF-8"))?;
            Ok((name.to_owned(), value))
        })
        .collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        bytes.push(hexadecimal::byte(rest.as_bytes().get(at + 1..at + 3)?)?);
        rest = &rest[at + 3..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_percent_decoded() {
        let read = pairs("authorization=Basic%20dXNlcg==, a=1%2C2 ,,b=%C3%A9").unwrap();
        let expected = [("authorization", "Basic dXNlcg=="), ("a", "1,2"), ("b", "é")];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        for wrong in ["novalue", "=%f", "a=%f", "a=%zz", "a=%ff", "a=%+f"] {
            let error = pairs(wrong).unwrap_err();
            assert!(!error.contains("%f") && !error.contains("%z"), "{error}");
        }
    }
}
