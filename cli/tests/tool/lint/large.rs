//! Long and deep expressions: time by their length, a stack of a normal size, and words for what is beyond.

use std::time::{Duration, Instant};

use metrics_instrumented_test_support::prometheus::promtool;

use crate::support::{Folder, declarations, lint_alert, only, run};

fn rule_file(folder: &Folder, expr: &str) -> String {
    let text = serde_json::json!({ "groups": [{ "name": "g", "rules": [{ "alert": "A", "expr": expr }] }] });
    folder.file("r.json", &text.to_string())
}

/// The better of two, because other tests run beside it.
fn best(run: impl Fn()) -> Duration {
    let time = |()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    std::iter::repeat_n((), 2).map(time).min().expect("two")
}

#[test]
fn eight_thousand_operands_take_at_most_ten_times_as_long_as_promtool() {
    let each = |operand: &dyn Fn(usize) -> String| (0..8_000).map(operand).collect::<Vec<_>>();
    for expr in [
        each(&|_| "rds_csi_nvme_connections_active".to_owned()).join(" + "),
        each(&|n| format!("rds_csi_nvme_connections_active{{job=\"j{n}\"}} > {n}")).join(" or "),
        each(&|n| format!("rds_csi_nvme_connections_active > {n}")).join(" and "),
    ] {
        let folder = Folder::new();
        let file = rule_file(&folder, &expr);
        let theirs = best(|| {
            promtool(&["check", "rules", &file], "").expect("they are rules");
        });
        let catalogue = declarations("storage-driver");
        let ours = best(|| assert_eq!(run(&["lint", "--catalog", &catalogue, &file]).stdout, ""));
        assert!(ours < theirs * 10, "{ours:?} instead of {theirs:?} for {}", &expr[..80]);
    }
}

#[test]
fn deep_expressions_are_checked_up_to_a_limit() {
    let nested = |depth: usize, open: &str, close: &str| open.repeat(depth) + "up" + &close.repeat(depth);
    for expr in [
        nested(490, "(", ")"),
        nested(490, "abs(", ")"),
        nested(240, "max_over_time(", "[5m:])"),
        nested(490, "-", ""),
        vec!["up"; 490].join("^"),
    ] {
        assert_eq!(lint_alert("storage-driver", &expr), [], "{}", &expr[..40]);
    }
    for expr in [nested(501, "(", ")"), nested(20_000, "(", ")"), nested(20_000, "-", ""), vec!["up"; 20_000].join("^")]
    {
        only(&lint_alert("storage-driver", &expr), "too-large", "levels, limit 500");
    }
    only(&lint_alert("storage-driver", &vec!["up"; 20_002].join("+")), "too-large", "20001 operators, limit 20000");
}

#[test]
fn a_file_that_is_not_a_catalogue_gets_a_short_error() {
    let folder = Folder::new();
    let rules = rule_file(&folder, "up");
    let long = "x".repeat(1_000_000);
    for (name, text) in [
        ("a.jsonl", long.clone()),
        ("b.jsonl", format!("{{\"v\":1,\"declares\":\"{long}\"}}")),
        ("c.json", format!("{{\"families\":\"{long}\"}}")),
        ("d.json", format!("{{\"schema\":\"{long}\",\"families\":[]}}")),
    ] {
        let file = folder.file(name, &text);
        let said = run(&["lint", "--catalog", &file, &rules]);
        assert_eq!(said.code, 2, "{name}");
        assert!(said.stderr.trim_end().chars().count() <= 200, "{name}: {}", said.stderr.len());
        assert!(said.stderr.contains("cannot read a catalogue from"), "{name}: {}", said.stderr);
    }
}
