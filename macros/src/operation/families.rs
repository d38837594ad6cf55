//! The names, texts and labels of an operation's families.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Lit, LitStr};

use super::args::{Args, FamilyArgs};
use super::labels::Label;
use crate::defaults::defaults;
use crate::errors::Errors;
use crate::names::{Kind, Role, UNNAMED, base_name_error, metric_name_error};
use crate::suggest::did_you_mean;

/// One family of an operation.
pub(crate) struct Family {
    pub(crate) role: Role,
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) help_is_explicit: bool,
    /// One bit for each label that it carries.
    pub(crate) labels: u8,
}

impl Family {
    /// Whether it equals the runtime's family for functions without a `name`.
    pub(super) fn is_unnamed(&self) -> bool {
        self.name == self.role.unnamed()
            && self.help == self.role.help()
            && !self.help_is_explicit
            && self.labels == u8::MAX
    }
}

/// The prefix of every name: `namespace` and `subsystem`, or the crate's defaults. An empty string in the attribute disables a default.
pub(crate) fn prefix(args: &Args, errors: &mut Errors) -> String {
    let defaults = defaults();
    for problem in defaults.problems() {
        errors.at_span(Span::call_site(), problem);
    }
    let mut prefix = String::new();
    for (own, default) in [(&args.namespace, &defaults.namespace), (&args.subsystem, &defaults.subsystem)] {
        let part = match (own, default) {
            (Some(own), Some(_)) if own.value().is_empty() => continue,
            (Some(own), _) => own.clone(),
            (None, Some(default)) => LitStr::new(default, Span::call_site()),
            (None, None) => continue,
        };
        if let Some(error) = base_name_error(&part.value()) {
            // Reported once here, and not for every name.
            errors.at(&part, error);
        } else {
            prefix.push_str(&part.value());
            prefix.push('_');
        }
    }
    prefix
}

/// The inputs for the names and HELP texts of an operation's families.
pub(super) struct Naming<'a> {
    pub(super) args: &'a Args,
    pub(super) prefix: &'a str,
    pub(super) doc: Option<&'a str>,
    pub(super) labels: &'a [Label],
}

impl Naming<'_> {
    /// The family with a role.
    pub(super) fn family(&self, role: Role, errors: &mut Errors) -> Family {
        let own = self.args.family(role);
        let name = self.name(role, own, errors);
        // The HELP of the operation does not describe what these families measure.
        let is_derived = role.needs_own_recorder();
        let explicit = own.help.as_ref().or(self.args.help.as_ref().filter(|_| !is_derived)).map(LitStr::value);
        let help_is_explicit = explicit.is_some();
        let default = if role == Role::Calls && self.args.outcome.none { "Calls." } else { role.help() };
        if let (Role::SlowPolls, Some(seconds)) = (role, own.slow.as_ref().and_then(seconds)) {
            let help = format!("Polls that took longer than {seconds} seconds.");
            return Family { role, name, help, help_is_explicit: false, labels: self.carried(own, errors) };
        }
        let doc = self.doc.filter(|_| !is_derived);
        let help = explicit.or_else(|| doc.map(str::to_owned)).unwrap_or_else(|| default.to_owned());
        Family { role, name, help, help_is_explicit, labels: self.carried(own, errors) }
    }

    fn name(&self, role: Role, own: &FamilyArgs, errors: &mut Errors) -> String {
        let Some(literal) = &own.name else {
            // The peak and the oldest call are named after the gauge of calls in flight.
            let in_flight = self.args.family(Role::InFlight).name.as_ref().filter(|_| role.needs_own_recorder());
            if let (Some(gauge), Some(ending)) = (in_flight, role.ending().strip_prefix(Role::InFlight.ending())) {
                return format!("{}{}{ending}", self.prefix, gauge.value());
            }
            let base = self.args.name.as_ref().map_or_else(|| UNNAMED.to_owned(), LitStr::value);
            // autometrics has another name for the gauge; the other two names are equal.
            let is_renamed = role == Role::InFlight && self.args.name.is_none() && defaults().is_autometrics;
            let ending = if is_renamed { "_concurrent" } else { role.ending() };
            return format!("{}{base}{ending}", self.prefix);
        };
        let full = format!("{}{}", self.prefix, literal.value());
        if let Some(error) = metric_name_error(&full, role.kind()) {
            errors.at(literal, error);
        } else if role.kind() == Kind::Histogram && !full.ends_with("_seconds") {
            errors.at(literal, "duration histograms must end in `_seconds`; rename it");
        } else if role == Role::Oldest && !full.ends_with("_seconds") {
            errors.at(literal, "the name of the oldest call's age must end in `_seconds`; rename it");
        }
        if role.ends().is_some() && self.args.outcome.classifier.is_some() {
            let word = role.word();
            errors.at(
                literal,
                format_args!(
                    "`{word}` cannot be used with `outcome = Type`, which defines its own values; remove `{word}`"
                ),
            );
        }
        full
    }

    /// One bit for each label that the family carries: all labels, unless it names some.
    fn carried(&self, own: &FamilyArgs, errors: &mut Errors) -> u8 {
        let Some(chosen) = &own.labels else { return u8::MAX };
        let mut carried = 0;
        for word in chosen {
            let name = word.unraw().to_string();
            match self.labels.iter().position(|label| label.name == name) {
                Some(at) if at < 8 => carried |= 1 << at,
                Some(_) => {}
                None => {
                    let hint = match did_you_mean(&name, self.labels.iter().map(|label| label.name.as_str())) {
                        hint if hint.is_empty() => "; declare it in `labels(..)` first".to_owned(),
                        hint => hint,
                    };
                    errors.at(word, format_args!("there is no label `{name}`{hint}"));
                }
            }
        }
        carried
    }
}

/// A positive number of seconds.
pub(super) fn seconds(literal: &Lit) -> Option<f64> {
    let number = match literal {
        Lit::Float(number) => number.base10_parse().ok(),
        Lit::Int(number) => number.base10_parse().ok(),
        _ => None,
    };
    number.filter(|seconds: &f64| *seconds > 0.0 && seconds.is_finite())
}

/// Checks that no two families have the same name.
pub(super) fn check_names_differ(args: &Args, families: &[Family], ident: &Ident, errors: &mut Errors) {
    for (at, family) in families.iter().enumerate() {
        if let Some(other) = families[..at].iter().find(|other| other.name == family.name) {
            let FamilyArgs { name, key, .. } = args.family(family.role);
            let at = match (name, key) {
                (Some(literal), _) => literal.to_token_stream(),
                (None, Some(key)) => key.to_token_stream(),
                (None, None) => ident.to_token_stream(),
            };
            let (name, other) = (&family.name, other.role.word());
            errors.at(
                &at,
                format_args!("the family `{other}` of this operation is already called `{name}`; choose another name"),
            );
        }
    }
}
