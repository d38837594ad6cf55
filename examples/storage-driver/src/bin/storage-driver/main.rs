//! The storage driver as a program: `storage-driver --load`, then look at the addresses it prints.

#![forbid(unsafe_code)]

mod api;
mod load;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use example_shared::args::Common;
use example_shared::http::Server;
use example_shared::program;
use example_shared::shutdown::Shutdown;
use example_shared::size::ByteSize;
use storage_driver::{Config, Driver};

/// A storage driver: volumes, mounts, NVMe connections and migrations, all of it observable.
#[derive(Parser, Debug)]
#[command(name = "storage-driver", version)]
struct Args {
    #[command(flatten)]
    common: Common,

    /// How much all volumes together may promise; their files are sparse
    #[arg(long, value_name = "SIZE", default_value = "1024G")]
    capacity: ByteSize,
}

/// Requests to begin with.
const EXAMPLES: &[(&str, &str)] = &[
    ("POST", "volumes/data?size=64M"),
    ("POST", "volumes/data/mount"),
    ("POST", "volumes/data/connect?fail=true"),
    ("POST", "volumes/data/lose?moved=true"),
    ("POST", "maintenance"),
    ("POST", "volumes/data/unmount"),
    ("POST", "volumes/data/migrate?timeout_ms=100&pause_ms=10"),
    ("GET", "volumes"),
    ("GET", ""),
];

#[tokio::main]
async fn main() -> ExitCode {
    program::exit_code(run(Args::parse()).await)
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let Args { common, capacity } = args;
    if common.prints_catalog() {
        return Ok(());
    }
    let shutdown = Shutdown::on_signals()?;
    let server = Server::bind(common.api_listen).await?;
    let config = Config { metrics_listen: Some(common.metrics_listen), work_dir: common.work_dir.clone(), capacity };
    let driver = Arc::new(Driver::start(config).await?);
    program::greet(driver.metrics_addr().unwrap_or(common.metrics_listen), server.local_addr(), EXAMPLES);

    let load = common.load_plan().map(|plan| tokio::spawn(load::run(plan, Arc::clone(&driver), shutdown.clone())));
    server.serve(api::router(Arc::clone(&driver)), shutdown.clone()).await?;
    if let Some(load) = load {
        println!("load: {}", load.await?);
    }
    driver.shutdown().await?;
    Ok(())
}
