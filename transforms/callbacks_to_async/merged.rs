//! Continuations become part of the function around: their variables become its own.

use unspool_engine::facts::{Access, Binding, ScopeId, ScopeKind, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, NodeId, TextRange};
use unspool_engine::transform::FileContext;

/// Whether each variable of the continuations may be one of the function `member`; why not, otherwise.
pub fn in_one_scope(cx: &FileContext, member: NodeId, continuations: &[NodeId]) -> Result<(), String> {
    let symbols = cx.facts.symbols();
    let scopes: Vec<ScopeId> = std::iter::once(&member)
        .chain(continuations)
        .map(|f| symbols.scope_opened_by(*f).expect("functions open scopes"))
        .collect();
    if scopes.len() > 1
        && let Some(at) = scopes.iter().find_map(|s| symbols.scope(*s).dynamic.first())
    {
        return Err(format!("line {} looks at all variables of its function", cx.module.line(at.start())));
    }
    for scope in &scopes[1..] {
        for name in &symbols.scope(*scope).declared_global {
            let elsewhere = symbols
                .occurrences
                .iter()
                .find(|o| o.name == *name && cx.module.contains(member, o.node) && o.scope != *scope);
            if let Some(o) = elsewhere {
                return Err(format!(
                    "`{name}` is global in a continuation, and line {} speaks of it outside",
                    cx.module.line(o.range.start())
                ));
            }
        }
        for symbol in symbols.symbols_of(*scope) {
            own_variable(cx, member, &scopes, *scope, symbol)?;
        }
    }
    Ok(())
}

/// A variable of one continuation.
fn own_variable(
    cx: &FileContext,
    member: NodeId,
    scopes: &[ScopeId],
    scope: ScopeId,
    symbol: SymbolId,
) -> Result<(), String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let name = symbols.symbol(symbol).runtime_name();
    let line = |range: TextRange| module.line(range.start());
    let mut shared = false;
    for other in symbols.occurrences.iter().filter(|o| module.contains(member, o.node)) {
        let runtime = other.symbol.map_or(other.name, |s| symbols.symbol(s).runtime_name());
        if runtime != name || other.symbol == Some(symbol) {
            continue;
        }
        // Its binding as a local function goes away with it.
        let owner = other.symbol.map(|s| symbols.symbol(s).scope);
        match owner {
            Some(owner) if scopes.contains(&owner) => {
                shared = true;
                let both = [Some(symbol), other.symbol];
                if let Some(kept) = both.into_iter().flatten().find_map(|s| kept(cx, scopes, s)) {
                    return Err(format!(
                        "a function keeps the `{name}` of line {}, and would see another one that is bound later",
                        line(kept)
                    ));
                }
            }
            // A variable of a function, lambda or comprehension that stays one.
            Some(owner) if module.contains(member, symbols.scope(owner).node) => {}
            _ => {
                return Err(format!(
                    "`{name}` on line {} is that of the module, and a continuation has a variable of that name",
                    line(other.range)
                ));
            }
        }
    }
    if shared {
        always_bound(cx, scope, symbol)?;
    }
    Ok(())
}

/// Where code that may run later reads the variable.
fn kept(cx: &FileContext, scopes: &[ScopeId], symbol: SymbolId) -> Option<TextRange> {
    let symbols = cx.facts.symbols();
    let at_once = |scope: ScopeId| {
        let scope = symbols.scope(scope);
        scope.kind == ScopeKind::Comprehension
            && !matches!(cx.module.node(scope.node), AnyNodeRef::ExprGenerator(_))
    };
    let runs_here = |scope: ScopeId| {
        symbols.scope_chain(scope).find(|s| !at_once(*s)).is_some_and(|s| scopes.contains(&s))
    };
    symbols.occurrences_of(symbol).find(|o| !runs_here(o.scope)).map(|o| o.range)
}

/// Where another variable of the name is around, a read must not come before the own one is bound.
fn always_bound(cx: &FileContext, scope: ScopeId, symbol: SymbolId) -> Result<(), String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let mut all = symbols.occurrences_of(symbol);
    if all.any(|o| o.binding == Some(Binding::Parameter)) {
        let deleted = symbols.occurrences_of(symbol).find(|o| o.access == Access::Delete);
        return match deleted {
            Some(o) => Err(format!("line {} deletes `{}`", module.line(o.range.start()), o.name)),
            None => Ok(()),
        };
    }
    let flow = cx.facts.flow(symbols.scope(scope).node);
    for read in symbols.occurrences_of(symbol).filter(|o| !o.access.writes()) {
        let statement = module.statement_of(read.node);
        if !statement.is_some_and(|s| flow.definitely_assigned_before(s, symbol)) {
            return Err(format!(
                "`{}` on line {} may have no value yet, and would have that of the function around",
                read.name,
                module.line(read.range.start())
            ));
        }
    }
    Ok(())
}
