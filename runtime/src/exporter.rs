//! The exporter: recorder, exposition and `/metrics` listener.
//!
//! This file only declares the modules and their public items. Inside, everything is imported from the file that defines it, so that the modules form
//! no cycle.

mod builder;
#[cfg(any(feature = "otlp", feature = "push"))]
mod client;
mod collectors;
#[cfg(any(feature = "otlp", feature = "push"))]
mod destinations;
mod doctor;
mod environment;
mod error;
mod exposition;
mod handle;
mod http;
mod install;
mod installed;
mod listener;
mod message;
#[cfg(feature = "otlp")]
mod otlp;
mod own_metrics;
#[cfg(feature = "process")]
mod process;
#[cfg(feature = "push")]
mod push;
mod recorder;
mod registry;
mod retire;
mod scrape;
mod settings;
#[cfg(feature = "tracing")]
mod trace;
mod views;

pub use builder::{Exporter, exporter};
pub use collectors::Collected;
pub use doctor::{Diagnosis, Finding, doctor};
pub use error::Error;
pub use handle::{Handle, ShutdownOnDrop};
pub use http::components::Component;
pub use http::service::Service;
pub use installed::handle;
pub use listener::address::ListenAddress;
pub use listener::limits::Limits;
#[cfg(feature = "otlp")]
pub use otlp::settings::Otlp;
#[cfg(feature = "push")]
pub use push::gateway::{PushError, PushGateway};
#[cfg(feature = "push")]
pub use push::pusher::Pusher;
pub use recorder::Recorder;
