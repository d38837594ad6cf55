//! What Prometheus 2 and 3 read differently, by `--prometheus`.

use crate::support::{Folder, declarations, run};

fn judged(version: Option<&str>, expr: &str) -> String {
    let folder = Folder::new();
    let text = serde_json::json!({ "groups": [{ "name": "g", "rules": [{ "record": "r", "expr": expr }] }] });
    let file = folder.file("r.json", &text.to_string());
    let catalogue = declarations("storage-driver");
    let mut arguments = vec!["lint", "--catalog", &catalogue, "--allow", "*", &file];
    if let Some(version) = version {
        arguments.extend(["--prometheus", version]);
    }
    run(&arguments).stdout
}

#[test]
fn functions_and_syntax_of_prometheus_3() {
    for expr in [
        "sort_by_label(up, \"job\")",
        "sort_by_label_desc(up, \"job\")",
        "limitk(1, up)",
        "limit_ratio(0.1, up)",
        "limitk by (job) (1, up)",
        "info(up)",
        "mad_over_time(up[5m])",
        "double_exponential_smoothing(up[5m], 0.5, 0.5)",
        "histogram_avg(x)",
        "{\"up\"}",
        "{\"a.b\", job=\"x\"}",
        "up{\"a.b\"=\"c\"}",
        "sum by (\"a.b\") (up)",
        "avg_over_time(up[300])",
        "up offset 300",
        "up > 5m",
        "up > 1_000",
    ] {
        for version in [None, Some("2")] {
            let said = judged(version, expr);
            assert!(said.contains("error[syntax]") && said.contains("pass `--prometheus 3`"), "`{expr}`: {said}");
        }
        assert_eq!(judged(Some("3"), expr), "", "`{expr}`");
    }
}

#[test]
fn functions_that_prometheus_3_removed() {
    let smoothed = "holt_winters(up[5m], 0.5, 0.5)";
    assert_eq!(judged(None, smoothed), "");
    assert!(judged(Some("3"), smoothed).contains("use `double_exponential_smoothing`"));
}

#[test]
fn names_that_only_look_like_them() {
    for expr in [
        "info",
        "limitk",
        "up{info=\"x\"}",
        "sum by (info) (up)",
        "sort_by_label",
        "up{a=\"5m\"} > 300",
        "up[5m] @ 300",
        "fill",
        "up or fill",
    ] {
        assert!(!judged(Some("3"), expr).contains("error[syntax]"), "`{expr}`");
        assert!(!judged(None, expr).contains("error[syntax]"), "`{expr}`: {}", judged(None, expr));
    }
}

#[test]
fn extensions_of_other_servers() {
    for expr in ["{a=\"1\" or b=\"2\"}", "up{a=~\"x++\"}", "up{a=~\"x{1001}\"}", "range_last(up[5m])"] {
        for version in ["2", "3"] {
            assert!(judged(Some(version), expr).contains("error[syntax]"), "`{expr}`");
        }
    }
    assert_eq!(judged(None, "up{or=\"x\", a=~\"x+?|y{2,3}|[*+]+\"}"), "");
}
