//! `rename_all`: serde's cases for the names of variants.

/// The case of values that are derived from variant names.
#[derive(Clone, Copy, Default)]
pub(super) enum Case {
    /// As in the source.
    #[default]
    Written,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: [(&str, Case); 8] = [
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        CASES.iter().find(|(known, _)| *known == name).map(|(_, case)| *case)
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        CASES.iter().map(|(name, _)| *name)
    }

    /// A variant's name in this case.
    pub(super) fn apply(self, variant: &str) -> String {
        match self {
            Self::Written | Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_lowercase(),
            Self::Upper => variant.to_uppercase(),
            Self::Camel => {
                let mut characters = variant.chars();
                characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
            }
            Self::Snake => separated(variant, '_'),
            Self::ScreamingSnake => separated(variant, '_').to_uppercase(),
            Self::Kebab => separated(variant, '-'),
            Self::ScreamingKebab => separated(variant, '-').to_uppercase(),
        }
    }
}

/// In lower case, with a separator before every capital except the first, as in serde.
fn separated(variant: &str, separator: char) -> String {
    let mut text = String::new();
    for (at, character) in variant.char_indices() {
        if at > 0 && character.is_uppercase() {
            text.push(separator);
        }
        text.extend(character.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_cases_of_serde() {
        for (case, expected) in [
            ("lowercase", "notfound"),
            ("UPPERCASE", "NOTFOUND"),
            ("PascalCase", "NotFound"),
            ("camelCase", "notFound"),
            ("snake_case", "not_found"),
            ("SCREAMING_SNAKE_CASE", "NOT_FOUND"),
            ("kebab-case", "not-found"),
            ("SCREAMING-KEBAB-CASE", "NOT-FOUND"),
        ] {
            assert_eq!(Case::from_name(case).unwrap().apply("NotFound"), expected, "{case}");
        }
        assert_eq!(Case::Snake.apply("HTTPError"), "h_t_t_p_error");
        assert_eq!(Case::default().apply("NotFound"), "NotFound");
    }
}
