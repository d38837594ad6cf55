//! `#[shown]`: the documentation of a function as the constant `DOC_name`.

use proc_macro::{TokenStream, TokenTree};

#[proc_macro_attribute]
pub fn shown(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut lines = Vec::new();
    let mut name = String::new();
    let mut tokens = item.clone().into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                if let [TokenTree::Ident(key), TokenTree::Punct(_), TokenTree::Literal(text)] = inner.as_slice()
                    && key.to_string() == "doc"
                {
                    lines.push(text.to_string());
                }
            }
            TokenTree::Ident(word) if word.to_string() == "fn" => {
                name = tokens.next().expect("a name").to_string();
                break;
            }
            _ => {}
        }
    }
    let constant = format!("#[allow(non_upper_case_globals)] const DOC_{name}: &[&str] = &[{}];", lines.join(", "));
    let mut whole = item;
    whole.extend(constant.parse::<TokenStream>().expect("tokens"));
    whole
}
