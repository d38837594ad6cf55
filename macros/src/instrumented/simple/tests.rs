//! What is recognised is what the parser finds.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Signature, Visibility};

/// Types that are recognised, alone and in each other.
const SIMPLE: [&str; 17] = [
    "u8",
    "Self",
    "Self::Item",
    "r#type::A",
    "std::io::Result<()>",
    "crate::A",
    "super::super::A",
    "Result<Vec<Option<u8>>, E>",
    "A<B,>",
    "A<B>::C<D, E>::F",
    "&str",
    "&mut A",
    "&'static str",
    "&'a mut &'_ A<&B>",
    "&&A",
    "()",
    "Option<()>",
];

/// Types that are left to the parser.
const OTHERS: [&str; 22] = [
    "(A, B)",
    "[u8; 4]",
    "&[u8]",
    "impl Fn(u8) -> u8",
    "&dyn Fn()",
    "&(dyn A + 'a)",
    "fn(u8)",
    "unsafe extern \"C\" fn()",
    "for<'a> fn(&'a u8)",
    "!",
    "_",
    "*const u8",
    "<A as B>::C",
    "::a::B",
    "A<'a>",
    "A<3>",
    "A<true>",
    "A<{ B }>",
    "A<B = C>",
    "A::<B>",
    "Box<dyn Fn(u8) -> u8>",
    "name!(A)",
];

fn parsed(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Signature)> {
    let attributes = input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    Ok((attributes, input.parse()?))
}

/// Whether the head is recognised; what is recognised must be what the parser finds.
#[track_caller]
fn is_recognised(head: &str) -> bool {
    let tokens: TokenStream = head.parse().expect("these are tokens");
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let parsed = parsed.parse2(tokens).unwrap_or_else(|error| panic!("{head}: {error}"));
    let found = super::head(&trees);
    if let Some(found) = &found {
        assert_eq!(*found, parsed, "{head}");
    }
    found.is_some()
}

#[test]
fn signatures_are_those_that_the_parser_finds() {
    let argument =
        |ty| format!("#[doc = \"Opens.\"] #[inline] pub(crate) async fn open(&mut self, mut a: {ty}, b: u8,)");
    let returned = |ty| format!("pub fn r#fn(self, a: A) -> {ty}");
    let nested = |ty| format!("fn f(mut self) -> A<B, {ty}>");
    for head in SIMPLE.iter().flat_map(|ty| [argument(ty), returned(ty), nested(ty)]) {
        assert!(is_recognised(&head), "{head}");
    }
    for head in OTHERS.iter().flat_map(|ty| [argument(ty), returned(ty), nested(ty)]) {
        assert!(!is_recognised(&head), "{head}");
    }
}

#[test]
fn other_forms_are_left_to_the_parser() {
    for head in ["fn f()", "fn f(&self)", "fn f(self,)", "fn f(a: u8, b: u8) -> ()", "#[a(b)] pub(in crate::a) fn f()"]
    {
        assert!(is_recognised(head), "{head}");
    }
    for word in super::KEYWORDS {
        let head = format!("fn f(a: {word}) -> Vec<{word}>").parse::<TokenStream>().expect("these are tokens");
        assert!(super::head(&head.into_iter().collect::<Vec<_>>()).is_none(), "{word}");
    }
    assert!(super::KEYWORDS.is_sorted());
    for head in [
        "const fn f()",
        "unsafe fn f()",
        "extern \"C\" fn f()",
        "fn f<T>(a: T)",
        "fn f() where A: B",
        "fn f() -> A where A: B",
        "fn f(self: Box<Self>)",
        "fn f(mut self: &Self)",
        "fn f(&'a self)",
        "fn f(_: u8)",
        "fn f(ref a: u8)",
        "fn f((a, b): A)",
        "fn f(A { a, .. }: A)",
        "fn f(a @ A: A)",
        "fn f(#[cfg(b)] a: A)",
    ] {
        assert!(!is_recognised(head), "{head}");
    }
}
