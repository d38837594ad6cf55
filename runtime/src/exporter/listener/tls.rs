//! TLS by `rustls`. Certificate and key are PEM files, which are reloaded when they change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use metrics::{Counter, counter, with_local_recorder};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::socket::Stream;
use crate::exporter::error::Error;
use crate::exporter::registry::sink::Sink;
use crate::names::TLS_RELOAD_FAILURES;

/// The minimum time between two checks of the files.
const LOOK: Duration = Duration::from_secs(1);

/// Accepts TLS connections. Clones share the loaded files.
#[derive(Clone)]
pub(in crate::exporter) struct Tls(Arc<Shared>);

struct Shared {
    certificate: PathBuf,
    key: PathBuf,
    failures: Counter,
    current: Mutex<Current>,
}

struct Current {
    config: Arc<ServerConfig>,
    read: [Version; 2],
    /// The files that could not be loaded on the last check, and why.
    failure: Option<([Version; 2], Error)>,
    looked: Instant,
}

/// Identifies a version of a file: modification time and length.
type Version = Option<(SystemTime, u64)>;

impl Tls {
    pub(in crate::exporter) fn new(certificate: PathBuf, key: PathBuf, sink: &Sink) -> Result<Self, Error> {
        let read = [version(&certificate), version(&key)];
        let config = load(&certificate, &key)?;
        let failures = with_local_recorder(sink, || counter!(TLS_RELOAD_FAILURES.name));
        let current = Mutex::new(Current { config, read, failure: None, looked: Instant::now() });
        Ok(Self(Arc::new(Shared { certificate, key, failures, current })))
    }

    pub(super) async fn accept(&self, stream: Box<dyn Stream>) -> io::Result<Box<dyn Stream>> {
        let stream = TlsAcceptor::from(self.config()).accept(stream).await?;
        Ok(Box::new(stream))
    }

    /// The configuration for new connections. If the changed files cannot be used, for example because they are only half written, the previous
    /// configuration stays in use, and loading is retried on the next check.
    fn config(&self) -> Arc<ServerConfig> {
        let Shared { certificate, key, failures, current } = &*self.0;
        let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.looked.elapsed() >= LOOK {
            current.looked = Instant::now();
            let read = [version(certificate), version(key)];
            if read == current.read {
                current.failure = None;
            } else {
                match load(certificate, key) {
                    Ok(config) => (current.config, current.read, current.failure) = (config, read, None),
                    Err(reason) => {
                        // The same files are counted once.
                        if current.failure.as_ref().is_none_or(|(failed, _)| *failed != read) {
                            failures.increment(1);
                        }
                        current.failure = Some((read, reason));
                    }
                }
            }
        }
        Arc::clone(&current.config)
    }

    /// Why the changed files are not in use, if they could not be loaded on the last check.
    pub(in crate::exporter) fn failure(&self) -> Option<String> {
        let current = self.0.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.failure.as_ref().map(|(_, reason)| reason.to_string())
    }
}

fn version(file: &Path) -> Version {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

const NO_CERTIFICATE: &str = "it contains no certificate; expected a PEM file with at least one";

fn load(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, Error> {
    let error = |file: &Path, reason: String| Error::Tls { file: file.to_owned(), reason };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain = chain.map_err(|reason| error(certificate, reason.to_string()))?;
    if chain.is_empty() {
        return Err(error(certificate, NO_CERTIFICATE.to_owned()));
    }
    // The message never contains the file's content, which is secret.
    let secret = PrivateKeyDer::from_pem_file(key)
        .map_err(|reason| error(key, format!("{reason}; expected a PEM file with a private key")))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|reason| error(certificate, reason.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|reason| error(certificate, reason.to_string()))?;
    Ok(Arc::new(config))
}
