//! Histograms by more than eight outcomes, which the exporter does not expose until a call has ended.

use crate::generated::{check, operation};
use crate::support::{Folder, run};

/// An operation with this number of outcomes, whose histogram has the outcome's label, and another operation.
fn declared(outcomes: usize) -> String {
    let values: Vec<_> = (3..outcomes).map(|at| format!("\"o{at}\"")).collect();
    operation("a")
        .replace(r#"["ok","error"],"classes":["ok","error"]"#, &format!(r#"[{},"x"]"#, values.join(",")))
        .replace(r#""calls":{"name":"a_total","help":"Calls.","labels":0},"#, "")
        .replace(r#""name":"a_duration_seconds","#, r#""name":"a_duration_seconds","outcome":true,"#)
}

#[test]
fn a_histogram_of_many_outcomes_is_not_expected_before_its_first_call() {
    let folder = Folder::new();
    let scrape = folder.file("scrape.txt", "# HELP other_total Others.\n# TYPE other_total counter\nother_total 0\n");
    for (outcomes, is_expected) in [(8, true), (9, false)] {
        let declarations = declared(outcomes)
            + "{\"v\":1,\"declares\":\"counter\",\"at\":[\"shop\",\"Other\",\"src/shop.rs\",9],\"family\":{\"name\":\"other_total\",\"help\":\"Others.\",\"labels\":0}}\n";
        let catalogue = folder.file("svc.jsonl", &declarations);
        let json = crate::support::good(&["catalog", &catalogue]);
        // Both from declarations and from a catalogue.
        for catalogue in [catalogue, folder.file("svc.json", &json)] {
            let verify = run(&["verify", &scrape, "--catalog", &catalogue]);
            assert_eq!(verify.stdout.contains("missing-family"), is_expected, "{outcomes}: {verify:?}");
            assert_eq!(verify.code, i32::from(is_expected), "{outcomes}: {verify:?}");
            let diff = run(&["diff", &catalogue, &scrape]);
            assert_eq!(diff.stdout.contains("a_duration_seconds: removed"), is_expected, "{outcomes}: {diff:?}");
        }
    }
}

#[test]
fn the_alert_on_absent_metrics_does_not_wait_for_a_histogram_of_many_outcomes() {
    for (outcomes, is_expected) in [(8, true), (9, false)] {
        let (rules, _) = check(&declared(outcomes), "{}", &["--program", "svc"]);
        assert_eq!(rules.contains("SvcMetricsAbsent"), is_expected, "{rules}");
    }
}
