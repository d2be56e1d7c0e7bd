//! "Did you mean": the nearest of the words that would have been right.

/// `; did you mean `x`?`, or nothing if none is near enough to be what was meant.
pub fn did_you_mean<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<String> {
    nearest(word, known).map(|near| format!("; did you mean `{near}`?"))
}

fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    // The distance is quadratic in the lengths: a word of a kilobyte is no typing error.
    if word.len() > 200 {
        return None;
    }
    let lower = word.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .filter(|k| k.len() <= 200)
        .map(|k| (strsim::jaro_winkler(&lower, &k.to_lowercase().replace('-', "_")), k))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        assert_eq!(did_you_mean("inptus", ["key", "inputs", "check"]).unwrap(), "; did you mean `inputs`?");
        assert_eq!(did_you_mean("authorizeUrl", ["authorize_url", "token_url"]).unwrap(), "; did you mean `authorize_url`?");
        assert_eq!(did_you_mean("zebra", ["key", "inputs"]), None);
    }
}
