//! A million tenants over a day: at most the cap's series, and constant memory.

use metrics_instrumented::instrumented;
use metrics_instrumented_tests::alone;

use crate::{ALLOCATOR, install, read, wait};

const CAP: usize = 100;
const TENANTS: u32 = 1_000_000;
const DAY: u32 = 86_400;

#[instrumented(name = "tenants", labels(tenant = open(tenant, max = 100, idle = 5)), in_flight(peak, oldest))]
fn request(tenant: &str) {}

#[test]
fn a_million_tenants_in_a_day_leave_no_more_than_the_cap() {
    alone(|| {
        let metrics = install();
        let mut settled = 0;
        let mut seconds = 0;
        for tenant in 0..TENANTS {
            request(&format!("tenant {tenant}"));
            // Twelve new ones a second, scraped every quarter of an hour.
            let now = u32::try_from(u64::from(tenant) * u64::from(DAY) / u64::from(TENANTS)).unwrap();
            if now == seconds {
                continue;
            }
            wait(u64::from(now - seconds));
            seconds = now;
            if seconds.is_multiple_of(900) {
                let shown = metrics.render().lines().filter(|line| line.starts_with("tenants_in_flight{")).count();
                assert!(shown <= CAP, "{shown} tenants at {seconds} s");
                let memory = ALLOCATOR.current_usage();
                if seconds == 3_600 {
                    settled = memory;
                } else if seconds > 3_600 {
                    assert!(memory <= settled + 16 * 1024, "{memory} bytes at {seconds} s, {settled} after an hour");
                }
            }
        }
        // Most of them were counted by name: 5 s of 12 a second are 60 at once.
        let overflowed = read(&metrics)
            .value("metrics_instrumented_label_overflow_total", &[("metric", "tenants_total"), ("label", "tenant")]);
        assert!(overflowed.is_none_or(|count| count < 1.0), "{overflowed:?}");
    });
}
