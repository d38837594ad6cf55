//! Requests to Prometheus: <https://prometheus.io/docs/prometheus/latest/querying/api/>.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::uses::Usage;
use crate::error::Error;
use crate::fetch::Client;
use crate::lint::uses::of_query;
use crate::promql::matcher::equals;

#[derive(Debug)]
pub(super) struct Server<'a> {
    url: &'a str,
    client: &'a Client,
}

#[derive(Deserialize)]
struct Answer<T> {
    status: String,
    #[serde(default)]
    error: Option<String>,
    data: Option<T>,
}

#[derive(Deserialize)]
struct Rules {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    file: String,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    name: String,
    query: String,
    r#type: String,
}

#[derive(Deserialize)]
struct Vector {
    result: Vec<Counted>,
}

#[derive(Deserialize)]
struct Counted {
    metric: BTreeMap<String, String>,
    value: (f64, String),
}

impl<'a> Server<'a> {
    pub(super) fn new(url: &'a str, client: &'a Client) -> Self {
        Self { url: url.trim_end_matches('/'), client }
    }

    fn ask<T: DeserializeOwned>(&self, path: &str, form: Option<&[(&str, &str)]>) -> Result<T, Error> {
        let url = format!("{}/api/v1/{path}", self.url);
        let failed = |reason: String| Error::Exposition { target: url.clone(), reason };
        let response = match form {
            Some(form) => self.client.post(&url, form),
            None => self.client.get(&url, "application/json"),
        }?;
        let answer: Answer<T> = serde_json::from_slice(&response.body)
            .map_err(|error| failed(format!("the response is not that of Prometheus' API: {error}")))?;
        match (answer.status.as_str(), answer.data) {
            ("success", Some(data)) => Ok(data),
            _ => Err(failed(answer.error.unwrap_or_else(|| "the response contains no data".to_owned()))),
        }
    }

    /// The rules of the server, and what they use.
    pub(super) fn rules(&self) -> Result<Vec<Usage>, Error> {
        let rules: Rules = self.ask("rules", None)?;
        let usages = rules.groups.into_iter().flat_map(|group| {
            let file = group.file;
            group.rules.into_iter().map(move |rule| {
                let is_recording = rule.r#type == "recording";
                let kind = if is_recording { "recording rule" } else { "alert" };
                Usage {
                    by: format!("{kind} `{}`", rule.name),
                    file: if file.is_empty() { "rules".into() } else { file.clone().into() },
                    line: 1,
                    selected: of_query(&rule.query, false),
                    records: Some(rule.name).filter(|_| is_recording),
                    must_exist: true,
                }
            })
        });
        Ok(usages.collect())
    }

    /// The names of all series that the server has.
    pub(super) fn published(&self) -> Result<BTreeSet<String>, Error> {
        self.ask("label/__name__/values", None)
    }

    /// How many series there are of each name now.
    pub(super) fn series(&self, job: Option<&str>) -> Result<BTreeMap<String, u64>, Error> {
        let selector = job.map_or_else(|| "__name__=~\".+\"".to_owned(), |job| equals("job", job));
        let query = format!("count by (__name__) ({{{selector}}})");
        let found: Vector = self.ask("query", Some(&[("query", &query)]))?;
        let count = |mut counted: Counted| {
            let name = counted.metric.remove("__name__")?;
            Some((name, counted.value.1.parse().ok()?))
        };
        Ok(found.result.into_iter().filter_map(count).collect())
    }
}
