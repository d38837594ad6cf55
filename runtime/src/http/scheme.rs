//! The scheme of a request as a label value.

use http::Uri;

use crate::label::LabelValue;

/// The scheme of a request: `http` or `https`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// In clear text.
    #[default]
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// The scheme in a request target, if there is one: in HTTP/2, and in the absolute form that clients send to proxies.
    #[inline]
    pub(super) fn of(uri: &Uri) -> Option<Self> {
        match uri.scheme_str()? {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }
}

impl LabelValue for Scheme {
    const VALUES: &'static [&'static str] = &["http", "https"];

    fn index(&self) -> usize {
        *self as usize
    }
}
