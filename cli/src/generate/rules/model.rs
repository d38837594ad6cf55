//! Groups of rules, and the examples that test them.

use std::collections::BTreeMap;

use crate::config::Config;

/// A group of rules, evaluated one after the other.
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

/// An alert, with series that make it fire and others that do not.
#[derive(Clone, Debug)]
pub(super) struct Alert {
    pub(super) name: String,
    pub(super) expr: String,
    pub(super) lasts: String,
    pub(super) severity: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) example: Example,
}

/// What shows that an alert fires, and that it does not always.
#[derive(Clone, Debug, Default)]
pub(super) struct Example {
    /// Series and their values a minute, as promtool writes them, when it fires.
    pub(super) fires: Vec<(String, String)>,
    /// When it does not.
    pub(super) quiet: Vec<(String, String)>,
    /// Whether it tells jobs apart. If not, its examples stand for themselves.
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
