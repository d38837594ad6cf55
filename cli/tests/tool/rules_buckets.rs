//! Bounds of buckets in rules, in the spellings of servers.

use crate::generated::{check, fires, operation_with};
use crate::support::Folder;

/// The spellings of the label `le`, as Prometheus 2 and 3 store them for the text format, `OpenMetrics` and protobuf.
const STORED: [(&str, &[&str]); 6] = [
    ("0.00001", &["0.00001", "1e-5", "1e-05"]),
    ("0.000025", &["0.000025", "2.5e-5", "2.5e-05"]),
    ("0.25", &["0.25"]),
    ("60", &["60", "60.0"]),
    ("1000000", &["1000000", "1000000.0", "1e+06"]),
    ("2500000", &["2500000", "2500000.0", "2.5e+06"]),
];

#[test]
fn latency_objectives_fire_for_every_spelling_of_a_bound_that_servers_store() {
    for (bound, stored) in STORED {
        let objective = format!(r#"{{"latency":{{"seconds":{bound},"percent":99}}}}"#);
        let (rules, _) = check(&operation_with("orders", &format!("[{bound}]"), &objective), "{}", &[]);
        for le in stored {
            let within = format!("orders_duration_seconds_bucket{{job=\"shop\",le=\"{le}\"}}");
            let all = "orders_duration_seconds_count{job=\"shop\"}";
            fires(
                &rules,
                &[(&within, "0x180"), (all, "0+10x180")],
                150,
                &["OrdersBudgetBurnsSlowly", "OrdersLatencyBudgetBurnsFast"],
            );
            fires(&rules, &[(&within, "0+10x180"), (all, "0+10x180")], 150, &[]);
        }
    }
}

#[test]
fn the_linter_accepts_every_spelling_of_a_bound_that_servers_store() {
    let folder = Folder::new();
    for (bound, stored) in STORED {
        let catalogue = folder.file("svc.jsonl", &operation_with("orders", &format!("[{bound}]"), "null"));
        let lint = |le: &str| {
            let page = format!("```promql\nrate(orders_duration_seconds_bucket{{le=\"{le}\"}}[5m])\n```\n");
            crate::support::run(&["lint", "--catalog", &catalogue, &folder.file("page.md", &page)])
        };
        for le in stored {
            assert_eq!(lint(le).code, 0, "{le}: {:?}", lint(le));
        }
        assert_eq!(lint("7").code, 1);
    }
    // A spelling that no server stores.
    let catalogue = folder.file("svc.jsonl", &operation_with("orders", "[60]", "null"));
    let page = folder.file("page.md", "```promql\nrate(orders_duration_seconds_bucket{le=\"6e+01\"}[5m])\n```\n");
    assert_eq!(crate::support::run(&["lint", "--catalog", &catalogue, &page]).code, 1);
}

#[test]
fn generated_tests_have_the_bounds_as_a_server_stores_them() {
    let declared = operation_with("orders", "[0.00001,1.0,1000000]", "null");
    let (_, tests) = check(&declared, "{}", &["--all-alerts"]);
    for le in ["1e-05", "1.0", "1e+06", "+Inf"] {
        assert!(tests.contains(&format!("le=\"{le}\"")), "{le} in {tests}");
    }
}
