//! The metrics in a hyper server on a current-thread runtime, with `/health` and `/ready` beside them.

use std::error::Error;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

fn main() -> Result<(), Box<dyn Error>> {
    let metrics = metrics_instrumented::exporter().install_recorder()?;
    let routes = metrics.routes()?;
    print!("{}", embedded::greet());
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("metrics: http://{}/metrics", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            let routes = routes.clone();
            // A client that breaks the connection is its own affair.
            tokio::spawn(async move { http1::Builder::new().serve_connection(TokioIo::new(stream), routes).await });
        }
    })
}
