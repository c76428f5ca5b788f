//! Interned names and the mangling of private ones.

use rustc_hash::FxHashMap;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct NameId(pub u32);

impl NameId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The names of a file as the interpreter knows them, numbered by first occurrence.
#[derive(Default)]
pub(super) struct Names<'a> {
    short: FxHashMap<Short, NameId>,
    /// Names that are too long to be [`Short`].
    long: FxHashMap<&'a str, NameId>,
    /// Names that are spelled differently where they occur.
    mangled: FxHashMap<Box<str>, NameId>,
    mangled_texts: FxHashMap<NameId, Box<str>>,
    count: u32,
}

/// A name of at most 16 bytes as three numbers: its first and its last eight bytes (which overlap) and its
/// length. Nearly all names are that short, and numbers are hashed and compared faster than text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Short(u64, u64, u32);

impl Short {
    #[inline]
    fn new(name: &str) -> Option<Short> {
        let bytes = name.as_bytes();
        let length = bytes.len() as u32;
        if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            let short = Short(u64::from_le_bytes(*first), u64::from_le_bytes(*last), length);
            return (length <= 16).then_some(short);
        }
        if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
            return Some(Short(first.into(), last.into(), length));
        }
        let all = bytes.iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
        Some(Short(all, 0, length))
    }
}

impl<'a> Names<'a> {
    pub fn with_capacity(capacity: usize) -> Self {
        Names { short: FxHashMap::with_capacity_and_hasher(capacity, Default::default()), ..Names::default() }
    }

    pub fn len(&self) -> usize {
        self.count as usize
    }

    pub fn get(&self, name: &str) -> Option<NameId> {
        let found = match Short::new(name) {
            Some(short) => self.short.get(&short),
            None => self.long.get(name),
        };
        found.or_else(|| self.mangled.get(name)).copied()
    }

    #[inline]
    pub fn intern(&mut self, name: &'a str) -> NameId {
        // A new name may be written out behind a place where it is mangled.
        let mut new = || {
            let id = *self.mangled.get(name).unwrap_or(&NameId(self.count));
            self.count = self.count.max(id.0 + 1);
            id
        };
        match Short::new(name) {
            Some(short) => *self.short.entry(short).or_insert_with(&mut new),
            None => *self.long.entry(name).or_insert_with(&mut new),
        }
    }

    pub fn intern_mangled(&mut self, name: &str) -> NameId {
        let id = self.get(name).unwrap_or(NameId(self.count));
        self.count = self.count.max(id.0 + 1);
        self.mangled.insert(name.into(), id);
        self.mangled_texts.insert(id, name.into());
        id
    }

    pub fn mangled_text(&self, id: NameId) -> Option<&str> {
        self.mangled_texts.get(&id).map(|s| &**s)
    }
}

/// The name that `name` has inside the class (language reference, "Private name mangling"; CPython's
/// `_Py_Mangle`), if that is another one.
pub(super) fn mangle(class: &str, name: &str) -> Option<String> {
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return None;
    }
    let class = class.trim_start_matches('_');
    (!class.is_empty()).then(|| format!("_{class}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_differ_where_their_texts_do() {
        // Lengths around the limits of four, eight and sixteen bytes, overlapping ends, bytes that are zero.
        let texts: Vec<String> = ["a", "ab", "ba", "\0", "é"]
            .iter()
            .flat_map(|part| (1..=18).map(|n| part.repeat(n)))
            .chain((0..18).map(|n| format!("{}b{}", "a".repeat(n), "a".repeat(17 - n))))
            .chain((0..16).map(|n| format!("{}b{}", "a".repeat(n), "a".repeat(15 - n))))
            .collect();
        let mut names = Names::default();
        let ids: Vec<NameId> = texts.iter().map(|text| names.intern(text)).collect();
        for (text, id) in texts.iter().zip(&ids) {
            assert_eq!(names.get(text), Some(*id), "{text}");
            let same: Vec<_> = texts.iter().zip(&ids).filter(|(_, other)| *other == id).collect();
            assert!(same.iter().all(|(other, _)| *other == text), "{text}: {same:?}");
        }
        assert_eq!(names.get("aaaab"), None);
    }

    #[test]
    fn a_name_is_one_whether_mangled_or_written_out() {
        let mut names = Names::default();
        let mangled = names.intern_mangled("_C__x");
        assert_eq!(names.intern("_C__x"), mangled);
        let written = names.intern("_D__x");
        assert_eq!(names.intern_mangled("_D__x"), written);
        assert_eq!(names.len(), 2);
        assert_eq!(names.mangled_text(written), Some("_D__x"));
    }
}
