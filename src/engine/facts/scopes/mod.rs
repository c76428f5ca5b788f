//! Scopes, symbols and what each name refers to.
//!
//! Follows CPython's `symtable` (Python/symtable.c; language reference, "Naming and binding") and is tested
//! against it over whole standard libraries.
//!
//! ```text
//! Module ──build──> scopes, occurrences, one slot per (scope, name) ──resolve──> symbols, occurrence -> symbol
//! ```
//!
//! * A *scope* is a module, class, function, lambda, comprehension or one of the annotation scopes of PEP 695.
//! * An *occurrence* is a place where the file names a name: a read, a write, a deletion, a declaration.
//! * A *slot* holds what all occurrences of one name in one scope say together. "Local or not" depends on the
//!   whole scope, so names are resolved only when the walk is over.
//! * A *symbol* is a name in the scope that owns it.
//!
//! Annotations belong to the scope in which they stand, as they do before Python 3.14; 3.14 evaluates them
//! later, in a scope of their own, where every name means the same. Annotations in quotes are strings.
//!
//! Private names (`__x` in a class) are known under their mangled name (`_C__x`): [`Symbols::lookup`] wants
//! that one, [`Occurrence::name`] and [`Symbol::name`] give the spelled one.

mod build;
mod builtins;
mod names;
mod qualified;
mod resolve;
mod slots;
#[cfg(test)]
mod tests;

use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, TextRange};
use names::Names;
use resolve::ClassCells;
use rustc_hash::FxHashMap;
use slots::Slots;
use std::ops::Range;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ScopeId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SymbolId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OccurrenceId(pub u32);

impl ScopeId {
    pub const MODULE: ScopeId = ScopeId(0);

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl SymbolId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl OccurrenceId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    /// List, set and dict comprehensions and generator expressions, each a scope of its own whether or not
    /// the interpreter inlines it (PEP 709 does not change which names are visible).
    Comprehension,
    /// Type parameters of a generic function, class or type alias (PEP 695), and the value of a `type`
    /// statement, bounds and defaults.
    Annotation,
}

impl ScopeKind {
    /// Whether scopes nested in it see its names.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

pub struct Scope<'a> {
    pub kind: ScopeKind,
    /// The definition, comprehension or module that opens the scope; for annotation scopes the `TypeParams`,
    /// the type parameter (of a bound or default) or the `type` statement (of its value).
    pub node: NodeId,
    pub parent: Option<ScopeId>,
    /// Names declared `global` or `nonlocal` here, as spelled.
    pub declared_global: Vec<&'a str>,
    pub declared_nonlocal: Vec<&'a str>,
    /// Calls of `locals`, `vars()`, `dir()`, `eval`, `exec` by those names in this very scope: any name of the
    /// scope may be read (exec: at module and class level also written) through them.
    pub dynamic: Vec<TextRange>,
    /// Whether `super` or `__class__` is read in this very scope: its code needs a class around its function.
    pub class_cell: bool,
    /// An annotation scope directly in a class sees the names of the class, unlike a function (PEP 695).
    sees_class: bool,
    /// The symbols that the scope owns lie side by side.
    symbols: Range<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read,
    Write,
    /// `x += 1`: a read, then a write.
    ReadWrite,
    Delete,
}

impl Access {
    pub fn reads(self) -> bool {
        matches!(self, Access::Read | Access::ReadWrite)
    }

    pub fn writes(self) -> bool {
        matches!(self, Access::Write | Access::ReadWrite)
    }
}

/// How a name gets its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    Parameter,
    /// `x = ...`, also inside tuple targets.
    Assignment,
    AugmentedAssignment,
    /// `x: int = ...`
    AnnotatedAssignment,
    /// `x: int` alone makes the name local and binds nothing.
    Annotation,
    For,
    ComprehensionTarget,
    With,
    /// `except E as x`; the name is deleted when the handler is left.
    Except,
    Import,
    FromImport,
    Function,
    Class,
    Walrus,
    MatchCapture,
    TypeParameter,
    TypeAlias,
    /// `global x`/`nonlocal x`: a declaration, no value.
    Declaration,
}

impl Binding {
    /// Whether the name has a value afterwards.
    pub fn gives_value(self) -> bool {
        !matches!(self, Binding::Annotation | Binding::Declaration)
    }
}

pub struct Occurrence<'a> {
    /// As spelled, for `import a.b` only the `a`.
    pub name: &'a str,
    pub symbol: Option<SymbolId>,
    /// The scope whose code reads or binds the name (for the outermost iterable of a comprehension, the
    /// enclosing one; defaults, decorators and bases belong to the scope around the definition).
    pub scope: ScopeId,
    /// The `ExprName`, or the node that holds the identifier: parameter, alias, handler, pattern, definition,
    /// type parameter; for `global` and `nonlocal` the `Identifier`.
    pub node: NodeId,
    pub range: TextRange,
    pub access: Access,
    /// For a write: how. `None` for reads and deletions.
    pub binding: Option<Binding>,
}

impl Occurrence<'_> {
    /// Whether the name gets a value here.
    pub fn binds(&self) -> bool {
        self.binding.is_some_and(Binding::gives_value)
    }
}

/// A name in the scope that owns it.
pub struct Symbol<'a> {
    /// As spelled where it first occurs.
    pub name: &'a str,
    pub scope: ScopeId,
    /// Some other function, lambda, class, annotation or comprehension scope reads or binds it.
    pub captured: bool,
    /// A `del` takes its value away somewhere.
    pub deleted: bool,
    /// What the interpreter calls a private name of a class.
    mangled: Option<Box<str>>,
    /// In [`Symbols::by_symbol`].
    occurrences: Range<u32>,
}

impl Symbol<'_> {
    /// The name under which the interpreter and [`Symbols::lookup`] know it: mangled if it is private.
    pub fn runtime_name(&self) -> &str {
        self.mangled.as_deref().unwrap_or(self.name)
    }
}

/// What a name refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    Symbol(SymbolId),
    /// No scope of the file binds it, so it is a builtin or comes by a star import, `exec` or from outside.
    Free,
}

/// A place that writes into the namespace of the module or of `builtins` in a way that no scope shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NamespaceWrite<'a> {
    pub range: TextRange,
    /// The name that gets written; `None` if it could be any.
    pub name: Option<&'a str>,
}

/// Scopes and symbols of one file.
pub struct Symbols<'a> {
    /// Every scope behind its parent.
    pub scopes: Vec<Scope<'a>>,
    pub symbols: Vec<Symbol<'a>>,
    /// In source order.
    pub occurrences: Vec<Occurrence<'a>>,
    /// `from x import *` anywhere in the file.
    pub star_imports: Vec<NodeId>,
    /// `globals()["x"] = ...`, `exec` at module level, `builtins.any = ...` and the like.
    pub namespace_writes: Vec<NamespaceWrite<'a>>,
    /// Calls of `globals` (and of `vars`, `locals`, `dir` at module level): names of the module may be read.
    pub namespace_reads: Vec<TextRange>,
    /// Per node: one more than its occurrence, 0 for none.
    by_node: Vec<u32>,
    /// Occurrences grouped by symbol, in source order within each.
    by_symbol: Vec<OccurrenceId>,
    by_opener: FxHashMap<NodeId, ScopeId>,
    /// From this node up to the next entry, nodes belong to the scope. Sorted.
    spans: Vec<(NodeId, ScopeId)>,
    names: Names<'a>,
    slots: Slots<'a>,
    cells: ClassCells,
}

impl<'a> Symbols<'a> {
    pub fn of(module: &Module<'a>) -> Self {
        resolve::resolve(build::build(module))
    }

    /// The occurrence of a name node (see [`Occurrence::node`]).
    pub fn occurrence(&self, node: NodeId) -> Option<&Occurrence<'a>> {
        self.by_node[node.index()].checked_sub(1).map(|i| &self.occurrences[i as usize])
    }

    /// What the name at this node refers to.
    pub fn resolve(&self, node: NodeId) -> Resolution {
        match self.occurrence(node).and_then(|o| o.symbol) {
            Some(symbol) => Resolution::Symbol(symbol),
            None => Resolution::Free,
        }
    }

    pub fn scope_opened_by(&self, node: NodeId) -> Option<ScopeId> {
        self.by_opener.get(&node).copied()
    }

    pub fn symbol(&self, id: SymbolId) -> &Symbol<'a> {
        &self.symbols[id.index()]
    }

    pub fn scope(&self, id: ScopeId) -> &Scope<'a> {
        &self.scopes[id.index()]
    }

    /// The scope, its parent, ... up to the module.
    pub fn scope_chain(&self, id: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
        std::iter::successors(Some(id), |id| self.scope(*id).parent)
    }

    /// The symbols that the scope owns, by first occurrence.
    pub fn symbols_of(&self, scope: ScopeId) -> impl ExactSizeIterator<Item = SymbolId> + use<'a> {
        self.scope(scope).symbols.clone().map(SymbolId)
    }

    /// In this scope and in the scopes that see the symbol, in source order.
    pub fn occurrence_ids(&self, id: SymbolId) -> &[OccurrenceId] {
        let Range { start, end } = self.symbols[id.index()].occurrences;
        &self.by_symbol[start as usize..end as usize]
    }

    /// In this scope and in the scopes that see the symbol, in source order.
    pub fn occurrences_of(&self, id: SymbolId) -> impl Iterator<Item = &Occurrence<'a>> + '_ {
        self.occurrence_ids(id).iter().map(|o| &self.occurrences[o.index()])
    }

    /// The value of the assignment `x = value` (or `x: T = value`) that is the only place where the symbol gets
    /// a value or loses it. A name of a module may still be assigned from other files.
    pub fn single_assignment(&self, module: &Module<'a>, id: SymbolId) -> Option<&'a Expr> {
        let changes = |o: &&Occurrence<'a>| o.binds() || o.access == Access::Delete;
        let mut changes = self.occurrences_of(id).filter(changes);
        let (only, None) = (changes.next()?, changes.next()) else { return None };
        if self.symbol(id).scope == ScopeId::MODULE && self.hidden_write(only.name).is_some() {
            return None;
        }
        match module.parent_node(only.node)? {
            AnyNodeRef::StmtAssign(assign) => Some(&*assign.value),
            AnyNodeRef::StmtAnnAssign(assign) => assign.value.as_deref(),
            _ => None,
        }
    }

    /// The scope whose code the node belongs to. A definition, lambda or comprehension belongs to the scope
    /// around it, its parameters and body to the one that it opens.
    pub fn scope_of(&self, _module: &Module<'a>, node: NodeId) -> ScopeId {
        let after = self.spans.partition_point(|(start, _)| *start <= node);
        self.spans[after - 1].1
    }

    /// The symbol that `name` (mangled, if private) refers to when it is read from code in `scope`.
    pub fn lookup(&self, scope: ScopeId, name: &str) -> Option<SymbolId> {
        resolve::lookup(self, scope, self.names.get(name)?)
    }

    /// The symbol of that name (mangled, if private) that the scope itself owns.
    pub fn own(&self, scope: ScopeId, name: &str) -> Option<SymbolId> {
        self.lookup(scope, name).filter(|s| self.symbol(*s).scope == scope)
    }
}
