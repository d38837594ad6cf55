//! What a request is answered with, whoever serves it: our listener, or a server that was there before.

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
