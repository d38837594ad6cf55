//! What names mean: the records that the DNS responder serves, made from the containers that run.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::cluster::Cluster;
use super::container::{Container, ContainerState};
use super::metrics::RecordKind;

/// The zone that all names are in.
pub(super) const ZONE: &str = "warren.internal";

/// A record, without the name that it was asked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Srv { port: u16, target: String },
    Ptr(String),
}

/// Why a name cannot be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unresolved {
    #[error("there is no such name")]
    NoSuchName,
    #[error("the name is in another zone")]
    NotOurs,
}

impl Cluster {
    /// The records of a name, which may be none of this kind.
    ///
    /// `web.warren.internal` is the service's, `web-0.warren.internal` the container's, `_http._tcp.web.warren.internal`
    /// says where all of them serve, and the reverse name of an address says who has it.
    pub(super) fn resolve(&self, kind: RecordKind, name: &str) -> Result<Vec<Record>, Unresolved> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if let Some(addr) = reverse(&name) {
            return self.names_at(kind, addr);
        }
        let name = name.strip_suffix(ZONE).and_then(|name| name.strip_suffix('.')).ok_or(Unresolved::NotOurs)?;
        if let Some(service) = name.strip_prefix("_http._tcp.") {
            return self.servers(kind, service);
        }
        let is_service = self.raft.read(|state| state.services.contains_key(name));
        let runs = self.running().any(|container| container.name == name || container.service == name);
        match (is_service || runs, runs, kind) {
            (false, ..) => Err(Unresolved::NoSuchName),
            (_, true, RecordKind::A) => Ok(vec![Record::A(Ipv4Addr::LOCALHOST)]),
            (_, true, RecordKind::Aaaa) => Ok(vec![Record::Aaaa(Ipv6Addr::LOCALHOST)]),
            _ => Ok(Vec::new()),
        }
    }

    fn servers(&self, kind: RecordKind, service: &str) -> Result<Vec<Record>, Unresolved> {
        if !self.raft.read(|state| state.services.contains_key(service)) {
            return Err(Unresolved::NoSuchName);
        }
        let serving = self.running().filter(|container| container.service == service && kind == RecordKind::Srv);
        let record = |container: Container| {
            let port = container.serves()?.port();
            Some(Record::Srv { port, target: format!("{}.{ZONE}", container.name) })
        };
        Ok(serving.filter_map(record).collect())
    }

    fn names_at(&self, kind: RecordKind, addr: IpAddr) -> Result<Vec<Record>, Unresolved> {
        let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        if !here.contains(&addr) {
            return Err(Unresolved::NoSuchName);
        }
        let names = self.running().filter(|_| kind == RecordKind::Ptr);
        Ok(names.map(|container| Record::Ptr(format!("{}.{ZONE}", container.name))).collect())
    }

    fn running(&self) -> impl Iterator<Item = Container> {
        self.containers()
            .map(|(_, container)| container)
            .filter(|container| container.state() == ContainerState::Running)
    }
}

/// The address that a name of `in-addr.arpa` or `ip6.arpa` is for.
fn reverse(name: &str) -> Option<IpAddr> {
    if let Some(name) = name.strip_suffix(".in-addr.arpa") {
        let forward: Vec<_> = name.rsplit('.').collect();
        return forward.join(".").parse().ok();
    }
    let nibbles = name.strip_suffix(".ip6.arpa")?.rsplit('.').collect::<Vec<_>>();
    if nibbles.len() != 32 || nibbles.iter().any(|nibble| nibble.len() != 1) {
        return None;
    }
    u128::from_str_radix(&nibbles.concat(), 16).ok().map(|bits| IpAddr::V6(bits.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reverse_names_are_read() {
        assert_eq!(reverse("1.0.0.127.in-addr.arpa"), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let zeros = "0.".repeat(31);
        assert_eq!(reverse(&format!("1.{zeros}ip6.arpa")), Some(IpAddr::V6(Ipv6Addr::LOCALHOST)));
        for other in ["1.0.0.in-addr.arpa", "1.0.ip6.arpa", "web.warren.internal", "x.0.0.127.in-addr.arpa"] {
            assert_eq!(reverse(other), None, "{other}");
        }
    }
}
