//! A Pushgateway and the group that is pushed to.

use std::fmt;
#[cfg(feature = "tls")]
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::exporter::client::{Client, Failure, check_url, parse_url, redirect_problem};
use crate::exporter::error::{Error, MUST_NOT_BE_ZERO};
use crate::exporter::exposition::format::Format;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};

/// The pause after the first failed attempt; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// A Pushgateway and the group of series that is pushed to; see [`Handle::push`](crate::Handle::push).
#[must_use = "nothing is pushed before `Handle::push` has it"]
pub struct PushGateway {
    pub(super) url: String,
    pub(super) job: String,
    pub(super) grouping: Vec<(String, String)>,
    authorization: Option<String>,
    pub(super) adds: bool,
    pub(super) interval: Option<Duration>,
    pub(super) timeout: Duration,
    pub(super) tries: u32,
    #[cfg(feature = "tls")]
    pub(super) ca: Option<PathBuf>,
}

/// Why a push failed. The error contains no secret.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// The gateway did not answer.
    #[error("cannot push to {url}: {reason}; check the URL, and that the Pushgateway is running")]
    Unreachable {
        /// The group's URL.
        url: String,
        /// The system's error.
        reason: String,
    },

    /// The answer is a redirect, which is not followed, because most servers redirect to a page that ignores the metrics.
    #[error("cannot push to {url}: {}", redirect(*status, location))]
    Redirected {
        /// The group's URL.
        url: String,
        /// The status code of the response.
        status: u16,
        /// The target without user name, password and query.
        location: String,
    },

    /// The gateway answered with an error status.
    #[error("{url} responded to a push with status {status}: {answer}{}", status_fix(*status))]
    Refused {
        /// The group's URL.
        url: String,
        /// The status code of the response.
        status: u16,
        /// The beginning of the response body.
        answer: String,
    },
}

/// The message, because a `main` that returns an error prints its `Debug` output.
impl fmt::Debug for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PushGateway {
    /// Creates the settings for the job `job` at a gateway such as `"http://gateway:9091"`. `https` requires the feature `tls`.
    pub fn new(url: impl Into<String>, job: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            job: job.into(),
            grouping: Vec::new(),
            authorization: None,
            adds: false,
            interval: None,
            timeout: Duration::from_secs(10),
            tries: 4,
            #[cfg(feature = "tls")]
            ca: None,
        }
    }

    /// Adds a label to the grouping key, for example `instance`. A push replaces only the metrics of its own group.
    pub fn grouping(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.grouping.push((label.into(), value.into()));
        self
    }

    /// Pushes with POST, which replaces only the families of the same name in the group. The default is PUT, which replaces the whole group.
    pub fn add(mut self) -> Self {
        self.adds = true;
        self
    }

    /// Also pushes at this interval. By default, the only automatic push is the last one.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Sets the time limit of one attempt. The default is 10 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the maximum number of attempts of a push. It is retried if the gateway cannot be reached or responds with a status of 429 or at least 500. The
    /// first pause is 0.25 s, and each further pause is twice as long. The default is 4 attempts.
    pub fn tries(mut self, tries: u32) -> Self {
        self.tries = tries;
        self
    }

    /// Sends a bearer token.
    pub fn bearer_token(mut self, token: &str) -> Self {
        self.set_bearer_token(token);
        self
    }

    /// Sends a user name and a password.
    pub fn basic_auth(mut self, user: &str, password: &str) -> Self {
        self.set_basic_auth(user, password);
        self
    }

    pub(super) fn set_bearer_token(&mut self, token: &str) {
        self.authorization = Some(format!("Bearer {token}"));
    }

    pub(super) fn set_basic_auth(&mut self, user: &str, password: &str) {
        self.authorization = Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}"))));
    }

    /// Trusts only the certificates in this PEM file.
    #[cfg(feature = "tls")]
    pub fn certificate_authority(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca = Some(file.into());
        self
    }

    /// Checks the settings, and returns the client of pushes.
    pub(super) fn group(&self) -> Result<Group, Error> {
        let setting = |what: &str, reason: &str| Error::setting(what, reason);
        check_gateway(&self.url)?;
        if self.job.is_empty() {
            return Err(setting("the pushed job", "has an empty name; give it one, such as `nightly_backup`"));
        }
        if let Some(reason) = self.authorization.as_deref().and_then(credentials_error) {
            return Err(setting("the Pushgateway's credentials", reason));
        }
        if self.timeout.is_zero() {
            return Err(setting("the push's timeout", MUST_NOT_BE_ZERO));
        }
        if self.interval.is_some_and(|interval| interval.is_zero()) {
            return Err(setting("the push's interval", MUST_NOT_BE_ZERO));
        }
        let mut url = format!("{}/metrics{}", self.url.trim_end_matches('/'), segment("job", &self.job));
        for (at, (label, value)) in self.grouping.iter().enumerate() {
            if let Some(reason) = grouping_error(&self.grouping[..at], label) {
                return Err(setting(&format!("the grouping label `{label}`"), &reason));
            }
            url.push_str(&segment(label, value));
        }
        parse_url(URL, &url)?;
        #[cfg(feature = "tls")]
        let ca = self.ca.as_deref();
        #[cfg(not(feature = "tls"))]
        let ca = None;
        let http = Client::new(self.timeout, ca)?;
        Ok(Group { url, http, authorization: self.authorization.clone(), tries: self.tries.max(1) })
    }
}

/// The name of the setting in errors.
const URL: &str = "the Pushgateway's URL";

/// Checks the URL of a Pushgateway.
pub(super) fn check_gateway(url: &str) -> Result<(), Error> {
    check_url(URL, url, "http://gateway:9091", "`basic_auth`")?;
    parse_url(URL, url)
}

/// Returns what is wrong with the value of `Authorization`.
pub(super) fn credentials_error(value: &str) -> Option<&'static str> {
    let is_invalid = value.chars().any(|c| c.is_control() || !c.is_ascii());
    is_invalid.then_some("must consist of visible ASCII characters")
}

/// Returns what is wrong with another label of the group.
pub(super) fn grouping_error(earlier: &[(String, String)], label: &str) -> Option<String> {
    if let Some(reason) = crate::names::label_name_error(label) {
        return Some(format!("is not valid: {reason}"));
    }
    let is_double = label == "job" || earlier.iter().any(|(earlier, _)| earlier == label);
    is_double.then(|| "is already in the group; remove one of the two".to_owned())
}

/// A part of the group's URL; values other than letters, digits, `_` and `-` are encoded.
fn segment(label: &str, value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !value.is_empty() && value.bytes().all(is_plain) {
        format!("/{label}/{value}")
    } else if value.is_empty() {
        format!("/{label}@base64/=")
    } else {
        format!("/{label}@base64/{}", BASE64_URL_SAFE.encode(value))
    }
}

/// A group, and the client that pushes to it.
pub(super) struct Group {
    url: String,
    http: Client,
    authorization: Option<String>,
    tries: u32,
}

/// What a request does to the group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Action<'a> {
    Replace(&'a str),
    Add(&'a str),
    Delete,
}

impl Group {
    /// The URL, which contains no credentials.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn send(&self, action: Action<'_>) -> Result<(), PushError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..self.tries {
            match self.try_once(action) {
                Err(error) if error.may_pass() => thread::sleep(pause),
                ended => return ended,
            }
            pause = pause.saturating_mul(2);
        }
        self.try_once(action)
    }

    fn try_once(&self, action: Action<'_>) -> Result<(), PushError> {
        let (method, body) = match action {
            Action::Replace(body) => ("PUT", body),
            Action::Add(body) => ("POST", body),
            Action::Delete => ("DELETE", ""),
        };
        let mut headers = Vec::new();
        let content_type = Format::TEXT.content_type();
        if action != Action::Delete {
            headers.push(("content-type", content_type.as_str()));
        }
        if let Some(authorization) = &self.authorization {
            headers.push(("authorization", authorization));
        }
        let url = || self.url.clone();
        self.http.send(method, &self.url, &headers, body.as_bytes()).map(|_| ()).map_err(|failure| match failure {
            Failure::Unreachable(reason) => PushError::Unreachable { url: url(), reason },
            Failure::Redirect { status, location } => PushError::Redirected { url: url(), status, location },
            Failure::Status { status, answer, .. } => PushError::Refused {
                url: url(),
                status,
                answer: String::from_utf8_lossy(&answer).trim_end().to_owned(),
            },
        })
    }
}

fn redirect(status: u16, location: &str) -> String {
    redirect_problem(status, location, "the credentials with `bearer_token` or `basic_auth`", "the gateway's URL")
}

/// The fix for a status whose answer rarely contains one.
fn status_fix(status: u16) -> &'static str {
    match status {
        401 | 403 => "; set the credentials with `bearer_token` or `basic_auth`",
        404 | 405 => "; check the path of the gateway's URL",
        _ => "",
    }
}

impl PushError {
    /// What is wrong and the fix, without the URL.
    pub(super) fn problem(&self) -> String {
        match self {
            Self::Unreachable { reason, .. } => {
                format!("there was no response ({reason}); check the URL, and that the Pushgateway is running")
            }
            Self::Redirected { status, location, .. } => redirect(*status, location),
            Self::Refused { status, answer, .. } => {
                let answer = if answer.is_empty() { String::new() } else { format!(" ({answer})") };
                let fix = match status_fix(*status) {
                    "" => "; the Pushgateway's log has the reason",
                    fix => fix,
                };
                format!("the response is {status}{answer}{fix}")
            }
        }
    }

    /// Whether another attempt may succeed.
    fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Redirected { .. } => false,
            Self::Refused { status, .. } => *status >= 500 || *status == 429,
        }
    }
}

impl fmt::Debug for PushGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may contain a password: that is refused only in `client`.
        f.debug_struct("PushGateway")
            .field("job", &self.job)
            .field("grouping", &self.grouping)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn any_value_is_a_part_of_a_url() {
        assert_eq!(segment("job", "nightly_backup-2"), "/job/nightly_backup-2");
        assert_eq!(segment("path", "/var/tmp"), "/path@base64/L3Zhci90bXA=");
        assert_eq!(segment("empty", ""), "/empty@base64/=");
        assert_eq!(segment("dot", "."), "/dot@base64/Lg==");
    }
}
