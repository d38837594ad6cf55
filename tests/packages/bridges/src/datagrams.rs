//! Datagrams of StatsD and DogStatsD.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use crate::{Backend, Family};

/// An agent that receives datagrams.
pub struct Agent {
    socket: UdpSocket,
    arrived: BTreeMap<String, Family>,
}

impl Agent {
    pub fn new() -> std::io::Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        Ok(Self { socket, arrived: BTreeMap::new() })
    }

    pub fn port(&self) -> u16 {
        self.socket.local_addr().expect("it is bound").port()
    }

    /// Reads `name:value:value|kind|#label:value,label:value`.
    fn read(&mut self, line: &str) {
        let mut parts = line.split('|');
        let (Some((name, values)), Some(kind)) = (parts.next().and_then(|part| part.split_once(':')), parts.next())
        else {
            return;
        };
        let labels = parts.find_map(|part| part.strip_prefix('#')).unwrap_or_default();
        let labels = labels.split(',').filter_map(|label| label.split_once(':'));
        let mut labels: Vec<_> = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        labels.sort();
        let family = self.arrived.entry(name.to_owned()).or_default();
        for value in values.split(':') {
            let number: f64 = value.parse().expect("a number");
            match kind {
                "c" => *family.series.entry(labels.clone()).or_default() += number,
                // A sign before the number makes it a difference.
                "g" if value.starts_with(['+', '-']) => *family.series.entry(labels.clone()).or_default() += number,
                "g" => _ = family.series.insert(labels.clone(), number),
                _ => family.observations += 1,
            }
        }
    }
}

impl Backend for Agent {
    /// Waits as long as ten flushes take.
    fn arrived(&mut self) -> BTreeMap<String, Family> {
        let end = Instant::now() + Duration::from_millis(1_000);
        let mut datagram = [0; 65_536];
        while Instant::now() < end {
            if let Ok(length) = self.socket.recv(&mut datagram) {
                String::from_utf8_lossy(&datagram[..length]).lines().for_each(|line| self.read(line));
            }
        }
        let copy = |family: &Family| Family {
            series: family.series.clone(),
            observations: family.observations,
            ..Family::default()
        };
        self.arrived.iter().map(|(name, family)| (name.clone(), copy(family))).collect()
    }
}
