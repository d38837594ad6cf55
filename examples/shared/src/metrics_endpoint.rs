//! Serving `/metrics`, however often a program is started in one process.

use std::net::SocketAddr;

use metrics_instrumented::Error;

/// Serves the process's metrics at `addr` and returns the address with the real port.
///
/// The first call installs the recorder. A later one, a second start in the same process, finds it and serves the
/// same metrics at one more address.
///
/// # Errors
/// If the address cannot be bound, or the process has a recorder that is not ours.
pub fn serve(addr: SocketAddr) -> Result<SocketAddr, Error> {
    match metrics_instrumented::exporter().listen(addr).install() {
        Ok(handle) => Ok(handle.local_addr().unwrap_or(addr)),
        Err(Error::AlreadyInstalled) => metrics_instrumented::handle().ok_or(Error::AlreadyInstalled)?.listen(addr),
        Err(error) => Err(error),
    }
}
