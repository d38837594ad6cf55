//! Generates files from the catalogue.

pub(crate) mod dashboard;
pub(crate) mod docs;
mod kubernetes;
pub(crate) mod rules;
pub(crate) mod scraping;
mod yaml;
