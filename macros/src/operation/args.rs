//! First stage: parses an attribute, with the spans of all tokens, and collects all syntax errors.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Lit, LitBool, LitInt, LitStr, Path, Token, Type, token};

use super::keys::{Language, inner_keys, is_known, unknown};
use super::label_args::{LabelArg, label};
use super::objective_args::{ObjectiveArgs, objective};
use super::outcome_args::{OutcomeArgs, outcome};
use super::syntax::{
    each, equals, expression, filled, inner_integer, inner_key, inner_seconds, inner_string, inner_type, is_operation,
    misused, parentheses, string, value, word, word_of, words, words_in,
};
use crate::errors::Errors;
use crate::names::Role;
use crate::owner::{self, Header};

/// The content of an attribute.
#[derive(Clone, Default)]
pub(crate) struct Args {
    /// A declared operation with its label values, as the first argument.
    pub(crate) declared: Option<Expr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) namespace: Option<LitStr>,
    pub(crate) subsystem: Option<LitStr>,
    /// The arguments of each family, by role.
    families: [FamilyArgs; Role::ALL.len()],
    pub(crate) only: Option<Vec<Ident>>,
    pub(crate) labels: Vec<LabelArg>,
    /// Labels whose names may be target labels of Prometheus.
    pub(crate) exported: Vec<Ident>,
    pub(crate) outcome: OutcomeArgs,
    pub(crate) started: Option<Span>,
    /// Whether the call ends when the function returns, also if it returns a future.
    pub(crate) at_return: Option<Span>,
    pub(crate) objective: ObjectiveArgs,
    pub(crate) buckets: Option<(Ident, Expr)>,
    pub(crate) help: Option<LitStr>,
    pub(crate) max_series: Option<LitInt>,
    pub(crate) runtime: Option<Path>,
    pub(crate) skip: Option<Span>,
    /// The type or trait of the function, as in the label `function`.
    pub(crate) owner: Option<String>,
    /// The header of the block around the function, if it is seen.
    pub(crate) header: Option<Header>,
    /// Whether editors show the metrics after the function's documentation.
    pub(crate) docs: Option<LitBool>,
    /// The keys in the order in which they were written.
    pub(crate) seen: Vec<Ident>,
    /// Whether the name is that of a block around the function, so that the label `function` distinguishes its functions.
    pub(crate) named_by_block: bool,
    /// Whether another attribute on a block around the function may need to see an `async fn`.
    pub(crate) keeps_async: bool,
}

/// `calls = ".."` or `calls(..)`, and the like.
#[derive(Clone, Default)]
pub(crate) struct FamilyArgs {
    /// The key, if it was written.
    pub(crate) key: Option<Ident>,
    pub(crate) name: Option<LitStr>,
    pub(crate) help: Option<LitStr>,
    pub(crate) labels: Option<Vec<Ident>>,
    /// Of `duration`: `n` of `sample = n`; one call in `n` is timed.
    pub(crate) sample: Option<LitInt>,
    /// Of `duration`: the key that adds the outcome label.
    pub(crate) outcome: Option<Ident>,
    /// Of `polls`: the number of seconds above which one is slow.
    pub(crate) slow: Option<Lit>,
    /// Of `errors`: the label of the error kind.
    pub(crate) label: Option<LitStr>,
    /// Of `errors`: the type whose values are the kinds.
    pub(crate) of: Option<Type>,
}

impl FamilyArgs {
    /// Whether the attribute mentions the family.
    pub(crate) fn is_given(&self) -> bool {
        self.key.is_some() || self.name.is_some()
    }
}

impl Args {
    /// Parses an attribute.
    pub(crate) fn parse(tokens: TokenStream, language: Language, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        if !tokens.is_empty() {
            args.extend(tokens, language, errors);
        }
        args
    }

    /// Parses another attribute of the same function.
    pub(crate) fn extend(&mut self, tokens: TokenStream, language: Language, errors: &mut Errors) {
        let parser = |input: ParseStream<'_>| {
            each(input, errors, |input, errors| self.item(input, language, errors));
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
    }

    /// Inherits the keys that this attribute does not set from the attribute of a block around it.
    pub(crate) fn refine(&mut self, outer: &Self) {
        self.keeps_async |= outer.keeps_async;
        self.owner = self.owner.take().or_else(|| outer.owner.clone());
        self.header = self.header.take().or_else(|| outer.header.clone());
        let inherited = |key: &str| !self.seen.iter().any(|own| own == key);
        if self.declared.is_some() {
            self.runtime = self.runtime.take().or_else(|| outer.runtime.clone());
            self.docs = self.docs.take().or_else(|| outer.docs.clone());
            self.at_return = self.at_return.or(outer.at_return);
            return;
        }
        let names_itself = self.is_named();
        if !names_itself {
            self.named_by_block = outer.named_by_block || outer.is_named();
            self.name.clone_from(&outer.name);
        }
        for role in Role::ALL.iter().copied() {
            if inherited(role.whole().word()) && !(names_itself && role.names_operation()) {
                self.families[role as usize] = outer.family(role).clone();
            }
        }
        macro_rules! inherit {
            ($($key:ident)*) => { $(if inherited(stringify!($key)) { self.$key = outer.$key.clone(); })* };
        }
        inherit!(namespace subsystem exported only outcome started at_return objective buckets help max_series docs);
        if inherited("crate") {
            self.runtime.clone_from(&outer.runtime);
        }
        let own = std::mem::take(&mut self.labels);
        self.labels =
            outer.labels.iter().filter(|label| !own.iter().any(|one| one.name == label.name)).cloned().collect();
        self.labels.extend(own);
    }

    /// Whether the function's own attribute has a key, and not only a block around it.
    pub(crate) fn has_own(&self, key: &str) -> bool {
        self.seen.iter().any(|own| own == key)
    }

    /// Whether the attribute names the operation or one of its families.
    pub(crate) fn is_named(&self) -> bool {
        self.name.is_some() || self.names_families()
    }

    /// Whether one of the families has its own complete name.
    pub(crate) fn names_families(&self) -> bool {
        Role::ALL.iter().any(|role| role.names_operation() && self.family(*role).name.is_some())
    }

    /// The arguments of the family with a role.
    pub(crate) fn family(&self, role: Role) -> &FamilyArgs {
        &self.families[role as usize]
    }

    /// Whether the returned value is read: for the outcome of the calls, for the counters `ok` and `error`, or for error kinds.
    pub(crate) fn reads_a_value(&self) -> bool {
        let of_families = Role::ALL.iter().any(|role| role.ends().is_some() && self.family(*role).name.is_some());
        !self.outcome.none || of_families || self.family(Role::Errors).key.is_some()
    }

    /// Whether the value is read even if its type has no outcome.
    pub(crate) fn reads_every_value(&self) -> bool {
        self.declared.is_some() || self.outcome.classifier.is_some() || self.family(Role::Errors).key.is_some()
    }

    fn item(&mut self, input: ParseStream<'_>, language: Language, errors: &mut Errors) -> syn::Result<()> {
        if language == Language::Instrumented && self.seen.is_empty() && self.declared.is_none() && is_operation(input)
        {
            self.declared = Some(input.parse()?);
            return Ok(());
        }
        if language == Language::Instrumented && is_operation(input) {
            let operation: Expr = input.parse()?;
            errors.at(&operation, "the declared operation must be the first argument, and only one is allowed");
            return Ok(());
        }
        let key = input
            .call(Ident::parse_any)
            .map_err(|error| syn::Error::new(error.span(), "expected a key, for instance `name = \"orders\"`"))?;
        let name = key.to_string();
        if !is_known(&name, language) {
            return Err(syn::Error::new(key.span(), unknown(&name, language)));
        }
        if self.seen.contains(&key) {
            errors.at(&key, format_args!("duplicate key `{name}`; remove one"));
        }
        self.seen.push(key.clone());
        match name.as_str() {
            "name" => self.name = Some(string(input, &key)?),
            "namespace" => self.namespace = Some(string(input, &key)?),
            "subsystem" => self.subsystem = Some(string(input, &key)?),
            "help" => self.help = Some(string(input, &key)?),
            "only" => self.only = Some(words(input, &key, errors)?),
            "labels" => {
                let content = filled(input, &key)?;
                each(&content, errors, |input, _| {
                    self.labels.push(label(input)?);
                    Ok(())
                });
            }
            "exported" => self.exported = words_in(&filled(input, &key)?, errors),
            "outcome" => self.outcome = outcome(input, key, errors)?,
            "objective" => self.objective = objective(input, key, errors)?,
            "started" => self.started = Some(word(input, &key)?),
            "at_return" => self.at_return = Some(word(input, &key)?),
            "skip" if input.peek(token::Paren) => {
                return Err(syn::Error::new(key.span(), "arguments are never recorded here; delete `skip(..)`"));
            }
            "skip" => self.skip = Some(word(input, &key)?),
            "buckets" => self.buckets = Some((key.clone(), expression(input, &key)?)),
            "of" => {
                equals(input, &key)?;
                self.owner = Some(owner::parse(input).map_err(|error| syn::Error::new(error.span(), misused(&key)))?);
            }
            "docs" => self.docs = Some(value(input, &key)?),
            "max_series" => self.max_series = Some(value(input, &key)?),
            "crate" => {
                equals(input, &key)?;
                let path = input.call(Path::parse_mod_style);
                self.runtime = Some(path.map_err(|error| syn::Error::new(error.span(), misused(&key)))?);
            }
            _ => {
                if let Some(role) = Role::ALL.iter().find(|role| role.word() == name) {
                    self.read_family(*role, input, key, errors)?;
                }
            }
        }
        Ok(())
    }

    /// Reads `calls = ".."` or `calls(..)`, and the like.
    fn read_family(&mut self, role: Role, input: ParseStream<'_>, key: Ident, errors: &mut Errors) -> syn::Result<()> {
        let mut args = FamilyArgs::default();
        // Counters of the calls that ended in one way are in the parentheses of `calls`, and share its labels; so do the gauges of running calls
        // those of `in_flight`.
        let mut parts: Vec<(Role, FamilyArgs)> = Vec::new();
        if input.peek(token::Paren) {
            let content = parentheses(input, &key)?;
            let mut seen = Vec::new();
            each(&content, errors, |input, errors| {
                let inner = inner_key(input, &key, &inner_keys(role), &mut seen, errors)?;
                match inner.to_string().as_str() {
                    "name" => args.name = Some(inner_string(input, &inner)?),
                    "help" => args.help = Some(inner_string(input, &inner)?),
                    "label" => args.label = Some(inner_string(input, &inner)?),
                    "labels" => args.labels = Some(words(input, &inner, errors)?),
                    "outcome" => {
                        word_of(input, &inner)?;
                        args.outcome = Some(inner);
                    }
                    "sample" => args.sample = Some(inner_integer(input, &inner, 100)?),
                    "type" | "of" => {
                        if seen.iter().any(|other| (*other == "type" || *other == "of") && *other != inner) {
                            errors.at(&inner, "`type` and `of` are the same key; remove one");
                        }
                        args.of = Some(inner_type(input, &inner)?);
                    }
                    "slow" => args.slow = Some(inner_seconds(input, &inner)?),
                    word => {
                        let is_alone = role == Role::InFlight && !input.peek(Token![=]);
                        let name = if is_alone {
                            word_of(input, &inner).map(|()| None)?
                        } else {
                            Some(inner_string(input, &inner)?)
                        };
                        let part = FamilyArgs {
                            key: (role == Role::InFlight).then_some(inner.clone()),
                            name,
                            ..FamilyArgs::default()
                        };
                        parts.extend(Role::ALL.iter().find(|part| part.word() == word).map(|role| (*role, part)));
                    }
                }
                Ok(())
            });
        } else if role == Role::Polls {
            word(input, &key)?;
        } else {
            args.name = Some(string(input, &key)?);
        }
        args.key = Some(key);
        if role == Role::Polls {
            parts.extend([Role::Busy, Role::SlowPolls].map(|role| (role, args.clone())));
        }
        for (role, part) in parts {
            self.families[role as usize] = FamilyArgs { labels: args.labels.clone(), ..part };
        }
        self.families[role as usize] = args;
        Ok(())
    }
}
