//! From slots to symbols: decides what each name of each scope refers to.
//!
//! CPython's `analyze_name` pushes sets of bound names down the tree. Here each name is looked up along the
//! chain of parents instead, and only names that some scope below the module binds need that walk.

use super::build::Built;
use super::names::NameId;
use super::{OccurrenceId, Scope, ScopeId, ScopeKind, Symbol, SymbolId, Symbols};
use rustc_hash::FxHashMap;

/// What the occurrences of a name in one scope say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    pub const NONE: Flags = Flags(0);
    /// Assigned, imported, deleted, a parameter, ...: owned by the scope unless declared otherwise.
    pub const BOUND: Flags = Flags(1);
    pub const GLOBAL: Flags = Flags(2);
    pub const NONLOCAL: Flags = Flags(4);

    pub fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn or(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    fn owned(self) -> bool {
        self.has(Flags::BOUND) && !self.has(Flags::GLOBAL) && !self.has(Flags::NONLOCAL)
    }
}

/// One name in one scope.
pub(super) struct Slot<'a> {
    pub scope: ScopeId,
    pub name: NameId,
    pub spelled: &'a str,
    pub flags: Flags,
    /// Once resolved.
    pub symbol: Option<SymbolId>,
}

#[derive(Default)]
pub(super) struct Slots<'a> {
    pub all: Vec<Slot<'a>>,
    pub of: FxHashMap<(ScopeId, NameId), u32>,
    /// Per name: whether any scope other than the module binds it.
    pub bound_below: Vec<bool>,
    /// Per class whose methods use it: the implicit `__class__`.
    class_cells: FxHashMap<ScopeId, SymbolId>,
    class_name: Option<NameId>,
}

impl<'a> Slots<'a> {
    fn get(&self, scope: ScopeId, name: NameId) -> Option<&Slot<'a>> {
        self.of.get(&(scope, name)).map(|i| &self.all[*i as usize])
    }

    /// What a name that `scope` does not own refers to.
    fn find_above(&self, scopes: &[Scope<'a>], scope: ScopeId, name: NameId) -> Found {
        if !self.bound_below[name.0 as usize] && self.class_name != Some(name) {
            return Found::Slot(ScopeId::MODULE);
        }
        let Scope { parent: mut next, mut sees_class, .. } = scopes[scope.index()];
        while let Some(id) = next {
            let scope = &scopes[id.index()];
            let flags = self.get(id, name).map_or(Flags::NONE, |s| s.flags);
            match scope.kind {
                ScopeKind::Module => break,
                ScopeKind::Class => {
                    if sees_class && flags.has(Flags::GLOBAL) {
                        break;
                    }
                    if sees_class && flags.owned() {
                        return Found::Slot(id);
                    }
                    if self.class_name == Some(name) {
                        return Found::ClassCell(id);
                    }
                    sees_class = false;
                }
                _ => {
                    if flags.has(Flags::GLOBAL) {
                        break;
                    }
                    if flags.owned() {
                        return Found::Slot(id);
                    }
                    sees_class &= scope.sees_class;
                }
            }
            next = scope.parent;
        }
        Found::Slot(ScopeId::MODULE)
    }
}

enum Found {
    /// The slot of the name in this scope owns it, if there is such a slot.
    Slot(ScopeId),
    /// The `__class__` that methods of this class see.
    ClassCell(ScopeId),
}

pub(super) fn resolve(built: Built<'_>) -> Symbols<'_> {
    let Built {
        mut scopes,
        mut occurrences,
        occurrence_slots,
        mut slots,
        names,
        by_node,
        by_opener,
        spans,
        star_imports,
        namespace_writes,
        namespace_reads,
    } = built;
    slots.class_name = names.get("__class__");
    bind_declared_globals(&mut slots);

    let mut symbols = own_symbols(&mut scopes, &mut slots, |slot| {
        names.mangled_text(slot.name).filter(|m| *m != slot.spelled).map(Into::into)
    });

    // All symbols exist, except the implicit ones: the names that no scope owns itself can be looked up.
    for i in 0..slots.all.len() {
        let slot = &slots.all[i];
        if slot.symbol.is_some() {
            continue;
        }
        let found = if slot.flags.has(Flags::GLOBAL) {
            Found::Slot(ScopeId::MODULE)
        } else {
            slots.find_above(&scopes, slot.scope, slot.name)
        };
        let scope = slot.scope;
        let symbol = match found {
            Found::Slot(owner) => slots.get(owner, slot.name).and_then(|s| s.symbol),
            Found::ClassCell(class) => Some(*slots.class_cells.entry(class).or_insert_with(|| {
                symbols.push(Symbol {
                    name: "__class__",
                    scope: class,
                    captured: true,
                    mangled: None,
                    occurrences: 0..0,
                });
                SymbolId(symbols.len() as u32 - 1)
            })),
        };
        if let Some(symbol) = symbol {
            let symbol = &mut symbols[symbol.index()];
            symbol.captured |= symbol.scope != scope;
        }
        slots.all[i].symbol = symbol;
    }

    for (occurrence, slot) in occurrences.iter_mut().zip(&occurrence_slots) {
        occurrence.symbol = slots.all[*slot as usize].symbol;
        if let Some(symbol) = occurrence.symbol {
            symbols[symbol.index()].occurrences.end += 1;
        }
    }
    let mut total = 0;
    for symbol in &mut symbols {
        let count = symbol.occurrences.end;
        symbol.occurrences = total..total;
        total += count;
    }
    let mut by_symbol = vec![OccurrenceId(0); total as usize];
    for (i, occurrence) in occurrences.iter().enumerate() {
        if let Some(symbol) = occurrence.symbol {
            let end = &mut symbols[symbol.index()].occurrences.end;
            by_symbol[*end as usize] = OccurrenceId(i as u32);
            *end += 1;
        }
    }

    Symbols {
        scopes,
        symbols,
        occurrences,
        star_imports,
        namespace_writes,
        namespace_reads,
        by_node,
        by_symbol,
        by_opener,
        spans,
        names,
        slots,
    }
}

/// `global x; x = 1` in a function binds a name of the module.
fn bind_declared_globals(slots: &mut Slots<'_>) {
    for i in 0..slots.all.len() {
        let Slot { scope, name, spelled, flags, .. } = slots.all[i];
        if scope != ScopeId::MODULE && flags.has(Flags::GLOBAL) && flags.has(Flags::BOUND) {
            let next = slots.all.len() as u32;
            let at = *slots.of.entry((ScopeId::MODULE, name)).or_insert(next);
            if at == next {
                let flags = Flags::BOUND;
                slots.all.push(Slot { scope: ScopeId::MODULE, name, spelled, flags, symbol: None });
            } else {
                let slot = &mut slots.all[at as usize];
                slot.flags = slot.flags.or(Flags::BOUND);
            }
        }
    }
}

/// Makes a symbol of each slot that its scope owns, those of a scope side by side.
fn own_symbols<'a>(
    scopes: &mut [Scope<'a>],
    slots: &mut Slots<'a>,
    mangled: impl Fn(&Slot<'a>) -> Option<Box<str>>,
) -> Vec<Symbol<'a>> {
    let owns = |slot: &Slot<'_>| {
        // At module level a declaration changes nothing.
        slot.flags.owned() || slot.scope == ScopeId::MODULE && slot.flags.has(Flags::BOUND)
    };
    for slot in slots.all.iter().filter(|s| owns(s)) {
        scopes[slot.scope.index()].symbols.end += 1;
    }
    let mut total = 0;
    for scope in scopes.iter_mut() {
        let count = scope.symbols.end;
        scope.symbols = total..total;
        total += count;
    }
    let mut owners = vec![0u32; total as usize];
    for (i, slot) in slots.all.iter_mut().enumerate() {
        if owns(slot) {
            let end = &mut scopes[slot.scope.index()].symbols.end;
            slot.symbol = Some(SymbolId(*end));
            owners[*end as usize] = i as u32;
            *end += 1;
        }
    }
    let symbol = |i: u32| {
        let slot = &slots.all[i as usize];
        Symbol {
            name: slot.spelled,
            scope: slot.scope,
            captured: false,
            mangled: mangled(slot),
            occurrences: 0..0,
        }
    };
    owners.into_iter().map(symbol).collect()
}

pub(super) fn lookup(symbols: &Symbols<'_>, scope: ScopeId, name: NameId) -> Option<SymbolId> {
    let slots = &symbols.slots;
    if let Some(slot) = slots.get(scope, name) {
        return slot.symbol;
    }
    match slots.find_above(&symbols.scopes, scope, name) {
        Found::Slot(owner) => slots.get(owner, name).and_then(|s| s.symbol),
        Found::ClassCell(class) => slots.class_cells.get(&class).copied(),
    }
}
