//! What the server's HTTP API answers.

use serde_json::Value;

use crate::exposition::Labels;

/// One value that a query gives.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryValue {
    /// The labels, `__name__`, `job` and `instance` among them if the query keeps them.
    pub labels: Labels,
    /// The value at the time of the query.
    pub value: f64,
}

/// What is known of a metric beside its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// The type, such as `counter`.
    pub kind: String,
    /// The help text.
    pub help: String,
}

/// Something that is scraped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The job that it belongs to.
    pub job: String,
    /// Its address.
    pub instance: String,
    /// `up`, `down`, or `unknown` before the first scrape.
    pub health: String,
    /// Why the last scrape failed; empty if it did not.
    pub last_error: String,
}

/// The data of an answer.
pub(super) fn data(body: &str) -> Result<Value, String> {
    let mut answer: Value = serde_json::from_str(body).map_err(|error| format!("not JSON: {error}: {body}"))?;
    if answer["status"] == "success" {
        Ok(answer["data"].take())
    } else {
        Err(format!("{}: {}", string(&answer["errorType"]), string(&answer["error"])))
    }
}

/// The `warnings` and `infos` of an answer.
pub(super) fn remarks(body: &str) -> Vec<String> {
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    ["warnings", "infos"].iter().flat_map(|key| array(&answer[*key])).map(string).collect()
}

pub(super) fn query(data: &Value) -> Result<Vec<QueryValue>, String> {
    let result = &data["result"];
    match data["resultType"].as_str() {
        Some("vector") => array(result)
            .iter()
            .map(|item| Ok(QueryValue { labels: labels(&item["metric"]), value: number(&item["value"])? }))
            .collect(),
        Some("scalar") => Ok(vec![QueryValue { labels: Labels::new(), value: number(result)? }]),
        _ => Err(format!("neither a vector nor a scalar: {data}")),
    }
}

pub(super) fn metadata(data: &Value, name: &str) -> Option<Metadata> {
    let first = array(&data[name]).first()?;
    Some(Metadata { kind: string(&first["type"]), help: string(&first["help"]) })
}

pub(super) fn targets(data: &Value) -> Vec<Target> {
    let target = |target: &Value| Target {
        job: string(&target["labels"]["job"]),
        instance: string(&target["labels"]["instance"]),
        health: string(&target["health"]),
        last_error: string(&target["lastError"]),
    };
    array(&data["activeTargets"]).iter().map(target).collect()
}

pub(super) fn series(data: &Value) -> Vec<Labels> {
    array(data).iter().map(labels).collect()
}

/// A pair of time and value, the value in a string of Go's own format.
fn number(pair: &Value) -> Result<f64, String> {
    // Rust reads `NaN`, `+Inf` and `-Inf` as Go writes them.
    pair[1].as_str().and_then(|value| value.parse().ok()).ok_or_else(|| format!("not a value: {pair}"))
}

fn labels(object: &Value) -> Labels {
    let pairs = object.as_object().into_iter().flatten();
    pairs.map(|(name, value)| (name.clone(), string(value))).collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{data, query, remarks};

    #[test]
    fn reads_vectors_and_scalars() {
        let vector = json!({ "resultType": "vector", "result": [
            { "metric": { "a": "x" }, "value": [1.5, "2"] },
            { "metric": {}, "value": [1.5, "+Inf"] },
        ]});
        let values = query(&vector).unwrap();
        assert_eq!((values[0].labels["a"].as_str(), values[0].value), ("x", 2.0));
        assert_eq!((values[1].labels.len(), values[1].value), (0, f64::INFINITY));

        let scalar = json!({ "resultType": "scalar", "result": [1.5, "NaN"] });
        assert!(query(&scalar).unwrap()[0].value.is_nan());
        assert!(query(&json!({ "resultType": "matrix", "result": [] })).is_err());
    }

    #[test]
    fn annotations_are_warnings_and_infos() {
        let body = r#"{"status":"success","data":{},"warnings":["w"],"infos":["i","j"]}"#;
        assert_eq!(remarks(body), ["w", "i", "j"]);
        assert!(remarks(r#"{"status":"success","data":{}}"#).is_empty());
    }

    #[test]
    fn an_error_contains_the_message_of_the_server() {
        let body = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
        assert_eq!(data(body), Err("bad_data: parse error".to_owned()));
        assert!(data("<html>").unwrap_err().starts_with("not JSON"));
    }
}
