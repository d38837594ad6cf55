//! Requests to targets and to Prometheus.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use ureq::http;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::error::Error;
use crate::names::CA_VARIABLE;
use crate::number::seconds;

/// The maximum size of a response in bytes.
pub(crate) const MAX_BYTES: u64 = 1 << 30;

/// How requests are made.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Connection {
    #[arg(
        long,
        value_name = "TOKEN",
        conflicts_with = "basic_auth",
        help = "Send this bearer token [env: METRICS_INSTRUMENTED_BEARER_TOKEN]"
    )]
    bearer_token: Option<String>,
    #[arg(
        long,
        value_name = "USER:PASSWORD",
        help = "Send this user name and password [env: METRICS_INSTRUMENTED_BASIC_AUTH]"
    )]
    basic_auth: Option<String>,
    /// Trust only the certificates in this PEM file, those of a private certificate authority
    #[arg(long, value_name = "FILE", env = CA_VARIABLE)]
    ca: Option<PathBuf>,
    /// Seconds until a request must have been answered
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = seconds)]
    timeout: u64,
}

/// Makes requests.
#[derive(Debug)]
pub(crate) struct Client {
    agent: ureq::Agent,
    authorization: Option<String>,
}

/// A response with the status 200.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// The credentials of the arguments or, without any, of the variables, of which both may be set: the exporter reads them, too, and accepts either.
    fn authorization(&self) -> Option<String> {
        let bearer = |token: &String| format!("Bearer {token}");
        let basic = |pair: &String| format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
        let argument = self.bearer_token.as_ref().map(bearer).or_else(|| self.basic_auth.as_ref().map(basic));
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        argument
            .or_else(|| variable("METRICS_INSTRUMENTED_BEARER_TOKEN").as_ref().map(bearer))
            .or_else(|| variable("METRICS_INSTRUMENTED_BASIC_AUTH").as_ref().map(basic))
    }
}

impl Client {
    pub(crate) fn new(connection: &Connection) -> Result<Self, Error> {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(connection.timeout)))
            .http_status_as_error(false);
        let config = match &connection.ca {
            Some(file) => config.tls_config(trusting(file)?),
            None => config,
        };
        Ok(Self { agent: ureq::Agent::new_with_config(config.build()), authorization: connection.authorization() })
    }

    /// Reads an address.
    pub(crate) fn get(&self, url: &str, accept: &str) -> Result<Response, Error> {
        if !is_address(url) {
            let reason = "it is not an address; expected `http://` or `https://`".to_owned();
            return Err(Error::Exposition { target: url.to_owned(), reason });
        }
        let request = self.agent.get(url).header("Accept", accept);
        let request = match &self.authorization {
            Some(value) => request.header("Authorization", value),
            None => request,
        };
        read(url, request.call())
    }

    /// Sends a form.
    pub(crate) fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<Response, Error> {
        let request = self.agent.post(url);
        let request = match &self.authorization {
            Some(value) => request.header("Authorization", value),
            None => request,
        };
        read(url, request.send_form(form.iter().copied()))
    }
}

/// Returns whether a text is an address, and not a file.
pub(crate) fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| scheme == "http" || scheme == "https")
}

fn read(url: &str, response: Result<http::Response<ureq::Body>, ureq::Error>) -> Result<Response, Error> {
    let failed = |reason: String| Error::Exposition { target: url.to_owned(), reason };
    let mut response = response.map_err(|error| failed(reason(&error)))?;
    let status = response.status();
    if status == 401 || status == 403 {
        return Err(failed(format!("the server answers {status}; give `--bearer-token` or `--basic-auth`")));
    }
    if status != 200 {
        return Err(failed(format!("the server answers {status}; expected 200 OK")));
    }
    let content_type = response.headers().get("Content-Type").and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let body = response.body_mut().with_config().limit(MAX_BYTES);
    let body = body.read_to_vec().map_err(|error| failed(reason(&error)))?;
    Ok(Response { content_type, body })
}

/// One line, with the fix.
fn reason(error: &ureq::Error) -> String {
    let fixed = match error {
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            "connection refused; check that the program runs and listens on this address"
        }
        ureq::Error::Timeout(_) => {
            "no complete response within the time limit; check the address, or raise `--timeout`"
        }
        ureq::Error::HostNotFound => "the host is not known; check the address",
        ureq::Error::TooManyRedirects => "too many redirects; give the final address",
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => "it is not a valid address; expected `http://host:port/path`",
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    let text = error.to_string().replace('\n', " ");
    let hint = if text.contains("UnknownIssuer") {
        "; give the certificate authority with `--ca`"
    } else if text.contains("failed to lookup address") {
        "; check the address"
    } else if text.contains("corrupt message") {
        "; the server does not answer in TLS: use `http://`, or check the port"
    } else if matches!(error, ureq::Error::Protocol(_)) {
        "; the server does not answer in HTTP: check the port, or use `https://`"
    } else if text.contains("isconnected") || text.contains("reset") {
        "; the server closed the connection before the end of the response"
    } else {
        ""
    };
    format!("{text}{hint}")
}

fn trusting(file: &PathBuf) -> Result<TlsConfig, Error> {
    let text = std::fs::read(file).map_err(|source| Error::Read { path: file.clone(), source })?;
    let invalid = |reason: String| Error::Ca { path: file.clone(), reason };
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| invalid(error.to_string()))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(invalid("it contains no certificate in PEM format".to_owned()));
    }
    Ok(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates)).build())
}
