//! Messages of others, such as that of an error or of a server, as a part of our own.

/// The beginning of a text on one line, without control characters: it may be a whole page.
pub(super) fn beginning(text: &str) -> String {
    const CHARACTERS: usize = 300;
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(CHARACTERS).collect()
}
