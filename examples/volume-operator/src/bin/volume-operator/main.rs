//! The volume operator as a program: `volume-operator --load`, then look at the addresses it prints.

#![forbid(unsafe_code)]

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
use volume_operator::{Config, VolumeOperator};

/// A volume operator: clones volumes and copies their data in phases, with retries, all of it observable.
#[derive(Parser, Debug)]
#[command(name = "volume-operator", version)]
struct Args {
    #[command(flatten)]
    common: Common,

    /// How often a step is tried again
    #[arg(long, value_name = "N", default_value_t = 2)]
    retries: u32,

    /// How long to wait before
    #[arg(long, value_name = "MS", default_value_t = 100)]
    backoff_ms: u64,
}

/// Requests to begin with.
const EXAMPLES: &[(&str, &str)] = &[
    ("POST", "namespaces/team-a/volumes/data?files=8&size=64K"),
    ("POST", "namespaces/team-a/volumes/data/transfer?to=copy"),
    ("POST", "namespaces/team-a/volumes/data/transfer?to=copy&step=pod&times=2"),
    ("POST", "namespaces/team-a/volumes/data/transfer?to=copy&step=sync&times=9"),
    ("POST", "namespaces/team-a/volumes/data/transfer?to=copy&step=cleanup&how=panic"),
    ("POST", "sweep"),
    ("GET", "volumes"),
    ("GET", ""),
];

#[tokio::main]
async fn main() -> ExitCode {
    program::exit_code(run(Args::parse()).await)
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let Args { common, retries, backoff_ms } = args;
    if common.prints_catalog() {
        return Ok(());
    }
    let shutdown = Shutdown::on_signals()?;
    let server = Server::bind(common.api_listen).await?;
    let operator = Arc::new(VolumeOperator::start(Config {
        metrics_listen: Some(common.metrics_listen),
        work_dir: common.work_dir.clone(),
        retries,
        backoff: Duration::from_millis(backoff_ms),
        ..Config::default()
    })?);
    program::greet(operator.metrics_addr().unwrap_or(common.metrics_listen), server.local_addr(), EXAMPLES);

    let load = common.load_plan().map(|plan| tokio::spawn(load::run(plan, Arc::clone(&operator), shutdown.clone())));
    server.serve(api::router(Arc::clone(&operator)), shutdown.clone()).await?;
    if let Some(load) = load {
        println!("load: {}", load.await?);
    }
    Ok(())
}
