//! Grafana's data sources: which queries are not PromQL.

use super::node::Node;
use crate::lint::document::{Extracted, Purpose};

/// Plug-ins whose queries are PromQL.
const PROMETHEUS: &[&str] =
    &["prometheus", "grafana-amazonprometheus-datasource", "grafana-azureprometheus-datasource"];

/// Words in common names of data sources of other kinds.
const OTHER_NAMES: &[&str] = &[
    "loki",
    "elasticsearch",
    "opensearch",
    "influxdb",
    "influx",
    "graphite",
    "cloudwatch",
    "tempo",
    "jaeger",
    "zipkin",
    "mysql",
    "postgres",
    "postgresql",
    "mssql",
    "stackdriver",
    "testdata",
    "opentsdb",
    "pyroscope",
    "clickhouse",
];

/// The kind of a data source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Prometheus,
    Other,
    Unknown,
}

/// The data sources that a dashboard declares: variables and inputs of an export.
#[derive(Debug, Default)]
pub(super) struct Sources<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Sources<'a> {
    pub(super) fn of(dashboard: &'a Node) -> Self {
        let variables = dashboard.at(&["templating", "list"]).map_or(&[][..], Node::items).iter();
        let variables = variables.filter(|variable| variable.text("type") == Some("datasource"));
        let variables = variables.filter_map(|variable| Some((variable.text("name")?, variable.text("query")?)));
        let inputs = dashboard.items_of("__inputs").iter();
        let inputs = inputs.filter_map(|input| Some((input.text("name")?, input.text("pluginId")?)));
        Self(variables.chain(inputs).collect())
    }

    /// Returns whether a query with this data source, or of a panel with one, is certainly not PromQL.
    pub(super) fn is_foreign(&self, query: &Node, panel: Option<&Node>) -> bool {
        let own = self.kind(query.get("datasource"));
        let kind = if own == Kind::Unknown { self.kind(panel.and_then(|panel| panel.get("datasource"))) } else { own };
        kind == Kind::Other || (kind == Kind::Unknown && query.text("expr").is_some_and(is_log_query))
    }

    fn kind(&self, source: Option<&Node>) -> Kind {
        let Some(source) = source else { return Kind::Unknown };
        let of_plugin = |plugin: &str| if PROMETHEUS.contains(&plugin) { Kind::Prometheus } else { Kind::Other };
        match source.filled("type") {
            // `datasource` is a Grafana data source: in mixed panels, each query has its own.
            Some("datasource") => return Kind::Unknown,
            Some(plugin) => return of_plugin(plugin),
            None => {}
        }
        let Some(name) = source.as_str().or_else(|| source.text("uid")) else { return Kind::Unknown };
        let variable = name.trim_start_matches(['$', '{', '[']).trim_end_matches(['}', ']']);
        let variable = variable.split(':').next().unwrap_or_default();
        match self.0.iter().find(|(declared, _)| name != variable && *declared == variable) {
            Some((_, plugin)) => of_plugin(plugin),
            None if is_other_name(variable) => Kind::Other,
            None => Kind::Unknown,
        }
    }
}

/// `Loki`, `loki-prod` or `DS_LOKI`, and not `prometheus-of-loki`.
fn is_other_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    !name.contains("prom") && words.any(|word| OTHER_NAMES.contains(&word))
}

/// Returns whether the model of a Grafana alert's query is certainly not PromQL.
pub(super) fn is_foreign(model: &Node) -> bool {
    Sources::default().is_foreign(model, None)
}

/// Returns whether a query has a pipeline behind a selector, as `LogQL` has and PromQL never.
fn is_log_query(query: &str) -> bool {
    let compact: String = query.split_whitespace().collect();
    ["}|", "|=\"", "|~\"", "|=`", "|~`"].iter().any(|mark| compact.contains(mark))
}

/// Adds a query.
pub(super) fn push_query(node: Option<&Node>, extracted: &mut Extracted) {
    if let Some((node, promql)) = node.and_then(|node| Some((node, node.as_str()?))) {
        extracted.push(promql, node.span.clone(), Purpose::Panel);
    }
}
