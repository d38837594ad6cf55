//! Last stage: the function with its guard. The user's head and body stay as they are.
//!
//! ```text
//! fn f(a: A) { body }                    { let __guard = FAMILIES.scope(labels); { body } }
//! fn f(a: A) -> R { body }               { let __call = FAMILIES.call(labels);
//!                                          let __value = call(move || -> R { let (a,) = (a,); { body } });
//!                                          __call.finish(Returned::<..>::new(&__value).outcome(), ..); return __value }
//! async fn f(a: A) -> R { body }         see `desugared`; where `async` has to stay
//!                                        { return instrument(FAMILIES.series(labels), async move { .. anchor { body } }, read).await }
//! fn f(a: A) -> impl Future { body }     { let __series = FAMILIES.series(labels);
//!                                          return instrument(__series, output::<O, _>(call(move || { .. { body } })), read) }
//! fn f(a: A) -> Pin<Box<dyn Future>>     the same with `instrument_boxed`, of `x` itself if that is the body
//!     { Box::pin(x) }
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Type;

use super::bindings::{any, bindings, without_mut};
use super::desugared;
use super::hover;
use super::item::Function;
use super::returns::{Lazy, Returns, inferable};
use super::source::Source;
use crate::errors::Errors;
use crate::operation::args::Args;
use crate::paths::{Runtime, reserved};
use crate::types::located_at;

/// The function, instrumented; `None` if there are errors.
pub(super) fn function(function: &Function, args: &Args, errors: &mut Errors) -> Option<TokenStream> {
    let runtime = Runtime::new(args.runtime.as_ref());
    let private = runtime.private();
    let source = Source::of(function, args, &private, errors).filter(|_| errors.is_empty())?;
    let mut whole = function.inner_attributes.clone();
    whole.extend(function.original.clone());
    let desugared =
        desugared::head(function, args, &private).filter(|_| !desugared::needs_async(&source.before, &source.series));
    if desugared.is_some() {
        whole.extend(desugared_body(function, &source, &private));
    } else {
        whole.extend(body(function, &source, &private));
    }
    let mut braced = Group::new(Delimiter::Brace, whole);
    // The body's own span: what reads line maps takes what stands in it for the function's.
    braced.set_span(function.body.span());
    let head = desugared.unwrap_or_else(|| function.head.clone());
    let mut tokens = if stays(function, &source) { head } else { without_mut(&head) };
    tokens.extend([TokenTree::Group(braced)]);
    match &source.hover {
        Some(text) => Some(hover::behind_attributes(tokens, function, text)),
        None => Some(tokens),
    }
}

/// Whether the body stays where it is, and becomes no closure and no future.
fn stays(function: &Function, source: &Source) -> bool {
    function.signature.asyncness.is_none()
        && match function.returns {
            Returns::Never => true,
            Returns::Plain => !source.always_read,
            Returns::Boxed { .. } => boxed_argument(&function.body).is_some(),
            Returns::Value(_) | Returns::Lazy(..) => false,
        }
}

fn body(function: &Function, source: &Source, private: &TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let Source { before, series, .. } = source;
    if function.signature.asyncness.is_some() {
        let (future, output) = async_block(function, source, &TokenStream::new(), private);
        let read = source.reader(output.as_ref(), private);
        let future = quote_spanned!(span=> #private::instrument(#series, #future, #read).await);
        // clippy has a lint for either; nothing comes back from a call that never ends.
        let is_never = matches!(function.returns, Returns::Never);
        return if is_never {
            quote_spanned!(span=> #before #future)
        } else {
            quote_spanned!(span=> #before return #future)
        };
    }
    match &function.returns {
        Returns::Plain | Returns::Never if stays(function, source) => {
            let guard = reserved("guard");
            let inner = block(&function.body);
            let begin = source.begin("Scope", private);
            quote_spanned!(span=> #before let #guard = #begin; #inner)
        }
        Returns::Plain | Returns::Never | Returns::Value(_) => {
            let (guard, value) = (reserved("call"), reserved("value"));
            let returns = match &function.signature.output {
                syn::ReturnType::Default => None,
                syn::ReturnType::Type(arrow, ty) => {
                    let ty = inferable(ty);
                    Some(quote_spanned!(span=> #arrow #ty))
                }
            };
            let body = moved(function, source, &TokenStream::new());
            let (begin, finish) = (source.begin("Call", private), source.finish(&guard, &value, private));
            let called = call(function, &quote_spanned!(span=> move || #returns #body), private);
            let returned = returned(function, &value.to_token_stream());
            quote_spanned! {span=>
                #before
                let #guard = #begin;
                #[allow(clippy::result_large_err)]
                let #value = #called;
                #finish
                #returned
            }
        }
        Returns::Lazy(kind, output) => {
            let kept = reserved("kept");
            let body = moved(function, source, &TokenStream::new());
            let future = call(function, &quote_spanned!(span=> move || #body), private);
            let future = anchored(function, *kind, output.as_deref(), &future, private);
            let read = source.reader(output.as_deref(), private);
            let future = instrumented(function, kind.instrument(), &kept, &future, &read, private);
            let returned = returned(function, &future);
            quote_spanned!(span=> #before let #kept = #series; #returned)
        }
        Returns::Boxed { kind, whole, output } => {
            let kept = reserved("kept");
            let read = source.reader(output.as_deref(), private);
            let future = if let Some(argument) = boxed_argument(&function.body) {
                argument
            } else {
                let whole = inferable(whole);
                let body = moved(function, source, &TokenStream::new());
                call(function, &quote_spanned!(span=> move || -> #whole #body), private)
            };
            let future = anchored(function, *kind, output.as_deref(), &future, private);
            let future = instrumented(function, kind.instrument_boxed(), &kept, &future, &read, private);
            let returned = returned(function, &future);
            quote_spanned!(span=> #before let #kept = #series; #returned)
        }
    }
}

/// Returns this, in the place of the return type: what is wrong with its lifetimes is said there.
fn returned(function: &Function, value: &TokenStream) -> TokenStream {
    quote_spanned!(function.returned_at()=> return #value)
}

/// The body of an `async fn` that is written as a function that returns its future.
fn desugared_body(function: &Function, source: &Source, private: &TokenStream) -> TokenStream {
    let Source { before, series, .. } = source;
    let kept = reserved("kept");
    let receiver = desugared::receiver(function).unwrap_or_default();
    let (future, output) = async_block(function, source, &receiver, private);
    let read = source.reader(output.as_ref(), private);
    let returned =
        returned(function, &instrumented(function, Lazy::Future.instrument(), &kept, &future, &read, private));
    quote_spanned!(Span::mixed_site()=> #before let #kept = #series; #returned)
}

/// The future of an `async fn`'s body, anchored to its return type, and that type.
fn async_block(
    function: &Function,
    source: &Source,
    receiver: &TokenStream,
    private: &TokenStream,
) -> (TokenStream, Option<Type>) {
    let span = Span::mixed_site();
    let output = match &function.signature.output {
        syn::ReturnType::Type(_, ty) if !matches!(function.returns, Returns::Never) => Some((**ty).clone()),
        _ => None,
    };
    let mut before = receiver.clone();
    if let Some(ty) = &output {
        let (ty, value) = (inferable(ty), reserved("returned"));
        before.extend(quote_spanned!(span=>
            if let #private::Option::Some(#value) = #private::Option::None::<#ty> { return #value; }
        ));
    } else if !matches!(function.returns, Returns::Never) && may_return_a_value(&function.body) {
        before.extend(quote_spanned!(span=> if false { return; }));
    }
    let body = moved(function, source, &before);
    (quote_spanned!(span=> async move #body), output)
}

/// Whether the body of a function without a value may come to one, which is then an error.
fn may_return_a_value(body: &Group) -> bool {
    let ends_in_value = |token: &TokenTree| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    body.stream().into_iter().last().is_some_and(|last| ends_in_value(&last))
        || any(&body.stream(), &|token| matches!(token, TokenTree::Ident(ident) if ident == "return"))
}

/// The body as that of a closure or a future, into which the arguments move: behind these statements and the arguments, bound again.
fn moved(function: &Function, source: &Source, statements: &TokenStream) -> Group {
    let Source { before, series, .. } = source;
    let bindings = bindings(function, &quote_spanned!(Span::mixed_site()=> #before #series));
    if statements.is_empty() && bindings.is_empty() {
        return function.body.clone();
    }
    let (span, inner) = (Span::mixed_site(), block(&function.body));
    // A block of edition 2024, whatever the user's is: what the last expression borrows from the arguments is given back before they go.
    let block = quote_spanned!(span=> { #statements #bindings #inner });
    let mut moved = Group::new(Delimiter::Brace, block);
    // With the body's own span: what reads line maps takes what stands in it for the function's.
    moved.set_span(function.body.span());
    moved
}

/// The body as a block in a block. Where it may be a single expression, its braces are not the user's to leave out.
fn block(body: &Group) -> Group {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let is = |token: &TokenTree, character| matches!(token, TokenTree::Punct(punct) if punct.as_char() == character);
    let is_macro = match tokens.as_slice() {
        [path @ .., bang, TokenTree::Group(_)] if is(bang, '!') => {
            path.iter().all(|token| is(token, ':') || matches!(token, TokenTree::Ident(_)))
        }
        _ => false,
    };
    let mut block = Group::new(Delimiter::Brace, body.stream());
    // On one line, rustc would call the braces around a macro unnecessary.
    let is_whole = (is_macro && is_multiline(body.span())) || tokens.iter().any(|token| is(token, ';'));
    block.set_span(if is_whole { body.span() } else { body.span().resolved_at(Span::mixed_site()) });
    block
}

fn is_multiline(span: Span) -> bool {
    if !proc_macro::is_available() {
        return false;
    }
    let span = span.unwrap();
    span.start().line() != span.end().line()
}

/// A future whose output, or a stream whose items, are known to be of this type; that they are not is said where the type is written.
fn anchored(
    function: &Function,
    kind: Lazy,
    output: Option<&Type>,
    future: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let output = output.map_or_else(|| quote_spanned!(Span::mixed_site()=> _), inferable);
    let span = function.returned_at();
    let private = located_at(private.clone(), span);
    let anchor = Ident::new(kind.anchor(), span);
    quote_spanned!(span=> #private::#anchor::<#output, _>(#future))
}

/// The future as a call, in the place of the return type.
fn instrumented(
    function: &Function,
    how: &str,
    series: &Ident,
    future: &TokenStream,
    read: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let span = function.returned_at();
    let private = located_at(private.clone(), span);
    let how = Ident::new(how, span);
    quote_spanned!(span=> #private::#how(#series, #future, #read))
}

/// A call of a closure, in the place of the return type: if the value is another one, that is said there.
fn call(function: &Function, closure: &TokenStream, private: &TokenStream) -> TokenStream {
    let span = function.returned_at();
    let private = located_at(private.clone(), span);
    quote_spanned!(span=> #private::call(#closure))
}

/// `x`, if the body is `Box::pin(x)` and nothing else: what `async_trait` makes of a method. It needs no second box.
fn boxed_argument(body: &Group) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let Some(TokenTree::Group(argument)) = tokens.pop() else { return None };
    let path: String = tokens.iter().map(ToString::to_string).collect();
    let is_pin = argument.delimiter() == Delimiter::Parenthesis
        && matches!(
            path.as_str(),
            "Box::pin" | "::std::boxed::Box::pin" | "std::boxed::Box::pin" | "::alloc::boxed::Box::pin"
        );
    (is_pin && !argument.stream().is_empty()).then(|| argument.stream())
}
