//! `outcome` as written.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Type, token};

use super::syntax::{each, filled, inner, inner_key, inner_string, inner_type, value};
use crate::errors::Errors;
use crate::names::OutcomeClass;

/// `outcome = Type` or `outcome(..)`.
#[derive(Clone, Default)]
pub(crate) struct OutcomeArgs {
    pub(crate) key: Option<Ident>,
    pub(crate) label: Option<LitStr>,
    pub(crate) ok: Option<LitStr>,
    pub(crate) error: Option<LitStr>,
    pub(crate) panic: Option<LitStr>,
    pub(crate) cancelled: Option<LitStr>,
    /// The class of cancelled calls in rules and dashboards.
    pub(crate) cancelled_class: Option<OutcomeClass>,
    pub(crate) started: Option<LitStr>,
    pub(crate) classifier: Option<Type>,
    /// `outcome = none`: calls are counted without an outcome.
    pub(crate) none: bool,
}

/// `ok`, `error` or `ignored`.
fn class(input: ParseStream<'_>, key: &Ident) -> syn::Result<OutcomeClass> {
    let classes = [OutcomeClass::Ok, OutcomeClass::Error, OutcomeClass::Ignored];
    let read = |input: ParseStream<'_>| {
        let word = input.call(Ident::parse_any)?;
        let class = classes.into_iter().find(|class| word == class.word());
        class.ok_or_else(|| syn::Error::new(word.span(), "not a class"))
    };
    inner(input, key, read, "`ok`, `error` or `ignored`, without quotes: `cancelled_class = error`")
}

/// Parses what follows the key.
pub(super) fn outcome(input: ParseStream<'_>, key: Ident, errors: &mut Errors) -> syn::Result<OutcomeArgs> {
    let mut args = OutcomeArgs::default();
    if input.peek(token::Paren) {
        const KNOWN: &[&str] = &["label", "ok", "error", "panic", "cancelled", "cancelled_class", "started", "type"];
        let content = filled(input, &key)?;
        let mut seen = Vec::new();
        each(&content, errors, |input, errors| {
            let inner = inner_key(input, &key, KNOWN, &mut seen, errors)?;
            let slot = match inner.to_string().as_str() {
                "label" => &mut args.label,
                "ok" => &mut args.ok,
                "error" => &mut args.error,
                "panic" => &mut args.panic,
                "cancelled" => &mut args.cancelled,
                "started" => &mut args.started,
                "cancelled_class" => {
                    args.cancelled_class = Some(class(input, &inner)?);
                    return Ok(());
                }
                _ => {
                    args.classifier = Some(inner_type(input, &inner)?);
                    return Ok(());
                }
            };
            *slot = Some(inner_string(input, &inner)?);
            Ok(())
        });
    } else {
        let given: Type = value(input, &key)?;
        args.none = matches!(&given, Type::Path(path) if path.path.is_ident("none"));
        args.classifier = Some(given).filter(|_| !args.none);
    }
    args.key = Some(key);
    Ok(args)
}
