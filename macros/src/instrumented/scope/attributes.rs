//! The attributes of an item in a block: which of them are this crate's, and which may be.

use std::mem::take;

use proc_macro2::{Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token};

use super::super::carried::joined;
use super::super::tokens::{any, is_ours};
use super::items::Item;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::keys::Language;

/// The `#[instrumented(..)]` of an item in a block.
pub(super) struct Own {
    pub(super) args: Args,
    /// The content of its parentheses.
    pub(super) written: TokenStream,
    /// Its name, as written; that of each, if there are several.
    pub(super) paths: Vec<Path>,
}

impl Own {
    /// Adds the arguments of another attribute.
    pub(super) fn extend(own: &mut Option<Self>, written: TokenStream, errors: &mut Errors) {
        let own =
            own.get_or_insert_with(|| Self { args: Args::default(), written: TokenStream::new(), paths: Vec::new() });
        own.args.extend(written.clone(), Language::Instrumented, errors);
        own.written = joined([take(&mut own.written), written]);
    }
}

/// Removes the attributes named `instrumented` from an item, and returns them.
pub(super) fn take_own(item: &mut Item, errors: &mut Errors) -> Option<Own> {
    let mut own: Option<Own> = None;
    item.attributes.retain(|(_, group)| {
        let Ok(meta) = syn::parse2::<Meta>(group.stream()) else { return true };
        if !is_ours(meta.path()) {
            return true;
        }
        let path = meta.path().clone();
        let written = match meta {
            Meta::List(list) => list.tokens,
            _ => TokenStream::new(),
        };
        Own::extend(&mut own, written, errors);
        if let Some(own) = &mut own {
            own.paths.push(path);
        }
        false
    });
    own
}

/// The attributes, parsed.
pub(super) fn parsed(attributes: &[(TokenTree, Group)]) -> Vec<Attribute> {
    Attribute::parse_outer.parse2(super::items::attribute_tokens(attributes)).unwrap_or_default()
}

/// Whether one of these may be this crate's attribute: under another name, or in a `cfg_attr`, whose condition is unknown here.
pub(super) fn may_be_ours(attributes: &[(TokenTree, Group)]) -> bool {
    attributes.iter().any(|(_, group)| is_macro(group.stream()))
}

/// Whether an attribute is a macro, or may be one.
pub(crate) fn is_macro(attribute: TokenStream) -> bool {
    !is_builtin.parse2(attribute).unwrap_or(true)
}

/// Whether one of these may be this crate's `skip`, under another name or in a `cfg_attr`.
pub(super) fn may_skip(attributes: &[(TokenTree, Group)]) -> bool {
    let is_skip = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "skip");
    attributes
        .iter()
        .any(|(pound, group)| any(&group.stream(), &is_skip) && may_be_ours(&[(pound.clone(), group.clone())]))
}

/// Attributes of the compiler and its tools. All others are macros.
const BUILTIN: [&str; 31] = [
    "allow",
    "automatically_derived",
    "cfg",
    "clippy",
    "cold",
    "coverage",
    "deny",
    "deprecated",
    "diagnostic",
    "doc",
    "expect",
    "export_name",
    "forbid",
    "inline",
    "link_section",
    "macro_use",
    "miri",
    "must_use",
    "naked",
    "no_mangle",
    "optimize",
    "path",
    "rust_analyzer",
    "rustfmt",
    "should_panic",
    "ignore",
    "target_feature",
    "test",
    "track_caller",
    "unsafe",
    "warn",
];

fn is_builtin(input: ParseStream<'_>) -> syn::Result<bool> {
    if input.peek(Token![unsafe]) {
        input.parse::<TokenStream>()?;
        return Ok(true);
    }
    let path = input.call(Path::parse_mod_style)?;
    if path.is_ident("cfg_attr") {
        let content;
        syn::parenthesized!(content in input);
        content.parse::<Condition>()?;
        let attributes = Punctuated::<Conditional, Token![,]>::parse_terminated(&content)?;
        return Ok(attributes.iter().all(|attribute| attribute.0));
    }
    input.parse::<TokenStream>()?;
    let first = path.segments.first();
    Ok(first.is_some_and(|first| BUILTIN.iter().any(|builtin| first.ident == builtin)))
}

/// The condition of a `cfg_attr`, with the following comma.
struct Condition;

impl syn::parse::Parse for Condition {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Meta>()?;
        input.parse::<Token![,]>()?;
        Ok(Self)
    }
}

/// One attribute of a `cfg_attr`: whether it is built in.
struct Conditional(bool);

impl syn::parse::Parse for Conditional {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attribute = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            attribute.extend([input.parse::<TokenTree>()?]);
        }
        is_builtin.parse2(attribute).map(Self)
    }
}
