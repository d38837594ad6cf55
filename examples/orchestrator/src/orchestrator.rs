//! The orchestrator: its start, its end, and where it listens.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use example_shared::http::Server;
use example_shared::shutdown::Shutdown;
use example_shared::{metrics_endpoint, program};
use tempfile::TempDir;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

use super::cluster::Cluster;
use super::readiness::Report;
use super::worker::Worker;
use super::{Error, api, dns, ingress, published};

/// Any free port of the loopback interface.
const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// How an orchestrator is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to serve the metrics; `None` leaves that to the process the orchestrator is part of.
    pub metrics_listen: Option<SocketAddr>,
    /// Where to serve the API, `/health` and `/ready`.
    pub api_listen: SocketAddr,
    /// Where to take in requests for services.
    pub ingress_listen: SocketAddr,
    /// Where to answer DNS queries.
    pub dns_listen: SocketAddr,
    /// The directory to make the working directory in; `None` takes the system's temporary directory.
    pub work_dir: Option<PathBuf>,
    /// How many managers keep the log.
    pub managers: usize,
    /// How many workers run containers.
    pub workers: usize,
    /// How often what runs is compared with what was decided.
    pub reconcile_every: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            metrics_listen: None,
            api_listen: ANY,
            ingress_listen: ANY,
            dns_listen: ANY,
            work_dir: None,
            managers: 3,
            workers: 2,
            reconcile_every: Duration::from_millis(500),
        }
    }
}

/// A running orchestrator.
///
/// Dropping it ends its servers and kills its containers; [`shutdown`](Self::shutdown) stops them one by one.
#[derive(Debug)]
pub struct Orchestrator {
    cluster: Arc<Cluster>,
    shutdown: Shutdown,
    tasks: JoinSet<()>,
    metrics_addr: Option<SocketAddr>,
    api_addr: SocketAddr,
    ingress_addr: SocketAddr,
    dns_addr: SocketAddr,
    /// Removed when everything else is gone.
    _work_dir: TempDir,
}

impl Orchestrator {
    /// Starts managers, workers and servers, with a working directory of their own.
    ///
    /// # Errors
    /// If the directory or an address cannot be had.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let metrics_addr = config.metrics_listen.map(metrics_endpoint::serve).transpose()?;
        let parent = config.work_dir.clone().unwrap_or_else(std::env::temp_dir);
        let work_dir = program::work_dir("orchestrator", config.work_dir.as_deref())
            .map_err(Error::file("make a directory in", &parent))?;
        let cluster = Arc::new(Cluster::start(config.managers, config.workers, work_dir.path())?);
        let api = Server::bind(config.api_listen).await?;
        let ingress = Server::bind(config.ingress_listen).await?;
        let dns = UdpSocket::bind(config.dns_listen).await?;
        if let Some(exporter) = metrics_instrumented::handle() {
            published::publish(Arc::downgrade(&cluster), &exporter)?;
        }
        let mut orchestrator = Self {
            api_addr: api.local_addr(),
            ingress_addr: ingress.local_addr(),
            dns_addr: dns.local_addr()?,
            cluster: Arc::clone(&cluster),
            shutdown: Shutdown::new(),
            tasks: JoinSet::new(),
            metrics_addr,
            _work_dir: work_dir,
        };
        orchestrator.register_cluster(config.reconcile_every);
        orchestrator.serve("api", api, api::router(Arc::clone(&cluster)));
        orchestrator.serve("ingress", ingress, ingress::router(Arc::clone(&cluster)));
        orchestrator.run("dns", dns::serve(dns, Arc::clone(&cluster), orchestrator.shutdown.clone()));
        let reconciling = cluster.keep_reconciling(config.reconcile_every, orchestrator.shutdown.clone());
        orchestrator.tasks.spawn(reconciling);
        Ok(orchestrator)
    }

    /// Ends the servers, then stops all containers.
    pub async fn shutdown(mut self) {
        self.shutdown.request();
        while self.tasks.join_next().await.is_some() {}
        self.cluster.stop_all().await;
    }

    /// Where the metrics are served, if the orchestrator was told to serve them.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics_addr
    }

    /// Where the API is.
    #[must_use]
    pub fn api_addr(&self) -> SocketAddr {
        self.api_addr
    }

    /// Where requests for services are taken in.
    #[must_use]
    pub fn ingress_addr(&self) -> SocketAddr {
        self.ingress_addr
    }

    /// Where DNS queries are answered.
    #[must_use]
    pub fn dns_addr(&self) -> SocketAddr {
        self.dns_addr
    }

    /// The components that are registered, and whether they are ready.
    #[must_use]
    pub fn readiness(&self) -> Report {
        self.cluster.readiness.report()
    }

    fn register_cluster(&self, every: Duration) {
        // The registry is part of the cluster, so what it asks must not keep the cluster alive.
        let [raft, workers, cycles] = std::array::from_fn(|_| Arc::downgrade(&self.cluster));
        let gone = || "it has ended".to_owned();
        let readiness = &self.cluster.readiness;
        readiness.register("raft", move || {
            raft.upgrade().ok_or_else(gone)?.raft.quorum().map_err(|error| error.to_string())
        });
        readiness.register("scheduler", move || {
            let up = workers.upgrade().ok_or_else(gone)?.workers.iter().any(Worker::is_up);
            if up { Ok(()) } else { Err(Error::NoWorker.to_string()) }
        });
        readiness.register("reconciler", move || cycles.upgrade().ok_or_else(gone)?.progress.check(every));
    }

    /// Serves HTTP until the shutdown.
    fn serve(&mut self, component: &'static str, server: Server, router: Router) {
        let shutdown = self.shutdown.clone();
        self.run(component, async move { server.serve(router, shutdown).await });
    }

    /// Runs a component until its end or the shutdown. It is ready as long as it runs.
    fn run<T>(&mut self, component: &'static str, work: impl Future<Output = T> + Send + 'static) {
        let alive = Arc::new(AtomicBool::new(true));
        let is_alive = Arc::clone(&alive);
        let check = move || if is_alive.load(Ordering::Relaxed) { Ok(()) } else { Err("it has ended") };
        self.cluster.readiness.register(component, check);
        self.tasks.spawn(async move {
            let _ended = Ended(alive);
            work.await;
        });
    }
}

impl Drop for Orchestrator {
    fn drop(&mut self) {
        self.shutdown.request();
        self.cluster.abandon_all();
    }
}

/// Tells that a component has ended, however it did.
struct Ended(Arc<AtomicBool>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
