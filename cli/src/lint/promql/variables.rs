//! Grafana's variables: a query is no PromQL before something stands in their place.

/// What stands for a variable in a label's value or name, where nothing is known about it.
pub(in crate::lint) const PLACEHOLDER: &str = "grafana_variable";

/// Ranges, which PromQL reads as durations.
const DURATIONS: &[&str] = &["__rate_interval", "__interval", "__range", "interval", "rate_interval", "resolution"];

/// The query with every variable replaced: a duration in brackets and where Grafana gives one, a name everywhere else.
pub(in crate::lint) fn substitute(query: &str) -> String {
    let mut out = String::with_capacity(query.len());
    let mut rest = query;
    while let Some(at) = rest.find(['$', '[']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((name, after)) = variable(rest) {
            let in_range = out.trim_end().ends_with(['[', ':']) || out.ends_with("offset ");
            if in_range || DURATIONS.contains(&name) {
                out.push_str("5m");
            } else if ["__range_s", "__range_ms", "__interval_ms"].contains(&name) {
                out.push_str("300");
            } else {
                out.push_str(PLACEHOLDER);
            }
            rest = after;
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out + rest
}

/// The name of the variable that a text begins with, and what follows it: `$name`, `${name}`, `${name:format}`, `[[name]]`.
fn variable(text: &str) -> Option<(&str, &str)> {
    let closed = |open: &str, close: &str| {
        let (inside, after) = text.strip_prefix(open)?.split_once(close)?;
        let name = inside.split(':').next()?;
        is_name(name).then_some((name, after))
    };
    closed("${", "}").or_else(|| closed("[[", "]]")).or_else(|| {
        let rest = text.strip_prefix('$')?;
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        is_name(&rest[..end]).then(|| rest.split_at(end))
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
