//! Second stage: the meaning of an operation's attribute, and all checks across its keys.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Expr, LitStr, Type};

use super::args::Args;
use super::effects::{check_exported, check_owner, check_values};
use super::families::{Family, Naming, check_names_differ, prefix, seconds};
use super::labels::{Label, OwnLabel, check_labels};
use super::objective::{Measured, Objective};
use super::outcome::{Outcome, outcome};
use crate::buckets::{self, Buckets};
use crate::defaults::defaults;
use crate::errors::Errors;
use crate::names::{Role, base_name_error};
use crate::suggest::did_you_mean;

/// The description of an operation.
pub(crate) struct Model {
    pub(crate) labels: Vec<Label>,
    /// The families, in the order of their roles.
    pub(crate) families: Vec<Family>,
    pub(crate) errors: Option<ErrorCounter>,
    pub(crate) outcome: Outcome,
    pub(crate) buckets: Option<Buckets>,
    pub(crate) objective: Option<Objective>,
    pub(crate) max_series: Option<usize>,
    /// `n` of `sample = n`: one call in `n` is timed.
    pub(crate) sample: Option<u64>,
    /// A poll is slow above this number of nanoseconds.
    pub(crate) slow_poll: Option<u64>,
    /// The labels that distinguish functions with the same families: `module` and `function` without a `name`, and `function` with the name of a block.
    pub(crate) fixed: &'static [&'static str],
}

/// The counter of errors by kind.
pub(crate) struct ErrorCounter {
    pub(crate) label: String,
    /// The type whose values are the kinds, if the attribute names it.
    pub(crate) of: Option<Type>,
    pub(crate) key: Ident,
}

/// The function or type that declares the operation.
pub(crate) struct Declarer<'a> {
    /// The first paragraph of its doc comment.
    pub(crate) doc: Option<String>,
    /// The span for errors without a token.
    pub(crate) ident: &'a Ident,
    /// Whether the name is optional: for functions it is, for types it is not.
    pub(crate) may_be_unnamed: bool,
}

impl Model {
    /// The family with a role.
    pub(crate) fn family(&self, role: Role) -> Option<&Family> {
        self.families.iter().find(|family| family.role == role)
    }

    pub(crate) fn new(args: &Args, labels: Vec<Label>, declarer: &Declarer<'_>, errors: &mut Errors) -> Self {
        // An operation may have only the counter of errors.
        let only_errors = !declarer.may_be_unnamed && !args.is_named() && args.family(Role::Errors).key.is_some();
        let unnamed = !args.is_named() && !only_errors;
        if unnamed && !declarer.may_be_unnamed {
            errors.at(declarer.ident, "an operation needs a name; write `#[operation(name = \"orders\")]`");
        }
        let prefix = prefix(args, errors);
        if let Some(name) = &args.name
            && let Some(error) = base_name_error(&name.value())
        {
            errors.at(name, error);
        }
        let fixed: &[&str] = match (unnamed, args.named_by_block) {
            (true, _) => &["module", "function"],
            (false, true) => &["function"],
            (false, false) => &[],
        };
        // The doc comment of one function does not describe a family that many functions share.
        let doc = declarer.doc.as_deref().filter(|_| fixed.is_empty());
        let naming = Naming { args, prefix: &prefix, doc, labels: &labels };
        let sample = sample(args, errors);
        let by_default = if only_errors { Vec::new() } else { wanted(args, errors) };
        let by_default = by_default.as_slice();
        if let (Some(key), None, true) = (&args.family(Role::Polls).key, &args.name, args.names_families()) {
            errors
                .at(key, "the families of `polls` are named after `name`, which is missing here; add `name = \"..\"`");
        }
        let has_in_flight = by_default.contains(&Role::InFlight);
        check_in_flight_parts(args, has_in_flight, errors);
        let is_wanted = |role: Role| {
            by_default.contains(&role)
                || !Role::DEFAULT.contains(&role)
                    && args.family(role).is_given()
                    && (has_in_flight || role.whole() != Role::InFlight)
        };
        let wanted = Role::ALL.iter().copied().filter(|role| is_wanted(*role));
        let mut families: Vec<Family> = wanted.map(|role| naming.family(role, errors)).collect();
        if let (Some(sample), Some(duration)) =
            (sample, families.iter_mut().find(|family| family.role == Role::Duration))
        {
            // Readers of the metric must know that the histogram's count is not the number of calls.
            duration.help = format!("{} One call in {sample} is timed.", duration.help);
        }
        let has = |role| families.iter().any(|family| family.role == role);
        let error_args = args.family(Role::Errors);
        let errs = error_args.key.clone().map(|key| ErrorCounter {
            label: error_args.label.as_ref().map_or_else(|| "kind".to_owned(), LitStr::value),
            of: error_args.of.clone(),
            key,
        });
        let label = if unnamed && defaults().is_autometrics { "result" } else { "outcome" };
        let outcome = outcome(args, label, has(Role::Calls), errors);
        check_labels(&labels, fixed, &args.exported, errors);
        let own = OwnLabel { labels: &labels, fixed, exported: &args.exported, ident: declarer.ident };
        if let Some(label) = &outcome.label {
            own.check("outcome", label, args.outcome.label.as_ref(), errors);
        }
        if let Some(errs) = &errs {
            own.check("errors", &errs.label, error_args.label.as_ref(), errors);
        }
        let added: Vec<&str> =
            [outcome.label.as_deref(), errs.as_ref().map(|errs| errs.label.as_str())].into_iter().flatten().collect();
        check_exported(args, &labels, &added, errors);
        check_owner(args, fixed, errors);
        check_values(args, &outcome, errors);
        check_names_differ(args, &families, declarer.ident, errors);
        if let Some((key, _)) = &args.buckets
            && !has(Role::Duration)
        {
            errors.at(key, "`buckets` needs the `duration` family, which is not enabled here; remove `buckets`");
        }
        let default =
            || defaults().buckets.as_ref().filter(|_| has(Role::Duration)).and_then(|text| expression(text, errors));
        let written = args.buckets.as_ref().map(|(_, value)| value.clone()).or_else(default);
        let buckets = written.and_then(|value| buckets::read(&value, errors));
        let measured = Measured {
            args,
            // The missing name of a type is already reported.
            fixed: if declarer.may_be_unnamed { fixed } else { &[] },
            tells_success: ((has(Role::Calls) || outcome.on_duration) && outcome.label.is_some())
                || families.iter().any(|family| family.role.ends().is_some()),
            has_duration: has(Role::Duration),
            buckets: buckets.as_ref(),
        };
        let objective = measured.objective(errors);
        Self {
            labels,
            families,
            errors: errs,
            outcome,
            buckets,
            objective,
            max_series: max_series(args, errors),
            sample,
            slow_poll: slow_poll(args, errors),
            fixed,
        }
    }
}

/// Reports keys in the parentheses of `in_flight` if the family is not enabled.
fn check_in_flight_parts(args: &Args, has_in_flight: bool, errors: &mut Errors) {
    // A key of the surrounding block applies only to functions that have the gauge, so it is not an error here.
    if has_in_flight || !args.has_own(Role::InFlight.word()) {
        return;
    }
    for role in [Role::Peak, Role::Oldest] {
        if let Some(key) = &args.family(role).key {
            let word = role.word();
            errors.at(
                key,
                format_args!("`{word}` needs the `in_flight` family, which is not enabled here; add `in_flight(name = \"..\", {word})`, or remove `{word}`"),
            );
        }
    }
}

/// The default of a crate for `buckets`.
fn expression(text: &str, errors: &mut Errors) -> Option<Expr> {
    syn::parse_str(text).map_err(|error| errors.push(syn::Error::new(Span::call_site(), error))).ok()
}

/// The value of `duration(sample = n)`.
fn sample(args: &Args, errors: &mut Errors) -> Option<u64> {
    let literal = args.family(Role::Duration).sample.as_ref()?;
    literal.base10_parse().ok().filter(|sample| *sample > 0).or_else(|| {
        errors.at(literal, "`sample` must be greater than 0; `sample = 100` times one call in 100");
        None
    })
}

/// What `polls(slow = seconds)` says, in nanoseconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates, and is greater than 0")]
fn slow_poll(args: &Args, errors: &mut Errors) -> Option<u64> {
    let literal = args.family(Role::Polls).slow.as_ref()?;
    let seconds = seconds(literal);
    if seconds.is_none() {
        errors.at(literal, "`slow` must be a number of seconds greater than 0, for instance `slow = 0.01`");
    }
    Some((seconds? * 1e9).round() as u64)
}

/// The value of `max_series = n`.
pub(crate) fn max_series(args: &Args, errors: &mut Errors) -> Option<usize> {
    let literal = args.max_series.as_ref()?;
    literal.base10_parse().ok().filter(|max| *max > 0).or_else(|| {
        errors.at(literal, "`max_series` must be greater than 0");
        None
    })
}

/// The families of the operation, out of the default ones.
fn wanted(args: &Args, errors: &mut Errors) -> Vec<Role> {
    let Some(only) = &args.only else {
        // Complete names without `name` select the families.
        let are_meant = |role: &Role| args.family(*role).name.is_some();
        let all = args.name.is_some() || !args.names_families();
        return Role::DEFAULT.into_iter().filter(|role| all || are_meant(role)).collect();
    };
    let mut wanted = Vec::new();
    for word in only {
        match Role::DEFAULT.into_iter().find(|role| word == role.word()) {
            Some(role) if wanted.contains(&role) => {
                errors.at(word, format_args!("duplicate key `{word}`; remove one"));
            }
            Some(role) => wanted.push(role),
            None => {
                let hint = match did_you_mean(&word.to_string(), Role::DEFAULT.map(Role::word)) {
                    hint if hint.is_empty() => "; expected `calls`, `duration` or `in_flight`".to_owned(),
                    hint => hint,
                };
                errors.at(word, format_args!("`{word}` is not a family{hint}"));
            }
        }
    }
    if only.is_empty() && errors.is_empty() {
        let key = args.seen.iter().find(|key| *key == "only");
        errors.at(&key.to_token_stream(), "`only()` contains no family; add one, for instance `only(calls)`");
    }
    for role in Role::DEFAULT {
        // A key of the surrounding block applies only to functions that have the family, so it is not an error here.
        if let Some(key) = &args.family(role).key
            && (args.has_own(role.word()) || !args.has_own("only"))
            && !wanted.contains(&role)
            && !only.is_empty()
        {
            errors.at(key, format_args!("`only` excludes `{key}`; add it there, or remove it here"));
        }
    }
    wanted
}
