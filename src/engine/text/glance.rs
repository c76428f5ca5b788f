//! A glance at code as bytes, before anything is parsed. What is said here of a place in code may be wrong of
//! bytes in strings and comments, where no code is.

/// The index just behind the last byte of code before `at`, past blanks, line ends and line continuations.
///
/// `None` where that cannot be told: a `#` stands on a line in between.
pub fn code_before(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        while at > 0 && matches!(bytes[at - 1], b' ' | b'\t' | b'\x0c' | b'\\') {
            at -= 1;
        }
        if at == 0 || !matches!(bytes[at - 1], b'\n' | b'\r') {
            return Some(at);
        }
        at -= 1;
        let line = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |end| end + 1);
        if memchr::memchr(b'#', &bytes[line..at]).is_some() {
            return None;
        }
    }
}

/// The identifier or keyword that ends at `end`; empty if none does.
pub fn word_before(bytes: &[u8], end: usize) -> &[u8] {
    let part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80;
    let start = bytes[..end].iter().rposition(|b| !part(b)).map_or(0, |i| i + 1);
    &bytes[start..end]
}

/// Whether the bracket that opens at `open` may hold a comprehension: a `for` that is in no inner bracket.
pub fn may_be_comprehension(bytes: &[u8], open: usize) -> bool {
    let mut depth = 0usize;
    let mut at = open;
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return false;
                }
            }
            b'#' => at += memchr::memchr2(b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at) - 1,
            quote @ (b'"' | b'\'') => {
                let prefix = word_before(bytes, at);
                // What an f-string or t-string holds may have quotes of its own.
                if prefix.len() <= 2 && prefix.iter().any(|b| matches!(b | 0x20, b'f' | b't')) {
                    return true;
                }
                match string_end(bytes, at, quote) {
                    Some(end) => at = end - 1,
                    None => return true,
                }
            }
            b'f' if depth == 1 && bytes[at..].starts_with(b"for") => return true,
            _ => {}
        }
        at += 1;
    }
    true
}

/// The index behind the string literal that starts at `start`.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let triple = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            byte if byte == quote => {
                if !triple {
                    return Some(at + 1);
                }
                if bytes[at..].starts_with(&[quote; 3]) {
                    return Some(at + 3);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_words_before_a_place() {
        #[track_caller]
        fn check(text: &str, code: Option<&str>, word: &str) {
            let at = text.find('@').expect("the place is marked");
            let end = code_before(text.as_bytes(), at);
            assert_eq!(end.map(|end| &text[..end]), code, "{text:?}");
            if let Some(end) = end {
                assert_eq!(word_before(text.as_bytes(), end), word.as_bytes(), "{text:?}");
            }
        }
        check("@", Some(""), "");
        check("x = sum(@", Some("x = sum("), "");
        check("x in \\\n  @", Some("x in"), "in");
        check("f(\r\n\n  @", Some("f("), "");
        check("été @", Some("été"), "été");
        check("f(  # why\n  @", None, "");
        check("'#' @", Some("'#'"), "");
    }

    #[test]
    fn brackets_with_a_comprehension() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(may_be_comprehension(text.as_bytes(), 0), expected, "{text:?}");
        }
        check("[x for x in xs]", true);
        check("[(x)for x in xs]", true);
        check("[x # ]\n for x in xs]", true);
        check("[']' for x in xs]", true);
        check("['''\n']''' for x in xs]", true);
        check("[f'{a[\"]\"]}' for x in xs]", true);
        check("[rb'\\'] ' for x in xs]", true);
        check("[]", false);
        check("[1, 2] for", false);
        check("[(x for x in xs), 'for', # for\n]", false);
        check("[a", true);
    }
}
