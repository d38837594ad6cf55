//! Reads an exposition from an address or a file.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::model::Exposition;
use super::{parse, protobuf};
use crate::error::Error;
use crate::fetch::{Client, MAX_BYTES, is_address};

/// The format to request from a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Preferred {
    /// `OpenMetrics` 1.0.
    #[default]
    Openmetrics,
    /// The text format 0.0.4.
    Text,
    /// `PrometheusProto`.
    Protobuf,
}

const OPENMETRICS: &str = "application/openmetrics-text";
const PROTOBUF: &str = "application/vnd.google.protobuf";

impl Preferred {
    /// The preferred format first; any other format is better than an error.
    const fn accept(self) -> &'static str {
        match self {
            Self::Openmetrics => {
                "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,\
                 application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.1"
            }
            Self::Text => "text/plain;version=0.0.4",
            Self::Protobuf => {
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
            }
        }
    }
}

/// Reads an `http://` or `https://` address, or a file, compressed by gzip or not.
pub(crate) fn read(target: &str, client: &Client, preferred: Preferred) -> Result<Exposition, Error> {
    if is_address(target) {
        return fetch(target, client, preferred);
    }
    let path = Path::new(target);
    let invalid = |reason: &str| Error::Exposition { target: target.to_owned(), reason: reason.to_owned() };
    let mut bytes = fs::read(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound if target.contains(':') => {
            invalid("no such file; the address of a target begins with `http://` or `https://`")
        }
        _ => Error::Read { path: path.to_owned(), source },
    })?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes.as_slice())
            .take(MAX_BYTES)
            .read_to_end(&mut plain)
            .map_err(|error| invalid(&format!("it is not valid gzip, or truncated: {error}; save the scrape again")))?;
        bytes = plain;
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(invalid("it is empty; expected the Prometheus text format, OpenMetrics or PrometheusProto"));
    }
    // A message begins with its length and the tag of the name; text never has this tag as its second or third byte.
    match protobuf::decode(&bytes) {
        Ok(exposition) => return Ok(exposition),
        Err(0) => {}
        Err(families) => {
            return Err(invalid(&format!(
                "it is PrometheusProto, but truncated or invalid after {families} families; save the scrape again"
            )));
        }
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| invalid("not valid UTF-8; expected the Prometheus text format, OpenMetrics or PrometheusProto"))?;
    if looks_like_markup(&text) {
        return Err(invalid("it is HTML or JSON; expected the Prometheus text format, OpenMetrics or PrometheusProto"));
    }
    Ok(parse::parse(&text, false))
}

fn looks_like_markup(text: &str) -> bool {
    text.trim_start().starts_with(['<', '[']) || text.trim_start().starts_with("{\"") && text.trim_end().ends_with('}')
}

fn fetch(url: &str, client: &Client, preferred: Preferred) -> Result<Exposition, Error> {
    let response = client.get(url, preferred.accept())?;
    let failed = |reason: String| Error::Exposition { target: url.to_owned(), reason };
    let content_type = &response.content_type;
    if content_type.starts_with(PROTOBUF) {
        return protobuf::decode(&response.body).map_err(|families| {
            failed(match families {
                0 => "the response is not PrometheusProto, although its content type says so".to_owned(),
                families => format!("the response is truncated or invalid after {families} families"),
            })
        });
    }
    let is_open_metrics = content_type.starts_with(OPENMETRICS);
    if !is_open_metrics && !content_type.starts_with("text/plain") {
        return Err(failed(format!(
            "the server answers with the content type `{content_type}`; expected `text/plain`, `{OPENMETRICS}` or `{PROTOBUF}`"
        )));
    }
    let text = String::from_utf8(response.body).map_err(|_| failed("the response is not valid UTF-8".to_owned()))?;
    if text.trim().is_empty() {
        return Err(failed("the response is empty; is this the path of the metrics?".to_owned()));
    }
    Ok(parse::parse(&text, is_open_metrics))
}
