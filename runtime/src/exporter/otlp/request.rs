//! Encodes requests.

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
