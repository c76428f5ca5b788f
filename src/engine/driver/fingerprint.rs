//! A hash of code that stays when a formatter has been over it.

use crate::syntax::{Module, Ranged, TextRange, TokenKind};

/// The hash of the tokens in `range`, whatever their layout: white space, line breaks, comments, the kind of quotes,
/// parentheses and a comma before a closing bracket do not count. That two different texts can so have one hash does
/// no harm: names of rewrites that are equal are numbered.
pub fn fingerprint(module: &Module, range: TextRange) -> u64 {
    let tokens = module.tokens();
    let first = tokens.partition_point(|token| token.end() <= range.start());
    let tokens = tokens[first..].iter().take_while(|token| token.start() < range.end());
    let mut hash = Fnv::new();
    let mut comma = false;
    for token in tokens {
        let kind = token.kind();
        if is_layout(kind) {
            continue;
        }
        let closes = matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace);
        if comma && !closes {
            hash.token(b",");
        }
        comma = kind == TokenKind::Comma;
        let text = &module.text()[token.range()];
        match kind {
            TokenKind::Comma | TokenKind::Lpar | TokenKind::Rpar => {}
            TokenKind::String => string(&mut hash, text),
            TokenKind::FStringStart | TokenKind::TStringStart => {
                hash.token(text.trim_end_matches(['"', '\'']).to_lowercase().as_bytes());
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => hash.token(b"\""),
            TokenKind::FStringMiddle | TokenKind::TStringMiddle => content(&mut hash, text),
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => {
                hash.token(text.to_lowercase().as_bytes());
            }
            _ => hash.token(text.as_bytes()),
        }
    }
    hash.0
}

fn is_layout(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Newline
            | TokenKind::NonLogicalNewline
            | TokenKind::Indent
            | TokenKind::Dedent
            | TokenKind::Comment
            | TokenKind::EndOfFile
    )
}

/// A string by its prefix and content.
fn string(hash: &mut Fnv, text: &str) {
    let quote = text.find(['"', '\'']).unwrap_or(text.len());
    let (prefix, body) = text.split_at(quote);
    hash.token(prefix.to_lowercase().trim_start_matches('u').as_bytes());
    content(hash, body.trim_matches(['"', '\'']));
}

/// The text of a string with or without backslashes in front of quotes: which of them need one depends on the quotes.
fn content(hash: &mut Fnv, text: &str) {
    hash.token(text.replace("\\'", "'").replace("\\\"", "\"").as_bytes());
}

/// FNV-1a, 64 bits: the same on every machine and in every version, which identities rely on.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    /// A token, and a byte that no token has, so that `ab c` is not `a bc`.
    fn token(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{PythonVersion, TextLen as _, parse};

    fn hash(text: &str) -> u64 {
        let parsed = parse(text, PythonVersion::latest()).expect("the text parses");
        fingerprint(&Module::new(text, &parsed), TextRange::up_to(text.text_len()))
    }

    #[test]
    fn layout_does_not_count() {
        let text = "f([x for x in 'a'], u'don\\'t', f\"{x!r} b\", 0XFF)\n";
        for same in [
            "f( [ x for x in \"a\" ],\n    u\"don't\",  # why\n    f'{x!r} b',\n    0xff,\n)\n",
            "f(([x for x in ('a')]), 'don\\'t', f'''{x!r} b''', 0xFF)\n",
        ] {
            assert_eq!(hash(text), hash(same), "{same}");
        }
        assert_eq!(hash("if x:\n    y()\n"), hash("if x:\n\n  y()\n"));
    }

    #[test]
    fn code_counts() {
        for (one, other) in [
            ("f(x)", "f(y)"),
            ("ab, c", "a, bc"),
            ("f('a')", "f(b'a')"),
            ("'a b'", "'ab'"),
            ("x, y", "x + y"),
        ] {
            assert_ne!(hash(one), hash(other), "{one} and {other}");
        }
    }
}
