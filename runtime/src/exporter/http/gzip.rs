//! gzip compression (RFC 1952) of pieces.

use hyper::body::Bytes;

/// A compressed body that is being written.
#[cfg(feature = "gzip")]
pub(super) struct Gzip(flate2::write::GzEncoder<Vec<u8>>);

#[cfg(feature = "gzip")]
impl Gzip {
    pub(super) fn new() -> Self {
        // The fastest level: expositions are repetitive, so the best level gains little and costs ten times as much.
        Self(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()))
    }

    pub(super) fn add(&mut self, piece: &[u8]) {
        // Writing to a vector cannot fail.
        let _ = std::io::Write::write_all(&mut self.0, piece);
    }

    pub(super) fn finish(self) -> Bytes {
        self.0.finish().unwrap_or_default().into()
    }
}

/// Never used without the feature; see `negotiation::rendition`.
#[cfg(not(feature = "gzip"))]
pub(super) struct Gzip;

#[cfg(not(feature = "gzip"))]
impl Gzip {
    pub(super) fn new() -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "as the other one")]
    pub(super) fn add(&mut self, _: &[u8]) {}

    #[allow(clippy::unused_self, reason = "as the other one")]
    pub(super) fn finish(self) -> Bytes {
        Bytes::new()
    }
}
