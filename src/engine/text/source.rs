//! A source file as text that can become its bytes again.

use super::encoding::{DecodeError, EncodeError, Encoding};
use std::fmt;

/// A hash of a file's bytes: to see whether a file is still what was read. Not for adversaries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(u128);

impl ContentHash {
    pub fn of(bytes: &[u8]) -> Self {
        ContentHash(xxhash_rust::xxh3::xxh3_128(bytes))
    }

    /// The inverse of `Display`.
    pub fn parse(hex: &str) -> Option<Self> {
        (hex.len() == 32).then(|| u128::from_str_radix(hex, 16).ok().map(ContentHash))?
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A decoded file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Without the byte order mark. Line endings as they are, but for those of a file in which all are lone CRs: LFs stand for them, at
    /// the same places, so that nobody else has to know of such files.
    pub text: String,
    pub encoding: Encoding,
    /// All line endings of the bytes are lone CRs.
    lone_cr: bool,
}

impl SourceFile {
    /// Whatever decodes can be encoded again to the same bytes.
    pub fn decode(bytes: Vec<u8>) -> Result<Self, DecodeError> {
        let (text, encoding) = Encoding::decode(bytes)?;
        let lone_cr = memchr::memchr(b'\r', text.as_bytes()).is_some() && !text.contains('\n');
        let text = if lone_cr { text.replace('\r', "\n") } else { text };
        Ok(SourceFile { text, encoding, lone_cr })
    }

    /// The bytes of a file like this one with another text.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, EncodeError> {
        match self.lone_cr {
            true => self.encoding.encode(&text.replace('\n', "\r")),
            false => self.encoding.encode(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hashes_are_written_and_read() {
        let hash = ContentHash::of(b"x = 1\n");
        assert_eq!(ContentHash::parse(&hash.to_string()), Some(hash));
        assert_eq!(ContentHash::parse("1"), None);
        assert_ne!(hash, ContentHash::of(b"x = 2\n"));
    }

    #[test]
    fn lone_crs_are_line_feeds_here_and_come_back() {
        let check = |bytes: &[u8], text: &str| {
            let file = SourceFile::decode(bytes.to_vec()).unwrap();
            assert_eq!(file.text, text);
            assert_eq!(file.encode(&file.text).unwrap(), bytes);
        };
        check(b"a = 1\rb = 2\r", "a = 1\nb = 2\n");
        check(b"a = 1\rb = 2\n", "a = 1\rb = 2\n");
        check(b"a = 1\r\nb = 2\r", "a = 1\r\nb = 2\r");
        check(b"\xef\xbb\xbfa = 1\r", "a = 1\n");
    }

    proptest! {
        #[test]
        fn what_decodes_encodes_to_the_same_bytes(
            cookie in prop::sample::select(vec!["", "# coding: latin-1\n", "# coding: cp1252\r\n",
                "# coding: shift_jis\n", "# coding: gb18030\n", "# coding: euc-kr\n", "\u{feff}"]),
            body in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut bytes = cookie.as_bytes().to_vec();
            bytes.extend(body);
            if let Ok(file) = SourceFile::decode(bytes.clone()) {
                prop_assert_eq!(file.encode(&file.text).unwrap(), bytes);
            }
        }
    }
}
