//! Awaits in several places of an expression that is no display and no call with them side by side: `await f() + await g()`.

use super::shape::{Part, Shape, awaited_call};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeId, Ranged, ast};

/// The site whose first await this is.
pub fn of<'a>(module: &Module<'a>, first: &'a ast::ExprAwait) -> Option<Shape<'a>> {
    let first = module.id(first);
    let whole = expression_around(module, first);
    let parts = parts(module, whole);
    let [leading, _, ..] = &*parts else { return None };
    if module.id(leading.awaited) != first {
        return None;
    }
    // Where some stand side by side, they are the site.
    let is_site = |(_, node): (NodeId, AnyNodeRef<'a>)| Shape::side_by_side(node).is_some();
    if module.subtree(whole).any(is_site) {
        return None;
    }
    let all = |id: &NodeId| parts.iter().all(|p| module.contains(*id, module.id(p.awaited)));
    let around = module.ancestors(first).find(all)?;
    Some(Shape::Parts { range: module.node(around).range(), parts })
}

/// All of the expression in whose evaluation the await stands.
fn expression_around(module: &Module, id: NodeId) -> NodeId {
    let around = |id: &NodeId| {
        let node = module.node(*id);
        !node.is_statement() && !is_apart(node)
    };
    module.ancestors(id).take_while(around).filter(|id| module.node(*id).is_expression()).last().unwrap_or(id)
}

/// The awaited calls of an expression that run where it is evaluated, in its order.
fn parts<'a>(module: &Module<'a>, whole: NodeId) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut behind = whole;
    for (id, node) in module.subtree(whole) {
        if id < behind {
            continue;
        }
        match node {
            AnyNodeRef::ExprAwait(awaited) => {
                // What its arguments wait for comes before it.
                behind = module.end(id);
                parts.extend(awaited_call(awaited).map(|call| Part { name: None, awaited, call }));
            }
            node if is_apart(node) => behind = module.end(id),
            _ => {}
        }
    }
    parts
}

/// Whether what stands in it is evaluated at another time, or more than once.
fn is_apart(node: AnyNodeRef) -> bool {
    matches!(
        node,
        AnyNodeRef::ExprLambda(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_)
    )
}
