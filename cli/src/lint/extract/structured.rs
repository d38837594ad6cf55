//! YAML and JSON files: what kind of file each document is.

use saphyr::{LoadableYamlNode, MarkedYaml};

use super::yaml::lines;
use super::{dashboard, rules_file};
use crate::lint::document::{Document, Extracted};
use crate::lint::finding::Rule;

/// What a YAML or JSON file holds, whatever it is.
pub(super) fn extract(document: &Document) -> Extracted {
    let mut extracted = Extracted::default();
    match MarkedYaml::load_from_str(&document.text) {
        Ok(roots) => {
            for root in &roots {
                extract_root(document, root, &mut extracted);
            }
        }
        Err(error) => {
            let line = error.marker().line();
            extracted.report(document, (line, line), "", Rule::File, &format!("neither YAML nor JSON: {error}"));
        }
    }
    extracted
}

fn extract_root(document: &Document, root: &MarkedYaml<'_>, extracted: &mut Extracted) {
    let lines = lines(root);
    if rules_file::is_one(root) {
        rules_file::extract(document, root, lines.0, extracted);
    } else if let Some(dashboard) = dashboard::of(root) {
        dashboard::extract(document, dashboard, extracted);
    } else if rules_file::is_scrape_config(root) {
        rules_file::refuse_in_scrape_config(document, root, extracted);
    } else {
        let message = "neither rules (`groups`, or a PrometheusRule) nor a dashboard (`panels`) nor a configuration (`scrape_configs`)";
        extracted.report(document, lines, "", Rule::File, message);
    }
}
