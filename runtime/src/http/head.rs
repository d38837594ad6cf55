//! The head of a request, for the closures of layers.

use http::{Extensions, HeaderMap, Method, Request, Uri, Version};

/// The head of a request: everything but its body.
///
/// The closures of [`layer`](crate::http::layer), [`Layer::route`](crate::http::Layer::route) and the like receive it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RequestHead<'a> {
    /// The method.
    pub method: &'a Method,
    /// The request target.
    pub uri: &'a Uri,
    /// The version of the protocol.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// Data that middleware and servers attached, such as the matched route or connection information.
    pub extensions: &'a Extensions,
}

impl<'a, B> From<&'a Request<B>> for RequestHead<'a> {
    fn from(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            extensions: request.extensions(),
        }
    }
}
