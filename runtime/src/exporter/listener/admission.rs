//! Which clients a listener accepts: networks, limits and TLS.

use std::net::IpAddr;

use ipnet::IpNet;

use super::limits::Limits;
#[cfg(feature = "tls")]
use super::tls::Tls;

/// Which clients a listener accepts: networks, limits and TLS.
#[derive(Clone)]
pub(in crate::exporter) struct Admission {
    pub(in crate::exporter) networks: Vec<IpNet>,
    pub(in crate::exporter) limits: Limits,
    #[cfg(feature = "tls")]
    pub(in crate::exporter) tls: Option<Tls>,
}

impl Admission {
    pub(in crate::exporter) fn admits(&self, peer: IpAddr) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|network| network.contains(&peer))
    }
}
