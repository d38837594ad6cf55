//! The container orchestrator as a program: `orchestrator --load`, then look at the addresses it prints.

#![forbid(unsafe_code)]

mod load;

use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use example_shared::args::Common;
use example_shared::program;
use example_shared::shutdown::Shutdown;
use orchestrator::{Config, Orchestrator, web};

/// A container orchestrator: managers, workers, an ingress and a DNS responder, all of it observable.
#[derive(Parser, Debug)]
#[command(name = "orchestrator", version)]
struct Args {
    #[command(subcommand)]
    mode: Option<Mode>,

    #[command(flatten)]
    common: Common,

    /// Where to take in requests for services; port 0 takes any free port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    ingress_listen: SocketAddr,

    /// Where to answer DNS queries; port 0 takes any free port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8053")]
    dns_listen: SocketAddr,

    /// How many managers keep the log
    #[arg(long, value_name = "N", default_value_t = 3)]
    managers: usize,

    /// How many workers run containers
    #[arg(long, value_name = "N", default_value_t = 2)]
    workers: usize,

    /// How often what runs is compared with what was decided
    #[arg(long, value_name = "MS", default_value_t = 500)]
    reconcile_ms: u64,
}

/// What else the program can be.
#[derive(Subcommand, Debug)]
enum Mode {
    /// What a container may run: a web server on the port in `PORT` that says who it is
    Web,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    program::exit_code(match args.mode {
        Some(Mode::Web) => serve_web().await,
        None => run(args).await,
    })
}

async fn serve_web() -> Result<(), Box<dyn Error>> {
    Ok(web::serve(Shutdown::on_signals()?).await?)
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let Args { common, ingress_listen, dns_listen, managers, workers, reconcile_ms, .. } = args;
    if common.prints_catalog() {
        return Ok(());
    }
    let shutdown = Shutdown::on_signals()?;
    let config = Config {
        metrics_listen: Some(common.metrics_listen),
        api_listen: common.api_listen,
        ingress_listen,
        dns_listen,
        work_dir: common.work_dir.clone(),
        managers,
        workers,
        reconcile_every: Duration::from_millis(reconcile_ms),
    };
    let orchestrator = Orchestrator::start(config).await?;
    greet(&orchestrator, orchestrator.metrics_addr().unwrap_or(common.metrics_listen))?;

    let load = common.load_plan().map(|plan| {
        let target = load::Target::of(&orchestrator);
        tokio::spawn(load::run(plan, target, shutdown.clone()))
    });
    shutdown.wait().await;
    if let Some(load) = load {
        println!("load: {}", load.await?);
    }
    orchestrator.shutdown().await;
    Ok(())
}

fn greet(orchestrator: &Orchestrator, metrics: SocketAddr) -> Result<(), Box<dyn Error>> {
    let program = std::env::current_exe()?;
    let web = format!("services/web?command={}+web&http=true&replicas=2", program.display());
    let (ingress, dns) = (orchestrator.ingress_addr(), orchestrator.dns_addr());
    println!("ingress: http://{ingress}/");
    println!("dns: {dns}");
    program::greet(
        metrics,
        orchestrator.api_addr(),
        &[
            ("POST", &web),
            ("POST", "ingresses/shop.example?service=web"),
            ("POST", "services/job?command=false"),
            ("GET", "containers"),
            ("POST", "nodes/worker-1/down"),
            ("GET", "ready"),
            ("GET", ""),
        ],
    );
    println!("  curl -H 'Host: shop.example' http://{ingress}/");
    println!("  dig @{} -p {} _http._tcp.web.warren.internal SRV", dns.ip(), dns.port());
    Ok(())
}
