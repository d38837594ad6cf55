//! The original function, carried inside the code that a block has generated for it.
//!
//! A block expands its functions before the compiler resolves their other attributes. One of those may be this crate's attribute under another name
//! (`use instrumented as metered`), or in a `cfg_attr`. If there is such an attribute, the generated code contains the original function in a macro call that
//! expands to nothing:
//!
//! ```text
//! #[metered(skip)]
//! fn f() { carried_by_block! { [(arguments of the block)] [] ["Type"] [] [] { fn f() { body } } } guard; { body } }
//! ```
//!
//! If the attribute is this crate's, it starts again with the original and refines the arguments of the block. If it is not, it is not affected.
//!
//! Another attribute may have moved the generated code by then: `async_trait` returns `Box::pin(async move { .. })`. In that case, the original body
//! replaces the generated code where that is now.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{FnArg, LitStr, Pat};

use super::block::block;
use super::exits::CARRIER;
use super::hover;
use super::item::Function;
use super::tokens::{any, is_punct};
use crate::code::Private;
use crate::defaults;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::keys::Language;

/// How the generated code writes that `Args::keeps_async` is set.
const KEEPS_ASYNC: &str = "keeps_async";

/// An original function, and the blocks around it.
pub(super) struct Carried {
    /// The merged arguments of the blocks.
    pub(super) args: Args,
    /// The arguments of the blocks as written, outermost first.
    pub(super) blocks: Vec<TokenStream>,
    /// The arguments of the function itself, as written.
    pub(super) own: TokenStream,
    /// The original function, with its current attributes.
    pub(super) tokens: TokenStream,
}

/// The macro call that carries a function, with the arguments as written: those of the blocks around it, outermost first, and its own.
pub(super) fn call(
    function: &Function,
    blocks: &[TokenStream],
    own: &TokenStream,
    args: &Args,
    private: &Private,
) -> TokenStream {
    let span = Span::mixed_site();
    let owner = args.owner.as_ref().map(|owner| LitStr::new(owner, span));
    let keeps_async = args.keeps_async.then(|| Ident::new(KEEPS_ASYNC, span));
    // Each attribute is a `#` and its brackets.
    let head: TokenStream = function.head.clone().into_iter().skip(2 * function.attributes.len()).collect();
    let (inner, body) = (&function.inner_attributes, function.body.stream());
    let mut braces = Group::new(Delimiter::Brace, quote_spanned!(span=> #inner #body));
    braces.set_span(function.body.span());
    let call = Ident::new(CARRIER, span);
    let patterns = patterns(function);
    quote_spanned!(span=>
        #private::#call! { [#((#blocks))*] [#own] [#owner] [#keeps_async] [#((#patterns))*] { #head #braces } }
    )
}

/// The arguments of several attributes, as those of one.
pub(super) fn joined(attributes: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let mut all = TokenStream::new();
    for attribute in attributes.into_iter().filter(|attribute| !attribute.is_empty()) {
        all.extend(attribute);
        // A second comma would be a syntax error.
        if all.clone().into_iter().last().is_some_and(|last| !is_punct(&last, ',')) {
            all.extend([TokenTree::Punct(Punct::new(',', Spacing::Alone))]);
        }
    }
    all
}

/// The patterns of the arguments.
fn patterns(function: &Function) -> impl Iterator<Item = &Pat> {
    function.signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(&*typed.pat),
        FnArg::Receiver(_) => None,
    })
}

/// The original function in this one.
pub(super) fn of(function: &Function, errors: &mut Errors) -> Option<Carried> {
    if !function.contents.carries_original {
        return None;
    }
    defaults::track_again();
    let found = read(function, errors);
    if found.is_none() {
        errors.at(
            &function.signature.ident,
            "the block around this function has instrumented it, and another attribute has changed it since; move this attribute above the others",
        );
    }
    found
}

fn is_in(tokens: &TokenStream) -> bool {
    any(tokens, &is_call)
}

fn is_call(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == CARRIER)
}

/// Splits a body at the macro call, if it contains it outside of inner groups: what comes before, and the content of the call.
fn split(body: TokenStream) -> Option<(Vec<TokenTree>, Vec<Group>)> {
    let mut tokens: Vec<TokenTree> = body.into_iter().collect();
    let at = tokens.iter().position(is_call)?;
    let Some(TokenTree::Group(content)) = tokens.get(at + 2) else { return None };
    let parts = content.stream().into_iter().filter_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    });
    let parts = parts.collect();
    let is_path = |token: &TokenTree| is_punct(token, ':') || matches!(token, TokenTree::Ident(_));
    let begin = tokens[..at].iter().rposition(|token| !is_path(token)).map_or(0, |before| before + 1);
    tokens.truncate(begin);
    Some((tokens, parts))
}

fn read(function: &Function, errors: &mut Errors) -> Option<Carried> {
    let attributes = function.attributes.iter().filter(|attribute| !hover::is_shown(attribute));
    let mut tokens: TokenStream = attributes.map(ToTokens::to_token_stream).collect();
    let parts = match split(function.body.stream()) {
        Some((before, parts)) if before.is_empty() => {
            tokens.extend(parts.last()?.stream());
            parts
        }
        _ => {
            let (body, parts) = restored(&function.body, function)?;
            let inner = &function.inner_attributes;
            // Each attribute is a `#` and its brackets.
            tokens.extend(function.head.clone().into_iter().skip(2 * function.attributes.len()));
            let body = body.stream();
            let mut braces = Group::new(Delimiter::Brace, quote_spanned!(Span::mixed_site()=> #inner #body));
            braces.set_span(function.body.span());
            tokens.extend([TokenTree::Group(braces)]);
            parts
        }
    };
    let [blocks, own, owner, keeps_async, _, _] = parts.as_slice() else { return None };
    let mut args = Args::default();
    let mut written = Vec::new();
    for block in blocks.stream() {
        let TokenTree::Group(block) = block else { continue };
        written.push(block.stream());
        let mut inner = Args::parse(block.stream(), Language::Instrumented, errors);
        inner.refine(&args);
        args = inner;
    }
    args.owner = syn::parse2::<LitStr>(owner.stream()).ok().map(|owner| owner.value());
    args.keeps_async = !keeps_async.stream().is_empty();
    Some(Carried { args, blocks: written, own: own.stream(), tokens })
}

/// A body that another attribute has changed, with the original body in place of the generated code, which extends to the end of its group. `None` if there
/// is more than one copy of it.
fn restored(body: &Group, function: &Function) -> Option<(Group, Vec<Group>)> {
    let (tokens, parts) = if let Some((mut tokens, parts)) = split(body.stream()) {
        let [.., written, original] = parts.as_slice() else { return None };
        tokens.extend(rebound(written, function));
        let Some(TokenTree::Group(original)) = original.stream().into_iter().last() else { return None };
        tokens.extend([TokenTree::Group(block(&original))]);
        (tokens, parts)
    } else {
        let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
        let inner = tokens.iter_mut().find_map(|token| match token {
            TokenTree::Group(group) if is_in(&group.stream()) => Some(group),
            _ => None,
        })?;
        let (group, parts) = restored(inner, function)?;
        *inner = group;
        (tokens, parts)
    };
    let tokens: TokenStream = tokens.into_iter().collect();
    if is_in(&tokens) {
        return None;
    }
    let mut group = Group::new(body.delimiter(), tokens);
    group.set_span(body.span());
    Some((group, parts))
}

/// The statements that bind the arguments as written, where the generated signature has names in place of patterns.
fn rebound(written: &Group, function: &Function) -> TokenStream {
    let written = written.stream().into_iter().filter_map(|token| match token {
        TokenTree::Group(pattern) => Some(pattern.stream()),
        _ => None,
    });
    let bindings = patterns(function).zip(written).filter_map(|(now, written)| match now {
        Pat::Ident(now) if now.to_token_stream().to_string() != written.to_string() => {
            let name = &now.ident;
            Some(quote_spanned!(Span::mixed_site()=> let #written = #name;))
        }
        _ => None,
    });
    bindings.collect()
}
