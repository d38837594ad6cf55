//! Pushes to an OpenTelemetry collector by OTLP/HTTP (<https://opentelemetry.io/docs/specs/otlp/#otlphttp>), without an SDK.
//!
//! ```text
//! settings + environment ─> pusher (a thread) ─> encode: a Writer of the exposition ─> client ─> collector
//!                                                   └── baseline: the totals that the collector has acknowledged, for deltas
//! ```

mod baseline;
mod encode;
mod environment;
mod hexadecimal;
pub(super) mod problem;
pub(super) mod pusher;
mod request;
mod response;
mod retry;
pub(super) mod settings;
