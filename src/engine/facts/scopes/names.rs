//! Interned names and the mangling of private ones.

use rustc_hash::FxHashMap;
use std::borrow::Cow;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct NameId(pub u32);

/// The names of a file as the interpreter knows them, numbered by first occurrence.
#[derive(Default)]
pub(super) struct Names<'a> {
    ids: FxHashMap<Cow<'a, str>, NameId>,
    /// The text of those that are mangled.
    mangled: FxHashMap<NameId, Box<str>>,
}

impl<'a> Names<'a> {
    pub fn get(&self, name: &str) -> Option<NameId> {
        self.ids.get(name).copied()
    }

    pub fn intern(&mut self, name: &'a str) -> NameId {
        let next = NameId(self.ids.len() as u32);
        *self.ids.entry(Cow::Borrowed(name)).or_insert(next)
    }

    pub fn intern_mangled(&mut self, name: String) -> NameId {
        if let Some(id) = self.get(&name) {
            // The same name may be written out elsewhere in the file (`_C__x`).
            self.mangled.entry(id).or_insert_with(|| name.into_boxed_str());
            return id;
        }
        let id = NameId(self.ids.len() as u32);
        self.mangled.insert(id, name.clone().into_boxed_str());
        self.ids.insert(Cow::Owned(name), id);
        id
    }

    pub fn mangled_text(&self, id: NameId) -> Option<&str> {
        self.mangled.get(&id).map(|s| &**s)
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
