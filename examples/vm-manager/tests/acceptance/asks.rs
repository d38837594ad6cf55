//! What the test asks of the manager, and what it expects of the metrics then.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use example_shared::size::ByteSize;
use metrics_instrumented_test_support::exposition::Exposition;
use metrics_instrumented_test_support::http;
use vm_manager::labels::{Kind, ProviderType, SnapshotAction};
use vm_manager::{ClassSpec, Config, Fault, ImageSpec, ProviderSpec, VmManager, VmSpec};

use example_acceptance::changes;

/// A request to the manager.
#[derive(Clone, Copy)]
pub(crate) enum Ask {
    Provider(&'static str, ProviderType, &'static [&'static str]),
    Class(&'static str, u32),
    Image(&'static str, ProviderType, Option<u64>),
    Vm(&'static str, &'static str, &'static str, bool),
    Delete(&'static str),
    Snapshot(&'static str, SnapshotAction, &'static str),
    Clone(&'static str, &'static str, bool),
    Fault(&'static str, Fault),
}

/// A manager that publishes.
pub(crate) struct Publishing(pub(crate) Arc<VmManager>);

impl Publishing {
    pub(crate) fn start() -> Self {
        let config = Config {
            metrics_listen: Some(([127, 0, 0, 1], 0).into()),
            workers: 1,
            retries: 0,
            deadline: Duration::from_millis(500),
            address_delay: Duration::ZERO,
            ..Config::default()
        };
        Self(VmManager::start(config).unwrap())
    }

    pub(crate) fn scrape(&self) -> Exposition {
        http::scrape(self.0.metrics_addr().unwrap())
    }

    /// Asks, and waits until everything has come to rest.
    async fn ask(&self, ask: Ask) {
        let manager = Arc::clone(&self.0);
        // A task of its own: a provider that panics takes a snapshot's caller with it.
        let asked = tokio::spawn(async move {
            match ask {
                Ask::Provider(name, provider_type, places) => {
                    let places = places.iter().map(|place| (*place).to_owned()).collect();
                    let spec = ProviderSpec { provider_type, places, capacity: 4, latency: Duration::ZERO };
                    manager.apply_provider(name, spec)
                }
                Ask::Class(name, cpus) => manager.apply_class(name, ClassSpec { cpus, memory: ByteSize(1 << 30) }),
                Ask::Image(name, provider_type, checksum) => {
                    manager.apply_image(name, ImageSpec { provider_type, size: ByteSize(4096), checksum })
                }
                Ask::Vm(name, provider, class, on) => {
                    let image = if provider == "lab" { "disk" } else { "template" }.to_owned();
                    let spec = VmSpec { provider: provider.to_owned(), class: class.to_owned(), image, on };
                    manager.apply_vm(name, spec)
                }
                Ask::Delete(name) => manager.delete_vm(name),
                Ask::Snapshot(vm, action, name) => manager.snapshot(vm, action, name).await.map(drop),
                Ask::Clone(vm, to, linked) => manager.clone_vm(vm, to, linked).await.map(drop),
                Ask::Fault(provider, fault) => manager.inject(provider, fault, 1),
            }
        });
        // Failures are checked in the metrics.
        let _ = asked.await;
        self.settle().await;
    }

    /// Waits until everything is ready or given up.
    pub(crate) async fn settle(&self) {
        for kind in [Kind::Provider, Kind::VmClass, Kind::VmImage, Kind::VirtualMachine] {
            for status in self.0.statuses().into_iter().filter(|status| status.kind == kind) {
                self.0.settled(kind, &status.name).await.unwrap();
            }
        }
    }

    /// Asks one thing after the other and holds what changes in the metrics against what is expected.
    pub(crate) async fn expect(&self, asks: &[Ask], expected: &[Counts]) {
        let before = self.scrape();
        for ask in asks {
            self.ask(*ask).await;
        }
        let changed = changes(&before, &self.scrape(), "virtrigaud_");
        let mut sums = BTreeMap::new();
        for (series, count) in expected.iter().flatten() {
            *sums.entry(series).or_insert(0) += count;
        }
        let mut expected: Vec<_> = sums.iter().map(|(series, count)| format!("virtrigaud_{series} {count}")).collect();
        expected.sort();
        assert_eq!(changed, expected, "{}", changed.join("\n"));
    }
}

/// Series without the prefix of their names, and what is added to them. Of durations only their number.
pub(crate) type Counts = Vec<(String, i32)>;

/// Any series.
pub(crate) fn more(series: &str, count: i32) -> Counts {
    vec![(series.to_owned(), count)]
}

/// Reconciliations of a kind that end in one way.
pub(crate) fn reconciled(kind: &str, outcome: &str, count: i32) -> Counts {
    vec![
        (format!(r#"manager_reconcile_total{{kind="{kind}",outcome="{outcome}"}}"#), count),
        (format!(r#"manager_reconcile_duration_seconds_count{{kind="{kind}"}}"#), count),
    ]
}

/// Calls of a method of a kind of provider that end with a code.
pub(crate) fn rpc(provider_type: &str, method: &str, code: &str, count: i32) -> Counts {
    let labels = format!(r#"method="{method}",provider_type="{provider_type}""#);
    vec![
        (format!(r#"provider_rpc_requests_total{{code="{code}",{labels}}}"#), count),
        (format!("provider_rpc_latency_seconds_count{{{labels}}}"), count),
    ]
}

/// Operations on machines of one of the two providers.
pub(crate) fn operation(provider: &str, operation: &str, outcome: &str, count: i32) -> Counts {
    let provider_type = if provider == "lab" { "libvirt" } else { "vsphere" };
    let labels = format!(r#"operation="{operation}",outcome="{outcome}",provider="{provider}""#);
    vec![(format!(r#"vm_operations_total{{{labels},provider_type="{provider_type}"}}"#), count)]
}

/// Calls of vSphere's API.
pub(crate) fn api(method: &str, count: i32) -> Counts {
    more(&format!(r#"vsphere_api_calls_total{{datacenter="dc-1",method="{method}"}}"#), count)
}

/// One error.
pub(crate) fn error(component: &str, reason: &str) -> Counts {
    more(&format!(r#"errors_total{{component="{component}",reason="{reason}"}}"#), 1)
}

/// Domains that came into a state, or left it.
pub(crate) fn domains(host: &str, state: &str, count: i32) -> Counts {
    more(&format!(r#"libvirt_domains{{host="{host}",state="{state}"}}"#), count)
}

/// Something that is done with a machine of a kind of provider and has a family of its own.
pub(crate) fn own(family: &str, label: &str, outcome: &str, provider_type: &str) -> Counts {
    let labels = [label, &format!(r#"outcome="{outcome}""#)].map(|label| label.to_owned() + ",");
    let (first, outcome) = if label.is_empty() { ("", &labels[1]) } else { (labels[0].as_str(), &labels[1]) };
    let mut labels = [first, outcome];
    labels.sort_unstable();
    more(&format!(r#"{family}{{{}provider_type="{provider_type}"}}"#, labels.concat()), 1)
}
