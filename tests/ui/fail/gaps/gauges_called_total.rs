//! The virtual-machine manager's and the orchestrator's own mistake: gauges whose names say that they are counters.

use metrics_instrumented::{Gauge, LabelValue, Open};

#[derive(LabelValue)]
enum Role {
    Manager,
    Worker,
}

#[derive(Gauge)]
#[gauge(namespace = "virtrigaud", name = "libvirt_domains_total")]
struct Domains<'a> {
    host: Open<'a>,
}

#[derive(Gauge)]
#[gauge(name = "warren_nodes_total")]
struct Nodes {
    role: Role,
}

fn main() {
    Domains { host: Open::new("a") }.set(1);
    Nodes { role: Role::Manager }.set(1);
    Nodes { role: Role::Worker }.set(1);
}
