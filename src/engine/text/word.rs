//! A word in a text, wherever it stands: in code, in a string, in a comment.

use memchr::memmem;

/// Where the word begins, between characters that no identifier has.
pub fn word_positions(text: &str, word: &str) -> impl Iterator<Item = usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    memmem::find_iter(text.as_bytes(), word.as_bytes())
        .filter(move |&at| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

/// Whether the word stands somewhere in the text.
pub fn has_word(text: &str, word: &str) -> bool {
    word_positions(text, word).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::word_positions;

    #[test]
    fn between_characters_of_no_identifier() {
        let at = |text: &str| word_positions(text, "ab").collect::<Vec<_>>();
        assert_eq!(at("ab, 'ab' #ab"), [0, 5, 10]);
        assert_eq!(at("cab ab_ ab1 _ab äab abä"), []);
        assert_eq!(at(""), []);
    }
}
