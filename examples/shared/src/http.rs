//! The HTTP/1.1 side of a program: bind, serve until the shutdown, answer errors as JSON.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde::Serialize;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

use crate::shutdown::Shutdown;

/// How long running requests may go on after the shutdown.
const GRACE: Duration = Duration::from_secs(5);

/// A bound listener that does not serve yet, so that its address is known first.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
}

impl Server {
    /// Binds `addr`.
    ///
    /// # Errors
    /// If the address cannot be bound; the message names it.
    pub async fn bind(addr: SocketAddr) -> io::Result<Self> {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("cannot listen on {addr}: {error}"));
        let listener = TcpListener::bind(addr).await.map_err(named)?;
        let addr = listener.local_addr().map_err(named)?;
        Ok(Self { listener, addr })
    }

    /// The address it is bound to, with the real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.addr
    }

    /// Serves `router` until `shutdown`, then gives running requests five seconds. A handler that panics answers 500.
    ///
    /// # Errors
    /// If the listener breaks.
    pub async fn serve(self, router: Router, shutdown: Shutdown) -> io::Result<()> {
        let asked = shutdown.clone();
        let server = axum::serve(self.listener, router.layer(CatchPanicLayer::new()))
            .with_graceful_shutdown(async move { asked.wait().await });
        tokio::select! {
            result = async { server.await } => result,
            () = async { shutdown.wait().await; tokio::time::sleep(GRACE).await } => Ok(()),
        }
    }
}

/// An error as the API answers it: a status, and `{"error": "…"}`.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    message: String,
}

impl ApiError {
    /// An answer with this status and message.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// An answer with an error's text and its cause's.
    pub fn of(status: StatusCode, error: &impl Error) -> Self {
        match error.source() {
            Some(cause) => Self::new(status, format!("{error}: {cause}")),
            None => Self::new(status, error.to_string()),
        }
    }
}

/// The body of an error.
#[derive(Serialize)]
struct ErrorBody {
    error: String,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(ErrorBody { error: self.message })).into_response()
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

/// [`axum::extract::Query`] that answers a bad query as an [`ApiError`].
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiError))]
pub struct Query<T>(pub T);
