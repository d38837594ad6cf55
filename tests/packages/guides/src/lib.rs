//! Guides of `docs/guides`; `tests/packages.rs` runs their code.

#[doc = include_str!("../../../../docs/guides/actix.md")]
pub mod actix {}

#[doc = include_str!("../../../../docs/guides/http-clients.md")]
pub mod http_clients {}

#[doc = include_str!("../../../../docs/guides/other-exporters.md")]
pub mod other_exporters {}
