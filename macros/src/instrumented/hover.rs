//! The text that editors show after a function's documentation: its metrics, and example queries.
//!
//! ```text
//! /// What the user wrote.
//! #[cfg_attr(not(doc), doc = "..")]
//! fn f() { .. }
//! ```
//!
//! It is only added to functions with documentation, so that lints about missing documentation are not affected. rustdoc does not see it: neither pages nor
//! documentation tests change.

use std::env;
use std::fmt::Write;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, MetaNameValue};

use super::item::Function;
use crate::names::{DOCS_VARIABLE, PROMETHEUS_URL_VARIABLE, Role};
use crate::operation::args::Args;
use crate::operation::model::Model;

/// The separator between the user's documentation and the text.
const RULE: &str = "\n\n---\n";

/// Whether this function gets a text.
pub(super) fn is_wanted(function: &Function, args: &Args) -> bool {
    let is_text = |meta: &Meta| matches!(meta, Meta::NameValue(pair) if pair.path.is_ident("doc"));
    args.docs.as_ref().is_none_or(|docs| docs.value)
        && function.attributes.iter().any(|attribute| is_text(&attribute.meta))
        && env::var_os(DOCS_VARIABLE).is_none_or(|switch| switch != "off")
}

/// The text of a function that counts under an operation declared elsewhere.
pub(super) fn of_declared(operation: &str) -> String {
    format!("{RULE}\nMetrics: those of [`{operation}`].\n")
}

/// The text of a function with an inline operation.
pub(super) fn of_inline(model: &Model, function: &str) -> String {
    let url = env::var(PROMETHEUS_URL_VARIABLE).ok().filter(|url| !url.is_empty());
    let mut text = String::from(RULE);
    for (what, query) in queries(model, function) {
        let _ = match &url {
            Some(url) => write!(text, "\n[{what}]({})", link(url, &query)),
            None => write!(text, "\n{what}"),
        };
        let _ = write!(text, "\n```promql\n{query}\n```\n");
    }
    text
}

/// The queries about a function: title and `PromQL`.
fn queries(model: &Model, function: &str) -> Vec<(String, String)> {
    let outcome = &model.outcome;
    // Functions with the same families are distinguished by their name; only the compiler knows the module.
    let own: Vec<String> = model.fixed.last().map(|label| format!("{label}={function:?}")).into_iter().collect();
    let of = |series: &str, more: &[String]| match [&own, more].concat().join(",") {
        matchers if matchers.is_empty() => series.to_owned(),
        matchers => format!("{series}{{{matchers}}}"),
    };
    let rate = |series: &str, more: &[String]| format!("rate({}[5m])", of(series, more));
    let mut found = Vec::new();
    let mut push = |what: &str, query: String| found.push((what.to_owned(), query));
    if let Some(calls) = model.family(Role::Calls) {
        match &outcome.label {
            Some(label) => {
                push(
                    &format!("Calls a second, by `{label}`"),
                    format!("sum by ({label}) ({})", rate(&calls.name, &[])),
                );
                if outcome.classifier.is_none() {
                    let started: Vec<String> =
                        outcome.started.iter().map(|value| format!("{label}!={value:?}")).collect();
                    let bad = [started.clone(), vec![format!("{label}!={:?}", outcome.ok)]].concat();
                    let (bad, all) = (rate(&calls.name, &bad), rate(&calls.name, &started));
                    push("Share of calls that failed", format!("sum({bad}) / sum({all})"));
                }
            }
            None => push("Calls a second", format!("sum({})", rate(&calls.name, &[]))),
        }
    }
    for (what, role) in [("Successful calls a second", Role::Ok), ("Failed calls a second", Role::Error)] {
        if let Some(family) = model.family(role) {
            push(what, format!("sum({})", rate(&family.name, &[])));
        }
    }
    if let Some(duration) = model.family(Role::Duration) {
        let buckets = rate(&format!("{}_bucket", duration.name), &[]);
        let outcome = outcome.label.as_ref().filter(|_| outcome.on_duration);
        let (by, labels) = outcome.map_or_else(
            || (String::new(), "le".to_owned()),
            |label| (format!(", by `{label}`"), format!("le, {label}")),
        );
        push(
            &format!("99th percentile of the duration, in seconds{by}"),
            format!("histogram_quantile(0.99, sum by ({labels}) ({buckets}))"),
        );
    }
    if let Some(in_flight) = model.family(Role::InFlight) {
        push("In flight", format!("sum({})", of(&in_flight.name, &[])));
    }
    if let Some(peak) = model.family(Role::Peak) {
        push("Most in flight at once", format!("max({})", of(&peak.name, &[])));
    }
    if let Some(oldest) = model.family(Role::Oldest) {
        push("Age of the oldest call in flight, in seconds", format!("max({})", of(&oldest.name, &[])));
    }
    if let Some(busy) = model.family(Role::Busy) {
        push("Share of a thread's time inside of polls", format!("sum({})", rate(&busy.name, &[])));
    }
    if let (Some(errors), Some(family)) = (&model.errors, model.family(Role::Errors)) {
        let label = &errors.label;
        push(&format!("Errors a second, by `{label}`"), format!("sum by ({label}) ({})", rate(&family.name, &[])));
    }
    found
}

/// A query's graph in Prometheus.
fn link(url: &str, query: &str) -> String {
    let mut link = format!("{}/graph?g0.tab=0&g0.expr=", url.trim_end_matches('/'));
    for byte in query.bytes() {
        let _ = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => write!(link, "{}", char::from(byte)),
            _ => write!(link, "%{byte:02X}"),
        };
    }
    link
}

/// Whether an attribute is the text of an earlier expansion of the same function.
pub(super) fn is_shown(attribute: &Attribute) -> bool {
    let Meta::NameValue(MetaNameValue { value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), .. }) = &attribute.meta
    else {
        return false;
    };
    attribute.path().is_ident("doc") && text.value().starts_with(RULE)
}

/// Adds the text after the attributes of a function, where its documentation ends.
pub(super) fn behind_attributes(tokens: TokenStream, function: &Function, text: &str) -> TokenStream {
    let mut tokens = tokens.into_iter();
    // Each attribute is a `#` and its brackets.
    let mut whole: TokenStream = tokens.by_ref().take(2 * function.attributes.len()).collect();
    whole.extend(quote_spanned!(Span::mixed_site()=> #[cfg_attr(not(doc), doc = #text)]));
    whole.extend(tokens);
    whole
}
