//! The route that a request matched.

use super::head::RequestHead;

/// The value for requests that matched no route.
pub(super) const UNMATCHED: &str = "_unmatched";

/// Finds the route that a request matched. Closures `for<'a> Fn(RequestHead<'a>) -> Option<&'a str>` implement it.
pub trait Route {
    /// The route's template, such as `/users/{id}`; `None`, if the request matched no route.
    ///
    /// Do not return the path of a request: every new path would be a new label value.
    fn route<'a>(&self, request: RequestHead<'a>) -> Option<&'a str>;
}

impl<F> Route for F
where
    F: for<'a> Fn(RequestHead<'a>) -> Option<&'a str>,
{
    fn route<'a>(&self, request: RequestHead<'a>) -> Option<&'a str> {
        self(request)
    }
}

/// The route that axum matched (feature `axum`); without that feature, no route.
#[derive(Clone, Copy, Debug, Default)]
pub struct MatchedRoute;

impl Route for MatchedRoute {
    #[inline]
    fn route<'a>(&self, request: RequestHead<'a>) -> Option<&'a str> {
        #[cfg(feature = "axum")]
        return request.extensions.get::<axum::extract::MatchedPath>().map(axum::extract::MatchedPath::as_str);
        #[cfg(not(feature = "axum"))]
        {
            let _ = request;
            None
        }
    }
}
