//! HELP from doc comments.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The first paragraph of a doc comment, on one line.
pub(crate) fn first_paragraph(attributes: &[Attribute]) -> Option<String> {
    let mut paragraph = String::new();
    for text in attributes.iter().filter_map(doc_text) {
        // The lines of a block comment begin with a star, which rustdoc removes, too.
        let star = if text.contains('\n') { "*" } else { "" };
        for line in text.lines().map(str::trim).map(|line| line.strip_prefix(star).unwrap_or(line).trim_start()) {
            if !line.is_empty() {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line);
            } else if !paragraph.is_empty() {
                return Some(paragraph);
            }
        }
        // `///` alone is an attribute with an empty string, which has no lines.
        if text.trim().is_empty() && !paragraph.is_empty() {
            return Some(paragraph);
        }
    }
    (!paragraph.is_empty()).then_some(paragraph)
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
