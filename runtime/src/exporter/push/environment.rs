//! The settings of pushes that the environment can say.

use super::PushGateway;
use crate::exporter::environment::{Apply, first_line, labels, number, seconds, user_and_password};

/// What follows `METRICS_INSTRUMENTED_`, and what it sets. `docs/exporter.md` says it in words.
pub(in crate::exporter) const VARIABLES: [(&str, Apply<PushGateway>); 12] = [
    ("PUSH_URL", |gateway, text| {
        text.clone_into(&mut gateway.url);
        Ok(())
    }),
    ("PUSH_JOB", |gateway, text| {
        text.clone_into(&mut gateway.job);
        Ok(())
    }),
    ("PUSH_GROUPING", |gateway, text| {
        gateway.grouping.append(&mut labels(text)?);
        Ok(())
    }),
    ("PUSH_METHOD", |gateway, text| {
        gateway.adds = match text {
            "PUT" => false,
            "POST" => true,
            _ => return Err(format!("`{text}` is neither PUT nor POST")),
        };
        Ok(())
    }),
    ("PUSH_INTERVAL_SECONDS", |gateway, text| seconds(text).map(|time| gateway.interval = Some(time))),
    ("PUSH_TIMEOUT_SECONDS", |gateway, text| seconds(text).map(|time| gateway.timeout = time)),
    ("PUSH_TRIES", |gateway, text| number(text).map(|tries| gateway.tries = tries)),
    ("PUSH_BEARER_TOKEN", bearer_token),
    ("PUSH_BEARER_TOKEN_FILE", |gateway, file| bearer_token(gateway, &first_line(file)?)),
    ("PUSH_BASIC_AUTH", basic_auth),
    ("PUSH_BASIC_AUTH_FILE", |gateway, file| basic_auth(gateway, &first_line(file)?)),
    ("PUSH_CERTIFICATE_AUTHORITY", certificate_authority),
];

fn bearer_token(gateway: &mut PushGateway, token: &str) -> Result<(), String> {
    if token.is_empty() {
        return Err("it is empty".to_owned());
    }
    gateway.set_bearer_token(token);
    Ok(())
}

fn basic_auth(gateway: &mut PushGateway, pair: &str) -> Result<(), String> {
    let (user, password) = user_and_password(pair)?;
    gateway.set_basic_auth(user, password);
    Ok(())
}

#[cfg(feature = "tls")]
#[allow(clippy::unnecessary_wraps, reason = "without the feature it fails")]
fn certificate_authority(gateway: &mut PushGateway, file: &str) -> Result<(), String> {
    gateway.ca = Some(file.into());
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn certificate_authority(_: &mut PushGateway, _: &str) -> Result<(), String> {
    Err("this program was built without the feature `tls` of `metrics-instrumented`".to_owned())
}
