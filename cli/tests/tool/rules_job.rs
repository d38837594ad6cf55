//! Rules that select the series of one job only.

use crate::generated::{check, fires, operation_with};
use crate::support::yaml;

fn declared() -> String {
    let objective = r#"{"success":99.9,"latency":{"seconds":0.1,"percent":99}}"#;
    operation_with("orders", "[0.1,1.0]", objective)
        .replace(r#""calls":"#, r#""labels":[{"name":"tier","open":5}],"calls":"#)
        .replace("\"labels\":0", "\"labels\":1")
        + r#"{"v":1,"declares":"gauge","at":["shop","Queue","src/shop.rs",9],"family":{"name":"queue_depth","help":"Orders that wait.","labels":0}}
"#
}

#[test]
fn failures_of_another_service_alert_only_its_own_team() {
    let failing = "orders_total{job=\"billing\",tier=\"gold\",outcome=\"error\"}";
    let overflow = "metrics_instrumented_label_overflow_total{job=\"billing\",metric=\"m\",label=\"l\"}";
    let series = [(failing, "0+10x180"), (overflow, "0+10x180"), ("queue_depth{job=\"billing\"}", "9x180")];
    let common = "gauges: { queue_depth: { warning: 5 } }\n";
    let (all, _) = check(&declared(), common, &["--program", "svc"]);
    let expected = ["OrdersBudgetBurnsSlowly", "OrdersErrorBudgetBurnsFast", "QueueDepthHigh", "SvcLabelOverflow"];
    fires(&all, &series, 150, &expected);
    let (own, _) = check(&declared(), &format!("match_job: true\n{common}"), &["--program", "svc", "--all-alerts"]);
    fires(&own, &series, 150, &[]);
    let groups = yaml(&own)["groups"].as_array().unwrap().clone();
    for rule in groups.iter().flat_map(|group| group["rules"].as_array().unwrap()) {
        let expr = rule["expr"].as_str().unwrap();
        // Every selector begins with the job, and every recorded series has a selector.
        assert_eq!(expr.matches("{job=\"svc\"").count(), expr.matches('{').count(), "{expr}");
        assert_eq!(expr.matches("job:orders:").count(), expr.matches("{job=\"svc\"} >").count(), "{expr}");
    }
    let (other, _) = check(&declared(), &format!("match_job: true\njob: billing\n{common}"), &["--program", "svc"]);
    fires(&other, &series, 150, &expected);
}
