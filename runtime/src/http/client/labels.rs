//! The labels of requests that a client sends.

use super::super::nested::Request;
use super::super::pool::Vacant;
use super::super::text::Text;
use super::super::values::KnownMethod;

/// The labels of one request that a client sends.
#[derive(Debug)]
pub struct ClientLabels {
    pub(super) request: Request,
    pub(super) address: Text,
    pub(super) port: Text,
    pub(super) method: KnownMethod,
}

impl Vacant for ClientLabels {
    const VACANT: Self =
        Self { request: Request::NONE, address: Text::Empty, port: Text::Empty, method: KnownMethod::OTHER };

    fn vacate(&mut self) {
        self.address = Text::Empty;
        self.port = Text::Empty;
    }
}

/// Declares families with the labels of a request that has ended.
macro_rules! ended {
    ($($(#[$attribute:meta])* $name:ident;)*) => {
        $(
            $(#[$attribute])*
            struct $name<'a> {
                http_request_method: KnownMethod,
                http_response_status_code: ClientStatus,
                #[label(max = 100)]
                server_address: Open<'a>,
                #[label(max = 100)]
                server_port: Open<'a>,
            }

            impl<'a> $name<'a> {
                fn of(labels: &'a ClientLabels, status: Status) -> Self {
                    Self {
                        http_request_method: labels.method,
                        http_response_status_code: ClientStatus(status),
                        server_address: Open::new(labels.address.as_str()),
                        server_port: Open::new(labels.port.as_str()),
                    }
                }
            }
        )*
    };
}

pub(super) use ended;
