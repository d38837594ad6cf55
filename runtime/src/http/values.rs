//! Methods and status codes as label values, and responses as outcomes.

use http::{Method, Response, StatusCode};

use crate::call::outcome::{Ended, Outcome};
use crate::label::LabelValue;

/// The methods that OpenTelemetry's conventions know: those of RFC 9110, `PATCH` and `QUERY`; any other
/// method is `_OTHER`.
impl LabelValue for Method {
    const VALUES: &'static [&'static str] =
        &["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE", "_OTHER"];

    #[inline]
    fn index(&self) -> usize {
        match *self {
            Self::CONNECT => 0,
            Self::DELETE => 1,
            Self::GET => 2,
            Self::HEAD => 3,
            Self::OPTIONS => 4,
            Self::PATCH => 5,
            Self::POST => 6,
            Self::PUT => 7,
            Self::TRACE => 9,
            _ if self.as_str() == "QUERY" => 8,
            _ => 10,
        }
    }
}

/// The method of a request as a label value, without the name of a method that is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownMethod(u8);

impl KnownMethod {
    /// `_OTHER`.
    pub(super) const OTHER: Self = Self(10);
}

impl From<&Method> for KnownMethod {
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "there are eleven")]
    fn from(method: &Method) -> Self {
        Self(method.index() as u8)
    }
}

impl LabelValue for KnownMethod {
    const VALUES: &'static [&'static str] = Method::VALUES;

    fn index(&self) -> usize {
        usize::from(self.0)
    }
}

/// Declares the registered codes once, as numbers and as label values.
macro_rules! registered {
    ($($code:literal)*) => {
        /// The registered codes, ascending.
        const REGISTERED: &[u16] = &[$($code),*];

        /// The registered codes, and a value for the others of each class.
        impl LabelValue for StatusCode {
            const VALUES: &'static [&'static str] = &[$(stringify!($code),)* "1xx", "2xx", "3xx", "4xx", "5xx"];

            #[inline]
            fn index(&self) -> usize {
                let index = INDICES.get(usize::from(self.as_u16()) - 100);
                index.map_or(Self::VALUES.len(), |index| usize::from(*index))
            }
        }
    };
}

// https://www.iana.org/assignments/http-status-codes, and 418, which clients and servers use.
registered! {
    100 101 102 103 200 201 202 203 204 205 206 207 208 226 300 301 302 303 304 305 307 308 400 401 402 403
    404 405 406 407 408 409 410 411 412 413 414 415 416 417 418 421 422 423 424 425 426 428 429 431 451 500
    501 502 503 504 505 506 507 508 510 511
}

/// The indices of the codes from 100 to 599.
static INDICES: [u8; 500] = {
    let mut indices = [0; 500];
    let (mut code, mut registered) = (0, 0);
    while code < indices.len() {
        let is_registered = registered < REGISTERED.len() && REGISTERED[registered] as usize == code + 100;
        let index = if is_registered { registered } else { REGISTERED.len() + code / 100 };
        assert!(index < 256);
        #[allow(clippy::cast_possible_truncation, reason = "checked in the line above")]
        {
            indices[code] = index as u8;
        }
        registered += is_registered as usize;
        code += 1;
    }
    indices
};

/// The class of a status code, as a label value: `1xx` to `5xx`. Codes from 600 on count as `other`.
///
/// As the outcome of a function or of a layer:
///
/// ```
/// use metrics_instrumented::http::StatusClass;
/// use metrics_instrumented::instrumented;
///
/// #[instrumented(name = "answers", outcome(type = StatusClass, label = "code"))]
/// fn answer(found: bool) -> http::Response<String> {
///     let status = if found { 200 } else { 404 };
///     http::Response::builder().status(status).body(String::new()).expect("a valid response")
/// }
/// # answer(true);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusClass(pub StatusCode);

impl LabelValue for StatusClass {
    const VALUES: &'static [&'static str] = &["1xx", "2xx", "3xx", "4xx", "5xx"];

    fn index(&self) -> usize {
        usize::from(self.0.as_u16() / 100) - 1
    }
}

impl<B> From<&Response<B>> for StatusClass {
    fn from(response: &Response<B>) -> Self {
        Self(response.status())
    }
}

/// 5xx is `error`; anything else, `ok`.
impl Outcome for StatusCode {
    fn outcome(&self) -> Ended {
        if self.is_server_error() { Ended::Error } else { Ended::Ok }
    }
}

/// By its status: 5xx is `error`; anything else, `ok`.
impl<B> Outcome for Response<B> {
    fn outcome(&self) -> Ended {
        self.status().outcome()
    }
}

/// Implements `Outcome` for tuples that begin with a status, of which `axum` makes responses: with up to 16 parts between the status and the body.
macro_rules! tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        /// By its status, as `axum` makes a response of it.
        impl<$first, $($rest),*> Outcome for (StatusCode, $first, $($rest),*) {
            fn outcome(&self) -> Ended {
                self.0.outcome()
            }
        }

        tuples! { $($rest)* }
    };
}

tuples! { T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15 T16 T17 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_code_has_its_own_value_or_that_of_its_class() {
        for number in 100..1_000 {
            let code = StatusCode::from_u16(number).expect("in range");
            let value = code.value();
            let class = format!("{}xx", number / 100);
            let expected = match REGISTERED.binary_search(&number) {
                Ok(_) => number.to_string(),
                Err(_) if number < 600 => class.clone(),
                Err(_) => "other".to_owned(),
            };
            assert_eq!(value, expected);
            assert_eq!(StatusClass(code).value(), if number < 600 { &class } else { "other" });
        }
    }

    #[test]
    fn a_tuple_of_any_length_has_the_outcome_of_its_status() {
        let failed = StatusCode::BAD_GATEWAY;
        assert_eq!((failed, "body").outcome().value(), "error");
        assert_eq!((failed, [("x-header", "value")], "body").outcome().value(), "error");
        assert_eq!((failed, 1, 2, 3, "body").outcome().value(), "error");
        assert_eq!((failed, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, "body").outcome().value(), "error");
        assert_eq!((StatusCode::OK, 1, 2, 3, "body").outcome().value(), "ok");
    }

    #[test]
    fn methods_are_known_by_their_exact_name() {
        let value = |name: &str| Method::from_bytes(name.as_bytes()).expect("a token").value();
        for known in &Method::VALUES[..Method::VALUES.len() - 1] {
            assert_eq!(value(known), *known);
        }
        assert_eq!(value("get"), "_OTHER");
        assert_eq!(value("PURGE"), "_OTHER");
        assert_eq!(value("_OTHER"), "_OTHER");
    }
}
