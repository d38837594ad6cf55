//! How settings are read from environment variables.

use std::env;
use std::fs;
#[cfg(feature = "tls")]
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use crate::exporter::error::{Error, MUST_NOT_BE_ZERO};
use crate::names::VARIABLES_OF_OTHERS;

/// The prefix of all variables.
const PREFIX: &str = "METRICS_INSTRUMENTED_";

/// Lists of labels, which may be empty, as a template writes them that has no labels.
const LISTS: [&str; 2] = ["GLOBAL_LABELS", "PUSH_GROUPING"];

/// The names of the push settings, which have a table of their own, begin with this after the prefix.
pub(in crate::exporter) const PUSH_PREFIX: &str = "PUSH_";

/// Applies a value, or returns why it is invalid.
pub(in crate::exporter) type Apply<T> = fn(&mut T, &str) -> Result<(), String>;

/// Applies the variables of a table. `check_unknown` decides about names that are not in it.
pub(in crate::exporter) fn apply_table<T>(
    target: &mut T,
    table: &[(&str, Apply<T>)],
    check_unknown: impl Fn(&str) -> Result<(), String>,
) -> Result<(), Error> {
    let mut said: Vec<_> = env::vars_os().collect();
    // Sorted, so that the same mistake is reported every time.
    said.sort();
    for (variable, text) in said {
        let Some(name) = variable.to_str().and_then(|variable| variable.strip_prefix(PREFIX)) else { continue };
        let is_of_others = VARIABLES_OF_OTHERS.iter().any(|other| other.strip_prefix(PREFIX) == Some(name));
        if is_of_others || is_of_kubernetes(name, &text.to_string_lossy()) {
            continue;
        }
        let error = |reason| Error::Environment { variable: format!("{PREFIX}{name}"), reason };
        let Some((_, apply)) = table.iter().find(|(known, _)| *known == name) else {
            // Unknown names are errors: a misspelt one may be a password that then protects nothing.
            check_unknown(name).map_err(error)?;
            continue;
        };
        let text = text.to_str().ok_or_else(|| error("is not valid UTF-8".to_owned()))?;
        // Not the default: an empty credential would leave the endpoint unprotected.
        if text.trim().is_empty() && !LISTS.contains(&name) {
            return Err(error("is empty; set a value, or remove the variable".to_owned()));
        }
        apply(target, text).map_err(error)?;
    }
    Ok(())
}

/// Whether Kubernetes sets such a variable for a service whose name begins with `metrics-instrumented`: `.._SERVICE_HOST`, `.._SERVICE_PORT`,
/// `.._SERVICE_PORT_<port's name>`, `.._PORT`, `.._PORT_<number>_TCP` and so on
/// (<https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>). No setting has such a name.
fn is_of_kubernetes(name: &str, value: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_protocol = |word: &str| matches!(word, "TCP" | "UDP" | "SCTP");
    // A bare number is not from Kubernetes: somebody meant a setting.
    (words.last() == Some(&"PORT") && value.contains("://"))
        || words.ends_with(&["SERVICE", "HOST"])
        || words.windows(2).any(|pair| pair == ["SERVICE", "PORT"])
        || words.windows(3).any(|three| three[0] == "PORT" && is_number(three[1]) && is_protocol(three[2]))
}

/// Checks that a file of a pair is not set by its variable while the other one is missing.
#[cfg(feature = "tls")]
pub(in crate::exporter) fn check_both(one: (&str, &Path), other: (&str, &Path)) -> Result<(), Error> {
    for ((name, file), (missing, missing_file)) in [(one, other), (other, one)] {
        let variable = format!("{PREFIX}{name}");
        if !file.as_os_str().is_empty() && missing_file.as_os_str().is_empty() && env::var_os(&variable).is_some() {
            let reason = format!("needs `{PREFIX}{missing}` as well; set both, or remove this variable");
            return Err(Error::Environment { variable, reason });
        }
    }
    Ok(())
}

/// The error for a setting that needs a feature of this crate.
pub(in crate::exporter) fn without_feature(feature: &str) -> String {
    format!(
        "this program was built without the feature `{feature}` of `metrics-instrumented`; add `features = [\"{feature}\"]` to the dependency, or remove the variable"
    )
}

/// The error for a name that is not a setting.
pub(in crate::exporter) fn unknown(known: &[&str]) -> String {
    format!("unknown setting; `{PREFIX}` is followed by one of {}", known.join(", "))
}

pub(in crate::exporter) fn user_and_password(pair: &str) -> Result<(&str, &str), String> {
    Ok(pair.split_once(':').ok_or("expected `user:password`")?)
}

pub(in crate::exporter) fn labels(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    let label = |pair: &str| {
        let (name, value) = pair.split_once('=').ok_or("expected labels such as `zone=eu-1,tier=gold`")?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    pairs.map(label).collect()
}

/// The content of a file, without the line end that editors append.
pub(in crate::exporter) fn first_line(file: &str) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("`{file}` cannot be read: {error}"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

/// Checks that a file can be opened, so that the error names the variable.
#[cfg(any(feature = "tls", feature = "views"))]
pub(in crate::exporter) fn check_file(file: &str) -> Result<(), String> {
    fs::File::open(file).map(|_| ()).map_err(|error| format!("`{file}` cannot be read: {error}"))
}

pub(in crate::exporter) fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("`{text}` is not an integer of at least 0; expected a number such as `256`"))
}

pub(in crate::exporter) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    let time = seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("`{text}` is not a number of seconds; expected a number such as `2.5`"))?;
    if time.is_zero() { Err(MUST_NOT_BE_ZERO.to_owned()) } else { Ok(time) }
}

/// The error's reason, without the setting's name.
pub(in crate::exporter) fn in_words(error: Error) -> String {
    match error {
        Error::Setting { reason, .. } => reason,
        Error::Listen { reason, .. } => reason.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_of_kubernetes;

    #[test]
    fn variables_that_kubernetes_sets_are_known() {
        for (name, value) in [
            ("SERVICE_HOST", "10.0.0.1"),
            ("SERVICE_PORT", "9000"),
            ("SERVICE_PORT_HTTP_METRICS", "9000"),
            ("PORT", "tcp://10.0.0.1:9000"),
            ("PORT_9000_TCP", "tcp://10.0.0.1:9000"),
            ("PORT_9000_TCP_PROTO", "tcp"),
            ("PORT_9000_TCP_PORT", "9000"),
            ("PORT_9000_TCP_ADDR", "10.0.0.1"),
            ("PORT_53_UDP", "udp://10.0.0.1:53"),
            ("PUSH_GATEWAY_SERVICE_HOST", "10.0.0.1"),
            ("PUSH_GATEWAY_PORT_9091_SCTP_ADDR", "10.0.0.1"),
        ] {
            assert!(is_of_kubernetes(name, value), "{name}");
        }
        for (name, value) in [("PORT", "9000"), ("LISTEN", "tcp://"), ("LISTEN_PORT", "9000"), ("PORT_X_TCP", "")] {
            assert!(!is_of_kubernetes(name, value), "{name}");
        }
    }
}
