//! What is known about a file beyond its syntax, computed when first asked for.

mod scopes;

pub use scopes::{
    Access, Binding, NamespaceWrite, Occurrence, OccurrenceId, Resolution, Scope, ScopeId, ScopeKind, Symbol,
    SymbolId, Symbols,
};

use crate::syntax::Module;
use std::cell::OnceCell;

/// The facts of one file.
pub struct Facts<'a, 'r> {
    module: &'r Module<'a>,
    symbols: OnceCell<Symbols<'a>>,
}

impl<'a, 'r> Facts<'a, 'r> {
    pub fn new(module: &'r Module<'a>) -> Self {
        Facts { module, symbols: OnceCell::new() }
    }

    pub fn symbols(&self) -> &Symbols<'a> {
        self.symbols.get_or_init(|| Symbols::of(self.module))
    }
}
