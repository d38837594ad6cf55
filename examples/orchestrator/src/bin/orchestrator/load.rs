//! The load: requests to a busy cluster from outside, to its API, its ingress and its DNS.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::http::Method;
use example_shared::load::{Plan, Summary};
use example_shared::shutdown::Shutdown;
use fastrand::Rng;
use orchestrator::Orchestrator;
use orchestrator::client::call;
use simple_dns::{CLASS, Name, Packet, Question, RCODE, TYPE};
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// How many services and hosts the load uses.
const SERVICES: u8 = 6;

/// How long an answer to a DNS query may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where the load goes.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    api: SocketAddr,
    ingress: SocketAddr,
    dns: SocketAddr,
    /// What web services run.
    web: String,
}

impl Target {
    /// An orchestrator's addresses.
    pub(crate) fn of(orchestrator: &Orchestrator) -> Self {
        let program = std::env::current_exe().unwrap_or_default();
        Self {
            api: orchestrator.api_addr(),
            ingress: orchestrator.ingress_addr(),
            dns: orchestrator.dns_addr(),
            web: format!("{}+web&http=true", program.display()),
        }
    }
}

/// Keeps the cluster busy until the shutdown.
pub(crate) async fn run(plan: Plan, target: Target, shutdown: Shutdown) -> Summary {
    plan.run(shutdown, move |rng| step(target.clone(), rng)).await
}

/// One request to the cluster. Most requests are for web pages.
async fn step(target: Target, mut rng: Rng) -> io::Result<()> {
    let name = format!("load-{}", rng.u8(..SERVICES));
    match rng.u8(..200) {
        0..8 => api(&target, Method::POST, &format!("services/{name}?{}", service(&target, &mut rng))).await,
        8 => api(&target, Method::PUT, &format!("services/{name}?{}", service(&target, &mut rng))).await,
        9 => api(&target, Method::DELETE, &format!("services/{name}")).await,
        10..14 => api(&target, Method::POST, &format!("ingresses/{name}.example?service={name}")).await,
        14 => api(&target, Method::PUT, &format!("ingresses/{name}.example?service=load-0")).await,
        15 => api(&target, Method::DELETE, &format!("ingresses/{name}.example")).await,
        16 => api(&target, Method::POST, &format!("secrets/{name}")).await,
        17 => api(&target, Method::DELETE, &format!("secrets/{name}")).await,
        18 => api(&target, Method::POST, &format!("volumes/{name}")).await,
        19 => api(&target, Method::DELETE, &format!("volumes/{name}")).await,
        20..30 => api(&target, Method::GET, "containers").await,
        30 => outage(&target, &mut rng).await,
        31..140 => {
            let host = if rng.u8(..20) == 0 { "nobody.example".to_owned() } else { format!("{name}.example") };
            succeeded(call(target.ingress, Method::GET, &host, "/", "").await?)
        }
        _ => query(&target, &name, &mut rng).await,
    }
}

/// What a new service is: mostly web servers, some jobs, and some that do not work.
fn service(target: &Target, rng: &mut Rng) -> String {
    let command = match rng.u8(..10) {
        0..5 => target.web.as_str(),
        5..7 => "sleep+600",
        7 => "true",
        8 => "false",
        _ => "/no/such/program",
    };
    format!("command={command}&replicas={}", rng.u8(1..4))
}

/// A node is down for a moment.
async fn outage(target: &Target, rng: &mut Rng) -> io::Result<()> {
    let node = ["manager-1", "manager-2", "worker-1", "worker-2"][rng.usize(..4)];
    api(target, Method::POST, &format!("nodes/{node}/down")).await?;
    tokio::time::sleep(Duration::from_millis(rng.u64(..500))).await;
    api(target, Method::POST, &format!("nodes/{node}/up")).await
}

async fn api(target: &Target, method: Method, path: &str) -> io::Result<()> {
    succeeded(call(target.api, method, "warren", &format!("/{path}"), "").await?)
}

fn succeeded((status, body): (u16, String)) -> io::Result<()> {
    if status < 400 { Ok(()) } else { Err(io::Error::other(format!("{status}: {body}"))) }
}

/// Asks for a name, sometimes for one that is not there.
async fn query(target: &Target, name: &str, rng: &mut Rng) -> io::Result<()> {
    let (kind, name) = match rng.u8(..8) {
        0..3 => (TYPE::A, format!("{name}.warren.internal")),
        3 => (TYPE::AAAA, format!("{name}.warren.internal")),
        4 => (TYPE::SRV, format!("_http._tcp.{name}.warren.internal")),
        5 => (TYPE::PTR, "1.0.0.127.in-addr.arpa".to_owned()),
        6 => (TYPE::A, "nobody.warren.internal".to_owned()),
        _ => (TYPE::AAAA, "www.example.org".to_owned()),
    };
    let mut packet = Packet::new_query(rng.u16(..));
    let name = Name::new(&name).map_err(io::Error::other)?;
    packet.questions.push(Question::new(name, kind.into(), CLASS::IN.into(), false));
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    socket.connect(target.dns).await?;
    socket.send(&packet.build_bytes_vec().map_err(io::Error::other)?).await?;
    let mut answer = [0; 512];
    let length = timeout(PATIENCE, socket.recv(&mut answer)).await??;
    match Packet::parse(&answer[..length]).map_err(io::Error::other)?.rcode() {
        RCODE::NoError => Ok(()),
        refusal => Err(io::Error::other(format!("{refusal:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use orchestrator::Config;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_load_does_a_bit_of_everything() {
        let config = Config { reconcile_every: Duration::from_millis(50), ..Config::default() };
        let orchestrator = Orchestrator::start(config).await.unwrap();
        let plan = Plan { workers: 4, pause: Duration::from_millis(1), seed: 1 };
        let shutdown = Shutdown::new();
        // This program is the tests': it serves no web.
        let target = Target { web: "sleep+600".to_owned(), ..Target::of(&orchestrator) };
        let load = tokio::spawn(run(plan, target, shutdown.clone()));
        tokio::time::sleep(Duration::from_secs(2)).await;
        shutdown.request();
        let summary = load.await.unwrap();
        assert!(summary.steps > 50 && summary.failed > 0 && summary.failed < summary.steps, "{summary}");
        assert_eq!(summary.panicked, 0);
        orchestrator.shutdown().await;
    }
}
