//! The settings that environment variables can make.

pub(super) mod read;

use super::error::Error;
use super::http::paths::check_path;
use super::listener::address::Address;
use super::listener::limits::{check_connections, check_header_bytes};
use super::settings::{Settings, global_label_error, parse_network};
#[cfg(feature = "tls")]
use read::check_both;
#[cfg(any(feature = "tls", feature = "views"))]
use read::check_file;
use read::{
    Apply, PUSH_PREFIX, apply_table, first_line, in_words, labels, number, seconds, unknown, user_and_password,
    without_feature,
};

/// The end of each variable's name, after the prefix, and its setting; described in `docs/exporter.md`.
const VARIABLES: [(&str, Apply<Settings>); 18] = [
    ("LISTEN", |settings, text| {
        settings.address = Some(Address::parse(text).map_err(in_words)?);
        Ok(())
    }),
    ("PATH", |settings, text| {
        check_path(text).map_err(|reason| format!("`{text}` {reason}"))?;
        text.clone_into(&mut settings.path);
        Ok(())
    }),
    ("GLOBAL_LABELS", |settings, text| {
        for (name, value) in labels(text)? {
            if let Some(reason) = global_label_error(&settings.global_labels, &name) {
                return Err(format!("invalid label `{name}`: {reason}"));
            }
            settings.global_labels.push((name, value));
        }
        Ok(())
    }),
    ("ALLOWED_NETWORKS", |settings, text| {
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            settings.networks.push(parse_network(one).map_err(in_words)?);
        }
        // An empty list could mean no client or every client, so it is an error.
        if settings.networks.is_empty() {
            Err("is empty; name a network, or remove the variable".to_owned())
        } else {
            Ok(())
        }
    }),
    ("BEARER_TOKEN", bearer_token),
    ("BEARER_TOKEN_FILE", |settings, file| bearer_token(settings, &first_line(file)?)),
    ("BASIC_AUTH", basic_auth),
    ("BASIC_AUTH_FILE", |settings, file| basic_auth(settings, &first_line(file)?)),
    ("TLS_CERTIFICATE", |settings, file| tls(settings, Some(file), None)),
    ("TLS_KEY", |settings, file| tls(settings, None, Some(file))),
    ("MAX_CONNECTIONS", |settings, text| {
        settings.limits.connections = number(text)?;
        check_connections(settings.limits.connections)
    }),
    ("MAX_HEADER_BYTES", |settings, text| {
        settings.limits.header_bytes = number(text)?;
        check_header_bytes(settings.limits.header_bytes)
    }),
    ("HEAD_SECONDS", |settings, text| seconds(text).map(|time| settings.limits.head_time = time)),
    ("REQUEST_SECONDS", |settings, text| seconds(text).map(|time| settings.limits.request_time = time)),
    ("IDLE_SECONDS", |settings, text| seconds(text).map(|time| settings.limits.idle_time = time)),
    ("PAGE", |settings, text| on_or_off(text).map(|page| settings.page = page)),
    ("VIEWS", views),
    ("ZERO_SERIES", |settings, text| number(text).map(|number| settings.zero_series = number)),
];

/// Applies the environment variables to the settings.
pub(super) fn apply(settings: &mut Settings) -> Result<(), Error> {
    apply_table(settings, &VARIABLES, |name| {
        if name.starts_with(PUSH_PREFIX) && !cfg!(feature = "push") {
            return Err(without_feature("push"));
        }
        let known: Vec<&str> = VARIABLES.iter().map(|(name, _)| *name).chain(push_names()).collect();
        if known.contains(&name) { Ok(()) } else { Err(unknown(&known)) }
    })?;
    #[cfg(feature = "tls")]
    if let Some((certificate, key)) = &settings.tls {
        check_both(("TLS_CERTIFICATE", certificate), ("TLS_KEY", key))?;
    }
    Ok(())
}

#[cfg(feature = "push")]
fn push_names() -> impl Iterator<Item = &'static str> {
    super::push::environment::VARIABLES.iter().map(|(name, _)| *name)
}

#[cfg(not(feature = "push"))]
fn push_names() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("must be `on` or `off`, not `{text}`")),
    }
}

fn bearer_token(settings: &mut Settings, token: &str) -> Result<(), String> {
    Ok(settings.credentials.add_bearer(token)?)
}

fn basic_auth(settings: &mut Settings, pair: &str) -> Result<(), String> {
    let (user, password) = user_and_password(pair)?;
    Ok(settings.credentials.add_basic(user, password)?)
}

#[cfg(feature = "tls")]
fn tls(settings: &mut Settings, certificate: Option<&str>, key: Option<&str>) -> Result<(), String> {
    certificate.into_iter().chain(key).try_for_each(check_file)?;
    let files = settings.tls.get_or_insert_default();
    files.0 = certificate.map_or_else(|| std::mem::take(&mut files.0), Into::into);
    files.1 = key.map_or_else(|| std::mem::take(&mut files.1), Into::into);
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn tls(_: &mut Settings, _: Option<&str>, _: Option<&str>) -> Result<(), String> {
    Err(without_feature("tls"))
}

#[cfg(feature = "views")]
fn views(settings: &mut Settings, file: &str) -> Result<(), String> {
    check_file(file)?;
    settings.views = Some(file.into());
    Ok(())
}

#[cfg(not(feature = "views"))]
fn views(_: &mut Settings, _: &str) -> Result<(), String> {
    Err(without_feature("views"))
}
