//! The VM manager as a program: `vm-manager --load`, then look at the addresses it prints.

#![forbid(unsafe_code)]

mod answer;
mod api;
mod load;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use example_shared::args::Common;
use example_shared::http::Server;
use example_shared::program;
use example_shared::shutdown::Shutdown;
use vm_manager::{Config, VmManager};

/// A VM manager: virtual machines on vSphere and libvirt, reconciled, all of it observable.
#[derive(Parser, Debug)]
#[command(name = "vm-manager", version)]
struct Args {
    #[command(flatten)]
    common: Common,

    /// How many resources of each kind are reconciled at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    workers: usize,

    /// How often everything is looked at again
    #[arg(long, value_name = "S", default_value_t = 30)]
    resync_seconds: u64,
}

/// Requests to begin with.
const EXAMPLES: &[(&str, &str)] = &[
    ("POST", "providers/east?type=vsphere&places=dc-1,dc-2&latency_ms=20"),
    ("POST", "providers/lab?type=libvirt&places=host-1,host-2&latency_ms=5"),
    ("POST", "classes/small?cpus=2&memory=2G"),
    ("POST", "images/debian?type=vsphere&size=4M"),
    ("POST", "vms/web?provider=east&class=small&image=debian"),
    ("POST", "vms/web/snapshots/before?action=create"),
    ("POST", "vms/web/clone?to=copy&linked=true"),
    ("POST", "providers/east/faults?fault=task_fails&times=2"),
    ("POST", "classes/small?cpus=4&memory=4G"),
    ("DELETE", "vms/copy"),
    ("GET", "vms"),
    ("GET", ""),
];

#[tokio::main]
async fn main() -> ExitCode {
    program::exit_code(run(Args::parse()).await)
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let Args { common, workers, resync_seconds } = args;
    if common.prints_catalog() {
        return Ok(());
    }
    let shutdown = Shutdown::on_signals()?;
    let server = Server::bind(common.api_listen).await?;
    let manager = VmManager::start(Config {
        metrics_listen: Some(common.metrics_listen),
        work_dir: common.work_dir.clone(),
        workers,
        resync: Some(Duration::from_secs(resync_seconds.max(1))),
        ..Config::default()
    })?;
    program::greet(manager.metrics_addr().unwrap_or(common.metrics_listen), server.local_addr(), EXAMPLES);

    let load = common.load_plan().map(|plan| tokio::spawn(load::run(plan, Arc::clone(&manager), shutdown.clone())));
    server.serve(api::router(Arc::clone(&manager)), shutdown.clone()).await?;
    if let Some(load) = load {
        println!("load: {}", load.await??);
    }
    Ok(())
}
