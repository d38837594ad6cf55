//! The live page at `/`: static files that draw charts from the metrics, and facts that the metrics do not contain.
//!
//! ```text
//! browser  /  -> index.html -> page/main.js --every 2 s--> page/facts (operations, components) and the metrics
//!                                            --at start--> page/findings (the doctor's)
//! ```
//!
//! The server stores no history. The page loads nothing from other servers, and its `Content-Security-Policy` forbids it. Text from metrics is never
//! inserted as markup.

pub(super) mod facts;

use hyper::Response;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};

use super::accept::elements;

/// The folder of the page's files, which is reserved: the path of the metrics cannot be in it.
pub(super) const FOLDER: &str = "/page/";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! assets {
    ($($name:literal $kind:ident,)*) => {
        &[$(($name, $kind, include_str!(concat!("page/assets/", $name)))),*]
    };
}

/// The files: name, type, content.
const ASSETS: &[(&str, &str, &str)] = assets! {
    "page.css" CSS,
    "detail.js" SCRIPT,
    "exposition.js" SCRIPT,
    "facts.js" SCRIPT,
    "format.js" SCRIPT,
    "history.js" SCRIPT,
    "main.js" SCRIPT,
    "plot.js" SCRIPT,
    "readings.js" SCRIPT,
    "table.js" SCRIPT,
};

const INDEX: &str = include_str!("page/assets/index.html");

/// The media type and the content of a file of the page.
pub(super) fn asset(path: &str) -> Option<(&'static str, &'static str)> {
    let name = path.strip_prefix(FOLDER)?;
    ASSETS.iter().find(|(own, ..)| *own == name).map(|(_, kind, content)| (*kind, *content))
}

/// The page, for metrics at this path.
pub(super) fn index(metrics: &str) -> (&'static str, String) {
    let relative = metrics.trim_start_matches('/').replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    (HTML, INDEX.replace("{metrics}", &relative))
}

/// Whether the client is a browser: it accepts `text/html` explicitly, which `curl` and Prometheus do not.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(hyper::header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(elements).any(|element| element.value == "text/html" && element.weight > 0)
}

/// Adds the security headers of the page.
pub(super) fn guard<B>(answer: &mut Response<B>, content_type: &'static str) {
    const HEADERS: [(HeaderName, &str); 4] = [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
        ),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
    ];
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.extend(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "gzip")]
    #[test]
    fn the_page_is_at_most_60_kib_compressed() {
        use std::io::Write;

        let all: String = ASSETS.iter().map(|(.., content)| *content).chain([INDEX]).collect();
        let mut compressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        compressed.write_all(all.as_bytes()).expect("memory");
        let length = compressed.finish().expect("memory").len();
        assert!(length <= 60 * 1_024, "{length} bytes");
    }

    #[test]
    fn a_browser_is_recognised_by_its_accept_header() {
        let wanted = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(hyper::header::ACCEPT, HeaderValue::from_static(accept));
            is_wanted(&headers)
        };
        assert!(wanted("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        for other in ["*/*", "text/plain;version=0.0.4", "text/*", "text/html;q=0", ""] {
            assert!(!wanted(other), "{other}");
        }
    }

    #[test]
    fn the_path_of_the_metrics_is_escaped() {
        assert!(index("/internal/metrics").1.contains("href=\"internal/metrics\""));
        assert!(index("/a\"<b&").1.contains("href=\"a&quot;&lt;b&amp;\""));
    }
}
