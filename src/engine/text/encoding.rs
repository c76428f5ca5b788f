//! Which characters the bytes of a source file mean (PEP 263).
//!
//! Follows `Parser/tokenizer` of CPython: a byte order mark means UTF-8, else a comment in the first two lines
//! names the encoding, else it is UTF-8. Names are normalised as `Lib/encodings` does.
//!
//! Every encoding here has ASCII as its lower half. The single-byte ones map each byte as Python does. The
//! East Asian ones agree with Python but for a few punctuation marks and characters for private use, which stand
//! in strings and comments and come back as the bytes they were.

use std::fmt;

/// How the characters of a file became bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Encoding {
    codec: Codec,
    /// The file starts with the byte order mark of UTF-8, which is no part of the text.
    pub bom: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Codec {
    Utf8,
    Ascii,
    Latin1,
    Table(&'static encoding_rs::Encoding),
}

/// Why bytes are no Python source text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DecodeError {
    /// The cookie names an encoding that Python does not know, or one that is not supported here.
    UnknownEncoding { name: String, line: usize },
    /// A byte order mark says UTF-8 and the cookie something else.
    Contradiction { name: String, line: usize },
    /// The bytes of this line mean nothing in the file's encoding.
    Undecodable { encoding: &'static str, declared: bool, line: usize },
    /// Decoding loses how a character was written: encoding it again gives other bytes.
    NotReversible { encoding: &'static str },
    /// A NUL byte: CPython refuses it, and binary files are full of it.
    Nul { line: usize },
}

impl DecodeError {
    /// The line of the error, from 1.
    pub fn line(&self) -> Option<usize> {
        match self {
            DecodeError::UnknownEncoding { line, .. }
            | DecodeError::Contradiction { line, .. }
            | DecodeError::Undecodable { line, .. }
            | DecodeError::Nul { line } => Some(*line),
            DecodeError::NotReversible { .. } => None,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::UnknownEncoding { name, .. } => {
                write!(f, "the declared encoding `{name}` is not known")
            }
            DecodeError::Contradiction { name, .. } => {
                write!(f, "the file declares encoding `{name}` but starts with the byte order mark of UTF-8")
            }
            DecodeError::Undecodable { encoding, declared: true, .. } => {
                write!(f, "not valid in its declared encoding, {encoding}")
            }
            DecodeError::Undecodable { encoding, declared: false, .. } => {
                write!(f, "not valid {encoding}, and no other encoding is declared (PEP 263)")
            }
            DecodeError::NotReversible { encoding } => {
                write!(f, "its {encoding} text cannot be written back as the same bytes")
            }
            DecodeError::Nul { .. } => write!(f, "contains a NUL byte"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// A character that the file's encoding does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EncodeError {
    pub encoding: &'static str,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the new text has a character that {} cannot express", self.encoding)
    }
}

impl std::error::Error for EncodeError {}

const BOM: &[u8] = b"\xef\xbb\xbf";

impl Encoding {
    pub const UTF8: Encoding = Encoding { codec: Codec::Utf8, bom: false };

    pub fn name(self) -> &'static str {
        match self.codec {
            Codec::Utf8 => "UTF-8",
            Codec::Ascii => "ASCII",
            Codec::Latin1 => "ISO-8859-1",
            Codec::Table(table) => table.name(),
        }
    }

    /// The text of the bytes without the byte order mark, and the encoding that gives the bytes back.
    pub(super) fn decode(mut bytes: Vec<u8>) -> Result<(String, Encoding), DecodeError> {
        let bom = bytes.starts_with(BOM);
        if bom {
            bytes.drain(..BOM.len());
        }
        let cookie = cookie(&bytes);
        let codec = match &cookie {
            None => Codec::Utf8,
            Some((name, line)) => {
                codec(name).ok_or_else(|| DecodeError::UnknownEncoding { name: name.clone(), line: *line })?
            }
        };
        if let (true, Some((name, line))) = (bom && codec != Codec::Utf8, &cookie) {
            return Err(DecodeError::Contradiction { name: name.clone(), line: *line });
        }
        if let Some(at) = memchr::memchr(0, &bytes) {
            return Err(DecodeError::Nul { line: line_of(&bytes, at) });
        }
        let encoding = Encoding { codec, bom };
        let text = encoding.decode_body(bytes, cookie.is_some())?;
        Ok((text, encoding))
    }

    fn decode_body(self, bytes: Vec<u8>, declared: bool) -> Result<String, DecodeError> {
        let undecodable = |line| DecodeError::Undecodable { encoding: self.name(), declared, line };
        match self.codec {
            Codec::Utf8 => String::from_utf8(bytes)
                .map_err(|error| undecodable(line_of(error.as_bytes(), error.utf8_error().valid_up_to()))),
            Codec::Ascii => match bytes.iter().position(|b| !b.is_ascii()) {
                Some(at) => Err(undecodable(line_of(&bytes, at))),
                None => Ok(bytes.into_iter().map(char::from).collect()),
            },
            Codec::Latin1 => Ok(bytes.into_iter().map(char::from).collect()),
            Codec::Table(table) => {
                let text = table.decode_without_bom_handling_and_without_replacement(&bytes);
                let Some(text) = text else {
                    // The decoder does not say where. Lines decode on their own: no supported encoding
                    // carries state over an ASCII character.
                    let line = bytes
                        .split(|b| *b == b'\n')
                        .position(|l| table.decode_without_bom_handling_and_without_replacement(l).is_none());
                    return Err(undecodable(line.unwrap_or(0) + 1));
                };
                // WHATWG fills the holes of the Windows code pages, Python does not.
                let hole = |c: char| match table.name() {
                    "windows-1255" if c == '\u{5ba}' => true,
                    name => name.starts_with("windows-") && ('\u{80}'..'\u{a0}').contains(&c),
                };
                if let Some(at) = text.find(hole) {
                    return Err(undecodable(line_of(text.as_bytes(), at)));
                }
                let (again, _, unmappable) = table.encode(&text);
                if unmappable || *again != *bytes {
                    return Err(DecodeError::NotReversible { encoding: self.name() });
                }
                Ok(text.into_owned())
            }
        }
    }

    /// The bytes of a file with this text.
    pub(super) fn encode(self, text: &str) -> Result<Vec<u8>, EncodeError> {
        let error = || EncodeError { encoding: self.name() };
        let mut bytes = Vec::with_capacity(BOM.len() + text.len());
        if self.bom {
            bytes.extend_from_slice(BOM);
        }
        match self.codec {
            Codec::Utf8 => bytes.extend_from_slice(text.as_bytes()),
            Codec::Ascii if text.is_ascii() => bytes.extend_from_slice(text.as_bytes()),
            Codec::Ascii => return Err(error()),
            Codec::Latin1 => {
                for c in text.chars() {
                    bytes.push(u8::try_from(c).map_err(|_| error())?);
                }
            }
            Codec::Table(table) => {
                let (encoded, _, unmappable) = table.encode(text);
                if unmappable {
                    return Err(error());
                }
                bytes.extend_from_slice(&encoded);
            }
        }
        Ok(bytes)
    }
}

/// The line of a byte, from 1. Universal newlines, as Python counts.
fn line_of(bytes: &[u8], at: usize) -> usize {
    let before = &bytes[..at];
    let carriage_returns = memchr::memchr_iter(b'\r', before).filter(|i| bytes.get(i + 1) != Some(&b'\n'));
    1 + memchr::memchr_iter(b'\n', before).count() + carriage_returns.count()
}

/// The name of the encoding in the first two lines of a decoded text, if one stands there.
pub fn declared_encoding(text: &str) -> Option<String> {
    cookie(text.as_bytes()).map(|(name, _)| name)
}

/// The encoding that a comment in the first two lines names, with its line (`get_coding_spec` and
/// `check_coding_spec` of CPython's tokenizer).
fn cookie(bytes: &[u8]) -> Option<(String, usize)> {
    let mut rest = bytes;
    for line_number in 1..=2 {
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        let blank = line.iter().position(|b| !matches!(b, b' ' | b'\t' | 0x0c)).unwrap_or(line.len());
        match line.get(blank) {
            Some(b'#') => {
                if let Some(name) = cookie_in_comment(&line[blank..]) {
                    return Some((name, line_number));
                }
            }
            // A line with code: the next one cannot name the encoding.
            Some(_) => return None,
            None => {}
        }
        rest = tail.strip_prefix(b"\r\n").or_else(|| tail.get(1..)).unwrap_or_default();
    }
    None
}

fn cookie_in_comment(comment: &[u8]) -> Option<String> {
    memchr::memmem::find_iter(comment, b"coding").find_map(|at| {
        let after = &comment[at + b"coding".len()..];
        let after = after.strip_prefix(b":").or_else(|| after.strip_prefix(b"="))?;
        let start = after.iter().position(|b| !matches!(b, b' ' | b'\t'))?;
        let name = &after[start..];
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let end = name.iter().position(|b| !is_name(b)).unwrap_or(name.len());
        (end > 0).then(|| name[..end].iter().copied().map(char::from).collect())
    })
}

/// The codec of a name in a cookie.
fn codec(name: &str) -> Option<Codec> {
    // `get_normal_name`: editors append `-unix` and the like to these two.
    let short: String =
        name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |prefix: &str| short.strip_prefix(prefix).is_some_and(|r| r.is_empty() || r.starts_with('-'));
    if is("utf-8") {
        return Some(Codec::Utf8);
    }
    if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        return Some(Codec::Latin1);
    }
    let table = match normalize(name).as_str() {
        "utf_8" | "utf8" | "utf" | "u8" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => return Some(Codec::Utf8),
        "ascii" | "us_ascii" | "us" | "646" | "ansi_x3_4_1968" | "ansi_x3_4_1986" | "cp367" | "csascii"
        | "ibm367" | "iso646_us" | "iso_646_irv_1991" | "iso_ir_6" => return Some(Codec::Ascii),
        "latin_1" | "latin1" | "latin" | "l1" | "8859" | "iso8859" | "iso8859_1" | "iso_8859_1"
        | "iso_8859_1_1987" | "iso_ir_100" | "cp819" | "ibm819" | "csisolatin1" => {
            return Some(Codec::Latin1);
        }
        "iso8859_2" | "iso_8859_2" | "csisolatin2" | "iso_8859_2_1987" | "iso_ir_101" | "latin2" | "l2" => {
            encoding_rs::ISO_8859_2
        }
        "iso8859_3" | "iso_8859_3" | "csisolatin3" | "iso_8859_3_1988" | "iso_ir_109" | "latin3" | "l3" => {
            encoding_rs::ISO_8859_3
        }
        "iso8859_4" | "iso_8859_4" | "csisolatin4" | "iso_8859_4_1988" | "iso_ir_110" | "latin4" | "l4" => {
            encoding_rs::ISO_8859_4
        }
        "iso8859_5" | "iso_8859_5" | "csisolatincyrillic" | "iso_8859_5_1988" | "iso_ir_144" | "cyrillic" => {
            encoding_rs::ISO_8859_5
        }
        "iso8859_6" | "iso_8859_6" | "asmo_708" | "csisolatinarabic" | "ecma_114" | "iso_8859_6_1987"
        | "iso_ir_127" | "arabic" => encoding_rs::ISO_8859_6,
        "iso8859_7" | "iso_8859_7" | "csisolatingreek" | "ecma_118" | "elot_928" | "iso_8859_7_1987"
        | "iso_ir_126" | "greek" | "greek8" => encoding_rs::ISO_8859_7,
        "iso8859_8" | "iso_8859_8" | "csisolatinhebrew" | "iso_8859_8_1988" | "iso_ir_138" | "hebrew" => {
            encoding_rs::ISO_8859_8
        }
        "iso8859_10" | "iso_8859_10" | "csisolatin6" | "iso_8859_10_1992" | "iso_ir_157" | "latin6"
        | "l6" => encoding_rs::ISO_8859_10,
        "iso8859_13" | "iso_8859_13" | "latin7" | "l7" => encoding_rs::ISO_8859_13,
        "iso8859_14" | "iso_8859_14" | "iso_8859_14_1998" | "iso_celtic" | "iso_ir_199" | "latin8" | "l8" => {
            encoding_rs::ISO_8859_14
        }
        "iso8859_15" | "iso_8859_15" | "latin9" | "l9" => encoding_rs::ISO_8859_15,
        "iso8859_16" | "iso_8859_16" | "iso_8859_16_2001" | "iso_ir_226" | "latin10" | "l10" => {
            encoding_rs::ISO_8859_16
        }
        "cp1250" | "1250" | "windows_1250" => encoding_rs::WINDOWS_1250,
        "cp1251" | "1251" | "windows_1251" => encoding_rs::WINDOWS_1251,
        "cp1252" | "1252" | "windows_1252" => encoding_rs::WINDOWS_1252,
        "cp1253" | "1253" | "windows_1253" => encoding_rs::WINDOWS_1253,
        "cp1254" | "1254" | "windows_1254" => encoding_rs::WINDOWS_1254,
        "cp1255" | "1255" | "windows_1255" => encoding_rs::WINDOWS_1255,
        "cp1256" | "1256" | "windows_1256" => encoding_rs::WINDOWS_1256,
        "cp1257" | "1257" | "windows_1257" => encoding_rs::WINDOWS_1257,
        "cp1258" | "1258" | "windows_1258" => encoding_rs::WINDOWS_1258,
        "cp866" | "866" | "ibm866" | "csibm866" => encoding_rs::IBM866,
        "koi8_r" | "cskoi8r" => encoding_rs::KOI8_R,
        "mac_roman" | "macroman" | "macintosh" => encoding_rs::MACINTOSH,
        "mac_cyrillic" | "maccyrillic" => encoding_rs::X_MAC_CYRILLIC,
        "euc_jp" | "eucjp" | "ujis" | "u_jis" => encoding_rs::EUC_JP,
        "shift_jis" | "x_mac_japanese" | "shiftjis" | "sjis" | "s_jis" | "csshiftjis" | "cp932" | "932"
        | "ms932" | "mskanji" | "ms_kanji" | "windows_31j" => encoding_rs::SHIFT_JIS,
        "gbk" | "936" | "cp936" | "ms936" | "gb2312" | "x_mac_simp_chinese" | "chinese"
        | "csiso58gb231280" | "euc_cn" | "euccn" | "eucgb2312_cn" | "gb2312_1980" | "gb2312_80"
        | "iso_ir_58" => encoding_rs::GBK,
        "gb18030" | "gb18030_2000" => encoding_rs::GB18030,
        "euc_kr" | "x_mac_korean" | "euckr" | "korean" | "ksc5601" | "ks_c_5601" | "ks_c_5601_1987"
        | "ksx1001" | "ks_x_1001" | "cp949" | "949" | "ms949" | "uhc" => encoding_rs::EUC_KR,
        _ => return None,
    };
    Some(Codec::Table(table))
}

/// `encodings.normalize_encoding`, in lower case, with the dots that `encodings.search_function` replaces.
fn normalize(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        if !normal.is_empty() {
            normal.push('_');
        }
        normal.push_str(&word.to_ascii_lowercase());
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&str, DecodeError>) {
        let decoded = Encoding::decode(bytes.to_vec());
        match (&decoded, &expected) {
            (Ok((text, encoding)), Ok(expected)) => {
                assert_eq!(text, expected);
                assert_eq!(encoding.encode(text).unwrap(), bytes, "the bytes come back");
            }
            (Err(error), Err(expected)) => assert_eq!(error, expected),
            _ => panic!("got {decoded:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn utf8_with_and_without_mark_and_cookie() {
        check(b"", Ok(""));
        check("x = 'é'\n".as_bytes(), Ok("x = 'é'\n"));
        check("\u{feff}x = 'é'\n".as_bytes(), Ok("x = 'é'\n"));
        check("\u{feff}# coding: utf-8\n'é'".as_bytes(), Ok("# coding: utf-8\n'é'"));
        check("# coding: utf8-unix\n".as_bytes(), Err(unknown("utf8-unix", 1)));
        check("# coding: utf-8-unix\né".as_bytes(), Ok("# coding: utf-8-unix\né"));
        let undecodable = DecodeError::Undecodable { encoding: "UTF-8", declared: false, line: 3 };
        check(b"a\nb\r\n\xe9", Err(undecodable));
        let undecodable = DecodeError::Undecodable { encoding: "UTF-8", declared: true, line: 2 };
        check(b"# coding: UTF-8\n\xe9", Err(undecodable));
    }

    #[test]
    fn cookies_stand_in_comments_of_the_first_two_lines() {
        check(b"# -*- coding: latin-1 -*-\n\xe9", Ok("# -*- coding: latin-1 -*-\né"));
        check(
            b"#!/usr/bin/python\n# vim: fileencoding=iso-8859-1\n\xe9",
            Ok("#!/usr/bin/python\n# vim: fileencoding=iso-8859-1\né"),
        );
        check(b"#\r# coding: latin1\r\xe9", Ok("#\r# coding: latin1\ré"));
        check(
            b"\x0c\r\n\t # coding = x, coding: latin1\r\n\xe9",
            Ok("\x0c\r\n\t # coding = x, coding: latin1\r\né"),
        );
        let undecodable = |line| DecodeError::Undecodable { encoding: "UTF-8", declared: false, line };
        check(b"x\n# coding: latin-1\n\xe9", Err(undecodable(3)));
        check(b"\n\n# coding: latin-1\n\xe9", Err(undecodable(4)));
        check(b"x # coding: latin-1\n\xe9", Err(undecodable(2)));
    }

    #[test]
    fn other_encodings() {
        check(b"# coding: iso-8859-15\n\xa4", Ok("# coding: iso-8859-15\n€"));
        check(b"# coding: cp1252\n\x80", Ok("# coding: cp1252\n€"));
        let hole = DecodeError::Undecodable { encoding: "windows-1252", declared: true, line: 2 };
        check(b"# coding: cp1252\n\x81", Err(hole));
        check(b"# coding: koi8-r\n\xc1", Ok("# coding: koi8-r\nа"));
        check(b"# coding: shift_jis\n'\x83\x5c'", Ok("# coding: shift_jis\n'ソ'"));
        check(b"# coding: euc-jp\n\xa4\xa2", Ok("# coding: euc-jp\nあ"));
        let broken = DecodeError::Undecodable { encoding: "EUC-JP", declared: true, line: 3 };
        check(b"# coding: euc-jp\n\n\xff\xff", Err(broken));
        let ascii = DecodeError::Undecodable { encoding: "ASCII", declared: true, line: 2 };
        check(b"# coding: us-ascii\n\xe9", Err(ascii));
        // Two bytes for one character: the second would come back as the first.
        let lossy = DecodeError::NotReversible { encoding: "Shift_JIS" };
        check(b"# coding: cp932\n\xed\x40", Err(lossy));
    }

    #[test]
    fn errors() {
        check(b"# coding: rot13\n", Err(unknown("rot13", 1)));
        check(b"\n# coding: utf-16\n", Err(unknown("utf-16", 2)));
        check(
            b"\xef\xbb\xbf# coding: latin-1\n",
            Err(DecodeError::Contradiction { name: "latin-1".into(), line: 1 }),
        );
        check(b"x\ny = '\0'", Err(DecodeError::Nul { line: 2 }));
    }

    #[test]
    fn a_character_outside_the_encoding_cannot_be_written() {
        for cookie in ["ascii", "latin-1", "cp1252", "euc-jp"] {
            let (text, encoding) = Encoding::decode(format!("# coding: {cookie}\n").into_bytes()).unwrap();
            assert!(encoding.encode(&format!("{text}🐍")).is_err(), "{cookie}");
        }
    }

    fn unknown(name: &str, line: usize) -> DecodeError {
        DecodeError::UnknownEncoding { name: name.into(), line }
    }
}
