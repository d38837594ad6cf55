//! The load: what the users of a data centre ask of their VM manager, breakdowns included.

use std::sync::Arc;
use std::time::Duration;

use example_shared::load::{Plan, Summary};
use example_shared::shutdown::Shutdown;
use example_shared::size::ByteSize;
use fastrand::Rng;
use vm_manager::labels::{Kind, ProviderType, SnapshotAction};
use vm_manager::{ClassSpec, Error, Fault, ImageSpec, ProviderSpec, VmInfo, VmManager, VmSpec};

/// How many machines the load uses.
const MACHINES: u8 = 16;

/// The providers: name, kind, places.
const PROVIDERS: [(&str, ProviderType, &[&str]); 3] = [
    ("load-east", ProviderType::Vsphere, &["dc-1", "dc-2"]),
    ("load-west", ProviderType::Vsphere, &["dc-3"]),
    ("load-lab", ProviderType::Libvirt, &["host-1", "host-2"]),
];

/// The class of all machines.
const CLASS: &str = "load";

/// Keeps `manager` busy until the shutdown.
pub(crate) async fn run(plan: Plan, manager: Arc<VmManager>, shutdown: Shutdown) -> Result<Summary, Error> {
    for (name, provider_type, places) in PROVIDERS {
        let places = places.iter().map(|place| (*place).to_owned()).collect();
        let latency = Duration::from_millis(20);
        manager.apply_provider(name, ProviderSpec { provider_type, places, capacity: 8, latency })?;
        let image = ImageSpec { provider_type, size: ByteSize(64 << 10), checksum: None };
        manager.apply_image(image_of(provider_type), image)?;
    }
    manager.apply_class(CLASS, ClassSpec { cpus: 2, memory: ByteSize(1 << 30) })?;
    let step = move |rng, shutdown: Shutdown| {
        let manager = Arc::clone(&manager);
        async move {
            // Some steps wait for several attempts; the end of the program does not.
            tokio::select! {
                result = step(manager, rng) => result,
                () = shutdown.wait() => Ok(()),
            }
        }
    };
    Ok(plan.run(shutdown.clone(), move |rng| step(rng, shutdown.clone())).await)
}

/// One request, sometimes while a provider has failures.
async fn step(manager: Arc<VmManager>, mut rng: Rng) -> Result<(), Error> {
    if rng.u8(..8) == 0 {
        // Nothing to break before the providers are there.
        let _ = manager.inject(PROVIDERS[rng.usize(..PROVIDERS.len())].0, any_fault(&mut rng), rng.usize(1..=3));
    }
    let name = any_name(&mut rng);
    match manager.vm(&name) {
        None => {
            let (provider, provider_type, _) = PROVIDERS[rng.usize(..PROVIDERS.len())];
            let spec = VmSpec {
                provider: provider.to_owned(),
                class: CLASS.to_owned(),
                image: image_of(provider_type).to_owned(),
                on: true,
            };
            manager.apply_vm(&name, spec)?;
        }
        Some(vm) => use_vm(&manager, &name, vm, &mut rng).await?,
    }
    manager.settled(Kind::VirtualMachine, &name).await.map(drop)
}

/// What is done with a machine that is there.
async fn use_vm(manager: &VmManager, name: &str, vm: VmInfo, rng: &mut Rng) -> Result<(), Error> {
    match rng.u8(..20) {
        0..8 => manager.apply_vm(name, VmSpec { on: !vm.spec.on, ..vm.spec }),
        8..12 => {
            let has = vm.machine.is_some_and(|machine| !machine.snapshots.is_empty());
            let action = match rng.u8(..3) {
                0 if has => SnapshotAction::Delete,
                1 if has => SnapshotAction::Revert,
                _ => SnapshotAction::Create,
            };
            manager.snapshot(name, action, "load").await.map(drop)
        }
        12..14 => manager.clone_vm(name, &any_name(rng), rng.bool()).await.map(drop),
        14..18 => manager.delete_vm(name),
        18 => manager.apply_class(CLASS, ClassSpec { cpus: rng.u32(1..=8), memory: ByteSize(1 << 30) }),
        _ => {
            manager.resync();
            Ok(())
        }
    }
}

fn any_name(rng: &mut Rng) -> String {
    format!("load-{}", rng.u8(..MACHINES))
}

fn any_fault(rng: &mut Rng) -> Fault {
    match rng.u8(..12) {
        0..3 => Fault::Unreachable,
        3 => Fault::Unauthenticated,
        4 => Fault::Hang,
        5..9 => Fault::TaskFails,
        _ => Fault::Crash,
    }
}

fn image_of(provider_type: ProviderType) -> &'static str {
    match provider_type {
        ProviderType::Vsphere => "load-vsphere",
        ProviderType::Libvirt => "load-libvirt",
    }
}

#[cfg(test)]
mod tests {
    use vm_manager::Config;

    use super::*;

    #[tokio::test]
    async fn the_load_does_a_bit_of_everything() {
        let config = Config {
            backoff: Duration::from_millis(5),
            deadline: Duration::from_millis(200),
            address_delay: Duration::from_millis(10),
            ..Config::default()
        };
        let manager = VmManager::start(config).unwrap();
        let plan = Plan { workers: 4, pause: Duration::from_millis(1), seed: 1 };
        let shutdown = Shutdown::new();
        let load = tokio::spawn(run(plan, Arc::clone(&manager), shutdown.clone()));
        tokio::time::sleep(Duration::from_secs(3)).await;
        shutdown.request();
        let summary = load.await.unwrap().unwrap();
        assert!(summary.steps > 20 && summary.failed > 0, "{summary}");
        assert_eq!(summary.panicked, 0);
        assert!(!manager.vms().is_empty());
    }
}
