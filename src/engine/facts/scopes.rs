//! Scopes, symbols and what each name refers to.
//!
//! Follows CPython's `symtable` (Python/symtable.c; language reference, "Naming and binding") and is tested
//! against it.

use crate::syntax::{Module, NodeId, TextRange, ast};
use rustc_hash::FxHashMap;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ScopeId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SymbolId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OccurrenceId(pub u32);

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

pub struct Scope<'a> {
    pub kind: ScopeKind,
    /// The definition, comprehension or module that opens the scope.
    pub node: NodeId,
    pub parent: Option<ScopeId>,
    /// Names that this scope owns.
    pub symbols: FxHashMap<&'a str, SymbolId>,
    /// Names declared `global` or `nonlocal` here.
    pub declared_global: Vec<&'a str>,
    pub declared_nonlocal: Vec<&'a str>,
    /// Calls of `locals`, `vars()`, `dir()`, `eval`, `exec` by those names in this very scope: any name of the
    /// scope may be read (exec: at module and class level also written) through them.
    pub dynamic: Vec<TextRange>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    Read,
    Write,
    /// `x += 1`: a read, then a write.
    ReadWrite,
    Delete,
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

pub struct Occurrence<'a> {
    pub name: &'a str,
    pub symbol: Option<SymbolId>,
    /// The scope whose code reads or binds the name (for the outermost iterable of a comprehension, the
    /// enclosing one; defaults, decorators and bases belong to the scope around the definition).
    pub scope: ScopeId,
    /// The `ExprName`, or the node that holds the identifier (parameter, alias, handler, definition, ...).
    pub node: NodeId,
    pub range: TextRange,
    pub access: Access,
    /// For a write: how. `None` for reads and deletions.
    pub binding: Option<Binding>,
}

/// A name in the scope that owns it.
pub struct Symbol<'a> {
    pub name: &'a str,
    pub scope: ScopeId,
    /// All of them in source order, in this scope and in the scopes that see the symbol.
    pub occurrences: Vec<OccurrenceId>,
    /// Some other function, lambda, class or comprehension scope reads or binds it.
    pub captured: bool,
}

/// What a name refers to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    Symbol(SymbolId),
    /// No scope of the file binds it, so it is a builtin or comes by a star import, `exec` or from outside.
    Free,
}

/// Scopes and symbols of one file.
pub struct Symbols<'a> {
    pub scopes: Vec<Scope<'a>>,
    pub symbols: Vec<Symbol<'a>>,
    pub occurrences: Vec<Occurrence<'a>>,
    /// `from x import *` anywhere in the file.
    pub star_imports: Vec<NodeId>,
    /// Occurrence by node (for `ExprName`s and single-identifier binders).
    by_node: FxHashMap<NodeId, OccurrenceId>,
    /// Scope opened by a node.
    by_opener: FxHashMap<NodeId, ScopeId>,
}

impl<'a> Symbols<'a> {
    pub fn of(module: &Module<'a>) -> Self {
        let _ = module;
        unimplemented!("scopes")
    }

    /// The occurrence of a name node.
    pub fn occurrence(&self, node: NodeId) -> Option<&Occurrence<'a>> {
        self.by_node.get(&node).map(|id| &self.occurrences[id.0 as usize])
    }

    /// What the name at this node refers to.
    pub fn resolve(&self, node: NodeId) -> Resolution {
        match self.occurrence(node).and_then(|o| o.symbol) {
            Some(symbol) => Resolution::Symbol(symbol),
            None => Resolution::Free,
        }
    }

    /// Whether the expression is a name that no scope of the file binds and no star import or `exec` could bind:
    /// then it means the builtin. `builtins.any` counts as well where `builtins` is the imported module.
    pub fn is_builtin(&self, module: &Module<'a>, expr: &ast::Expr, name: &str) -> bool {
        let _ = (module, expr, name);
        unimplemented!("scopes")
    }

    pub fn scope_opened_by(&self, node: NodeId) -> Option<ScopeId> {
        self.by_opener.get(&node).copied()
    }

    pub fn symbol(&self, id: SymbolId) -> &Symbol<'a> {
        &self.symbols[id.0 as usize]
    }

    pub fn scope(&self, id: ScopeId) -> &Scope<'a> {
        &self.scopes[id.0 as usize]
    }

    pub fn occurrences_of(&self, id: SymbolId) -> impl Iterator<Item = &Occurrence<'a>> + '_ {
        self.symbols[id.0 as usize].occurrences.iter().map(|o| &self.occurrences[o.0 as usize])
    }

    /// The scope whose code the node belongs to.
    pub fn scope_of(&self, module: &Module<'a>, node: NodeId) -> ScopeId {
        let _ = (module, node);
        unimplemented!("scopes")
    }

    /// The symbol that `name` refers to when it is read from code in `scope`.
    pub fn lookup(&self, scope: ScopeId, name: &str) -> Option<SymbolId> {
        let _ = (scope, name);
        unimplemented!("scopes")
    }
}
