//! Where a repository defines names: found line by line, without parsing. A superset, as text in strings looks
//! the same.

use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The `def` and `class` lines of all files, as sorted hashes. Two names of one hash only cost a needless look.
#[derive(Default)]
pub struct Definitions {
    /// Names behind `def` and `class`: hash and file.
    named: Vec<(u32, u32)>,
    /// Names of functions that a decorator may make a property.
    properties: Vec<(u32, u32)>,
    /// Words in the argument list of a class: what it may derive from.
    bases: Vec<(u32, u32)>,
}

impl Definitions {
    /// Of files given by their bytes, in the order of their numbers.
    pub fn of<B: AsRef<[u8]>>(files: impl Iterator<Item = B>) -> Self {
        let mut all = Definitions::default();
        for (file, bytes) in files.enumerate() {
            all.add(file as u32, bytes.as_ref());
        }
        all.sort();
        all
    }

    /// The file has changed.
    pub fn replace(&mut self, file: usize, bytes: &[u8]) {
        let file = file as u32;
        for list in [&mut self.named, &mut self.properties, &mut self.bases] {
            list.retain(|(_, f)| *f != file);
        }
        self.add(file, bytes);
        self.sort();
    }

    /// Numbers of the files with a `def` or `class` of this name, ascending.
    pub fn of_name(&self, name: &str) -> impl Iterator<Item = usize> + '_ {
        files(&self.named, name)
    }

    /// Numbers of the files in which a property may have this name, ascending.
    pub fn of_property(&self, name: &str) -> impl Iterator<Item = usize> + '_ {
        files(&self.properties, name)
    }

    /// Numbers of the files with a class that may derive from one of this name, ascending.
    pub fn of_subclass(&self, base: &str) -> impl Iterator<Item = usize> + '_ {
        files(&self.bases, base)
    }

    fn sort(&mut self) {
        for list in [&mut self.named, &mut self.properties, &mut self.bases] {
            list.sort_unstable();
            list.dedup();
        }
    }

    fn add(&mut self, file: u32, bytes: &[u8]) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // Whether a decorator since the last definition may make a property.
        let mut property = false;
        for (start, line) in lines(bytes) {
            let code = line.trim_ascii_start();
            match code.first() {
                Some(b'@') => {
                    property |= [&b"property"[..], b".getter", b".setter"]
                        .iter()
                        .any(|word| memchr::memmem::find(code, word).is_some());
                    continue;
                }
                Some(b'a' | b'c' | b'd') => {}
                _ => continue,
            }
            let (keyword, rest) = first_word(code);
            let (keyword, rest) = if keyword == b"async" { first_word(rest) } else { (keyword, rest) };
            if !matches!(keyword, b"def" | b"class") {
                continue;
            }
            let (name, rest) = first_word(rest);
            if name.is_empty() {
                continue;
            }
            let hash = hash(name);
            self.named.push((hash, file));
            if std::mem::take(&mut property) {
                self.properties.push((hash, file));
            }
            if keyword == b"class" {
                // The list may go on over several lines: read from here to its end.
                let from = start + (line.len() - rest.len());
                self.add_bases(file, &bytes[from..]);
            }
        }
    }

    fn add_bases(&mut self, file: u32, rest: &[u8]) {
        let mut depth = 0usize;
        let mut at = 0;
        while at < rest.len() {
            match rest[at] {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b':' if depth == 0 => return,
                byte if PART[byte as usize] => {
                    let (word, _) = first_word(&rest[at..]);
                    if depth > 0 {
                        self.bases.push((hash(word), file));
                    }
                    at += word.len();
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }
}

fn files<'l>(list: &'l [(u32, u32)], name: &str) -> impl Iterator<Item = usize> + use<'l> {
    let hash = hash(name.as_bytes());
    let first = list.partition_point(|(h, _)| *h < hash);
    list[first..].iter().take_while(move |(h, _)| *h == hash).map(|(_, file)| *file as usize)
}

/// Lines with where they start; `\r` alone ends one, too.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|r| !r.is_empty())?;
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = (start, &rest[..end]);
        start += end + 1;
        Some(line)
    })
}

/// The word behind blanks and line continuations, and what follows it.
fn first_word(bytes: &[u8]) -> (&[u8], &[u8]) {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\x0c' | b'\\' | b'\r' | b'\n');
    let start = bytes.iter().position(|b| !blank(b)).unwrap_or(bytes.len());
    let end = bytes[start..].iter().position(|b| !PART[*b as usize]).map_or(bytes.len(), |n| start + n);
    (&bytes[start..end], &bytes[end..])
}

pub(super) fn hash(word: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}

/// Bytes of identifiers, those of any non-ASCII character included.
pub(super) const PART: [bool; 256] = {
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
    use super::Definitions;

    fn check(text: &str, question: fn(&Definitions, &str) -> bool, yes: &[&str], no: &[&str]) {
        let of = Definitions::of([text].iter());
        for name in yes {
            assert!(question(&of, name), "{name} in {text:?}");
        }
        for name in no {
            assert!(!question(&of, name), "{name} in {text:?}");
        }
    }

    #[test]
    fn names_behind_def_and_class() {
        let text = "\u{feff}def  f(x): pass\rclass C: pass\r\n  async def g(): pass\n\x0cdef h(): definition = 1\ndefer k\n";
        let named = |d: &Definitions, n: &str| d.of_name(n).next().is_some();
        check(text, named, &["f", "C", "g", "h"], &["x", "definition", "k", "er"]);
    }

    #[test]
    fn functions_that_a_decorator_makes_properties() {
        let text = "@property\n@other(\n    1)\ndef f(self): pass\n\ndef g(self): pass\n@f.setter\n# why\ndef h(): pass\n\
                    @cached_property\nasync def k(): pass\n@plain\ndef p(): pass\n";
        let property = |d: &Definitions, n: &str| d.of_property(n).next().is_some();
        check(text, property, &["f", "h", "k"], &["g", "p", "other"]);
    }

    #[test]
    fn words_in_the_argument_list_of_a_class() {
        let text = "class C(pkg.A,\n        B[int], metaclass=M):\n    x = D(E)\nclass F: y = (G)\n";
        let derived = |d: &Definitions, n: &str| d.of_subclass(n).next().is_some();
        check(text, derived, &["A", "B", "M"], &["C", "D", "E", "F", "G", "x"]);
    }

    #[test]
    fn a_changed_file_replaces_its_old_self() {
        let mut of = Definitions::of(["def f(): pass", "def f(): pass"].iter());
        assert_eq!(of.of_name("f").collect::<Vec<_>>(), [0, 1]);
        of.replace(0, b"def g(): pass");
        assert_eq!(of.of_name("f").collect::<Vec<_>>(), [1]);
        assert_eq!(of.of_name("g").collect::<Vec<_>>(), [0]);
    }
}
