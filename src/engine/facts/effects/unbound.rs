//! Variables that may have no value where they are read or deleted (language reference, 4.2.2).

use crate::facts::{Access, Binding, Facts, Occurrence, ScopeKind, SymbolId};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId};

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
/// Variables of scopes around the function that reads are taken to have got their value, unless somebody deletes them, or
/// the function may run before the first line that binds them.
pub fn unbound<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, name: NodeId) -> Option<Unbound> {
    let symbols = facts.symbols();
    let occurrence = symbols.occurrence(name)?;
    let id = occurrence.symbol?;
    let symbol = symbols.symbol(id);
    if !matches!(symbols.scope(symbol.scope).kind, ScopeKind::Function | ScopeKind::Module) {
        return None;
    }
    // A handler deletes its name when it is left (8.4.1).
    let deleted = symbol.deleted || symbols.occurrences_of(id).any(|o| o.binding == Some(Binding::Except));
    // The body of a class runs where it stands.
    let mut inside = symbols.scope_chain(occurrence.scope).take_while(|s| *s != symbol.scope);
    if inside.any(|s| !matches!(symbols.scope(s).kind, ScopeKind::Comprehension | ScopeKind::Class)) {
        let is_early = || runs_early(module, facts, name, id);
        return (deleted || is_early()).then_some(Unbound::Perhaps);
    }
    let class = module
        .ancestors(name)
        .take_while(|a| symbols.scope(symbol.scope).node != *a)
        .filter(|a| matches!(module.node(*a), AnyNodeRef::StmtClassDef(_)))
        .last();
    let statement = class.map_or_else(|| module.statement_of(name), Some)?;
    let bound_above = symbols.occurrences_of(id).next().is_some_and(|first| {
        // The targets of a statement stand in front of what it evaluates first.
        let target = matches!(first.binding, Some(Binding::Assignment | Binding::For))
            && module.statement_of(first.node) == Some(statement);
        first.binds() && first.range.start() < occurrence.range.start() && !target
    });
    if bound_above && !deleted && occurrence.access != Access::Delete {
        return None;
    }
    if facts.flow_at(statement).definitely_assigned_before(statement, id) {
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

/// Whether a function runs before the scope around it has given the variable a value, on some way at least.
fn runs_early<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, name: NodeId, id: SymbolId) -> bool {
    let symbols = facts.symbols();
    let scope = symbols.symbol(id).scope;
    let owner = symbols.scope(scope).node;
    let body = |node: NodeId| module.statement_of(node).and_then(|s| module.parent(s));
    // Where the text gives cause: the first line that binds it stands further down, or all stand in blocks.
    let binders = || symbols.occurrences_of(id).filter(|o| o.binds());
    let Some(first) = binders().map(|o| o.node).min() else { return false };
    let is_partial = || {
        let may_not_run = |o: &Occurrence| o.binding == Some(Binding::For) || body(o.node) != Some(owner);
        binders().all(|o| o.scope == scope && may_not_run(o))
    };
    if first < name && !is_partial() {
        return false;
    }
    let Some(run) = facts.first_run(name, scope) else { return false };
    let flow = facts.flow_at(run);
    first >= run || is_partial() && flow.owner() == owner && !flow.definitely_assigned_before(run, id)
}

/// The name at the root of `a.b.c(...)`, if it may have no value there.
pub fn without_value<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, expr: &'a Expr) -> Option<&'a str> {
    match expr {
        Expr::Name(name) => {
            let id = module.id(name);
            (unbound(module, facts, id).is_some() || is_bound_behind(facts, id)).then_some(name.id.as_str())
        }
        Expr::Attribute(a) => without_value(module, facts, &a.value),
        Expr::Call(call) => without_value(module, facts, &call.func),
        _ => None,
    }
}

/// Whether only code further down gives the variable a value: a function may run before that.
fn is_bound_behind(facts: &Facts, name: NodeId) -> bool {
    let symbols = facts.symbols();
    let Some(occurrence) = symbols.occurrence(name) else { return false };
    let Some(id) = occurrence.symbol else { return false };
    let first = symbols.occurrences_of(id).filter(|o| o.binds()).map(|o| o.range.start()).min();
    first.is_some_and(|first| first > occurrence.range.start())
}
