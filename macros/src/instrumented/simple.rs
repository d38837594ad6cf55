//! Signatures of the most frequent form, read without a parser: `pub async fn f(&self, a: A, mut b: &B) -> C::D<E>` without generics. The compiler runs
//! macros without optimisation, and a parser compares many tokens with every keyword that may be there: it took a quarter of the time of an attribute.
//! What is not recognised here is left to the parser.

#[cfg(test)]
mod tests;

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{
    AngleBracketedGenericArguments, Attribute, FnArg, GenericArgument, Generics, Lifetime, Pat, PatIdent, PatType,
    Path, PathArguments, PathSegment, Receiver, ReceiverKind, ReturnType, Safety, Signature, Token, Type, TypePath,
    TypeReference, TypeTuple,
};

/// The words that are no names, at least in some editions, sorted. `crate`, `self`, `Self` and `super` may begin a path.
const KEYWORDS: [&str; 49] = [
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The attributes and the signature of a function, from everything before its body.
pub(super) fn head(tokens: &[TokenTree]) -> Option<(Vec<Attribute>, Signature)> {
    let mut rest = Rest(tokens);
    while rest.punct('#').is_some() {
        rest.0 = rest.0.get(1..)?;
    }
    let (attributes, _) = tokens.split_at(tokens.len() - rest.0.len());
    let signature = rest.signature()?;
    if attributes.is_empty() {
        return Some((Vec::new(), signature));
    }
    let attributes = Attribute::parse_outer.parse2(attributes.iter().cloned().collect()).ok()?;
    Some((attributes, signature))
}

fn inputs(group: &Group) -> Option<Punctuated<FnArg, Token![,]>> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut rest = Rest(&tokens);
    let mut inputs = Punctuated::new();
    while !rest.0.is_empty() {
        inputs.push_value(rest.input()?);
        match rest.0 {
            [] => break,
            _ => inputs.push_punct(Token![,](rest.punct(',')?)),
        }
    }
    Some(inputs)
}

/// The tokens that are not read yet. What is read is removed only if it is there.
struct Rest<'a>(&'a [TokenTree]);

impl<'a> Rest<'a> {
    /// A signature, up to the end.
    fn signature(mut self) -> Option<Signature> {
        if self.word("pub").is_some() {
            self.group();
        }
        let asyncness = self.word("async").map(Token![async]);
        let fn_token = Token![fn](self.word("fn")?);
        let ident = self.name()?;
        let group = self.group()?;
        let output = match self.0 {
            [] => ReturnType::Default,
            _ => {
                let arrow = Token![->](self.puncts(['-', '>'])?);
                let ty = self.ty().filter(|_| self.0.is_empty())?;
                ReturnType::Type(arrow, Box::new(ty))
            }
        };
        Some(Signature {
            constness: None,
            asyncness,
            safety: Safety::Default,
            abi: None,
            fn_token,
            ident,
            generics: Generics::default(),
            paren_token: Paren(group.delim_span()),
            inputs: inputs(group)?,
            variadic: None,
            output,
        })
    }

    fn punct(&mut self, character: char) -> Option<Span> {
        match self.0 {
            [TokenTree::Punct(punct), rest @ ..] if punct.as_char() == character => {
                self.0 = rest;
                Some(punct.span())
            }
            _ => None,
        }
    }

    /// Two characters without a space between them.
    fn puncts(&mut self, characters: [char; 2]) -> Option<[Span; 2]> {
        let [TokenTree::Punct(first), ..] = self.0 else { return None };
        let mut rest = Rest(self.0);
        let spans = [rest.punct(characters[0])?, rest.punct(characters[1])?];
        if first.spacing() != Spacing::Joint {
            return None;
        }
        self.0 = rest.0;
        Some(spans)
    }

    /// A group in parentheses.
    fn group(&mut self) -> Option<&'a Group> {
        match self.0 {
            [TokenTree::Group(group), rest @ ..] if group.delimiter() == Delimiter::Parenthesis => {
                self.0 = rest;
                Some(group)
            }
            _ => None,
        }
    }

    fn word(&mut self, word: &str) -> Option<Span> {
        match self.0 {
            [TokenTree::Ident(ident), rest @ ..] if ident == word => {
                self.0 = rest;
                Some(ident.span())
            }
            _ => None,
        }
    }

    /// An identifier that may be the name of something.
    fn name(&mut self) -> Option<Ident> {
        match self.0 {
            [TokenTree::Ident(ident), rest @ ..] if KEYWORDS.binary_search(&ident.to_string().as_str()).is_err() => {
                self.0 = rest;
                Some(ident.clone())
            }
            _ => None,
        }
    }

    fn input(&mut self) -> Option<FnArg> {
        if let Some(and) = self.punct('&') {
            let mutability = self.word("mut").map(Token![mut]);
            return Some(FnArg::Receiver(Receiver {
                attrs: Vec::new(),
                mutability: None,
                self_token: Token![self](self.word("self")?),
                kind: ReceiverKind::Reference(Token![&](and), None, mutability),
            }));
        }
        let mutability = self.word("mut").map(Token![mut]);
        let ident = self.name()?;
        if ident == "self" {
            // With a type, it is left to the parser.
            let is_alone =
                matches!(self.0, []) || matches!(self.0, [TokenTree::Punct(next), ..] if next.as_char() == ',');
            return is_alone.then(|| {
                FnArg::Receiver(Receiver {
                    attrs: Vec::new(),
                    mutability,
                    self_token: Token![self](ident.span()),
                    kind: ReceiverKind::Value,
                })
            });
        }
        let pattern = PatIdent { attrs: Vec::new(), by_ref: None, mutability, ident, subpat: None };
        Some(FnArg::Typed(PatType {
            attrs: Vec::new(),
            pat: Box::new(Pat::Ident(pattern)),
            colon_token: Token![:](self.punct(':')?),
            ty: Box::new(self.ty()?),
        }))
    }

    fn ty(&mut self) -> Option<Type> {
        match self.0 {
            [TokenTree::Ident(_), ..] => {
                self.path().map(|path| Type::Path(TypePath { attrs: Vec::new(), qself: None, path }))
            }
            [TokenTree::Punct(_), ..] => {
                let and_token = Token![&](self.punct('&')?);
                let lifetime = self.lifetime();
                let mutability = self.word("mut").map(Token![mut]);
                let elem = Box::new(self.ty()?);
                Some(Type::Reference(TypeReference { attrs: Vec::new(), and_token, lifetime, mutability, elem }))
            }
            [TokenTree::Group(unit), ..] if unit.stream().is_empty() => {
                let paren_token = Paren(self.group()?.delim_span());
                Some(Type::Tuple(TypeTuple { attrs: Vec::new(), paren_token, elems: Punctuated::new() }))
            }
            _ => None,
        }
    }

    fn lifetime(&mut self) -> Option<Lifetime> {
        let apostrophe = self.punct('\'')?;
        match self.0 {
            [TokenTree::Ident(ident), rest @ ..] => {
                self.0 = rest;
                Some(Lifetime { apostrophe, ident: ident.clone() })
            }
            _ => None,
        }
    }

    fn path(&mut self) -> Option<Path> {
        let mut segments = Punctuated::new();
        loop {
            let ident = self.name()?;
            let arguments = match self.punct('<') {
                Some(open) => PathArguments::AngleBracketed(self.arguments(open)?),
                None => PathArguments::None,
            };
            segments.push_value(PathSegment { ident, arguments });
            match self.puncts([':', ':']) {
                Some(spans) => segments.push_punct(Token![::](spans)),
                None => return Some(Path { leading_colon: None, segments }),
            }
        }
    }

    fn arguments(&mut self, open: Span) -> Option<AngleBracketedGenericArguments> {
        let mut args = Punctuated::new();
        loop {
            args.push_value(GenericArgument::Type(self.ty()?));
            if let Some(comma) = self.punct(',') {
                args.push_punct(Token![,](comma));
            }
            if let Some(close) = self.punct('>') {
                return Some(AngleBracketedGenericArguments {
                    colon2_token: None,
                    lt_token: Token![<](open),
                    args,
                    gt_token: Token![>](close),
                });
            }
            if !args.trailing_punct() {
                return None;
            }
        }
    }
}
