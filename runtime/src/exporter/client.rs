//! The HTTP client of pushes, to a Pushgateway and by OTLP.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use ureq::Agent;
use ureq::http::Request;

use super::error::Error;

/// The length of the part of a response's body that is read; error messages are short.
const ANSWER_BYTES: u64 = 4096;

/// Why a request failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// There was no response.
    Unreachable(String),
    /// The response is a redirect, which is not followed: most servers answer with a page, so that the data would be lost.
    Redirect {
        status: u16,
        /// The target, without credentials.
        location: String,
    },
    /// The response's status is not a success.
    Status {
        status: u16,
        /// The beginning of the body.
        answer: Vec<u8>,
        /// The header `Retry-After`.
        #[cfg_attr(not(feature = "otlp"), allow(dead_code, reason = "a Pushgateway sends none"))]
        retry_after: Option<String>,
    },
}

/// Sends requests.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
}

/// Checks a URL, such as `example`. `what` names it in errors, which contain no credentials.
pub(super) fn check_url(what: &str, url: &str, example: &str, instead: &str) -> Result<(), Error> {
    let error = |reason: &str| Err(Error::setting(what, reason));
    let is_secure = url.starts_with("https://");
    if is_secure && !cfg!(feature = "tls") {
        return error("is `https`, which needs the feature `tls`; enable it");
    }
    // Checked first, so that no other message contains the password.
    if url.contains('@') {
        return error(&format!("must not contain credentials; use {instead}"));
    }
    if !is_secure && !url.starts_with("http://") {
        return error(&format!("is not valid; expected a URL such as `{example}`, not `{url}`"));
    }
    Ok(())
}

/// Parses a URL as the client parses it, so that a mistake is an error now and not at the first push.
pub(super) fn parse_url(what: &str, url: &str) -> Result<(), Error> {
    Request::get(url).body(()).map_err(|error| Error::setting(what, format!("is not valid: {error}")))?;
    Ok(())
}

impl Client {
    /// A client with a time limit for each request, and with a PEM file of the only certificates to trust.
    #[cfg_attr(
        not(feature = "tls"),
        allow(clippy::unnecessary_wraps, unused_variables, reason = "fails with TLS only")
    )]
    pub(super) fn new(timeout: Duration, ca: Option<&Path>) -> Result<Self, Error> {
        // `ureq` adds the timeout to a point in time, which fails for a longer one.
        let timeout = timeout.min(Duration::from_secs(u32::MAX.into()));
        let config = Agent::config_builder().http_status_as_error(false);
        let config = config.max_redirects(0).timeout_global(Some(timeout));
        #[cfg(feature = "tls")]
        if let Some(file) = ca {
            return Ok(Self { agent: config.tls_config(trusting(file)?).build().into() });
        }
        Ok(Self { agent: config.build().into() })
    }

    /// Sends a request, and returns the beginning of the response's body.
    pub(super) fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).map_err(|error| Failure::Unreachable(error.to_string()))?;
        let mut response = self.agent.run(request).map_err(|error| Failure::Unreachable(error.to_string()))?;
        let status = response.status();
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let retry_after = header("retry-after").map(str::to_owned);
        if let (true, Some(location)) = (status.is_redirection(), header("location")) {
            return Err(Failure::Redirect { status: status.as_u16(), location: shown_location(location) });
        }
        let mut answer = Vec::new();
        // If the connection breaks in the middle of the body, the status is what counts.
        let _ = response.body_mut().as_reader().take(ANSWER_BYTES).read_to_end(&mut answer);
        if status.is_success() {
            return Ok(answer);
        }
        Err(Failure::Status { status: status.as_u16(), answer, retry_after })
    }
}

/// Describes a redirect and the fix: `credentials` says how they are set, `url` what is set to the right address.
pub(super) fn redirect_problem(status: u16, location: &str, credentials: &str, url: &str) -> String {
    let fix = match status {
        // The methods of these requests would be kept, so the target is meant to receive them.
        301 | 307 | 308 => format!("set {url} to this address"),
        _ => format!("set {credentials} if this is a login page, otherwise {url} to this address"),
    };
    format!("the response is a redirect ({status}) to `{location}`, which is not followed; {fix}")
}

/// The target of a redirect for messages: its beginning, without a user name and a password, and without a query, which may contain a token.
fn shown_location(location: &str) -> String {
    const CHARACTERS: usize = 200;
    let location = location.split(['?', '#']).next().unwrap_or_default();
    let shown = match location.split_once("//") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}//{host}{path}")
        }
        None => location.to_owned(),
    };
    shown.chars().take(CHARACTERS).collect()
}

#[cfg(feature = "tls")]
fn trusting(file: &Path) -> Result<ureq::tls::TlsConfig, Error> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    use ureq::tls::{Certificate, RootCerts, TlsConfig};

    let error = |reason: String| Error::Tls { file: file.to_owned(), reason };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    let found = found.map_err(|reason| error(reason.to_string()))?;
    if found.is_empty() {
        return Err(error("it contains no certificate; expected a PEM file with at least one".to_owned()));
    }
    let roots: Vec<_> = found.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    Ok(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots)).build())
}

#[cfg(test)]
mod tests {
    use super::shown_location;

    #[test]
    fn a_location_contains_no_credentials() {
        for (location, shown) in [
            ("/login", "/login"),
            ("/login?rd=https://a@b/", "/login"),
            ("https://user:secret@sso/login?token=secret#x", "https://sso/login"),
            ("https://user:se@cret@sso", "https://sso"),
            ("//user@sso/a@b", "//sso/a@b"),
            ("", ""),
        ] {
            assert_eq!(shown_location(location), shown, "{location}");
        }
        assert_eq!(shown_location(&"x".repeat(300)).len(), 200);
    }
}
