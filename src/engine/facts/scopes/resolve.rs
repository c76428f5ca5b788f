//! From slots to symbols: decides what each name of each scope refers to.
//!
//! CPython's `analyze_name` pushes sets of bound names down the tree. Here each name is looked up along the
//! chain of parents instead, and only names that some scope below the module binds need that walk.

use super::build::Built;
use super::names::NameId;
use super::slots::{Flags, Slot, Slots};
use super::{Access, OccurrenceId, Scope, ScopeId, ScopeKind, Symbol, SymbolId, Symbols};
use rustc_hash::FxHashMap;

/// What the methods of classes see as `__class__`.
#[derive(Default)]
pub(super) struct ClassCells {
    /// Per class whose methods use it.
    symbols: FxHashMap<ScopeId, SymbolId>,
    name: Option<NameId>,
}

/// What a name that `scope` does not own refers to.
fn find_above(
    slots: &Slots<'_>,
    cells: &ClassCells,
    scopes: &[Scope<'_>],
    scope: ScopeId,
    name: NameId,
) -> Found {
    if !slots.bound_below(name) {
        return Found::Slot(ScopeId::MODULE);
    }
    let Scope { parent: mut next, mut sees_class, .. } = scopes[scope.index()];
    while let Some(id) = next {
        let scope = &scopes[id.index()];
        let flags = slots.get(id, name).map_or(Flags::NONE, |s| s.flags);
        match scope.kind {
            ScopeKind::Module => break,
            ScopeKind::Class => {
                if sees_class && flags.has(Flags::GLOBAL) {
                    break;
                }
                if sees_class && flags.owned() {
                    return Found::Slot(id);
                }
                if cells.name == Some(name) {
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
    slots.cover(names.len());
    bind_declared_globals(&mut slots);
    let mut cells = ClassCells { name: names.get("__class__"), ..ClassCells::default() };
    if let Some(name) = cells.name {
        // Every class does.
        slots.mark_bound_below(name);
    }
    slots.group();

    let mut symbols = own_symbols(&mut scopes, &mut slots, |slot| {
        let text = if slot.flags.has(Flags::MANGLED) { names.mangled_text(slot.name) } else { None };
        text.filter(|text| *text != slot.spelled).map(Into::into)
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
            find_above(&slots, &cells, &scopes, slot.scope, slot.name)
        };
        let scope = slot.scope;
        let symbol = match found {
            Found::Slot(owner) => slots.get(owner, slot.name).and_then(|s| s.symbol),
            Found::ClassCell(class) => Some(*cells.symbols.entry(class).or_insert_with(|| {
                symbols.push(Symbol {
                    name: "__class__",
                    scope: class,
                    captured: true,
                    deleted: false,
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
            let symbol = &mut symbols[symbol.index()];
            symbol.occurrences.end += 1;
            symbol.deleted |= occurrence.access == Access::Delete;
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
        cells,
    }
}

/// `global x; x = 1` in a function binds a name of the module.
fn bind_declared_globals(slots: &mut Slots<'_>) {
    for i in 0..slots.all.len() {
        let Slot { scope, name, spelled, flags, .. } = slots.all[i];
        if scope != ScopeId::MODULE && flags.has(Flags::GLOBAL) && flags.has(Flags::BOUND) {
            slots.bind_in_module(name, spelled, flags);
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
            deleted: false,
            mangled: mangled(slot),
            occurrences: 0..0,
        }
    };
    owners.into_iter().map(symbol).collect()
}

pub(super) fn lookup(symbols: &Symbols<'_>, scope: ScopeId, name: NameId) -> Option<SymbolId> {
    let Symbols { scopes, slots, cells, .. } = symbols;
    if let Some(slot) = slots.get(scope, name) {
        return slot.symbol;
    }
    match find_above(slots, cells, scopes, scope, name) {
        Found::Slot(owner) => slots.get(owner, name).and_then(|s| s.symbol),
        Found::ClassCell(class) => cells.symbols.get(&class).copied(),
    }
}
