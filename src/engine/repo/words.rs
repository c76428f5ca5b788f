//! The identifiers of a file, as hashes: enough to know which files a question cannot concern.

use super::definitions::{PART, hash};

/// The file has an import with a star: asked for like a word, which none with a blank is.
pub const STAR_IMPORT: &str = "import *";

/// Hashes of the words of a file, sorted. Two words of one hash only cost a needless look.
#[derive(Default)]
pub struct Words(Box<[u32]>);

impl Words {
    pub fn of(bytes: &[u8]) -> Self {
        let mut hashes = Vec::new();
        // Words come again soon: most repetitions go before they are sorted.
        let mut recent = [0u32; 512];
        let mut at = 0;
        while at < bytes.len() {
            let start = at;
            while at < bytes.len() && PART[bytes[at] as usize] {
                at += 1;
            }
            let word = &bytes[start..at];
            if word.first().is_some_and(|b| !b.is_ascii_digit()) {
                let hash = hash(word);
                let slot = &mut recent[hash as usize % 512];
                if *slot != hash || hash == 0 {
                    *slot = hash;
                    hashes.push(hash);
                }
                if word == b"import" && is_star(&bytes[at..]) {
                    hashes.push(Word::of(STAR_IMPORT).0);
                }
            }
            at += usize::from(word.is_empty());
        }
        hashes.sort_unstable();
        hashes.dedup();
        Words(hashes.into())
    }

    pub fn mentions(&self, word: Word) -> bool {
        self.0.binary_search(&word.0).is_ok()
    }
}

/// Whether `import` takes a star, by what follows it.
fn is_star(behind: &[u8]) -> bool {
    behind.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\x0c' | b'\\' | b'\r' | b'\n')) == Some(&b'*')
}

/// A word that files are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Word(u32);

impl Word {
    pub fn of(word: &str) -> Self {
        Word(hash(word.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::{STAR_IMPORT, Word, Words};

    #[test]
    fn words_stand_alone() {
        let words = Words::of(b"def  f(x1):\n    return 'pkg.mod' + xs[1e5]\nclass C: pass");
        for word in ["f", "x1", "pkg", "mod", "xs", "C", "return"] {
            assert!(words.mentions(Word::of(word)), "{word}");
        }
        assert!(!words.mentions(Word::of("x")) && !words.mentions(Word::of("e5")));
    }

    #[test]
    fn stars_of_imports_are_noted() {
        let star = |code: &str| Words::of(code.as_bytes()).mentions(Word::of(STAR_IMPORT));
        assert!(star("from a import *") && star("from a import*") && star("from a import \\\n  *\n"));
        assert!(!star("from a import b\nx * y") && !star("imports * 2"));
    }
}
