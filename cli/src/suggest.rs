//! Suggestions for unknown names.

/// The most similar candidate, if one is similar.
pub(crate) fn nearest(name: &str, candidates: impl IntoIterator<Item = String>) -> Option<String> {
    let scored =
        candidates.into_iter().map(|candidate| (strsim::normalized_damerau_levenshtein(name, &candidate), candidate));
    let best = scored.filter(|(score, _)| *score >= 0.5).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(best.1)
}

/// Returns `; did you mean ..?`, or an empty string.
pub(crate) fn did_you_mean(nearest: Option<String>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
