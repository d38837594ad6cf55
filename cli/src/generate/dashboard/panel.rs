//! Panels and their layout.

use serde_json::{Value, json};

use crate::promql::owned::OwnedQuery;

/// The number of columns of Grafana's grid.
const WIDTH: usize = 24;

/// A panel's size.
const PANEL: (usize, usize) = (8, 8);

/// One panel.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) unit: &'static str,
    pub(super) shape: Shape,
    /// Queries and their legends.
    pub(super) queries: Vec<(String, String)>,
}

impl Panel {
    /// Its queries, without their legends.
    pub(super) fn queries(&self) -> Vec<OwnedQuery> {
        let owner = format!("panel `{}`", self.title);
        let query =
            |(promql, _): &(String, String)| OwnedQuery { owner: owner.clone(), promql: promql.clone(), records: None };
        self.queries.iter().map(query).collect()
    }
}

/// The visualisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Lines,
    Heatmap,
    Table,
}

/// The panels so far, row by row.
#[derive(Debug, Default)]
pub(super) struct Layout {
    panels: Vec<Value>,
    x: usize,
    y: usize,
}

impl Layout {
    /// Begins a row with a title.
    pub(super) fn row(&mut self, title: &str, description: &str) {
        self.end_line();
        let title = if description.is_empty() { title.to_owned() } else { format!("{title}: {description}") };
        let place = json!({ "h": 1, "w": WIDTH, "x": 0, "y": self.y });
        self.push(json!({ "type": "row", "title": title, "collapsed": false, "gridPos": place, "panels": [] }));
        self.y += 1;
    }

    /// Adds a panel after the last one.
    pub(super) fn add(&mut self, panel: Panel) {
        if self.x + PANEL.0 > WIDTH {
            self.end_line();
        }
        let place = json!({ "h": PANEL.1, "w": PANEL.0, "x": self.x, "y": self.y });
        self.x += PANEL.0;
        self.push(panel.json(&place));
    }

    pub(super) fn panels(self) -> Vec<Value> {
        self.panels
    }

    fn end_line(&mut self) {
        if self.x > 0 {
            self.x = 0;
            self.y += PANEL.1;
        }
    }

    fn push(&mut self, mut panel: Value) {
        panel["id"] = (self.panels.len() + 1).into();
        self.panels.push(panel);
    }
}

impl Panel {
    fn json(self, place: &Value) -> Value {
        let table_or_heatmap = self.shape != Shape::Lines;
        let target = |(at, (query, legend)): (usize, (String, String))| {
            json!({
                "refId": char::from(b'A' + u8::try_from(at % 26).unwrap_or_default()).to_string(),
                "datasource": datasource(),
                "editorMode": "code",
                "expr": query,
                "legendFormat": legend,
                "format": match self.shape { Shape::Lines => "time_series", Shape::Heatmap => "heatmap", Shape::Table => "table" },
                "instant": self.shape == Shape::Table,
                "range": self.shape != Shape::Table,
            })
        };
        let targets: Vec<Value> = self.queries.into_iter().enumerate().map(target).collect();
        let (kind, options, custom) = match self.shape {
            Shape::Lines => (
                "timeseries",
                lines(),
                json!({ "drawStyle": "line", "fillOpacity": 10, "lineWidth": 1, "showPoints": "never" }),
            ),
            Shape::Heatmap => ("heatmap", heatmap(), json!({})),
            Shape::Table => ("table", json!({ "showHeader": true }), json!({})),
        };
        let mut defaults = json!({ "unit": self.unit, "custom": custom });
        if !table_or_heatmap {
            defaults["min"] = 0.into();
        }
        json!({
            "type": kind,
            "title": self.title,
            "description": self.description,
            "datasource": datasource(),
            "gridPos": place,
            "fieldConfig": { "defaults": defaults, "overrides": [] },
            "options": options,
            "targets": targets,
        })
    }
}

/// The data source that the reader chooses.
pub(super) fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

fn lines() -> Value {
    json!({
        "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": [] },
        "tooltip": { "mode": "multi", "sort": "desc" },
    })
}

/// Prometheus returns cumulative buckets, which Grafana converts if the format is `heatmap`.
fn heatmap() -> Value {
    json!({
        "calculate": false,
        "cellGap": 1,
        "color": { "mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.5, "fill": "dark-orange", "reverse": false },
        "legend": { "show": true },
        "tooltip": { "show": true, "yHistogram": false },
        "yAxis": { "axisPlacement": "left", "unit": "s" },
    })
}
