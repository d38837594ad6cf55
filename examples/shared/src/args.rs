//! The command-line arguments that all programs have.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::load::Plan;

/// Where to listen, where to keep files, and whether to make load.
///
/// A program puts them into its own arguments with `#[command(flatten)]`.
#[derive(Args, Debug, Clone)]
pub struct Common {
    /// Where to serve the metrics; port 0 takes any free port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9000")]
    pub metrics_listen: SocketAddr,

    /// Where to serve the HTTP API; port 0 takes any free port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub api_listen: SocketAddr,

    /// Directory to make the temporary working directory in [default: the system's]
    #[arg(long, value_name = "DIR")]
    pub work_dir: Option<PathBuf>,

    /// Generate load in the program itself, including failures
    #[arg(long)]
    pub load: bool,

    /// How many tasks make load at a time
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub load_workers: usize,

    /// How long each of them rests after a step, on average
    #[arg(long, value_name = "MS", default_value_t = 50)]
    pub load_pause_ms: u64,

    /// Print what the program publishes, as JSON, and end
    #[arg(long)]
    pub catalog: bool,

    /// Seed of the load's random numbers: the same seed, the same decisions
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

impl Common {
    /// Prints the catalogue, if it was asked for; there is nothing else to do then.
    #[must_use]
    pub fn prints_catalog(&self) -> bool {
        if self.catalog {
            print!("{}", metrics_instrumented::catalog());
        }
        self.catalog
    }

    /// The load asked for, if any.
    #[must_use]
    pub fn load_plan(&self) -> Option<Plan> {
        self.load.then(|| Plan {
            workers: self.load_workers,
            pause: Duration::from_millis(self.load_pause_ms),
            seed: self.seed,
        })
    }
}
