//! The same program in another dress: line ends of other systems, tabs, no final newline.

use unspool_engine::syntax::{PythonVersion, Ranged as _, TextRange, TokenKind, parse};

/// Makes the variant of a file, or `None` where it has none of its own or cannot be made.
pub type Dress = fn(&[u8]) -> Option<Vec<u8>>;

pub const ALL: [(&str, Dress); 4] =
    [("crlf", crlf), ("lone-cr", lone_cr), ("tabs", tabs), ("no-final-newline", no_final_newline)];

const BOM: &[u8] = b"\xef\xbb\xbf";

fn crlf(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.contains(&b'\r') {
        return None;
    }
    Some(
        bytes
            .iter()
            .flat_map(|&b| if b == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(&b) }.to_vec())
            .collect(),
    )
}

fn lone_cr(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.contains(&b'\r') {
        return None;
    }
    Some(bytes.iter().map(|&b| if b == b'\n' { b'\r' } else { b }).collect())
}

fn no_final_newline(bytes: &[u8]) -> Option<Vec<u8>> {
    Some(bytes.trim_ascii_end().to_vec())
}

/// Four leading blanks become a tab, outside of strings. Only for files whose blocks are indented by fours
/// and that have no tabs yet.
fn tabs(bytes: &[u8]) -> Option<Vec<u8>> {
    let (bom, rest) = bytes.strip_prefix(BOM).map_or((&b""[..], bytes), |rest| (BOM, rest));
    let text = std::str::from_utf8(rest).ok()?;
    if text.contains('\t') {
        return None;
    }
    let parsed = parse(text, PythonVersion::PY314).ok()?;
    let mut strings: Vec<TextRange> = Vec::new();
    let mut open = Vec::new();
    for token in parsed.tokens() {
        match token.kind() {
            TokenKind::String => strings.push(token.range()),
            TokenKind::FStringStart | TokenKind::TStringStart => open.push(token.range().start()),
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                strings.push(TextRange::new(open.pop()?, token.range().end()));
            }
            TokenKind::Indent if token.range().len().to_usize() % 4 != 0 => return None,
            _ => {}
        }
    }
    let mut result = bom.to_vec();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let inside = strings.iter().any(|s| s.start().to_usize() < start && start < s.end().to_usize());
        let blanks = if inside { 0 } else { line.len() - line.trim_start_matches(' ').len() };
        result.extend(std::iter::repeat_n(b'\t', blanks / 4));
        result.extend_from_slice(&line.as_bytes()[blanks / 4 * 4..]);
        start += line.len();
    }
    Some(result)
}

#[test]
fn dresses() {
    let check = |dress: Dress, before: &str, after: Option<&str>| {
        let result = dress(before.as_bytes()).map(|b| String::from_utf8(b).unwrap());
        assert_eq!(result.as_deref(), after, "{before:?}");
    };
    check(crlf, "a\nb\n", Some("a\r\nb\r\n"));
    check(crlf, "a\r\nb\n", None);
    check(lone_cr, "a\nb\n", Some("a\rb\r"));
    check(lone_cr, "a\r\nb\n", None);
    check(no_final_newline, "a\n\n", Some("a"));
    check(tabs, "if a:\n    b(c,\n      d)\n", Some("if a:\n\tb(c,\n\t  d)\n"));
    check(tabs, "if a:\n    x = '''\n    '''\n", Some("if a:\n\tx = '''\n    '''\n"));
    check(
        tabs,
        "if a:\n    x = f'''{\n    b = }\n    '''\n",
        Some("if a:\n\tx = f'''{\n    b = }\n    '''\n"),
    );
    check(tabs, "\u{feff}if a:\n    b\n", Some("\u{feff}if a:\n\tb\n"));
    check(tabs, "if a:\n  b\n", None);
    check(tabs, "if a:\n\tb\n", None);
}
