use super::*;

/// Items of every kind, each with the name of its kind.
const ITEMS: &[(&str, &str)] = &[
    ("function", "fn f() {}"),
    (
        "function",
        "pub(crate) const async unsafe extern \"C\" fn f<'a, T: Iterator<Item = u8>>(x: &'a T) -> Foo<{ 1 + 1 }> where Assert<{ N > 0 }>: True { a < b }",
    ),
    ("function", "#[inline] default fn f() -> [u8; { 2 }] { { } }"),
    ("function", "fn f() -> impl Fn(u8) -> u8 + 'static where T: PartialEq<[u8; 3]>, { |x| x }"),
    ("function", "fn f() -> ! { loop {} }"),
    ("function", "fn f() -> ty! { u8 } { 1 }"),
    ("function", "unsafe extern fn f() {}"),
    ("function", "pub(in super::super) fn r#fn(self: Box<Self>) -> <T as Named>::Name {}"),
    ("function", "async gen fn f() -> u8 { yield 1 }"),
    ("other", "fn required(&self) -> Option<u8>;"),
    ("other", "safe fn foreign(x: u8);"),
    ("methods", "impl Matrix<{ N }> { fn f() {} }"),
    (
        "methods",
        "unsafe impl<T: Iterator<Item = u8>, const N: usize> Trait<{ N + 1 }> for Foo<T, { 1 }> where T: A<B = C> {}",
    ),
    ("methods", "impl Trait for fn(u8) -> Foo<u8> {}"),
    ("methods", "pub unsafe auto trait Marker {}"),
    ("methods", "pub trait Store<const N: usize = { 1 + 1 }, T = u8>: A<B = T> where Self: Sized { fn f() {} }"),
    ("module", "mod m { fn f() {} }"),
    ("module", "pub(crate) mod m {}"),
    ("out of line", "mod m;"),
    ("other", "struct Page<T = u32> { items: Vec<T> }"),
    ("other", "struct Page<T = u32>(T);"),
    ("other", "struct Page<const N: usize = { 3 }>;"),
    ("other", "struct Page<F = fn() -> u8> where F: Fn() -> u8 { f: F }"),
    ("other", "enum Either<A = u8, B = Vec<A>> where A: Iterator<Item = B> { A(A), B { b: B } }"),
    ("other", "union Bits<T = u8> { a: T }"),
    ("other", "const N: usize = { fn inner() {} 1 };"),
    ("other", "const SMALLER: bool = 1 < 2;"),
    ("other", "const _: () = { impl A {} };"),
    ("other", "const F: fn() -> u8 = || { 1 };"),
    ("other", "static mut S: Foo = Foo { a: 1 };"),
    ("other", "static WORDS: [&str; { 1 + 1 }] = [\"a\", \"b\"];"),
    ("other", "type Item<'a> = Vec<{ 1 }> where Self: 'a;"),
    ("other", "type Item: Iterator<Item = u8> = std::vec::IntoIter<u8>;"),
    ("other", "use a::{b, c::{d}};"),
    ("other", "extern crate core as kernel;"),
    ("other", "unsafe extern \"C\" { fn abs(n: i32) -> i32; }"),
    ("other", "macro_rules! local { ($a:expr) => { $a }; }"),
    ("other", "macro_rules! local (() => {});"),
    ("other", "pub macro local($a:expr) { $a }"),
    ("macro", "make! { fn f() {} }"),
    ("macro", "path::to::make!(a, b);"),
    ("macro", "::core::make![a];"),
    ("macro", "default! {}"),
    ("macro", "union!(a);"),
];

fn kind(item: &Item) -> &'static str {
    match item.kind {
        Kind::Function => "function",
        Kind::Methods => "methods",
        Kind::Module => "module",
        Kind::OutOfLine(_) => "out of line",
        Kind::Other => "other",
        Kind::Macro(_) => "macro",
        Kind::Unknown(_) => "unknown",
    }
}

fn read(tokens: TokenStream) -> Vec<(&'static str, String)> {
    Items::of(tokens).map(|item| (kind(&item), item.into_tokens().to_string())).collect()
}

fn parsed(text: &str) -> TokenStream {
    text.parse().unwrap()
}

fn fragment(tokens: TokenStream) -> TokenStream {
    TokenTree::Group(Group::new(Delimiter::None, tokens)).into()
}

#[test]
fn each_item_ends_where_the_next_begins() {
    for (kind, item) in ITEMS {
        for (next_kind, next) in ITEMS {
            let found = read(parsed(&format!("{item} {next}")));
            let expected = [(*kind, parsed(item).to_string()), (*next_kind, parsed(next).to_string())];
            assert_eq!(found, expected, "{item} and {next}");
        }
    }
}

#[test]
fn items_are_found_in_fragments_of_macros() {
    for (kind, item) in ITEMS {
        let expected = [(*kind, parsed(item).to_string()), ("function", "fn next () { }".to_owned())];
        for tokens in [fragment(parsed(item)), fragment(fragment(parsed(item)))] {
            let tokens: TokenStream = [tokens, fragment(parsed("fn next() {}"))].into_iter().collect();
            assert_eq!(read(tokens), expected, "{item}");
        }
    }
}

#[test]
fn attributes_and_visibilities_may_be_fragments() {
    let attribute = fragment(parsed("#[inline]"));
    let visibility = |tokens: &str| fragment(parsed(tokens));
    let item = parsed("#[cold] fn f() {}");
    for vis in ["", "pub", "pub(crate)"] {
        let tokens: TokenStream =
            [attribute.clone(), parsed("#[must_use]"), visibility(vis), parsed("fn f() {} ")].into_iter().collect();
        let text = parsed(&format!("#[inline] #[must_use] {vis} fn f() {{}}")).to_string();
        assert_eq!(read(tokens), [("function", text)]);
    }
    let tokens: TokenStream = [parsed("#[inline]"), fragment(item)].into_iter().collect();
    assert_eq!(read(tokens), [("function", parsed("#[inline] #[cold] fn f() {}").to_string())]);
}

#[test]
fn a_body_may_be_a_fragment() {
    let tokens: TokenStream =
        [parsed("fn f() -> u8"), fragment(parsed("{ 1 }")), parsed("fn g() {}")].into_iter().collect();
    let kinds: Vec<_> = read(tokens).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["function", "function"]);
}

#[test]
fn unknown_syntax_takes_the_rest() {
    for item in ["reuse path::to::f;", "let x = 1;", "; fn f() {}"] {
        let found = read(parsed(&format!("fn f() {{}} {item}")));
        assert_eq!(found.len(), 2, "{item}");
        assert_eq!(found[0].0, "function");
        assert_eq!(found[1].0, "unknown", "{item}");
    }
}

#[test]
fn inner_attributes_come_first() {
    let mut items = Items::of(parsed("#![allow(unused)] #![doc = \"x\"] #[inline] fn f() {}"));
    assert_eq!(items.inner_attributes().to_string(), parsed("#![allow(unused)] #![doc = \"x\"]").to_string());
    assert_eq!(items.count(), 1);
}
