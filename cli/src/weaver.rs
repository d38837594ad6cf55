//! Registries of OpenTelemetry's semantic conventions, as Weaver reads them: written from a catalogue, and read into declarations in Rust.
//!
//! The format: <https://github.com/open-telemetry/weaver/blob/main/schemas/semconv-syntax.md>.

mod export;
mod import;
mod labels;
mod naming;
mod registry;
mod text;
mod writer;

pub(crate) use export::registry;
pub(crate) use import::import;
