//! The identifiers of a file, as hashes: enough to know which files a question cannot concern.

use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Hashes of the words of a file, sorted. Two words of one hash only cost a needless look.
#[derive(Default)]
pub struct Words {
    all: Box<[u32]>,
    /// Those behind `def` and `class`.
    defined: Box<[u32]>,
}

impl Words {
    pub fn of(bytes: &[u8]) -> Self {
        let mut all = Vec::new();
        let mut defined = Vec::new();
        let mut at = 0;
        let mut keyword = false;
        while at < bytes.len() {
            if !PART[bytes[at] as usize] {
                keyword &= matches!(bytes[at], b' ' | b'\t');
                at += 1;
                continue;
            }
            let start = at;
            while at < bytes.len() && PART[bytes[at] as usize] {
                at += 1;
            }
            let word = &bytes[start..at];
            if word[0].is_ascii_digit() {
                keyword = false;
                continue;
            }
            let hash = hash(word);
            all.push(hash);
            if keyword {
                defined.push(hash);
            }
            keyword = matches!(word, b"def" | b"class");
        }
        Words { all: sorted(all), defined: sorted(defined) }
    }

    pub fn mentions(&self, word: &str) -> bool {
        self.all.binary_search(&hash(word.as_bytes())).is_ok()
    }

    pub fn defines(&self, name: &str) -> bool {
        self.defined.binary_search(&hash(name.as_bytes())).is_ok()
    }
}

fn sorted(mut hashes: Vec<u32>) -> Box<[u32]> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.into()
}

fn hash(word: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}

/// Bytes of identifiers, those of any non-ASCII character included.
const PART: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        table[i] = b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn words_stand_alone() {
        let words = Words::of(b"def  f(x1):\n    return 'pkg.mod' + xs[1e5]\nclass C: pass");
        for word in ["f", "x1", "pkg", "mod", "xs", "C", "return"] {
            assert!(words.mentions(word), "{word}");
        }
        assert!(!words.mentions("x") && !words.mentions("e5"));
        assert!(words.defines("f") && words.defines("C") && !words.defines("xs"));
    }
}
