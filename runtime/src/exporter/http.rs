//! Responses to HTTP requests, for this crate's listener and for existing servers.

mod accept;
pub(super) mod components;
pub(super) mod credentials;
pub(super) mod endpoint;
mod gzip;
mod negotiation;
mod page;
pub(super) mod paths;
mod renderer;
pub(super) mod service;
