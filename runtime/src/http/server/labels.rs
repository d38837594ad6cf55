//! The labels of requests that a server answers.

use super::super::pool::Vacant;
use super::super::route::UNMATCHED;
use super::super::scheme::Scheme;
use super::super::text::Text;
use super::super::values::KnownMethod;

/// The labels of one request that a server answers.
#[derive(Debug)]
pub struct ServerLabels {
    /// `None` if the request matched no route.
    pub(super) route: Option<Text>,
    pub(super) method: KnownMethod,
    pub(super) scheme: Scheme,
}

impl Vacant for ServerLabels {
    const VACANT: Self = Self { route: None, method: KnownMethod::OTHER, scheme: Scheme::Http };

    #[inline]
    fn vacate(&mut self) {
        self.route = None;
    }
}

impl ServerLabels {
    pub(super) fn route(&self) -> &str {
        self.route.as_ref().map_or(UNMATCHED, Text::as_str)
    }
}

/// Declares families with the labels of a request that has ended.
macro_rules! ended {
    ($($(#[$attribute:meta])* $name:ident;)*) => {
        $(
            $(#[$attribute])*
            struct $name<'a> {
                http_request_method: KnownMethod,
                #[label(max = 1_000)]
                http_route: Open<'a>,
                http_response_status_code: Status,
                url_scheme: Scheme,
            }

            impl<'a> $name<'a> {
                fn of(labels: &'a ServerLabels, status: Status) -> Self {
                    Self {
                        http_request_method: labels.method,
                        http_route: Open::new(labels.route()),
                        http_response_status_code: status,
                        url_scheme: labels.scheme,
                    }
                }
            }
        )*
    };
}

pub(super) use ended;
