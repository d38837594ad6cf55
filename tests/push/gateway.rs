//! What arrives at the real Pushgateway.

use std::time::Duration;

use metrics_instrumented::PushGateway;
use metrics_instrumented_test_support::prometheus::{Prometheus, Pushgateway};
use metrics_instrumented_tests::{eventually, panic_of};

use crate::{back_up, job};

const LONG: Duration = Duration::from_secs(90);

/// How many backups a group shows.
fn backups(gateway: &Pushgateway, instance: &str) -> Option<f64> {
    let labels = [("instance", instance), ("job", "nightly"), ("outcome", "ok")];
    gateway.exposition().value("push_backups_total", &labels)
}

#[test]
fn the_last_push_also_happens_if_the_job_fails() {
    let gateway = Pushgateway::start();
    let to = |instance| PushGateway::new(gateway.url(), "nightly").grouping("instance", instance);
    let (_recorder, handle) = job();

    let push = handle.push(&to("finished")).unwrap();
    assert_eq!(backups(&gateway, "finished"), None);
    push.finish().unwrap();
    assert_eq!(backups(&gateway, "finished"), Some(1.0));

    let fails = || -> Result<(), Box<dyn std::error::Error>> {
        let _push = handle.push(&to("a b/c"))?;
        Err("as planned")?
    };
    fails().unwrap_err();
    assert_eq!(backups(&gateway, "a b/c"), Some(1.0));

    panic_of(|| {
        let _push = handle.push(&to("")).unwrap();
        panic!("as planned");
    });
    let labels = [("job", "nightly"), ("instance", ""), ("outcome", "ok")];
    assert_eq!(gateway.exposition().value("push_backups_total", &labels), Some(1.0));
    assert!(handle.render().contains("metrics_instrumented_pushes_total{result=\"ok\"} 3\n"));
}

#[test]
fn replacing_removes_the_whole_group_and_adding_only_replaces_its_families() {
    let gateway = Pushgateway::start();
    let to = || PushGateway::new(gateway.url(), "nightly").grouping("instance", "one");
    let checks = || gateway.exposition().value("push_checks_total", &[("instance", "one"), ("job", "nightly")]);
    let (checker, handle) = job();
    // A family of this job only.
    metrics::with_local_recorder(&checker, || metrics::counter!("push_checks_total").increment(1));
    handle.push(&to()).unwrap().finish().unwrap();
    assert_eq!((backups(&gateway, "one"), checks()), (Some(1.0), Some(1.0)));

    let (recorder, handle) = job();
    metrics::with_local_recorder(&recorder, back_up);
    handle.push(&to().add()).unwrap().finish().unwrap();
    assert_eq!((backups(&gateway, "one"), checks()), (Some(2.0), Some(1.0)));

    let push = handle.push(&to()).unwrap();
    push.push().unwrap();
    assert_eq!((backups(&gateway, "one"), checks()), (Some(2.0), None));
    push.delete().unwrap();
    assert_eq!(backups(&gateway, "one"), None);
}

#[test]
fn it_pushes_on_its_interval_and_prometheus_scrapes_it() {
    let gateway = Pushgateway::start();
    let (recorder, handle) = job();
    let to = PushGateway::new(gateway.url(), "nightly").grouping("instance", "often");
    let push = handle.push(&to.interval(Duration::from_millis(50))).unwrap();
    eventually(LONG, || backups(&gateway, "often") == Some(1.0));
    metrics::with_local_recorder(&recorder, back_up);
    eventually(LONG, || backups(&gateway, "often") == Some(2.0));
    let address = gateway.url().trim_start_matches("http://").parse().unwrap();
    let prometheus = Prometheus::start(&[("gateway", address)], &[]);
    eventually(LONG, || {
        prometheus.value("push_backups_total{exported_job='nightly',exported_instance='often',outcome='ok'}")
            == Some(2.0)
    });
    metrics::with_local_recorder(&recorder, back_up);
    push.finish().unwrap();
    assert_eq!(backups(&gateway, "often"), Some(3.0));
}
