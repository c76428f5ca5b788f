//! Functions that are turned into text: what is shown then is the name by which they were defined.

use unspool_engine::facts::{Facts, Resolution, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};

/// What makes a text of what it gets.
const SHOWS: &[&str] = &["str", "repr", "print", "format", "ascii", "pprint"];

/// What gives the elements of what it gets.
const CARRIES: &[&str] = &["zip", "enumerate", "list", "tuple", "set", "reversed", "iter"];

/// The line on which the function, read at `node`, is turned into text: right there, or by a variable that goes through
/// what it was put into.
pub fn shown<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, node: NodeId) -> Option<usize> {
    if is_shown(module, node) {
        return Some(module.line(module.node(node).start()));
    }
    let symbols = facts.symbols();
    let mut held = vec![holder(module, node)?];
    // `CHECKS = [f, g]`, `for check in CHECKS:`
    if let Holder::Variable(target) = held[0]
        && let Resolution::Symbol(table) = symbols.resolve(module.id(target))
    {
        held = symbols
            .occurrences_of(table)
            .filter(|o| o.access.reads())
            .filter_map(|o| holder(module, o.node))
            .collect();
    }
    held.into_iter().find_map(|holder| match holder {
        Holder::Loop(target) => {
            let variables = names(target).filter_map(|name| match symbols.resolve(module.id(name)) {
                Resolution::Symbol(symbol) => Some(symbol),
                Resolution::Free => None,
            });
            // Of several the function is the one that is called.
            let (called, others): (Vec<SymbolId>, Vec<SymbolId>) =
                variables.partition(|v| is_called(module, facts, *v));
            let ours = if called.is_empty() { others } else { called };
            ours.into_iter().find_map(|v| shown_of(module, facts, v))
        }
        Holder::Variable(_) => None,
    })
}

/// The line on which what is made at `node` is turned into text: right there, or by the variable that it is put into.
pub fn object_shown<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, node: NodeId) -> Option<usize> {
    if is_shown(module, node) {
        return Some(module.line(module.node(node).start()));
    }
    let AnyNodeRef::StmtAssign(a) = module.parent_node(node)? else { return None };
    let [Expr::Name(name)] = &a.targets[..] else { return None };
    match facts.symbols().resolve(module.id(name)) {
        Resolution::Symbol(symbol) => shown_of(module, facts, symbol),
        Resolution::Free => None,
    }
}

/// What a function is put into.
#[derive(Clone, Copy)]
enum Holder<'a> {
    /// A variable, by itself or in a list, tuple or dictionary.
    Variable(&'a ast::ExprName),
    /// A loop goes through what it is in, by these variables.
    Loop(&'a Expr),
}

fn holder<'a>(module: &Module<'a>, node: NodeId) -> Option<Holder<'a>> {
    let mut at = node;
    for ancestor in module.ancestors(node) {
        match module.node(ancestor) {
            AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprSet(_)
            | AnyNodeRef::ExprDict(_)
            | AnyNodeRef::Arguments(_) => {}
            // `TABLE.items()`
            AnyNodeRef::ExprAttribute(a) if matches!(a.attr.as_str(), "items" | "keys" | "values") => {}
            // `zip(names, (f, g))`
            AnyNodeRef::ExprCall(call) => match &*call.func {
                Expr::Name(n) if CARRIES.contains(&n.id.as_str()) && module.id(n) != at => {}
                Expr::Attribute(_) if module.id(&*call.func) == at => {}
                _ => return None,
            },
            AnyNodeRef::StmtAssign(a) => match &a.targets[..] {
                [Expr::Name(name)] if module.id(&*a.value) == at => return Some(Holder::Variable(name)),
                _ => return None,
            },
            AnyNodeRef::StmtFor(f) if module.id(&*f.iter) == at => return Some(Holder::Loop(&f.target)),
            AnyNodeRef::Comprehension(c) if module.id(&c.iter) == at => {
                return Some(Holder::Loop(&c.target));
            }
            _ => return None,
        }
        at = ancestor;
    }
    None
}

fn names<'a>(target: &'a Expr) -> Box<dyn Iterator<Item = &'a ast::ExprName> + 'a> {
    match target {
        Expr::Name(name) => Box::new(std::iter::once(name)),
        Expr::Tuple(t) => Box::new(t.elts.iter().flat_map(names)),
        Expr::List(l) => Box::new(l.elts.iter().flat_map(names)),
        _ => Box::new(std::iter::empty()),
    }
}

fn is_called<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, symbol: SymbolId) -> bool {
    facts.symbols().occurrences_of(symbol).any(|o| {
        matches!(module.parent_node(o.node), Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == o.node)
    })
}

/// Where a variable is turned into text.
fn shown_of<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, symbol: SymbolId) -> Option<usize> {
    let symbols = facts.symbols();
    let reads = || symbols.occurrences_of(symbol).filter(|o| o.access.reads());
    let shown = reads().find(|o| is_shown(module, o.node))?;
    Some(module.line(shown.range.start()))
}

/// Whether the text of what the node names is asked for, as far as the code around it tells.
fn is_shown(module: &Module, node: NodeId) -> bool {
    let Some(parent) = module.parent(node) else { return false };
    match module.node(parent) {
        AnyNodeRef::InterpolatedElement(_) => true,
        AnyNodeRef::ExprBinOp(b) => {
            b.op == ast::Operator::Mod && b.left.is_string_literal_expr() && module.id(&*b.right) == node
        }
        AnyNodeRef::ExprTuple(t) => match module.parent_node(parent) {
            Some(AnyNodeRef::ExprBinOp(b)) => {
                b.op == ast::Operator::Mod && b.left.is_string_literal_expr() && b.right.range() == t.range()
            }
            _ => false,
        },
        AnyNodeRef::Arguments(_) => match module.parent_node(parent) {
            Some(AnyNodeRef::ExprCall(call)) => match &*call.func {
                Expr::Name(n) => SHOWS.contains(&n.id.as_str()),
                Expr::Attribute(a) => {
                    a.attr.as_str() == "pprint"
                        || (a.attr.as_str() == "format" && a.value.is_string_literal_expr())
                }
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}
