//! Generates files from the catalogue.

pub(crate) mod dashboard;
pub(crate) mod docs;
pub(crate) mod rules;
pub(crate) mod scraping;
mod yaml;
