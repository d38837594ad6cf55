//! The annotated function: its signature is parsed for reading, and its tokens stay unchanged.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Pat, ReturnType, Signature, Token, Type, Visibility, token};

use super::exits::{Contents, Early};
use super::returns::Returns;
use super::simple;
use super::tail::Tail;
use super::tokens::{any, is_punct};
use crate::docs::first_paragraph;
use crate::operation::args::Args;
use crate::types::{is_generic, may_be_generic};

/// A function.
pub(crate) struct Function {
    pub(super) attributes: Vec<Attribute>,
    pub(super) signature: Signature,
    pub(super) returns: Returns,
    /// The span of the return type, for errors about the returned value.
    pub(super) returned_at: Span,
    /// Everything before the body, as written.
    pub(super) head: TokenStream,
    /// The `#![..]` that the body begins with.
    pub(super) inner_attributes: TokenStream,
    /// The rest of the body, in its braces.
    pub(super) body: Group,
    /// The body's last expression.
    pub(super) tail: Tail,
    pub(super) contents: Contents,
    /// The macro call that carries the original function, or nothing; see `carried`.
    pub(super) original: TokenStream,
    /// The type that `Self` is, if the function is in an `impl` block that is instrumented.
    pub(super) this: Option<Type>,
}

impl Function {
    /// Parses a function; the error says why another item cannot be instrumented.
    pub(crate) fn parse(tokens: &TokenStream) -> syn::Result<Self> {
        Self::of(tokens.clone().into_iter().collect())
    }

    /// The same for its tokens, of which the last one is the body.
    pub(super) fn of(mut head: Vec<TokenTree>) -> syn::Result<Self> {
        let last = head.pop();
        let span = last.as_ref().map_or_else(Span::call_site, TokenTree::span);
        let body = last.clone().and_then(braces).map(Body::of);
        let simple = simple::head(&head);
        let head: TokenStream = head.into_iter().collect();
        // The parser copies all tokens, so it gets those of the body only if it has to find an error.
        let parsed = body.as_ref().and_then(|_| simple.or_else(|| parse_head.parse2(head.clone()).ok()));
        let whole = || head.clone().into_iter().chain(last).collect();
        let (attributes, signature) = parsed.map_or_else(|| parse_head.parse2(whole()), Ok)?;
        let Some(Body { inner_attributes, braces, tokens }) = body else {
            return Err(syn::Error::new(
                span,
                "a function without a body cannot be instrumented; put the attribute on the implementation",
            ));
        };
        let contents = Contents::of(&tokens);
        let tail = Tail::of(&tokens, contents.borrows, braces.span());
        // Nothing says which type such an `impl Trait` is.
        let is_unknown = tail.diverges && contents.early == Early::Never && is_opaque(&signature.output);
        let returns = if is_unknown { Returns::Never } else { Returns::of(&signature.output, &braces) };
        let returned_at = match &signature.output {
            ReturnType::Type(_, ty) => begin_of(ty),
            ReturnType::Default => signature.ident.span(),
        };
        Ok(Self {
            attributes,
            signature,
            returns,
            returned_at: returned_at.resolved_at(Span::mixed_site()),
            head,
            inner_attributes,
            tail,
            contents,
            body: braces,
            original: TokenStream::new(),
            this: None,
        })
    }

    /// The name for the label `function`: `open`, or `Db::open` if the type is known.
    pub(super) fn name(&self, args: &Args) -> String {
        let name = self.signature.ident.unraw();
        args.owner.as_ref().map_or_else(|| name.to_string(), |owner| format!("{owner}::{name}"))
    }

    pub(super) fn doc(&self) -> Option<String> {
        first_paragraph(&self.attributes)
    }

    /// Whether the body ends only at its end.
    pub(super) fn has_one_exit(&self) -> bool {
        self.contents.early == Early::Never
    }

    /// Whether the function has the attribute `#[track_caller]`.
    pub(super) fn tracks_caller(&self) -> bool {
        self.attributes.iter().any(|attribute| attribute.path().is_ident("track_caller"))
    }

    /// The statement that moves `self` as a whole into a closure or a future, so that it lives as long as the call even if the body uses only a field.
    pub(super) fn receiver(&self) -> Option<TokenStream> {
        self.signature.receiver().map(|receiver| {
            let this = Ident::new("self", receiver.self_token.span);
            quote_spanned!(Span::mixed_site()=> let _ = &#this;)
        })
    }

    /// Whether it has a `mut self`.
    pub(super) fn owns_mutable_receiver(&self) -> bool {
        self.signature.receiver().is_some_and(|receiver| {
            receiver.mutability.is_some() && !matches!(receiver.kind, syn::ReceiverKind::Reference(..))
        })
    }

    /// The span of the end of the signature.
    pub(super) fn ends_at(&self) -> Span {
        match &self.signature.output {
            ReturnType::Type(_, ty) => ty.span(),
            ReturnType::Default => self.signature.paren_token.span.close(),
        }
    }

    /// The argument with this name, and its type.
    pub(super) fn argument(&self, name: &Ident) -> Option<(&Ident, &Type)> {
        self.arguments().find(|(ident, _)| ident.unraw() == name.unraw())
    }

    /// The arguments that are plain names.
    pub(super) fn arguments(&self) -> impl Iterator<Item = (&Ident, &Type)> {
        self.signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pattern) if pattern.subpat.is_none() => Some((&pattern.ident, &*typed.ty)),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        })
    }

    /// Whether a pattern of an argument contains this name.
    pub(super) fn binds(&self, name: &Ident) -> bool {
        let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident.unraw() == name.unraw());
        self.signature.inputs.iter().any(|input| match input {
            FnArg::Typed(typed) => any(&typed.pat.to_token_stream(), &is_name),
            FnArg::Receiver(_) => false,
        })
    }

    /// Whether a type in this function's signature may use generics, which a static cannot name.
    pub(super) fn may_be_generic(&self, ty: &Type) -> bool {
        may_be_generic(ty, &self.signature.generics)
    }

    /// Whether a type uses generics, which a static cannot name.
    pub(super) fn is_generic(&self, ty: &Type) -> bool {
        is_generic(ty, &self.signature.generics)
    }
}

/// The body. A macro's `$body:block` is in a group without delimiters.
fn braces(token: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = token else { return None };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => {
            let mut inner = group.stream().into_iter();
            inner.next().filter(|_| inner.next().is_none()).and_then(braces)
        }
        _ => None,
    }
}

/// A body in parts.
struct Body {
    /// Must be at the beginning of a function, and are not allowed in a closure or a block.
    inner_attributes: TokenStream,
    /// The rest, in its braces.
    braces: Group,
    /// The tokens of the rest.
    tokens: Vec<TokenTree>,
}

impl Body {
    fn of(braces: Group) -> Self {
        let mut tokens: Vec<TokenTree> = braces.stream().into_iter().collect();
        let attributes = tokens
            .chunks_exact(3)
            .take_while(|token| {
                is_punct(&token[0], '#') && is_punct(&token[1], '!') && matches!(token[2], TokenTree::Group(_))
            })
            .count();
        if attributes == 0 {
            return Self { inner_attributes: TokenStream::new(), braces, tokens };
        }
        let inner_attributes = tokens.drain(..3 * attributes).collect();
        let mut remaining = Group::new(Delimiter::Brace, tokens.iter().cloned().collect());
        remaining.set_span(braces.span());
        Self { inner_attributes, braces: remaining, tokens }
    }
}

fn is_opaque(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if matches!(**ty, Type::ImplTrait(_)))
}

/// The span of a type's first token. To ask a path for it takes the compiler less time than to write all of its tokens.
fn begin_of(ty: &Type) -> Span {
    match ty {
        Type::Path(path) if path.qself.is_none() && path.path.leading_colon.is_none() => {
            path.path.segments.first().map_or_else(|| ty.span(), |first| first.ident.span())
        }
        _ => ty.span(),
    }
}

fn parse_head(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Signature)> {
    let attributes = input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    refuse_other_items(input)?;
    if input.peek(syn::Ident) && !input.peek(Token![fn]) {
        // `default fn`, of specialisation.
        let _ = input.parse::<Ident>();
    }
    let signature = input.parse()?;
    // The body is not parsed, so that the function survives half-typed code.
    input.parse::<TokenStream>()?;
    Ok((attributes, signature))
}

/// Returns an error for items other than functions: why they cannot be instrumented, and the alternative.
fn refuse_other_items(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![fn]) || (input.peek(Token![async]) && input.peek2(Token![fn])) {
        return Ok(());
    }
    let message = if input.peek(Token![struct]) || input.peek(Token![enum]) || input.peek(Token![union]) {
        "`#[instrumented]` cannot be used on a type; put it on its functions, or on its `impl` block"
    } else if is_extern_block(input) {
        "functions in an `extern` block have no body to instrument; instrument their callers"
    } else if is_generator(input) {
        "a `gen fn` cannot be instrumented, because its body runs after the call has returned; instrument the code that consumes its items"
    } else if input.peek(Token![static]) || (input.peek(Token![const]) && !is_const_fn(input)) {
        "`#[instrumented]` can only be used on functions, `impl` blocks, traits and inline modules"
    } else if input.peek(Token![|]) || input.peek(Token![||]) || input.peek(Token![move]) {
        "a closure cannot be instrumented; make it a function, or call `.measure(..)` on an operation"
    } else if input.peek(Token![let]) {
        "`#[instrumented]` cannot be used on a statement; call `.measure(..)` on an operation instead"
    } else if input.peek(syn::Ident) && input.peek2(Token![!]) {
        "the functions that a macro call defines are not visible here; put the attribute on them inside the macro"
    } else if input.peek(Token![use])
        || input.peek(Token![type])
        || input.peek(Token![macro])
        || (input.peek(Token![extern]) && input.peek2(Token![crate]))
    {
        "`#[instrumented]` can only be used on functions, `impl` blocks, traits and inline modules"
    } else {
        return Ok(());
    };
    Err(syn::Error::new(input.span(), message))
}

fn is_extern_block(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let _ = fork.parse::<Option<Token![unsafe]>>();
    fork.parse::<syn::Abi>().is_ok() && fork.peek(token::Brace)
}

fn is_generator(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    let _ = fork.parse::<Option<Token![async]>>();
    let _ = fork.parse::<Option<Token![unsafe]>>();
    fork.call(Ident::parse_any).is_ok_and(|word| word == "gen") && fork.peek(Token![fn])
}

fn is_const_fn(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.parse::<Token![const]>().is_ok() && fork.parse::<Signature>().is_ok()
}
