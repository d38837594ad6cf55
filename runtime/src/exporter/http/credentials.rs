//! Credentials for the metrics: bearer tokens (RFC 6750) and users with passwords (RFC 7617), compared in constant time.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use subtle::{Choice, ConstantTimeEq};

/// The accepted credentials; a request needs one of them. If there are none, no credentials are needed.
#[derive(Clone, Default)]
pub(in crate::exporter) struct Credentials(Vec<(Scheme, Vec<u8>)>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Basic,
}

impl Credentials {
    /// Adds a token with the characters that the header allows (RFC 6750, section 2.1).
    pub(in crate::exporter) fn add_bearer(&mut self, token: &str) -> Result<(), &'static str> {
        if token.is_empty() {
            return Err("is empty; set a token");
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("must consist of visible ASCII characters without spaces or line ends");
        }
        self.0.push((Scheme::Bearer, token.as_bytes().to_vec()));
        Ok(())
    }

    pub(in crate::exporter) fn add_basic(&mut self, user: &str, password: &str) -> Result<(), &'static str> {
        if user.contains(':') {
            return Err("must not have a colon in the user name");
        }
        if password.is_empty() {
            return Err("has an empty password; set one");
        }
        if user.chars().chain(password.chars()).any(char::is_control) {
            return Err("must not contain control characters");
        }
        self.0.push((Scheme::Basic, BASE64_STANDARD.encode(format!("{user}:{password}")).into_bytes()));
        Ok(())
    }

    pub(super) fn admit(&self, headers: &HeaderMap) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let Some((scheme, given)) = headers.get(AUTHORIZATION).and_then(parse) else { return false };
        // All are compared, so that the response time does not depend on which one matches.
        let matches =
            |(known, secret): &(Scheme, Vec<u8>)| Choice::from(u8::from(*known == scheme)) & secret.ct_eq(given);
        self.0.iter().map(matches).fold(Choice::from(0), |any, this| any | this).into()
    }

    /// The value of `WWW-Authenticate` (RFC 9110, section 11.6.1).
    pub(super) fn challenge(&self) -> &'static str {
        match self.0.first() {
            Some((Scheme::Basic, _)) => "Basic realm=\"metrics\", charset=\"UTF-8\"",
            _ => "Bearer realm=\"metrics\"",
        }
    }
}

fn parse(header: &HeaderValue) -> Option<(Scheme, &[u8])> {
    let bytes = header.as_bytes();
    let space = bytes.iter().position(|byte| *byte == b' ')?;
    let (scheme, rest) = bytes.split_at(space);
    let scheme = [(Scheme::Bearer, "bearer"), (Scheme::Basic, "basic")]
        .into_iter()
        .find_map(|(known, word)| scheme.eq_ignore_ascii_case(word.as_bytes()).then_some(known))?;
    Some((scheme, rest.trim_ascii()))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({} secret)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(credentials: &Credentials, header: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, header.parse().unwrap());
        credentials.admit(&headers)
    }

    #[test]
    fn any_of_the_credentials_admits_and_nothing_else() {
        let mut credentials = Credentials::default();
        assert!(credentials.admit(&HeaderMap::new()));
        credentials.add_bearer("one").unwrap();
        credentials.add_bearer("two").unwrap();
        credentials.add_basic("Aladdin", "open sesame").unwrap();
        assert!(!credentials.admit(&HeaderMap::new()));
        for good in ["Bearer one", "bearer two", "BEARER  two ", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="] {
            assert!(admits(&credentials, good), "{good}");
        }
        for bad in [
            "Bearer",
            "Bearer ",
            "Bearer on",
            "Bearer ones",
            "Bearer ONE",
            "Basic one",
            "one",
            "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
            "Digest one",
        ] {
            assert!(!admits(&credentials, bad), "{bad}");
        }
    }

    #[test]
    fn credentials_that_a_header_cannot_contain_are_refused() {
        let mut credentials = Credentials::default();
        for token in ["", "a b", "a\n", "é"] {
            credentials.add_bearer(token).unwrap_err();
        }
        for (user, password) in [("a:b", "c"), ("a", ""), ("a", "b\n")] {
            credentials.add_basic(user, password).unwrap_err();
        }
        credentials.add_basic("", "a:b é").unwrap();
    }
}
