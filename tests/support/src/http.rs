//! Requests to something that listens on this machine.

use std::{fmt::Display, time::Duration};

use ureq::Agent;

use crate::exposition::Exposition;

/// The content type of the text format 0.0.4, without a character set.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4";

/// A response of a server, with any status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code, such as 200.
    pub status: u16,
    /// The `Content-Type` header, empty if there was none.
    pub content_type: String,
    /// The body.
    pub body: String,
}

/// `GET url`.
///
/// # Errors
/// When there is no HTTP answer; a status such as 404 is an answer.
pub fn get(url: &str) -> Result<Response, String> {
    request(url, &[], &[])
}

/// `GET url` with headers such as `("Accept", "text/plain")`.
///
/// # Errors
/// When there is no HTTP answer; a status such as 404 is an answer.
pub fn get_with_headers(url: &str, headers: &[(&str, &str)]) -> Result<Response, String> {
    request(url, headers, &[])
}

/// Scrapes `http://{address}/metrics` and reads what it gets as strictly as [`Exposition::parse`] does.
///
/// # Panics
/// When there is no answer, it is not 200, not the text format 0.0.4 by its content type, or not valid.
#[must_use]
#[track_caller]
pub fn scrape(address: impl Display) -> Exposition {
    let url = format!("http://{address}/metrics");
    let response = get(&url).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(response.status, 200, "GET {url}: {}", response.body);
    assert!(
        response.content_type.starts_with(TEXT_FORMAT),
        "GET {url}: the content type is `{}`; expected `{TEXT_FORMAT}`",
        response.content_type
    );
    Exposition::parse(&response.body).unwrap_or_else(|error| panic!("GET {url}: {error}\n{}", response.body))
}

/// `GET url` with query parameters, which it encodes.
pub(crate) fn request(url: &str, headers: &[(&str, &str)], parameters: &[(&str, &str)]) -> Result<Response, String> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let mut request = agent.get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    for (name, value) in parameters {
        request = request.query(name, value);
    }
    let failed = |error: ureq::Error| format!("GET {url}: {error}");
    let mut response = request.call().map_err(failed)?;
    let content_type =
        response.headers().get("content-type").map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = response.body_mut().with_config().limit(256 * 1024 * 1024).read_to_string().map_err(failed)?;
    Ok(Response { status: response.status().as_u16(), content_type: content_type.unwrap_or_default(), body })
}
