//! Objectives: what is recorded and alerted on for a promise.

use crate::support::{Folder, declarations, good, run};

fn rules(objective: &str) -> String {
    let folder = Folder::new();
    let text = format!("operations:\n  rds_csi_volume_operations:\n    objective: {objective}\n");
    good(&["rules", &declarations("storage-driver"), "--config", &folder.file("c.yaml", &text)])
}

#[test]
fn a_budget_of_a_thousandth_burns_at_the_rates_of_the_workbook() {
    let rules = rules("{ success: 99.9 }");
    let ratio = "job:rds_csi_volume_operations:error_ratio_rate";
    let failed = |range: &str| {
        format!("sum by (job) (increase(rds_csi_volume_operations_total{{status=\"failure\"}}[{range}])) >= 2")
    };
    for burns in [
        format!(
            "({ratio}1h > 0.0144 and {ratio}5m > 0.0144 and {})\n          or\n          ({ratio}6h > 0.006 and {ratio}30m > 0.006 and {})",
            failed("1h"),
            failed("6h")
        ),
        format!(
            "({ratio}1d > 0.003 and {ratio}2h > 0.003 and {})\n          or\n          ({ratio}3d > 0.001 and {ratio}6h > 0.001 and {})",
            failed("1d"),
            failed("3d")
        ),
    ] {
        assert!(rules.contains(&burns), "no `{burns}` in\n{rules}");
    }
    // What is recorded anyway is not recorded twice.
    assert_eq!(rules.matches("record: \"job:rds_csi_volume_operations:error_ratio_rate5m\"\n").count(), 1);
}

#[test]
fn another_period_has_other_rates() {
    assert!(rules("{ success: 99.9, days: 7 }").contains("_rate1h > 0.00336 and"));
}

/// `VolumeOperation` says `objective(success = 99.9, latency = 2.5 @ 99)`.
#[test]
fn objectives_in_the_code_need_no_configuration() {
    let rules = good(&["rules", &declarations("storage-driver")]);
    for words in [
        "job:rds_csi_volume_operations:error_ratio_rate1h > 0.0144 and",
        "job:rds_csi_volume_operations:slow_ratio_rate1h > 0.144 and",
        "_bucket{le=\"2.5\"}[3d]",
        "alert: RdsCsiVolumeOperationsBudgetBurnsSlowly",
    ] {
        assert!(rules.contains(words), "no `{words}` in\n{rules}");
    }
    assert!(!rules.contains("alert: RdsCsiMountOperationsErrorBudget"), "it promises nothing");
}

#[test]
fn the_configuration_overrides_the_code() {
    let stricter = rules("{ success: 99.99 }");
    assert!(stricter.contains("error_ratio_rate1h > 0.00144 and"), "{stricter}");
    assert!(stricter.contains("slow_ratio_rate1h > 0.144 and"), "{stricter}");
    let longer = rules("{ days: 60 }");
    assert!(longer.contains("error_ratio_rate1h > 0.0288 and"), "{longer}");
}

#[test]
fn the_catalogue_and_its_page_contain_the_objective() {
    let found = crate::support::catalogue("storage-driver");
    let operations = found["operations"].as_array().unwrap();
    let promised = |name: &str| &operations.iter().find(|one| one["name"] == name).unwrap()["objective"];
    let latency = serde_json::json!({ "seconds": 2.5, "percent": 99.0 });
    assert_eq!(*promised("rds_csi_volume_operations"), serde_json::json!({ "success": 99.9, "latency": latency }));
    assert!(promised("rds_csi_mount_operations").is_null());
    let page = good(&["docs", &declarations("storage-driver")]);
    assert!(page.contains("\nObjective: 99.9 % of the calls succeed, and 99 % take at most 2.5 s.\n"), "{page}");
}

#[test]
fn slow_calls_are_counted_by_a_bucket_in_the_spelling_of_both_versions() {
    assert!(rules("{ latency: { seconds: 2.5, percent: 99 } }").contains("_bucket{le=\"2.5\"}[5m]"));
    assert!(rules("{ latency: { seconds: 1, percent: 99 } }").contains(r#"_bucket{le=~"1(\\.0)?"}[5m]"#));
}

#[test]
fn a_budget_that_cannot_burn_that_fast_has_no_such_alert() {
    let rules = rules("{ success: 80 }");
    assert!(!rules.contains("_rate1h > 2.88"), "{rules}");
    assert!(rules.contains("_rate1d > 0.6"), "{rules}");
}

#[test]
fn invalid_objectives_are_rejected() {
    let folder = Folder::new();
    for (operation, objective, words) in [
        ("rds_csi_volume_operations", "{ success: 100 }", "above 0 and below 100"),
        (
            "rds_csi_volume_operations",
            "{ latency: { seconds: 0.3, percent: 99 } }",
            "is not a bucket bound of `rds_csi_volume_operation_duration_seconds`",
        ),
        (
            "rds_csi_mount_operations",
            "{ latency: { seconds: 0.3, percent: 99 } }",
            "but no duration histogram; add the family `duration`",
        ),
    ] {
        let text = format!("operations:\n  {operation}:\n    objective: {objective}\n");
        let run = run(&["rules", &declarations("storage-driver"), "--config", &folder.file("c.yaml", &text)]);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(words), "{run:?}");
    }
}

#[test]
fn an_objective_with_unclassified_outcomes_is_rejected_with_their_names() {
    let folder = Folder::new();
    let declared = std::fs::read_to_string(declarations("storage-driver")).unwrap();
    let classified = r#""classes":["ok","error"],"finished":["success","failure"]"#;
    assert!(declared.contains(classified), "{declared}");
    let unclassified = declared.replace(classified, r#""classes":[],"finished":["kept","stuck","lost"]"#);
    let run = run(&["rules", &folder.file("a.jsonl", &unclassified)]);
    let expected = "`rds_csi_volume_operations` has an objective `success`, but its outcomes `kept`, `stuck`, `lost` are not classified; \
                    add `#[label(ok)]`, `#[label(error)]` or `#[label(ignored)]` to each variant of the outcome's type";
    assert!(run.code == 2 && run.stderr.contains(expected), "{run:?}");
}
