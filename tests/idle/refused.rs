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
            "cannot remove values of the label `tenants` of `refusals_total`: the family has no such label; use the name of one that has `idle`"
        );
        assert_eq!(
            error("refusal_total", "tenant"),
            "cannot remove values of the label `tenant` of `refusal_total`: no operation and no metric declares this family; use a declared name, such as `uploads_total`"
        );
        assert!(metrics.retire("refusals_in_flight", &[("tenant", "never seen")]).unwrap());
        assert!(metrics.render().contains("tenant=\"a\""));
        assert!(metrics.retire("refusals_in_flight", &[("tenant", "a")]).unwrap());
        assert!(!metrics.render().contains("tenant=\"a\""));
    });
}
