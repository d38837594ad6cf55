//! Which clients a listener accepts, and with which limits.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;

use super::limits::Limits;
#[cfg(feature = "tls")]
use super::tls::Tls;

/// Which clients a listener accepts, and with which limits.
#[derive(Clone)]
pub(in crate::exporter) struct Admission {
    networks: Vec<IpNet>,
    pub(in crate::exporter) limits: Limits,
    #[cfg(feature = "tls")]
    pub(in crate::exporter) tls: Option<Tls>,
    refused: Arc<Mutex<Option<Refused>>>,
}

/// Connections from outside the allowed networks.
#[derive(Clone, Copy)]
pub(in crate::exporter) struct Refused {
    pub(in crate::exporter) connections: u64,
    /// The client's address of the last one.
    pub(in crate::exporter) last: IpAddr,
}

impl Admission {
    pub(in crate::exporter) fn new(
        networks: Vec<IpNet>,
        limits: Limits,
        #[cfg(feature = "tls")] tls: Option<Tls>,
    ) -> Self {
        Self {
            networks,
            limits,
            #[cfg(feature = "tls")]
            tls,
            refused: Arc::default(),
        }
    }

    /// Returns whether a client with this address may connect.
    pub(in crate::exporter) fn admits(&self, peer: IpAddr) -> bool {
        let admits = self.networks.is_empty() || self.networks.iter().any(|network| network.contains(&peer));
        if !admits {
            let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
            let connections = refused.map_or(1, |earlier| earlier.connections + 1);
            *refused = Some(Refused { connections, last: peer });
        }
        admits
    }

    /// Returns the connections that were refused because of their address, if there were any.
    pub(in crate::exporter) fn refused(&self) -> Option<Refused> {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
