//! Second stage: what an operation's attribute means, and every check across its keys.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{LitStr, Type};

use super::args::Args;
use super::families::{Family, Naming, check_names_differ, prefix};
use super::labels::{Label, OwnLabel, check_labels};
use super::objective::{Measured, Objective};
use super::outcome::{Outcome, outcome};
use crate::buckets::{self, Buckets};
use crate::errors::Errors;
use crate::names::{Kind, Role, base_name_error};
use crate::suggest::did_you_mean;

/// What is written down about an operation.
pub(crate) struct Model {
    pub(crate) labels: Vec<Label>,
    pub(crate) calls: Option<Family>,
    pub(crate) duration: Option<Family>,
    pub(crate) in_flight: Option<Family>,
    /// A counter of calls that ended well, without the outcome's label.
    pub(crate) ok: Option<Family>,
    /// A counter of all others, without it.
    pub(crate) error: Option<Family>,
    pub(crate) errors: Option<Errs>,
    pub(crate) outcome: Outcome,
    pub(crate) buckets: Option<Buckets>,
    pub(crate) objective: Option<Objective>,
    pub(crate) max_series: Option<usize>,
    /// One call in so many is timed.
    pub(crate) sample: Option<u64>,
    /// The labels that tell functions of one family apart: `module` and `function` where nobody named it, `function` where a block
    /// around it did.
    pub(crate) fixed: &'static [&'static str],
}

/// The counter of errors by kind.
pub(crate) struct Errs {
    pub(crate) family: Family,
    pub(crate) label: String,
    /// The type whose values are the kinds, if it is written down.
    pub(crate) of: Option<Type>,
    pub(crate) key: Ident,
}

/// Who declares the operation.
pub(crate) struct Declarer<'a> {
    /// The first paragraph of its doc comment.
    pub(crate) doc: Option<String>,
    /// Where an error goes that has no token of its own.
    pub(crate) ident: &'a Ident,
    /// Whether it may go without a name: functions may, types may not.
    pub(crate) may_be_unnamed: bool,
}

impl Model {
    pub(crate) fn new(args: &Args, labels: Vec<Label>, declarer: &Declarer<'_>, errors: &mut Errors) -> Self {
        // A declaration may count nothing but errors.
        let only_errors = !declarer.may_be_unnamed && !args.is_named() && args.errors.key.is_some();
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
        let wanted = if only_errors { [false; 3] } else { wanted(args, errors) };
        let fixed: &[&str] = match (unnamed, args.named_by_block) {
            (true, _) => &["module", "function"],
            (false, true) => &["function"],
            (false, false) => &[],
        };
        // The doc comment of one function says nothing about a family that many of them share.
        let doc = declarer.doc.as_deref().filter(|_| fixed.is_empty());
        let naming = Naming { args, prefix: &prefix, doc, labels: &labels };
        let calls = wanted[0].then(|| {
            naming.family(
                &args.calls,
                Kind::Counter,
                "_total",
                if args.outcome.none { "Calls." } else { Role::Calls.help() },
                errors,
            )
        });
        let sample = sample(args, errors);
        let mut duration = wanted[1].then(|| {
            naming.family(&args.duration, Kind::Histogram, "_duration_seconds", Role::Duration.help(), errors)
        });
        if let (Some(duration), Some(sample)) = (&mut duration, sample) {
            // What the histogram's count then means has to be said where it is read.
            duration.help = format!("{} One call in {sample} is timed.", duration.help);
        }
        let in_flight =
            wanted[2].then(|| naming.family(&args.in_flight, Kind::Gauge, "_in_flight", Role::InFlight.help(), errors));
        let ok = naming.ended(args.calls.ok.as_ref(), Role::Ok.help(), errors);
        let error = naming.ended(args.calls.error.as_ref(), Role::Error.help(), errors);
        let errs = args.errors.key.clone().map(|key| Errs {
            family: naming.family(&args.errors, Kind::Counter, "_errors_total", Role::Errors.help(), errors),
            label: args.errors.label.as_ref().map_or_else(|| "kind".to_owned(), LitStr::value),
            of: args.errors.of.clone(),
            key,
        });
        let outcome = outcome(args, calls.is_some(), errors);
        check_labels(&labels, fixed, errors);
        let own = OwnLabel { labels: &labels, fixed, ident: declarer.ident };
        if let Some(label) = &outcome.label {
            own.check("outcome", label, args.outcome.label.as_ref(), errors);
        }
        if let Some(errs) = &errs {
            own.check("errors", &errs.label, args.errors.label.as_ref(), errors);
        }
        let families = [
            (calls.as_ref(), &args.calls.name, &args.calls.key),
            (ok.as_ref(), &args.calls.ok, &None),
            (error.as_ref(), &args.calls.error, &None),
            (duration.as_ref(), &args.duration.name, &args.duration.key),
            (in_flight.as_ref(), &args.in_flight.name, &args.in_flight.key),
            (errs.as_ref().map(|errs| &errs.family), &args.errors.name, &args.errors.key),
        ];
        check_names_differ(families, declarer.ident, errors);
        if let Some((key, _)) = &args.buckets
            && duration.is_none()
        {
            errors.at(key, "there is no `duration` family here that buckets could be for; leave them out");
        }
        let buckets = args.buckets.as_ref().and_then(|(_, value)| buckets::read(value, errors));
        let measured = Measured {
            args,
            // That a type needs a name is said already.
            fixed: if declarer.may_be_unnamed { fixed } else { &[] },
            tells_success: (calls.is_some() && outcome.label.is_some()) || ok.is_some() || error.is_some(),
            duration: duration.as_ref(),
            buckets: buckets.as_ref(),
        };
        let objective = measured.objective(errors);
        Self {
            labels,
            calls,
            duration,
            in_flight,
            ok,
            error,
            errors: errs,
            outcome,
            buckets,
            objective,
            max_series: max_series(args, errors),
            sample,
            fixed,
        }
    }
}

/// What `duration(sample = n)` says.
fn sample(args: &Args, errors: &mut Errors) -> Option<u64> {
    let literal = args.duration.sample.as_ref()?;
    literal.base10_parse().ok().filter(|sample| *sample > 0).or_else(|| {
        errors.at(literal, "one call in so many is timed: a number above 0");
        None
    })
}

/// What `max_series = n` says.
pub(crate) fn max_series(args: &Args, errors: &mut Errors) -> Option<usize> {
    let literal = args.max_series.as_ref()?;
    literal.base10_parse().ok().filter(|max| *max > 0).or_else(|| {
        errors.at(literal, "the most series of a family is a number above 0");
        None
    })
}

/// Which of `calls`, `duration` and `in_flight` exist.
fn wanted(args: &Args, errors: &mut Errors) -> [bool; 3] {
    const WORDS: [&str; 3] = ["calls", "duration", "in_flight"];
    let given = [&args.calls, &args.duration, &args.in_flight];
    let Some(only) = &args.only else {
        // Full names without a base say which families are meant.
        return if args.name.is_none() && args.names_families() {
            given.map(|family| family.name.is_some())
        } else {
            [true; 3]
        };
    };
    let mut wanted = [false; 3];
    for word in only {
        match WORDS.iter().position(|known| word == known) {
            Some(at) if wanted[at] => errors.at(word, format_args!("`{word}` is there twice; leave one out")),
            Some(at) => wanted[at] = true,
            None => {
                let hint = match did_you_mean(&word.to_string(), WORDS) {
                    hint if hint.is_empty() => "; there are `calls`, `duration` and `in_flight`".to_owned(),
                    hint => hint,
                };
                errors.at(word, format_args!("`{word}` is no family{hint}"));
            }
        }
    }
    if only.is_empty() && errors.is_empty() {
        let key = args.seen.iter().find(|key| *key == "only");
        errors.at(&key.to_token_stream(), "`only()` leaves no family; name one, for instance `only(calls)`");
    }
    for (at, family) in given.into_iter().enumerate() {
        if let Some(key) = &family.key
            && !wanted[at]
            && !only.is_empty()
        {
            errors.at(key, format_args!("`only` leaves `{key}` out; name it there too, or drop it here"));
        }
    }
    wanted
}
