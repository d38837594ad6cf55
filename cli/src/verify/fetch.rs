//! Reads an exposition from a URL or a file.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use flate2::read::MultiGzDecoder;

use crate::error::Error;

/// Formats in the order of preference.
const ACCEPT: &str = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";

/// The maximum size of a response, in bytes.
const MAX_BYTES: u64 = 1 << 30;

/// The credentials for the target.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Credentials {
    /// Send this bearer token
    #[arg(
        long,
        value_name = "TOKEN",
        env = "METRICS_INSTRUMENTED_BEARER_TOKEN",
        hide_env_values = true,
        conflicts_with = "basic_auth"
    )]
    bearer_token: Option<String>,
    /// Send this user name and password
    #[arg(long, value_name = "USER:PASSWORD", env = "METRICS_INSTRUMENTED_BASIC_AUTH", hide_env_values = true)]
    basic_auth: Option<String>,
}

/// A response.
pub(super) struct Response {
    pub(super) text: String,
    pub(super) is_open_metrics: bool,
}

/// Reads an `http://` or `https://` URL, or a file, which may be compressed with gzip.
pub(super) fn read(target: &str, credentials: &Credentials, timeout: Duration) -> Result<Response, Error> {
    if target.starts_with("http://") || target.starts_with("https://") {
        return fetch(target, credentials, timeout);
    }
    let path = Path::new(target);
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let mut bytes = fs::read(path).map_err(failed)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).take(MAX_BYTES).read_to_end(&mut plain).map_err(failed)?;
        bytes = plain;
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::Exposition {
        target: target.to_owned(),
        reason: "not valid UTF-8; expected the Prometheus text format or OpenMetrics".to_owned(),
    })?;
    Ok(Response { text, is_open_metrics: false })
}

fn fetch(url: &str, credentials: &Credentials, timeout: Duration) -> Result<Response, Error> {
    let failed = |reason: String| Error::Exposition { target: url.to_owned(), reason };
    let config = ureq::Agent::config_builder().timeout_global(Some(timeout)).http_status_as_error(false).build();
    let mut request = ureq::Agent::new_with_config(config).get(url).header("Accept", ACCEPT);
    if let Some(token) = &credentials.bearer_token {
        request = request.header("Authorization", format!("Bearer {token}"));
    } else if let Some(pair) = &credentials.basic_auth {
        request = request.header("Authorization", format!("Basic {}", base64(pair)));
    }
    let mut response = request.call().map_err(|error| failed(error.to_string()))?;
    let status = response.status();
    if status == 401 || status == 403 {
        return Err(failed(format!("the target answers {status}; give `--bearer-token` or `--basic-auth`")));
    }
    if status != 200 {
        return Err(failed(format!("the target answers {status}; expected 200 OK")));
    }
    let content_type = response.headers().get("Content-Type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_open_metrics = content_type.starts_with("application/openmetrics-text");
    if !is_open_metrics && !content_type.starts_with("text/plain") {
        return Err(failed(format!(
            "the target answers with the content type `{content_type}`; expected `text/plain` or `application/openmetrics-text`"
        )));
    }
    let body = response.body_mut().with_config().limit(MAX_BYTES);
    let text = body.read_to_string().map_err(|error| failed(error.to_string()))?;
    Ok(Response { text, is_open_metrics })
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}
