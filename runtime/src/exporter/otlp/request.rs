//! A whole request, and what its response says.

#[cfg(feature = "gzip")]
use std::io::Write;

use super::encode::attribute;
use crate::exporter::exposition::wire::{message, string};

/// The `ExportMetricsServiceRequest` of one resource and one scope with these metrics.
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

/// The bytes, compressed.
#[cfg(feature = "gzip")]
pub(super) fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to a vector cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// How many data points an `ExportMetricsServiceResponse` says were rejected.
pub(super) fn rejected(mut response: &[u8]) -> u64 {
    // `partial_success`, and in it `rejected_data_points`.
    let Some(mut partial) = length_delimited(&mut response) else { return 0 };
    match partial.split_first() {
        Some((0x08, rest)) => {
            partial = rest;
            varint(&mut partial).unwrap_or(0)
        }
        _ => 0,
    }
}

/// The content of the field 1, if it comes first.
fn length_delimited<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (0x0a, rest) = bytes.split_first().map(|(tag, rest)| (*tag, rest))? else { return None };
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
        assert_eq!(rejected(b""), 0);
        assert_eq!(rejected(b"\x0a\x00"), 0);
        assert_eq!(rejected(b"\x0a\x07\x08\x96\x01\x12\x02no"), 150);
        assert_eq!(rejected(b"\x0a\x04\x12\x02no"), 0);
        assert_eq!(rejected(b"\x0a\xff"), 0);
        assert_eq!(rejected(b"<html>"), 0);
    }
}
