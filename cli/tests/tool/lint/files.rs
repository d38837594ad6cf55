//! Files as people have them: JSON, YAML with merge keys, several documents, Kubernetes objects, Markdown.

use serde_json::json;

use crate::support::{Found, lint, lint_alert, only, rules};

const RULES: &str = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: rds_csi_nothing > 0\n";

fn indented(text: &str, by: usize) -> String {
    text.lines().flat_map(|line| [" ".repeat(by), line.to_owned(), "\n".to_owned()]).collect()
}

fn place(found: &[Found]) -> (u64, u64) {
    only(found, "unknown-metric", "rds_csi_nothing");
    (found[0].line, found[0].column)
}

#[test]
fn json_on_one_line_is_read_with_its_columns() {
    let text = json!({ "groups": [{ "name": "g", "rules": [
        { "alert": "A", "expr": "up == 0" }, { "alert": "B", "expr": "rds_csi_nothing > 0" }] }] })
    .to_string();
    let column = text.find("rds_csi_nothing").expect("it is there") as u64 + 1;
    assert_eq!(place(&lint("storage-driver", "r.json", &text)), (1, column));
    assert_eq!(place(&lint("storage-driver", "r.yaml", &text)), (1, column));
}

#[test]
fn json_is_read_as_json() {
    // A surrogate pair, a tab, and the last of two equal keys.
    let text = "{\"title\": \"\\ud83d\\ude00\",\t\"groups\": 1, \"groups\": [{\"name\": \"\\u00e9\", \"rules\": [{\"alert\": \"A\", \"expr\": \"rds_csi_nothing\"}]}]}";
    assert_eq!(place(&lint("storage-driver", "r.json", text)).0, 1);
    assert_eq!(place(&lint("storage-driver", "r.json", &format!("\u{feff}{text}"))).0, 1);
    for broken in ["{", "{\"groups\": [],}", "{'groups': []}", "{\"groups\": []} x", "[1 2]"] {
        only(&lint("storage-driver", "r.json", broken), "file", "not valid JSON");
    }
    only(&lint("storage-driver", "r.json", &"[".repeat(100_000)), "file", "not valid JSON");
}

#[test]
fn merge_keys_of_yaml() {
    let text = "\
x-common: &common
  expr: rds_csi_nothing > 0
  labels: { severity: page }
groups:
- name: g
  rules:
  - <<: *common
    alert: A
  - <<: [*common]
    alert: B
    expr: up == 0
";
    assert_eq!(place(&lint("storage-driver", "r.yaml", text)), (2, 9));
}

#[test]
fn several_documents_in_a_file() {
    let deployment = "kind: Deployment\nspec: { replicas: 1 }\n";
    let custom = |rules: &str| format!("kind: PrometheusRule\nspec:\n{}", indented(rules, 2));
    let text = format!("{deployment}---\n{}---\n{}", custom(RULES), custom(&RULES.replace("rds_csi_nothing", "up")));
    assert_eq!(place(&lint("storage-driver", "all.yaml", &text)).0, 10);
    // The server reads the first document of a rule file only.
    let good = RULES.replace("rds_csi_nothing", "up");
    only(
        &lint("storage-driver", "r.yaml", &format!("{good}---\n{good}")),
        "file",
        "reads only the first YAML document",
    );
    only(&lint("storage-driver", "r.yaml", &format!("{deployment}---\n{deployment}")), "file", "unrecognised file");
}

#[test]
fn rules_in_objects_of_kubernetes() {
    for kind in ["PrometheusRule", "VMRule"] {
        let text = format!("apiVersion: x/v1\nkind: {kind}\nmetadata:\n  name: x\nspec:\n{}", indented(RULES, 2));
        assert_eq!(place(&lint("storage-driver", "r.yaml", &text)), (10, 13), "{kind}");
    }
    let list = format!("kind: List\nitems:\n- kind: PrometheusRule\n  spec:\n{}", indented(RULES, 4));
    assert_eq!(place(&lint("storage-driver", "r.yaml", &list)).0, 9);
    let map = format!("kind: ConfigMap\ndata:\n  other.txt: |\n    nothing\n  rules.yaml: |\n{}", indented(RULES, 4));
    assert_eq!(place(&lint("storage-driver", "r.yaml", &map)), (10, 15));
    let quoted = json!({ "kind": "ConfigMap", "data": { "rules.yaml": RULES } }).to_string();
    assert_eq!(place(&lint("storage-driver", "r.json", &quoted)).0, 1);
    let dashboard = json!({ "panels": [{ "type": "stat", "datasource": "x", "fieldConfig": { "defaults": { "unit": "s" } },
        "targets": [{ "expr": "rds_csi_nothing" }] }] });
    let text = format!("kind: ConfigMap\ndata:\n  d.json: |-\n{}", indented(&format!("{dashboard:#}"), 4));
    assert!(place(&lint("storage-driver", "r.yaml", &text)).0 > 4);
    let graphite = RULES.replace("- name: g", "- name: g\n  type: graphite");
    assert_eq!(lint("storage-driver", "r.yaml", &graphite), []);
    let roles = "kind: ClusterRole\nrules:\n- apiGroups: ['']\n  verbs: [get]\n";
    only(&lint("storage-driver", "r.yaml", roles), "file", "unrecognised file");
}

#[test]
fn parts_of_rules_in_markdown() {
    let page = |block: &str| format!("# Alerts\n\n```yaml\n{block}```\n");
    for block in [
        "- alert: A\n  expr: rds_csi_nothing > 0\n",
        "alert: A\nexpr: rds_csi_nothing > 0\n",
        "rules:\n- alert: A\n  expr: rds_csi_nothing > 0\n",
        "- name: g\n  rules:\n  - record: a:b\n    expr: rds_csi_nothing\n",
        RULES,
    ] {
        let found = lint("storage-driver", "page.md", &page(block));
        let line = block.lines().position(|line| line.contains("expr")).expect("an expression") + 4;
        assert_eq!(place(&found).0, line as u64, "{block}");
    }
    for other in ["expr: 1\n", "- name: x\n  expression: y\n", "...\nexpr: {{ .Values.x }}\n"] {
        assert_eq!(lint("storage-driver", "page.md", &page(other)), [], "{other}");
    }
}

#[test]
fn a_finding_has_the_location_of_the_word() {
    // The same word before the expression, in the alert's name and in a comment, is not meant.
    let text = "groups:\n- name: g\n  rules:\n  # rds_csi_nothing\n  - alert: rds_csi_nothing\n    annotations: { a: rds_csi_nothing }\n    expr: |\n      up == 0 or\n      rds_csi_nothing > 0\n";
    assert_eq!(place(&lint("storage-driver", "r.yaml", text)), (9, 7));
}

#[test]
fn deep_yaml_and_long_lines_are_handled() {
    let deep = format!("a: {}", "[".repeat(20_000));
    assert_eq!(rules(&lint("storage-driver", "r.yaml", &deep)), ["file"]);
    assert!(lint_alert("storage-driver", &format!("up == 0 # {}", "x".repeat(100_000))).is_empty());
}
