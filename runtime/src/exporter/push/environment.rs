//! The push settings that environment variables can make.

use super::gateway::{PushGateway, check_gateway, credentials_error, grouping_error};
#[cfg(feature = "tls")]
use crate::exporter::environment::read::check_file;
#[cfg(not(feature = "tls"))]
use crate::exporter::environment::read::without_feature;
use crate::exporter::environment::read::{
    Apply, PUSH_PREFIX, apply_table, first_line, in_words, labels, number, seconds, unknown, user_and_password,
};
use crate::exporter::error::Error;

/// The end of each variable's name, after `METRICS_INSTRUMENTED_`, and its setting; described in `docs/exporter.md`.
pub(in crate::exporter) const VARIABLES: [(&str, Apply<PushGateway>); 12] = [
    ("PUSH_URL", |gateway, text| {
        check_gateway(text).map_err(in_words)?;
        text.clone_into(&mut gateway.url);
        Ok(())
    }),
    ("PUSH_JOB", |gateway, text| {
        text.clone_into(&mut gateway.job);
        Ok(())
    }),
    ("PUSH_GROUPING", |gateway, text| {
        for (label, value) in labels(text)? {
            if let Some(reason) = grouping_error(&gateway.grouping, &label) {
                return Err(format!("the label `{label}` {reason}"));
            }
            gateway.grouping.push((label, value));
        }
        Ok(())
    }),
    ("PUSH_METHOD", |gateway, text| {
        gateway.adds = match text {
            "PUT" => false,
            "POST" => true,
            _ => return Err(format!("`{text}` is neither `PUT` nor `POST`; set one of them")),
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

impl PushGateway {
    /// Applies the environment variables `METRICS_INSTRUMENTED_PUSH_URL` and so on; all of them are in
    /// [this table](https://github.com/metrics-instrumented/metrics-instrumented/blob/main/docs/exporter.md#batch-jobs). They override settings made
    /// before this call; later settings override them. Labels of the group are added to those already set.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use metrics_instrumented::PushGateway;
    ///
    /// let metrics = metrics_instrumented::exporter().install_recorder()?;
    /// let push = metrics.push(&PushGateway::new("http://localhost:9091", "nightly_backup").environment()?)?;
    /// push.finish()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Environment`] if a variable is misspelt or empty, its value is not valid, or a label of the group is already set.
    pub fn environment(mut self) -> Result<Self, Error> {
        apply_table(&mut self, &VARIABLES, |name| {
            // The exporter's settings are checked by the exporter.
            if !name.starts_with(PUSH_PREFIX) {
                return Ok(());
            }
            Err(unknown(&VARIABLES.map(|(name, _)| name)))
        })?;
        Ok(self)
    }
}

fn bearer_token(gateway: &mut PushGateway, token: &str) -> Result<(), String> {
    if token.is_empty() {
        return Err("is empty; set a token".to_owned());
    }
    if let Some(reason) = credentials_error(token) {
        return Err(reason.to_owned());
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
fn certificate_authority(gateway: &mut PushGateway, file: &str) -> Result<(), String> {
    check_file(file)?;
    gateway.ca = Some(file.into());
    Ok(())
}

#[cfg(not(feature = "tls"))]
fn certificate_authority(_: &mut PushGateway, _: &str) -> Result<(), String> {
    Err(without_feature("tls"))
}
