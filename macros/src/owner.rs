//! The type or trait that a method belongs to, as the `function` label shows it: `Db` in `Db::open`, `<Db as Display>` in
//! `<Db as Display>::fmt`.
//!
//! The type has the spelling of the `impl` block, so that two types of one module have different names. Parts that the compiler could infer are removed:
//! lifetimes, and argument lists that only repeat the parameters of the block (`impl<T> Stack<T>` is `Stack`).

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, GenericParam, Generics, Ident, Token, Type, Visibility};

/// The header of a block, as far as its functions depend on it.
#[derive(Clone, Default)]
pub(crate) struct Header {
    /// The owner of the methods of an `impl` or `trait` block.
    pub(crate) owner: Option<String>,
    /// The parameters of the block, which its functions can name.
    pub(crate) generics: Generics,
    /// The type that `Self` is in an `impl` block.
    pub(crate) this: Option<Type>,
}

impl Header {
    /// Reads the header of an `impl` block, a trait or a module.
    pub(crate) fn parse(head: TokenStream) -> Option<Self> {
        let parser = |input: ParseStream<'_>| {
            input.call(Attribute::parse_outer)?;
            input.parse::<Visibility>()?;
            while input.peek(Ident::peek_any)
                && !input.peek(Token![impl])
                && !input.peek(Token![trait])
                && !input.peek(Token![mod])
            {
                input.call(Ident::parse_any)?;
            }
            let header = if input.peek(Token![impl]) { Self::of_impl(input)? } else { Self::of_other(input)? };
            input.parse::<TokenStream>()?;
            Ok(header)
        };
        parser.parse2(head).ok()
    }

    fn of_other(input: ParseStream<'_>) -> syn::Result<Self> {
        let is_trait = input.peek(Token![trait]);
        input.call(Ident::parse_any)?;
        let name = input.call(Ident::parse_any)?.unraw().to_string();
        Ok(Self { owner: is_trait.then_some(name), generics: input.parse()?, this: None })
    }

    fn of_impl(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![impl]>()?;
        let generics = if begins_generics(input) { input.parse()? } else { Generics::default() };
        let first: Type = input.parse()?;
        if !input.peek(Token![for]) {
            return Ok(Self { owner: Some(of_type(&first, &generics)), generics, this: Some(first) });
        }
        input.parse::<Token![for]>()?;
        let ty: Type = input.parse()?;
        let [this, of] = [&ty, &first].map(|ty| spelled(ty.to_token_stream(), &generics));
        Ok(Self { owner: Some(format!("<{this} as {of}>")), generics, this: Some(ty) })
    }
}

/// Whether `<` begins parameters, and not the type `<A as B>::C`.
fn begins_generics(input: ParseStream<'_>) -> bool {
    let fork = input.fork();
    fork.peek(Token![<]) && fork.parse::<Generics>().is_ok() && !fork.peek(Token![::])
}

/// Reads `Type` or `<Type as Trait>`, as in `of = ..`.
pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<String> {
    let generics = Generics::default();
    let fork = input.fork();
    if fork.peek(Token![<])
        && let Ok((ty, path)) = as_trait(&fork)
        && !fork.peek(Token![::])
    {
        as_trait(input)?;
        return Ok(format!(
            "<{} as {}>",
            spelled(ty.to_token_stream(), &generics),
            spelled(path.to_token_stream(), &generics)
        ));
    }
    Ok(of_type(&input.parse()?, &generics))
}

fn as_trait(input: ParseStream<'_>) -> syn::Result<(Type, Type)> {
    input.parse::<Token![<]>()?;
    let ty = input.parse()?;
    input.parse::<Token![as]>()?;
    let path = input.parse()?;
    input.parse::<Token![>]>()?;
    Ok((ty, path))
}

fn of_type(ty: &Type, generics: &Generics) -> String {
    let spelled = spelled(ty.to_token_stream(), generics);
    match ty {
        Type::Group(group) => of_type(&group.elem, generics),
        Type::Path(path) if path.qself.is_none() => spelled,
        _ => format!("<{spelled}>"),
    }
}

fn spelled(tokens: TokenStream, generics: &Generics) -> String {
    let mut flat = Vec::new();
    flatten(tokens, &mut flat);
    let tokens = without_repeated_parameters(&without_lifetimes(&flat), generics);
    let mut text = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        if before.is_some_and(|before| has_space_between(before, token, &tokens[..at])) {
            text.push(' ');
        }
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                text += open;
                text += &spelled(group.stream(), generics);
                text += close;
            }
            TokenTree::Ident(ident) => text += &ident.unraw().to_string(),
            token => text += &token.to_string(),
        }
    }
    text
}

/// The tokens without the groups without delimiters around fragments of `macro_rules!`.
fn flatten(tokens: TokenStream, flat: &mut Vec<TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => flatten(group.stream(), flat),
            token => flat.push(token),
        }
    }
}

fn is(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn without_lifetimes(tokens: &[TokenTree]) -> Vec<TokenTree> {
    let mut rest: Vec<TokenTree> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !is(tokens.get(at), '\'') {
            rest.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += 2;
        if is(tokens.get(at), ',') || is(tokens.get(at), '+') {
            at += 1;
        } else if is(rest.last(), ',') || is(rest.last(), '+') {
            rest.pop();
        }
    }
    without(&rest, <[TokenTree]>::is_empty)
}

fn without_repeated_parameters(tokens: &[TokenTree], generics: &Generics) -> Vec<TokenTree> {
    let is_parameter = |token: &TokenTree| {
        let parameter = |ident: &Ident| {
            generics.params.iter().any(|parameter| match parameter {
                GenericParam::Type(parameter) => parameter.ident == *ident,
                GenericParam::Const(parameter) => parameter.ident == *ident,
                GenericParam::Lifetime(_) => false,
            })
        };
        matches!(token, TokenTree::Ident(ident) if parameter(ident)) || is(Some(token), ',')
    };
    without(tokens, |arguments| arguments.iter().all(is_parameter))
}

/// The tokens without the selected lists in angle brackets.
fn without(tokens: &[TokenTree], is_left_out: impl Fn(&[TokenTree]) -> bool) -> Vec<TokenTree> {
    let mut rest: Vec<TokenTree> = Vec::new();
    let mut opened = Vec::new();
    for token in tokens {
        rest.push(token.clone());
        if is(Some(token), '<') {
            opened.push(rest.len());
        } else if is(Some(token), '>')
            && !is(rest.len().checked_sub(2).map(|at| &rest[at]), '-')
            && let Some(begin) = opened.pop()
            && is_left_out(&rest[begin..rest.len() - 1])
        {
            rest.truncate(begin - 1);
            // The `for` of `for<'a>`, the `::` of a turbofish.
            if matches!(rest.last(), Some(TokenTree::Ident(word)) if word == "for") {
                rest.pop();
            } else if is(rest.last(), ':') {
                rest.truncate(rest.len() - 2);
            }
        }
    }
    rest
}

fn has_space_between(before: &TokenTree, token: &TokenTree, up_to: &[TokenTree]) -> bool {
    let is_word = |token: &TokenTree| matches!(token, TokenTree::Ident(_) | TokenTree::Literal(_));
    let is_keyword = |token: &TokenTree| {
        let words = ["as", "const", "dyn", "for", "impl", "mut"];
        matches!(token, TokenTree::Ident(ident) if words.iter().any(|word| ident == word))
    };
    let is_arrow_end = is(Some(before), '>') && is(up_to.len().checked_sub(2).map(|at| &up_to[at]), '-');
    is_arrow_end
        || is_keyword(before)
        || (is_word(token) && (is_word(before) || is(Some(before), '>')))
        || ['+', '=', '-'].iter().any(|character| is(Some(token), *character))
        || [',', ';', '+', '='].iter().any(|character| is(Some(before), *character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(block: &str) -> String {
        Header::parse(block.parse().unwrap()).unwrap().owner.unwrap()
    }

    #[test]
    fn an_inherent_block_is_its_type() {
        for (block, expected) in [
            ("impl Db", "Db"),
            ("unsafe impl crate::store::Db", "crate::store::Db"),
            ("impl<'a, T: Clone, const N: usize> Table<'a, T, N> where T: Send", "Table"),
            ("impl Stack<u8>", "Stack<u8>"),
            ("impl<T> Pair<T, u8>", "Pair<T, u8>"),
            ("impl<'a> Parser<'a, u8>", "Parser<u8>"),
            ("impl Map<String, Vec<u8>>", "Map<String, Vec<u8>>"),
            ("impl<T> Stack<Vec<T>>", "Stack<Vec>"),
            ("impl Matrix<{ 1 + 1 }>", "Matrix<{1 + 1}>"),
            ("impl dyn Shape", "<dyn Shape>"),
            ("impl dyn Shape + Send + 'static", "<dyn Shape + Send>"),
            ("impl r#type", "type"),
        ] {
            assert_eq!(owner(block), expected, "{block}");
        }
    }

    #[test]
    fn an_implementation_is_its_type_as_the_trait() {
        for (block, expected) in [
            ("impl Display for Db", "<Db as Display>"),
            ("impl fmt::Display for Db", "<Db as fmt::Display>"),
            ("impl From<Row> for Db", "<Db as From<Row>>"),
            ("impl<'a> From<&'a str> for Db", "<Db as From<&str>>"),
            ("impl<T: ?Sized> Ext for T", "<T as Ext>"),
            ("impl<T> Ext<T> for &mut [T]", "<&mut [T] as Ext>"),
            ("impl Ext for (u8, [u8; 3])", "<(u8, [u8; 3]) as Ext>"),
            ("impl Ext for for<'a> fn(&'a str) -> &'a [u8]", "<fn(&str) -> &[u8] as Ext>"),
            ("impl Ext for Box<dyn Fn(u8) -> u8 + Send>", "<Box<dyn Fn(u8) -> u8 + Send> as Ext>"),
            ("impl Ext for <Db as Has>::Row", "<<Db as Has>::Row as Ext>"),
            ("impl Iterator<Item = u8> for Db", "<Db as Iterator<Item = u8>>"),
        ] {
            assert_eq!(owner(block), expected, "{block}");
        }
    }

    #[test]
    fn a_trait_is_its_name() {
        for (block, expected) in [
            ("pub trait Store<T = u8>: Send where T: Clone", "Store"),
            ("#[doc = \"x\"] unsafe trait Raw", "Raw"),
            ("pub(crate) unsafe auto trait Marker", "Marker"),
        ] {
            assert_eq!(owner(block), expected, "{block}");
        }
        assert_eq!(Header::parse("pub(crate) mod store".parse().unwrap()).unwrap().owner, None);
    }

    #[test]
    fn the_key_takes_a_type_or_a_type_as_a_trait() {
        for (written, expected) in [
            ("Db", "Db"),
            ("Stack<u8>", "Stack<u8>"),
            ("<Db as fmt::Display>", "<Db as fmt::Display>"),
            ("<Db as Has>::Row", "<<Db as Has>::Row>"),
            ("[u8]", "<[u8]>"),
        ] {
            assert_eq!(parse.parse_str(written).unwrap(), expected, "{written}");
        }
    }
}
