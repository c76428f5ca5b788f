//! The identifiers of files, as hashes: enough to know which files a question cannot concern.

use rustc_hash::FxHashMap;

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

/// Which of many files have a word: found without looking at the others.
#[derive(Default)]
pub struct WordIndex {
    /// Hashes of words, sorted, each once.
    words: Box<[u32]>,
    /// Per word, where the numbers of its files end.
    ends: Box<[u32]>,
    /// Numbers of files: those of the first word, ascending, then those of the second, ...
    files: Box<[u32]>,
    /// Files that have changed since.
    changed: FxHashMap<u32, Words>,
}

impl WordIndex {
    /// Of files given by their words, in the order of their numbers.
    pub fn of(files: impl Iterator<Item = Words>) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (file, words) in (0..).zip(files) {
            pairs.extend(words.0.iter().map(|word| (*word, file)));
        }
        pairs.sort_unstable();
        let (mut words, mut ends) = (Vec::new(), Vec::new());
        for chunk in pairs.chunk_by(|a, b| a.0 == b.0) {
            words.push(chunk[0].0);
            ends.push(ends.last().copied().unwrap_or(0) + chunk.len() as u32);
        }
        let files = pairs.iter().map(|(_, file)| *file).collect();
        WordIndex { words: words.into(), ends: ends.into(), files, changed: FxHashMap::default() }
    }

    /// The file has changed.
    pub fn replace(&mut self, file: u32, words: Words) {
        self.changed.insert(file, words);
    }

    /// Numbers of the files with the word, ascending.
    pub fn mentioning(&self, word: Word) -> Vec<u32> {
        self.chosen(self.unchanged(word).iter().copied(), |words| words.mentions(word))
    }

    /// Numbers of the files with both words, ascending.
    pub fn mentioning_both(&self, one: Word, other: Word) -> Vec<u32> {
        let (one_of, other_of) = (self.unchanged(one), self.unchanged(other));
        let (few, many) = if one_of.len() < other_of.len() { (one_of, other_of) } else { (other_of, one_of) };
        let both = few.iter().copied().filter(|file| many.binary_search(file).is_ok());
        self.chosen(both, |words| words.mentions(one) && words.mentions(other))
    }

    /// Files that had the word at first.
    fn unchanged(&self, word: Word) -> &[u32] {
        let Ok(at) = self.words.binary_search(&word.0) else { return &[] };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.files[start as usize..self.ends[at] as usize]
    }

    /// Those of these files that have not changed, and those that have of which it is true now.
    fn chosen(&self, unchanged: impl Iterator<Item = u32>, is_one: impl Fn(&Words) -> bool) -> Vec<u32> {
        if self.changed.is_empty() {
            return unchanged.collect();
        }
        let mut files: Vec<u32> = unchanged.filter(|file| !self.changed.contains_key(file)).collect();
        files.extend(self.changed.iter().filter(|(_, words)| is_one(words)).map(|(file, _)| *file));
        files.sort_unstable();
        files
    }
}

#[cfg(test)]
mod tests {
    use super::{STAR_IMPORT, Word, WordIndex, Words};

    #[test]
    fn an_index_knows_the_files_of_a_word() {
        let files = ["a b", "b c", "", "c a"];
        let mut index = WordIndex::of(files.iter().map(|text| Words::of(text.as_bytes())));
        let of = |index: &WordIndex, word: &str| index.mentioning(Word::of(word));
        assert_eq!(of(&index, "a"), [0, 3]);
        assert_eq!(of(&index, "b"), [0, 1]);
        assert_eq!(of(&index, "c"), [1, 3]);
        assert!(of(&index, "d").is_empty());
        let both = |index: &WordIndex, one, other| index.mentioning_both(Word::of(one), Word::of(other));
        assert_eq!(both(&index, "a", "b"), [0]);
        assert_eq!(both(&index, "c", "a"), [3]);
        index.replace(1, Words::of(b"a d"));
        assert_eq!(of(&index, "a"), [0, 1, 3]);
        assert_eq!(of(&index, "b"), [0]);
        assert_eq!(of(&index, "d"), [1]);
        assert_eq!(both(&index, "d", "a"), [1]);
    }

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
