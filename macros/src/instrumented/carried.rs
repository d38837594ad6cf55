//! The original function, carried inside the code that a block has generated for it.
//!
//! A block expands its functions before the compiler resolves their other attributes. One of those may be this crate's attribute under another name
//! (`use instrumented as metered`), or in a `cfg_attr`. If there is such an attribute, the generated code contains the original function in a macro call that
//! expands to nothing:
//!
//! ```text
//! #[metered(skip)]
//! fn f() { carried_by_block! { [(arguments of the block)] [] ["Type"] [] { fn f() { body } } } guard; { body } }
//! ```
//!
//! If the attribute is this crate's, it starts again with the original and refines the arguments of the block. If it is not, it is not affected.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::LitStr;

use super::exits::CARRIER;
use super::hover;
use super::item::Function;
use crate::defaults;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::operation::keys::Language;
use crate::private::Private;

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
    quote_spanned!(span=> #private::#call! { [#((#blocks))*] [#own] [#owner] [#keeps_async] { #head #braces } })
}

/// The original function in this one.
pub(super) fn of(function: &Function, errors: &mut Errors) -> Option<Carried> {
    if !function.contents.carries_original {
        return None;
    }
    defaults::track_again();
    let found = content(function.body.stream()).and_then(|content| read(content, function, errors));
    if found.is_none() {
        errors.at(
            &function.signature.ident,
            "the block around this function has instrumented it, and another attribute has changed it since; move this attribute above the others",
        );
    }
    found
}

/// The content of the macro call at the beginning of the body.
fn content(body: TokenStream) -> Option<TokenStream> {
    let mut is_named = false;
    for token in body {
        match token {
            TokenTree::Group(group) if is_named => return Some(group.stream()),
            TokenTree::Ident(ident) => is_named = ident == CARRIER,
            TokenTree::Punct(punct) if [':', '!'].contains(&punct.as_char()) => {}
            _ => return None,
        }
    }
    None
}

fn read(content: TokenStream, function: &Function, errors: &mut Errors) -> Option<Carried> {
    let parts: Vec<Group> = content
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Group(group) => Some(group),
            _ => None,
        })
        .collect();
    let [blocks, own, owner, keeps_async, original] = parts.as_slice() else { return None };
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
    let attributes = function.attributes.iter().filter(|attribute| !hover::is_shown(attribute));
    let mut tokens: TokenStream = attributes.map(ToTokens::to_token_stream).collect();
    tokens.extend(original.stream());
    Some(Carried { args, blocks: written, own: own.stream(), tokens })
}
