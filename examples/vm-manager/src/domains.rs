//! The domains of libvirt hosts, counted on every scrape.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use example_shared::sync::lock;
use metrics_instrumented::{Error, Gauge, Open};

use super::VmManager;
use super::labels::{DomainState, ProviderType};
use super::metrics::LibvirtDomains;

/// How long the count may take.
const LIMIT: Duration = Duration::from_secs(1);

/// The managers of this process: the metrics are the process's, and a collector's name is taken for good.
static MANAGERS: Mutex<Vec<Weak<VmManager>>> = Mutex::new(Vec::new());

/// Has the domains of a manager counted at each scrape, if the process has our exporter.
pub(super) fn publish(manager: &Arc<VmManager>) -> Result<(), Error> {
    lock(&MANAGERS).push(Arc::downgrade(manager));
    let Some(metrics) = metrics_instrumented::handle() else { return Ok(()) };
    // Hosts that were seen before are set to 0, instead of keeping their last value.
    let mut hosts = BTreeMap::new();
    match metrics.collector("libvirt-domains", LIMIT, move || count(&mut hosts)) {
        Err(Error::CollectorName { .. }) => Ok(()),
        result => result,
    }
}

/// Counts the domains of all managers.
fn count(hosts: &mut BTreeMap<String, [u32; DomainState::ALL.len()]>) {
    for counts in hosts.values_mut() {
        *counts = [0; 3];
    }
    let managers: Vec<Arc<VmManager>> = {
        let mut managers = lock(&MANAGERS);
        managers.retain(|manager| manager.strong_count() > 0);
        managers.iter().filter_map(Weak::upgrade).collect()
    };
    for manager in &managers {
        let providers = lock(&manager.providers);
        for provider in providers.values().filter(|provider| provider.provider_type() == ProviderType::Libvirt) {
            for (host, found) in provider.census() {
                let counts = hosts.entry(host).or_default();
                counts.iter_mut().zip(found).for_each(|(count, found)| *count += found);
            }
        }
    }
    for (host, counts) in hosts {
        for (state, count) in DomainState::ALL.into_iter().zip(*counts) {
            LibvirtDomains { host: Open::new(host), state }.set(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::manager::tests::{apply, manager, quick};

    #[tokio::test]
    async fn managers_are_counted_together_and_not_after_their_end() {
        let config = Config { metrics_listen: Some(([127, 0, 0, 1], 0).into()), ..quick() };
        let first = manager(config.clone(), &["shared"]).await;
        let second = manager(config, &["shared"]).await;
        apply(&first, "web", true).await;
        apply(&second, "web", true).await;
        apply(&second, "db", false).await;
        let lines = || {
            let text = metrics_instrumented::handle().unwrap().render();
            let ours = |line: &&str| line.contains("domains{host=\"shared\"");
            text.lines().filter(ours).map(|line| line.rsplit_once(' ').unwrap().1.to_owned()).collect::<Vec<_>>()
        };
        // Crashed, running, shut off.
        assert_eq!(lines(), ["0", "2", "1"]);
        drop((first, second));
        while lines() != ["0", "0", "0"] {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}
