//! The meaning of an objective, and whether the operation's families can measure it.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::args::Args;
use super::objective_args::ObjectiveArgs;
use crate::buckets::{Bounds, Buckets, number};
use crate::code::Private;
use crate::errors::Errors;
use crate::names::DEFAULT_BUCKETS;

/// The objective; a part that is not set is 0.
pub(crate) struct Objective {
    success: f64,
    latency: f64,
    percent: f64,
}

/// The properties of the operation that an objective depends on.
pub(super) struct Measured<'a> {
    pub(super) args: &'a Args,
    /// The labels that distinguish functions with the same families.
    pub(super) fixed: &'a [&'a str],
    /// Whether calls are counted by outcome.
    pub(super) tells_success: bool,
    pub(super) has_duration: bool,
    pub(super) buckets: Option<&'a Buckets>,
}

impl Measured<'_> {
    /// The objective, if it is valid and can be measured.
    pub(super) fn objective(&self, errors: &mut Errors) -> Option<Objective> {
        let ObjectiveArgs { key, success, latency } = &self.args.objective;
        let key = key.as_ref()?;
        let is_own = self.args.has_own("objective");
        match self.fixed {
            [] => {}
            [_] if !is_own => {}
            [_] => errors.at(
                key,
                "an objective would apply to all functions of the block, because they share these families; put it on the block, or give this function a `name`",
            ),
            _ => errors.at(
                key,
                "an objective would apply to all functions that share these families; give this function a `name`",
            ),
        }
        let mut objective = Objective { success: 0.0, latency: 0.0, percent: 0.0 };
        if let Some(success) = success {
            objective.success = percentage(success, errors);
            if !self.tells_success {
                errors.at(success, "a success objective needs the `calls` family with its outcome label; add it");
            }
        }
        if let Some((seconds, percent)) = latency {
            objective.percent = percentage(percent, errors);
            objective.latency = self.bound(seconds, errors);
        }
        Some(objective)
    }

    /// The latency, which must be one of the histogram's bounds.
    fn bound(&self, seconds: &Expr, errors: &mut Errors) -> f64 {
        let Some(bound) = number(seconds).filter(|bound| bound.is_finite() && *bound > 0.0) else {
            errors.at(seconds, "the latency must be a number of seconds greater than 0");
            return 0.0;
        };
        if !self.has_duration {
            errors.at(seconds, "a latency objective needs the `duration` family; add it, or remove `latency`");
            return bound;
        }
        let bounds = match self.buckets.and_then(|buckets| buckets.bounds.as_ref()) {
            Some(Bounds::Known(bounds)) => bounds.as_slice(),
            // Checked by the runtime's `const` check.
            Some(Bounds::Constant(_)) => return bound,
            None => DEFAULT_BUCKETS,
        };
        let nearest = bounds.iter().copied().min_by(|a, b| (a - bound).abs().total_cmp(&(b - bound).abs()));
        if let Some(nearest) = nearest.filter(|nearest| nearest.total_cmp(&bound).is_ne()) {
            errors.at(
                seconds,
                format_args!("the latency must be one of the histogram's bucket bounds; use {nearest}, the nearest one, or add {bound} to `buckets`"),
            );
        }
        bound
    }
}

fn percentage(percent: &Expr, errors: &mut Errors) -> f64 {
    let given = number(percent);
    match given {
        Some(percentage) if (1.0..100.0).contains(&percentage) => return percentage,
        Some(ratio) if ratio > 0.0 && ratio < 1.0 => {
            errors.at(percent, format_args!("expected a percentage, found the fraction {ratio}; write {}", as_percentage(ratio)));
        }
        _ => errors.at(
            percent,
            "expected a percentage of at least 1 and less than 100, such as 99.9; an objective of 100 % has no error budget",
        ),
    }
    0.0
}

/// `0.999` as 99.9, without binary rounding errors.
fn as_percentage(ratio: f64) -> f64 {
    (ratio * 1e11).round() / 1e9
}

impl Objective {
    /// The objective as generated code.
    pub(super) fn tokens(&self, private: &Private) -> TokenStream {
        let span = Span::mixed_site();
        let [success, latency, percent] = [self.success, self.latency, self.percent].map(|number| {
            let mut literal = Literal::f64_suffixed(number);
            literal.set_span(span);
            literal
        });
        quote_spanned!(span=> #private::Objective { success: #success, latency: #latency, percent: #percent })
    }
}
