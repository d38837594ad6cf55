//! The settings that the environment can say.

use std::env;
use std::fs;
use std::str::FromStr;
use std::time::Duration;

use super::address::Address;
use super::serving::network;
use super::{Error, Exporter};

/// All of them begin with this.
const PREFIX: &str = "METRICS_INSTRUMENTED_";

/// What pushes are set by begins with this, after that. It is another table's, and no setting of an exporter.
const PUSH_PREFIX: &str = "PUSH_";

/// Makes a setting, or says why a text is none.
pub(super) type Apply<T> = fn(&mut T, &str) -> Result<(), String>;

/// What follows the prefix, and what it sets. `docs/exporter.md` says it in words.
const VARIABLES: [(&str, Apply<Exporter>); 16] = [
    ("LISTEN", |exporter, text| {
        exporter.serving.address = Some(Address::parse(text).map_err(in_words)?);
        Ok(())
    }),
    ("PATH", |exporter, text| {
        text.clone_into(&mut exporter.serving.path);
        Ok(())
    }),
    ("GLOBAL_LABELS", |exporter, text| {
        exporter.global_labels.append(&mut labels(text)?);
        Ok(())
    }),
    ("ALLOWED_NETWORKS", |exporter, text| {
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            exporter.serving.networks.push(network(one).map_err(in_words)?);
        }
        // To mean nobody, or everybody, is said by leaving it out.
        if exporter.serving.networks.is_empty() { Err("it names no network".to_owned()) } else { Ok(()) }
    }),
    ("BEARER_TOKEN", bearer_token),
    ("BEARER_TOKEN_FILE", |exporter, file| bearer_token(exporter, &first_line(file)?)),
    ("BASIC_AUTH", basic_auth),
    ("BASIC_AUTH_FILE", |exporter, file| basic_auth(exporter, &first_line(file)?)),
    ("TLS_CERTIFICATE", |exporter, file| tls(exporter, Some(file), None)),
    ("TLS_KEY", |exporter, file| tls(exporter, None, Some(file))),
    ("MAX_CONNECTIONS", |exporter, text| number(text).map(|number| exporter.serving.limits.connections = number)),
    ("MAX_HEADER_BYTES", |exporter, text| number(text).map(|number| exporter.serving.limits.header_bytes = number)),
    ("HEAD_SECONDS", |exporter, text| seconds(text).map(|time| exporter.serving.limits.head_time = time)),
    ("REQUEST_SECONDS", |exporter, text| seconds(text).map(|time| exporter.serving.limits.request_time = time)),
    ("IDLE_SECONDS", |exporter, text| seconds(text).map(|time| exporter.serving.limits.idle_time = time)),
    ("ZERO_SERIES", |exporter, text| number(text).map(|number| exporter.zero_series = number)),
];

/// Sets what the environment says.
pub(super) fn apply(exporter: &mut Exporter) -> Result<(), Error> {
    apply_table(exporter, &VARIABLES)
}

/// Sets what the variables of one table say. Those of the other one are passed over; one that is in neither is a mistake.
pub(super) fn apply_table<T>(target: &mut T, table: &[(&str, Apply<T>)]) -> Result<(), Error> {
    let mut said: Vec<_> = env::vars_os().collect();
    // The first mistake is always the same one.
    said.sort();
    for (variable, text) in said {
        let Some(name) = variable.to_str().and_then(|variable| variable.strip_prefix(PREFIX)) else { continue };
        let error = |reason| Error::Environment { variable: format!("{PREFIX}{name}"), reason };
        // One that is misspelt might have been the password.
        check_known(name).map_err(error)?;
        let Some((_, apply)) = table.iter().find(|(known, _)| *known == name) else { continue };
        let text = text.to_str().ok_or_else(|| error("it is no Unicode".to_owned()))?;
        apply(target, text).map_err(error)?;
    }
    Ok(())
}

fn check_known(name: &str) -> Result<(), String> {
    if name.starts_with(PUSH_PREFIX) && !cfg!(feature = "push") {
        return Err("this program was built without the feature `push` of `metrics-instrumented`".to_owned());
    }
    let names: Vec<&str> = VARIABLES.iter().map(|(name, _)| *name).chain(push_names()).collect();
    if names.contains(&name) {
        return Ok(());
    }
    Err(format!("there is no such setting; after `{PREFIX}` comes one of {}", names.join(", ")))
}

#[cfg(feature = "push")]
fn push_names() -> impl Iterator<Item = &'static str> {
    super::push::VARIABLES.iter().map(|(name, _)| *name)
}

#[cfg(not(feature = "push"))]
fn push_names() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}

/// As the error would say it, without naming the setting twice.
fn in_words(error: Error) -> String {
    match error {
        Error::Setting { reason, .. } => reason,
        Error::Listen { reason, .. } => reason.to_string(),
        other => other.to_string(),
    }
}

fn bearer_token(exporter: &mut Exporter, token: &str) -> Result<(), String> {
    Ok(exporter.serving.credentials.add_bearer(token)?)
}

fn basic_auth(exporter: &mut Exporter, pair: &str) -> Result<(), String> {
    let (user, password) = user_and_password(pair)?;
    Ok(exporter.serving.credentials.add_basic(user, password)?)
}

pub(super) fn user_and_password(pair: &str) -> Result<(&str, &str), String> {
    Ok(pair.split_once(':').ok_or("it is a user and a password with a colon between them")?)
}

pub(super) fn labels(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    let label = |pair: &str| {
        let (name, value) = pair.split_once('=').ok_or("it is like `zone=eu-1,tier=gold`")?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    pairs.map(label).collect()
}

/// What stands in a file, without the line end that editors put there.
pub(super) fn first_line(file: &str) -> Result<String, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("`{file}` cannot be read: {error}"))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}

#[cfg(feature = "tls")]
#[allow(clippy::unnecessary_wraps, reason = "without the feature it fails")]
fn tls(exporter: &mut Exporter, certificate: Option<&str>, key: Option<&str>) -> Result<(), String> {
    let files = exporter.serving.tls.get_or_insert_default();
    files.0 = certificate.map_or_else(|| std::mem::take(&mut files.0), Into::into);
    files.1 = key.map_or_else(|| std::mem::take(&mut files.1), Into::into);
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn tls(_: &mut Exporter, _: Option<&str>, _: Option<&str>) -> Result<(), String> {
    Err("this program was built without the feature `tls` of `metrics-instrumented`".to_owned())
}

pub(super) fn number<N: FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("`{text}` is no whole number"))
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("`{text}` is no number of seconds"))
}
