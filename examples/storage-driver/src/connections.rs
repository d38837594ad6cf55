//! NVMe connections: connect, disconnect. A connection outlives the call that opened it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use metrics_instrumented::{Gauge, GaugeGuard, instrumented};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::driver::Driver;
use super::metrics::{EventReason, NvmeConnect, NvmeConnectionsActive};
use super::target::HOST_KEY;
use super::{Error, Fault};

/// How long the target may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open connection to the target.
#[derive(Debug)]
pub(super) struct Connection {
    stream: BufReader<TcpStream>,
    peer: SocketAddr,
    /// This connection's part of the gauge; it goes with the connection, however that ends.
    _active: GaugeGuard,
}

impl Connection {
    /// Connects to the target as a host that has `key`.
    async fn open(target: SocketAddr, volume: &str, key: &str) -> Result<Self, Error> {
        let greet = async {
            let mut stream = BufReader::new(TcpStream::connect(target).await?);
            stream.write_all(format!("connect {volume} {key}\n").as_bytes()).await?;
            let mut answer = String::new();
            stream.read_line(&mut answer).await?;
            Ok((stream, answer))
        };
        let (stream, answer) =
            timeout(PATIENCE, greet).await.map_err(|_| Error::ConnectTimedOut(PATIENCE))?.map_err(Error::Connection)?;
        match answer.trim_end() {
            "ok" => Ok(Self { stream, peer: target, _active: NvmeConnectionsActive.hold(1) }),
            "" => Err(Error::Connection(io::ErrorKind::UnexpectedEof.into())),
            refusal => Err(Error::Refused(refusal.trim_start_matches("refused: ").to_owned())),
        }
    }

    /// Closes the connection; dropping it does so too, without a word.
    async fn close(mut self) -> Result<(), Error> {
        self.stream.shutdown().await.map_err(Error::Connection)
    }

    /// The target.
    pub(super) fn peer(&self) -> SocketAddr {
        self.peer
    }
}

impl Driver {
    /// Connects a volume to the NVMe target. With a fault, the target refuses the host's key.
    ///
    /// # Errors
    /// If there is no such volume, it is connected already, or the target refuses or does not answer.
    #[instrumented(NvmeConnect {})]
    pub async fn connect(&self, name: &str, fault: Fault) -> Result<SocketAddr, Error> {
        let result = self.open_connection(name, fault).await;
        if let Err(error) = &result {
            self.events.post(EventReason::ConnectionFailed, name, error);
        }
        result
    }

    /// Disconnects a volume from the NVMe target.
    ///
    /// # Errors
    /// If there is no such volume, it is not connected, or the connection broke before.
    pub async fn disconnect(&self, name: &str) -> Result<(), Error> {
        let _lock = self.lock(name)?;
        let connection = self
            .with_volume(name, |volume| volume.connection.take().ok_or_else(|| Error::NotConnected(name.to_owned())))?;
        connection.close().await
    }

    async fn open_connection(&self, name: &str, fault: Fault) -> Result<SocketAddr, Error> {
        let _lock = self.lock(name)?;
        self.with_volume(name, |volume| match volume.connection {
            Some(_) => Err(Error::AlreadyConnected(name.to_owned())),
            None => Ok(()),
        })?;
        let key = match fault {
            Fault::Fail => "revoked-key",
            Fault::None | Fault::Panic => HOST_KEY,
        };
        let connection = Connection::open(self.target.addr(), name, key).await?;
        fault.raise("the connection")?;
        self.with_volume(name, |volume| Ok(volume.connection.insert(connection).peer()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    async fn driver_with_volume() -> Driver {
        let driver = Driver::start(Config::default()).await.unwrap();
        driver.create("a", 4096, Fault::None).await.unwrap();
        driver
    }

    /// Waits until the target sees as many sessions; it learns of an end a moment later.
    async fn sessions_become(driver: &Driver, expected: usize) {
        let seen = async {
            while driver.target_sessions() != expected {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, seen).await.unwrap();
    }

    #[tokio::test]
    async fn a_connection_outlives_the_call_that_opened_it() {
        let driver = driver_with_volume().await;
        assert_eq!(driver.connect("a", Fault::None).await.unwrap(), driver.target_addr());
        assert_eq!(driver.target_sessions(), 1);
        assert!(matches!(driver.connect("a", Fault::None).await, Err(Error::AlreadyConnected(_))));
        driver.disconnect("a").await.unwrap();
        sessions_become(&driver, 0).await;
        assert!(matches!(driver.disconnect("a").await, Err(Error::NotConnected(_))));
    }

    #[tokio::test]
    async fn the_target_refuses_a_revoked_key() {
        let driver = driver_with_volume().await;
        let refused = driver.connect("a", Fault::Fail).await.unwrap_err();
        assert_eq!(refused.to_string(), "the target refused the connection: this host's key is not allowed");
        assert_eq!(driver.events().last().unwrap().reason, "ConnectionFailed");
        assert_eq!(driver.target_sessions(), 0);
        driver.connect("a", Fault::None).await.unwrap();
    }

    #[tokio::test]
    async fn a_device_that_is_not_nvme_is_rejected() {
        let driver = driver_with_volume().await;
        let mut stream = BufReader::new(TcpStream::connect(driver.target_addr()).await.unwrap());
        stream.write_all(b"GET / HTTP/1.1\n").await.unwrap();
        let mut answer = String::new();
        stream.read_line(&mut answer).await.unwrap();
        assert_eq!(answer, "refused: this is not NVMe\n");
    }
}
