//! Interned names and the mangling of private ones.

use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

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
    ids: FxHashMap<&'a str, NameId>,
    /// Names that are spelled differently where they occur.
    mangled: FxHashMap<Box<str>, NameId>,
    mangled_texts: FxHashMap<NameId, Box<str>>,
    count: u32,
}

impl<'a> Names<'a> {
    pub fn with_capacity(capacity: usize) -> Self {
        Names { ids: FxHashMap::with_capacity_and_hasher(capacity, Default::default()), ..Names::default() }
    }

    pub fn len(&self) -> usize {
        self.count as usize
    }

    pub fn get(&self, name: &str) -> Option<NameId> {
        self.ids.get(name).or_else(|| self.mangled.get(name)).copied()
    }

    #[inline]
    pub fn intern(&mut self, name: &'a str) -> NameId {
        match self.ids.entry(name) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                // The name may be written out behind a place where it is mangled.
                let id = *self.mangled.get(name).unwrap_or(&NameId(self.count));
                self.count = self.count.max(id.0 + 1);
                *entry.insert(id)
            }
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
