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
    /// Without the byte order mark. Line endings as they are.
    pub text: String,
    pub encoding: Encoding,
}

impl SourceFile {
    /// Whatever decodes can be encoded again to the same bytes.
    pub fn decode(bytes: Vec<u8>) -> Result<Self, DecodeError> {
        let (text, encoding) = Encoding::decode(bytes)?;
        Ok(SourceFile { text, encoding })
    }

    /// The bytes of a file like this one with another text.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, EncodeError> {
        self.encoding.encode(text)
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
