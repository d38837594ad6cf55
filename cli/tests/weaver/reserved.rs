//! Imports of registries whose names and limits Rust, Prometheus or the library reserve.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::{compiled, good, metrics, tool};

/// Metrics and attributes whose names become the same, are keywords, or have a meaning in Rust, Prometheus or the library.
const REGISTRY: &str = r#"
groups:
  - id: registry.all
    type: attribute_group
    attributes:
      - { id: outcome, type: { members: [{ id: good, value: good }, { id: bad, value: bad }] } }
      - { id: job, type: string }
      - { id: instance, type: boolean }
      - { id: self, type: string }
      - { id: Self, type: string }
      - { id: gen, type: boolean }
      - { id: async, type: boolean }
      - { id: HTTP.Method, type: boolean }
      - { id: a.b, type: boolean }
      - { id: a_b, type: boolean }
      - { id: le, type: string }
      - { id: open, type: { members: [{ id: "", value: "" }, { id: self, value: 1 }, { id: "a\u202eb", value: "a\nb" }] } }
      - { id: labeled, type: string }
      - { id: "line\nbreak", type: "string[]" }
  - { id: m1, metric_name: job.duration, instrument: histogram, unit: s, brief: "Jobs.\rSecond \u202e line.", attributes: [{ ref: outcome }, { ref: job }, { ref: instance }, { ref: self }, { ref: Self }] }
  - { id: m2, metric_name: keys, instrument: counter, unit: "1", brief: K., attributes: [{ ref: outcome }, { ref: job }, { ref: gen }, { ref: async }, { ref: HTTP.Method }, { ref: a.b }, { ref: a_b }, { ref: le }, { ref: "line\nbreak" }] }
  - { id: m3, metric_name: open, instrument: gauge, unit: "{x}", brief: O., attributes: [{ ref: open }, { ref: labeled }], annotations: { prometheus: { labels: { labeled: quantile } } } }
  - { id: m4, metric_name: counter, instrument: counter, unit: "1", brief: C., attributes: [{ ref: labeled }], annotations: { prometheus: { open: { labeled: { max: 100000, idle: 0 } } } } }
  - { id: m5, metric_name: a.c, instrument: counter, unit: "1", brief: A. }
  - { id: m6, metric_name: a_c, instrument: counter, unit: "1", brief: A. }
  - { id: m7, metric_name: a__c, instrument: updowncounter, unit: "{x}", brief: A. }
  - { id: m8, metric_name: what, instrument: zzz, unit: "1", brief: W. }
  - { id: m9, metric_name: none, unit: "1", brief: N. }
  - { id: m10, metric_name: named, instrument: counter, unit: "1", brief: N., annotations: { prometheus: { name: named_bytes } } }
  - { id: m11, metric_name: size, instrument: histogram, unit: By, brief: S., annotations: { prometheus: { buckets: [2.0, 1.0] } } }
  - { id: m12, metric_name: weight, instrument: histogram, unit: g, brief: W., annotations: { prometheus: { buckets: [1.0], native: { schema: 9, classic: false } } } }
"#;

/// A duration with its outcome, one with an outcome of its own values, and labels that Prometheus renames.
const DECLARATIONS: &str = concat!(
    r#"{"v":1,"declares":"operation","at":["m","Sail","f.rs",1],"labels":[{"name":"job","values":["a","b"]}],"outcome":{"label":"outcome","finished":["ok","error"],"classes":["ok","error"],"panic":"panic","cancelled":"cancelled","started":null,"never":[]},"duration":{"name":"sail_duration_seconds","help":"Sails.","labels":1,"outcome":true},"buckets":[0.5,1.0]}"#,
    "\n",
    r#"{"v":1,"declares":"operation","at":["m","Dock","f.rs",2],"labels":[],"outcome":{"label":"outcome","finished":["done","late"],"classes":["ok","error"],"panic":"late","cancelled":"late","started":null,"never":[]},"duration":{"name":"dock_duration_seconds","help":"Docks.","labels":0,"outcome":true},"buckets":[0.5,1.0]}"#,
    "\n",
    r#"{"v":1,"declares":"operation","at":["m","swim","f.rs",3],"fixed":[["module","m"],["function","swim"]],"labels":[],"outcome":{"label":"outcome","finished":["ok","error"],"classes":["ok","error"],"panic":"panic","cancelled":"cancelled","started":null,"never":["error","cancelled"]},"calls":{"name":"function_calls_total","help":"Calls.","labels":0},"duration":{"name":"function_duration_seconds","help":"Durations.","labels":0,"outcome":true},"buckets":[0.5]}"#,
);

#[test]
fn reserved_names_compile_and_comments_name_what_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let declarations = path("own.jsonl", DECLARATIONS);
    let own = path("own.yaml", &good(&["catalog", &declarations, "--format", "weaver"]));
    let modules = BTreeMap::from([
        ("reserved".to_owned(), good(&["import", &path("registry.yaml", REGISTRY)])),
        ("outcomes".to_owned(), good(&["import", &own])),
    ]);
    let module = &modules["reserved"];
    for left_out in [
        "// Without the attribute `a_b`: another attribute is also called `a_b`.",
        "// Without the attribute `le`: the labels `le` and `quantile` are reserved",
        "// Without the attribute `line break`: a label has no values of the type `string[]`.",
        "// Without the attribute `labeled`: the labels `le` and `quantile` are reserved",
        "// Without `max = 100000` of the attribute `labeled`: expected 1 to 10000.",
        "// Without `idle = 0` of the attribute `labeled`: expected 1 to 4294967295.",
        "// Not an operation, because the values of `outcome` are not those of an operation.",
        "// `a_c` is left out: another metric is also called `a_c_total`.",
        "// `what` is left out: unknown `instrument: zzz`; expected `counter`, `updowncounter`, `gauge` or `histogram`.",
        "// `none` is left out: it has no `instrument`.",
        "// `named` is left out: counter names must end in `_total`; add it.",
        "// Without the buckets of the registry: bucket bounds must increase",
        "// Without the buckets of the registry: the schema of native buckets must be from -4 to 8.",
    ] {
        assert!(module.lines().any(|line| line.starts_with(left_out)), "{left_out}\n{module}");
    }
    let catalogues = compiled(&modules);
    let found = metrics(&catalogues["reserved"]);
    let labels = |name: &str| found[name].1.keys().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(labels("job_duration_seconds"), ["Self", "instance", "job", "outcome", "self"]);
    assert_eq!(labels("keys_total"), ["HTTP_Method", "a_b", "async", "gen", "job", "outcome"]);
    assert_eq!(found.len(), 8, "{found:?}");

    // There and back.
    let before: Value = serde_json::from_str(&good(&["catalog", &declarations])).unwrap();
    let mut before = metrics(&before);
    for values in before.values_mut().flat_map(|(_, labels)| labels.values_mut()) {
        // A single value is not an enum.
        *values = values.take().filter(|values| values.len() > 1);
    }
    assert_eq!(metrics(&catalogues["outcomes"]), before);
}

#[test]
fn a_registry_with_unknown_instruments_only_is_an_error_that_names_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registry.yaml");
    fs::write(&file, "groups: [{ id: a, metric_name: a, instrument: zzz, unit: s, brief: A. }]\n").unwrap();
    let output = tool(&["import", file.to_str().unwrap()]);
    let said = String::from_utf8(output.stderr).unwrap();
    let expected = "it has no metrics that can be declared: `a` is left out: unknown `instrument: zzz`; expected";
    assert!(output.status.code() == Some(2) && said.contains(expected), "{said}");
}
