/// The known word that was probably meant, if one is near: a letter in three may differ.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long word is no slip of a known one, and comparing it would cost its length times theirs.
    if word.len() > 128 {
        return None;
    }
    let folded = word.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(|candidate| {
            (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase().replace('-', "_")), candidate)
        })
        .filter(|(distance, candidate)| *distance * 3 <= candidate.chars().count().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `did you mean "price"?`, or the known words; empty where there are none.
pub(crate) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(nearest) = nearest(word, known.clone()) {
        return format!("did you mean {nearest:?}?");
    }
    let known: Vec<&str> = known.into_iter().collect();
    if known.is_empty() { String::new() } else { format!("known here: {}", listed(&known)) }
}

/// The words, not more than twenty.
pub(crate) fn listed(words: &[&str]) -> String {
    const NAMED: usize = 20;
    let named: Vec<&str> = words.iter().take(NAMED).copied().collect();
    match words.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
