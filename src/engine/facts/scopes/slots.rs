//! One slot per name and scope: what all occurrences of the name there say together.
//!
//! While scopes are open, each name heads a chain of its slots in the open scopes, the innermost first (the
//! classic symbol table of block-structured languages): finding the slot of an occurrence needs no hash table,
//! for the chain is as short as the nesting is shallow. Afterwards slots are found by name and scope in groups.

use super::names::NameId;
use super::{ScopeId, SymbolId};
use std::ops::Range;

/// What the occurrences of a name in one scope say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    pub const NONE: Flags = Flags(0);
    /// Assigned, imported, deleted, a parameter, ...: owned by the scope unless declared otherwise.
    pub const BOUND: Flags = Flags(1);
    pub const GLOBAL: Flags = Flags(2);
    pub const NONLOCAL: Flags = Flags(4);
    /// Spelled differently from how the interpreter knows it, at least in one place.
    pub const MANGLED: Flags = Flags(8);

    pub fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn or(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    pub fn owned(self) -> bool {
        self.has(Flags::BOUND) && !self.has(Flags::GLOBAL) && !self.has(Flags::NONLOCAL)
    }
}

const NO_SLOT: u32 = u32::MAX;

pub(super) struct Slot<'a> {
    pub scope: ScopeId,
    pub name: NameId,
    pub spelled: &'a str,
    pub flags: Flags,
    /// Once resolved.
    pub symbol: Option<SymbolId>,
    /// The slot of the name in the next open scope outwards, the module left out.
    outer: u32,
    /// The slot of the scope that was made before this one.
    sibling: u32,
}

/// What is known about a name in all scopes.
struct Name {
    /// Its slot in the innermost open scope below the module.
    innermost: u32,
    /// Its slot in the module.
    module: u32,
    /// Whether any scope other than the module binds it.
    bound_below: bool,
    /// Where its slots are, once they are grouped.
    group: Range<u32>,
}

#[derive(Default)]
pub(super) struct Slots<'a> {
    pub all: Vec<Slot<'a>>,
    /// By name.
    names: Vec<Name>,
    /// Per scope: the slot made last.
    last: Vec<u32>,
    /// The slots of the names that are bound below the module, by name, then by scope.
    grouped: Vec<u32>,
}

impl<'a> Slots<'a> {
    pub fn with_capacity(capacity: usize) -> Self {
        Slots { all: Vec::with_capacity(capacity), ..Slots::default() }
    }

    pub fn open(&mut self, scope: ScopeId) {
        debug_assert_eq!(scope.index(), self.last.len());
        self.last.push(NO_SLOT);
    }

    /// The slot of the name in an open scope, with the flags added.
    #[inline]
    pub fn at(&mut self, scope: ScopeId, id: NameId, spelled: &'a str, flags: Flags) -> u32 {
        if id.index() >= self.names.len() {
            self.cover(id.index() + 1);
        }
        let name = &mut self.names[id.index()];
        let next = self.all.len() as u32;
        let mut outer = NO_SLOT;
        if scope == ScopeId::MODULE {
            if name.module != NO_SLOT {
                let slot = name.module;
                self.add(slot, flags);
                return slot;
            }
            name.module = next;
        } else {
            name.bound_below |= flags.has(Flags::BOUND);
            let mut inner = NO_SLOT;
            outer = name.innermost;
            // Slots of scopes further in: a default or an outermost iterable runs further out.
            while outer != NO_SLOT && self.all[outer as usize].scope > scope {
                inner = outer;
                outer = self.all[outer as usize].outer;
            }
            if outer != NO_SLOT && self.all[outer as usize].scope == scope {
                self.add(outer, flags);
                return outer;
            }
            match self.all.get_mut(inner as usize) {
                Some(inner) => inner.outer = next,
                None => name.innermost = next,
            }
        }
        let sibling = std::mem::replace(&mut self.last[scope.index()], next);
        self.all.push(Slot { scope, name: id, spelled, flags, symbol: None, outer, sibling });
        next
    }

    /// Makes room for this many names: not all that are interned occur.
    pub fn cover(&mut self, names: usize) {
        let unused = || Name { innermost: NO_SLOT, module: NO_SLOT, bound_below: false, group: 0..0 };
        self.names.resize_with(names.max(self.names.len()), unused);
    }

    fn add(&mut self, slot: u32, flags: Flags) {
        let slot = &mut self.all[slot as usize];
        slot.flags = slot.flags.or(flags);
    }

    /// No code of the scope comes any more, and none of the scopes in it.
    pub fn close(&mut self, scope: ScopeId) {
        let mut slot = self.last[scope.index()];
        while let Some(Slot { name, outer, sibling, .. }) = self.all.get(slot as usize) {
            debug_assert_eq!(self.names[name.index()].innermost, slot, "scopes close from the inside out");
            self.names[name.index()].innermost = *outer;
            slot = *sibling;
        }
    }

    /// Binds in the module a name that has these flags elsewhere.
    pub fn bind_in_module(&mut self, id: NameId, spelled: &'a str, flags: Flags) {
        let mangled = if flags.has(Flags::MANGLED) { Flags::MANGLED } else { Flags::NONE };
        self.at(ScopeId::MODULE, id, spelled, Flags::BOUND.or(mangled));
    }

    /// Whether a scope other than the module binds the name.
    pub fn bound_below(&self, name: NameId) -> bool {
        self.names[name.index()].bound_below
    }

    pub fn mark_bound_below(&mut self, name: NameId) {
        self.names[name.index()].bound_below = true;
    }

    /// Groups the slots; none is made afterwards.
    pub fn group(&mut self) {
        for slot in &self.all {
            let name = &mut self.names[slot.name.index()];
            name.group.end += u32::from(name.bound_below);
        }
        let mut total = 0;
        for name in &mut self.names {
            let count = name.group.end;
            name.group = total..total;
            total += count;
        }
        self.grouped = vec![0; total as usize];
        for (i, slot) in self.all.iter().enumerate() {
            let name = &mut self.names[slot.name.index()];
            if name.bound_below {
                self.grouped[name.group.end as usize] = i as u32;
                name.group.end += 1;
            }
        }
        for name in &self.names {
            let group = &mut self.grouped[name.group.start as usize..name.group.end as usize];
            // Mostly sorted already.
            group.sort_by_key(|slot| self.all[*slot as usize].scope);
        }
    }

    /// The slot of the name in the scope. Of names that are bound nowhere below the module, only that of the
    /// module is found.
    pub fn get(&self, scope: ScopeId, name: NameId) -> Option<&Slot<'a>> {
        let Name { module, group, .. } = &self.names[name.index()];
        if scope == ScopeId::MODULE {
            return self.all.get(*module as usize);
        }
        let group = &self.grouped[group.start as usize..group.end as usize];
        let found = group.binary_search_by_key(&scope, |slot| self.all[*slot as usize].scope).ok()?;
        self.all.get(group[found] as usize)
    }
}
