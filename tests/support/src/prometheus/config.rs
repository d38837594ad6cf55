//! The server's configuration.

use std::{collections::BTreeMap, net::SocketAddr, path::Path};

use serde_json::{Value, json};

/// How often to scrape and to evaluate rules: as often as a busy machine of two cores bears.
const INTERVAL: &str = "500ms";

/// A configuration file. JSON is YAML, so nothing needs quoting by hand.
pub(super) fn render(targets: &[(&str, SocketAddr)], rule_files: &[&Path], alertmanager: Option<SocketAddr>) -> String {
    let mut jobs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (job, address) in targets {
        jobs.entry(job).or_default().push(address.to_string());
    }
    let jobs: Vec<Value> = jobs
        .into_iter()
        .map(|(job, addresses)| json!({ "job_name": job, "static_configs": [{ "targets": addresses }] }))
        .collect();
    // The server looks beside its configuration otherwise, in a directory of ours.
    let rule_files: Vec<_> = rule_files
        .iter()
        .map(|path| path.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        .collect();
    let alertmanagers: Vec<Value> = alertmanager
        .iter()
        .map(|address| json!({ "static_configs": [{ "targets": [address.to_string()] }] }))
        .collect();
    let config = json!({
        "global": { "scrape_interval": INTERVAL, "scrape_timeout": INTERVAL, "evaluation_interval": INTERVAL },
        "rule_files": rule_files,
        "alerting": { "alertmanagers": alertmanagers },
        "scrape_configs": jobs,
    });
    format!("{config:#}\n")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::render;

    #[test]
    fn targets_of_one_job_are_grouped() {
        let address = |port| ([127, 0, 0, 1], port).into();
        let config: Value =
            serde_json::from_str(&render(&[("a", address(1)), ("b", address(2)), ("a", address(3))], &[], None))
                .unwrap();
        assert_eq!(
            config["scrape_configs"],
            json!([
                { "job_name": "a", "static_configs": [{ "targets": ["127.0.0.1:1", "127.0.0.1:3"] }] },
                { "job_name": "b", "static_configs": [{ "targets": ["127.0.0.1:2"] }] },
            ])
        );
    }
}
