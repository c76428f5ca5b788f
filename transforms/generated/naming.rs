//! Names for what is generated, from what the code at hand says of it.

use unspool_engine::text::has_word;
use unspool_engine::transform::FileContext;

use super::message::Piece;
use super::term::Role;

/// What a parameter in this role is called.
pub fn of_role(role: Role) -> &'static str {
    match role {
        Role::Kind => "kind",
        Role::Lower => "minimum",
        Role::Upper => "maximum",
        Role::Shortest => "min_length",
        Role::Longest => "max_length",
        Role::Length => "length",
        Role::Choices => "choices",
        Role::Key => "key",
        Role::Divisor => "divisor",
        Role::Pattern => "pattern",
        Role::Error => "error",
        Role::Other => "argument",
    }
}

/// What the free text that is piece `i` of a message of `of` pieces is called.
pub fn of_text(i: usize, of: usize, after: Option<&Piece>) -> &'static str {
    match after {
        _ if of == 1 => "message",
        Some(Piece::Text(text)) if i == 0 && text.starts_with([':', ' ']) => "label",
        _ => "description",
    }
}

/// `stem`, or the first of `stem_2`, `stem_3`, ... that is not taken.
pub fn numbered(stem: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut names = std::iter::once(stem.to_string()).chain((2..).map(|n| format!("{stem}_{n}")));
    names.find(|name| !is_taken(name)).expect("there are more numbers than names")
}

/// Whether no code, string or comment of the file has the name.
pub fn is_unused(cx: &FileContext, name: &str) -> bool {
    !has_word(cx.module.text(), name)
}

/// Whether the language keeps the word for itself (language reference 2.3.1), so that nothing can be called so.
pub fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
        "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in",
        "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ];
    KEYWORDS.contains(&word)
}

/// What `str()` gives for a number that is written like this, if it is the same.
pub fn number_as_text(source: &str) -> Option<String> {
    let digits = source.strip_prefix('-').unwrap_or(source);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let all_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let canonical = all_digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let exact = match fraction {
        None => source != "-0",
        Some(f) => {
            let enough = whole.len() + f.len() <= 15;
            let small = whole == "0" && f.starts_with("0000");
            all_digits(f) && (f == "0" || !f.ends_with('0')) && enough && !small
        }
    };
    (canonical && exact).then(|| source.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_print_as_they_are_written() {
        for same in ["0", "-1", "65536", "0.5", "-273.15", "9000.0", "0.0"] {
            assert_eq!(number_as_text(same).as_deref(), Some(same));
        }
        for other in
            ["00", "1_000", "0x10", "1e5", "1.50", ".5", "1.", "0.00001", "x", "-0", "12345678901234567.5"]
        {
            assert_eq!(number_as_text(other), None, "{other}");
        }
    }
}
