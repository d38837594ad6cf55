//! The nearest known name to one that is not known.

/// The candidate that is most like a name, if one is like it at all.
pub(crate) fn nearest(name: &str, candidates: impl IntoIterator<Item = String>) -> Option<String> {
    let scored =
        candidates.into_iter().map(|candidate| (strsim::normalized_damerau_levenshtein(name, &candidate), candidate));
    let best = scored.filter(|(score, _)| *score >= 0.5).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(best.1)
}

/// `; did you mean ..?`, or nothing.
pub(crate) fn did_you_mean(nearest: Option<String>) -> String {
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
