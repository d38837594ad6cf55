//! What `Handle::retire` refuses.

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::alone;

use crate::install;

#[instrumented(name = "refusals", labels(tenant = open(tenant, max = 5, idle = 5), host = open(tenant, max = 5), is_new: bool = true))]
fn call(tenant: &str) {}

#[test]
fn only_values_of_labels_with_idle_are_retired() {
    alone(|| {
        let metrics = install();
        call("a");
        let error = |family, label| metrics.retire(family, &[(label, "a")]).unwrap_err().to_string();
        assert_eq!(
            error("refusals_total", "host"),
            "cannot remove values of the label `host` of `refusals_total`: only values of open labels with `idle` can be removed; declare it as `open(.., idle = 600)` or `#[label(idle = 600)]`"
        );
        assert_eq!(
            error("refusals_total", "tenants"),
            "cannot remove values of the label `tenants` of `refusals_total`: the family has no such label; pass `tenant`"
        );
        assert_eq!(
            error("refusal_total", "tenant"),
            "cannot remove values of the label `tenant` of `refusal_total`: no operation and no metric declares this family; did you mean `refusals_total`?"
        );
        let none = metrics.retire("nothing_like_it", &[]).unwrap_err().to_string();
        let beginning =
            "cannot remove series of `nothing_like_it`: no operation and no metric declares this family; pass `";
        assert!(none.starts_with(beginning) && !none.contains("uploads_total"), "{none}");
        assert_eq!(
            metrics.retire("refusals_total", &[]).unwrap_err().to_string(),
            "cannot remove series of `refusals_total`: no label is given; pass `tenant`"
        );
        assert!(metrics.retire("refusals_in_flight", &[("tenant", "never seen")]).unwrap());
        assert!(metrics.render().contains("tenant=\"a\""));
        assert!(metrics.retire("refusals_in_flight", &[("tenant", "a")]).unwrap());
        assert!(!metrics.render().contains("tenant=\"a\""));
    });
}

#[test]
fn the_values_beyond_the_cap_cannot_be_retired() {
    alone(|| {
        let metrics = install();
        for tenant in ["a", "b", "c", "d", "e", "f"] {
            call(tenant);
        }
        let error = metrics.retire("refusals_total", &[("tenant", "other")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot remove values of the label `tenant` of `refusals_total`: `other` contains the calls of all values beyond the label's cap; it stays until the process ends"
        );
        // Nothing is removed if one of the labels is an error.
        metrics.retire("refusals_total", &[("tenant", "a"), ("tenant", "other")]).unwrap_err();
        let shown = metrics.render();
        assert!(shown.contains("tenant=\"other\"") && shown.contains("tenant=\"a\""), "{shown}");
        // It has no series.
        assert!(metrics.retire("refusals_total", &[("tenant", "f")]).unwrap());
    });
}
