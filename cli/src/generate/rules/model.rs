//! Groups of rules, with examples for their tests.

use std::collections::BTreeMap;

use crate::config::Config;

/// A group of rules, which are evaluated in order.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(super) name: String,
    pub(super) rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug)]
pub(super) enum Rule {
    Record { name: String, expr: String },
    Alert(Box<Alert>),
}

/// An alert, with series for which it fires, and others for which it does not.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    pub(super) name: String,
    pub(super) expr: String,
    pub(super) for_duration: String,
    pub(super) severity: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) example: Example,
}

/// An example for the test of an alert.
#[derive(Clone, Debug, Default)]
pub(super) struct Example {
    /// Series for which it fires, with their first value and its change per minute in promtool's syntax.
    pub(super) fires: Vec<(String, String)>,
    /// Series for which it does not fire.
    pub(super) quiet: Vec<(String, String)>,
    /// Series of bad calls that are fewer than the minimum, for which it does not fire either; empty if there is no minimum.
    pub(super) rare: Vec<(String, String)>,
    /// Whether the alert is grouped by job, so that the examples need different jobs.
    pub(super) by_job: bool,
}

impl Alert {
    pub(super) fn labels(&self, config: &Config) -> BTreeMap<String, String> {
        let severity = ("severity".to_owned(), self.severity.clone());
        config.labels.clone().into_iter().chain([severity]).collect()
    }

    pub(super) fn annotations(&self, config: &Config) -> BTreeMap<String, String> {
        let runbook = config.runbook.as_ref().map(|url| ("runbook_url".to_owned(), url.replace("{alert}", &self.name)));
        let texts = [("summary", &self.summary), ("description", &self.description)];
        texts.into_iter().map(|(key, text)| (key.to_owned(), text.clone())).chain(runbook).collect()
    }
}
