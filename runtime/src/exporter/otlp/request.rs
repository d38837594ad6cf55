//! Encodes requests and decodes responses.

#[cfg(feature = "gzip")]
use std::io::Write;

use super::encode::attribute;
use crate::exporter::exposition::wire::{message, string};

/// Encodes the `ExportMetricsServiceRequest` of one resource and one scope with these metrics.
pub(super) fn request(attributes: &[(String, String)], metrics: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(metrics.len() + 512);
    message(&mut output, 1, |resource_metrics| {
        message(resource_metrics, 1, |resource| {
            for (name, value) in attributes {
                attribute(resource, 1, name, value);
            }
        });
        message(resource_metrics, 2, |scope_metrics| {
            message(scope_metrics, 1, |scope| {
                string(scope, 1, env!("CARGO_PKG_NAME"));
                string(scope, 2, env!("CARGO_PKG_VERSION"));
            });
            scope_metrics.extend_from_slice(metrics);
        });
    });
    output
}

/// Compresses the bytes.
#[cfg(feature = "gzip")]
pub(super) fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to a vector cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Data points that a collector rejected, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::exporter) struct Rejected {
    pub(in crate::exporter) points: u64,
    pub(in crate::exporter) message: String,
}

/// Returns the rejected data points that an `ExportMetricsServiceResponse` reports.
pub(super) fn rejected(mut response: &[u8]) -> Rejected {
    // `partial_success`, and in it `rejected_data_points` and `error_message`.
    let Some(mut partial) = length_delimited(&mut response, 0x0a) else { return Rejected::default() };
    let mut points = 0;
    if let Some((0x08, rest)) = partial.split_first() {
        partial = rest;
        points = varint(&mut partial).unwrap_or(0);
    }
    let message = length_delimited(&mut partial, 0x12).unwrap_or_default();
    Rejected { points, message: String::from_utf8_lossy(message).into_owned() }
}

/// Returns the content of the first field, if it has this tag.
fn length_delimited<'a>(bytes: &mut &'a [u8], expected: u8) -> Option<&'a [u8]> {
    let (tag, rest) = bytes.split_first()?;
    if *tag != expected {
        return None;
    }
    *bytes = rest;
    let length = usize::try_from(varint(bytes)?).ok()?;
    bytes.get(..length)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::rejected;

    #[test]
    fn rejected_points_are_read() {
        for (response, points, message) in [
            (&b""[..], 0, ""),
            (b"\x0a\x00", 0, ""),
            (b"\x0a\x07\x08\x96\x01\x12\x02no", 150, "no"),
            (b"\x0a\x04\x12\x02no", 0, "no"),
            (b"\x0a\x02\x08\x03", 3, ""),
            (b"\x0a\x05\x08\x03\x12\x09no", 3, ""),
            (b"\x0a\xff", 0, ""),
            (b"<html>", 0, ""),
        ] {
            let found = rejected(response);
            assert_eq!((found.points, found.message.as_str()), (points, message), "{response:?}");
        }
    }
}
