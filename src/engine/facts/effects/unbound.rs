//! Variables that may have no value where they are read or deleted (language reference, 4.2.2).

use crate::facts::{Access, Binding, Facts, ScopeKind};
use crate::syntax::{AnyNodeRef, Module, NodeId};

/// How sure it is that a variable has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unbound {
    /// On some way through the code.
    Perhaps,
    Surely,
}

/// Whether the variable of a function or module that a name refers to has no value there, so that reading or deleting
/// it raises.
///
/// Control flow is asked only where the text gives cause: a `del`, or nothing further up that binds the name.
/// Variables of functions around the one that reads are taken to have got their value.
pub fn unbound<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, name: NodeId) -> Option<Unbound> {
    let symbols = facts.symbols();
    let occurrence = symbols.occurrence(name)?;
    let id = occurrence.symbol?;
    let symbol = symbols.symbol(id);
    if !matches!(symbols.scope(symbol.scope).kind, ScopeKind::Function | ScopeKind::Module) {
        return None;
    }
    let mut inside = symbols.scope_chain(occurrence.scope).take_while(|s| *s != symbol.scope);
    if inside.any(|s| symbols.scope(s).kind != ScopeKind::Comprehension) {
        return None;
    }
    let statement = module.statement_of(name)?;
    let bound_above = symbols.occurrences_of(id).next().is_some_and(|first| {
        // The targets of a statement stand in front of what it evaluates first.
        let target = matches!(first.binding, Some(Binding::Assignment | Binding::For))
            && module.statement_of(first.node) == Some(statement);
        first.binds() && first.range.start() < occurrence.range.start() && !target
    });
    if bound_above && !symbol.deleted && occurrence.access != Access::Delete {
        return None;
    }
    if facts.flow_at(name).definitely_assigned_before(statement, id) {
        return None;
    }
    // Without a loop around it, what stands further down has not run yet. Modules get names in other ways, too.
    let sure = !bound_above
        && symbols.scope(symbol.scope).kind == ScopeKind::Function
        && !module
            .ancestors(name)
            .take_while(|a| !matches!(module.node(*a), AnyNodeRef::StmtFunctionDef(_)))
            .any(|a| matches!(module.node(a), AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
    Some(if sure { Unbound::Surely } else { Unbound::Perhaps })
}
