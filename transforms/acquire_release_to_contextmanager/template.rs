//! Two pieces of code, compared node by node: where they say the same, and where one expression stands for another.

use unspool_engine::syntax::{AnyNodeRef, Module, NodeId, Ranged, TextRange, TextSize};

/// How the nodes of one piece of code correspond to those of another.
#[derive(Clone, Default)]
pub struct Match {
    /// Every pair of nodes that was compared, outermost first: of the first piece and of the second.
    pub pairs: Vec<(NodeId, NodeId)>,
    /// Expressions that differ.
    pub holes: Vec<(NodeId, NodeId)>,
}

impl Match {
    /// The node of the second piece that stands where `node` stands in the first.
    pub fn of(&self, node: NodeId) -> Option<NodeId> {
        self.pairs.iter().find(|(a, _)| *a == node).map(|(_, b)| *b)
    }
}

/// Adds a pair of statements to the match; `false` where they differ in more than expressions.
pub fn unify(module: &Module, a: NodeId, b: NodeId, found: &mut Match) -> bool {
    found.pairs.push((a, b));
    let (left, right) = (module.node(a), module.node(b));
    let alike = left.kind() == right.kind();
    if alike && (matches!(left, AnyNodeRef::ExprName(_)) || skeleton(module, a) == skeleton(module, b)) {
        if let (AnyNodeRef::ExprName(x), AnyNodeRef::ExprName(y)) = (left, right) {
            if x.id != y.id && x.ctx.is_load() {
                found.holes.push((a, b));
            }
            return x.ctx == y.ctx;
        }
        let (xs, ys) = (children(module, a), children(module, b));
        let mut inner = found.clone();
        if xs.len() == ys.len() && xs.iter().zip(&ys).all(|(x, y)| unify(module, *x, *y, &mut inner)) {
            *found = inner;
            return true;
        }
    }
    // Another expression in the place of this one: an argument, an operand, a value.
    let value = left.is_expression() && right.is_expression() && is_value(module, a) && is_value(module, b);
    if value {
        found.holes.push((a, b));
    }
    value
}

/// Whether an expression may be handed in from outside: it is neither a target nor the function of a call, nor a
/// whole statement.
fn is_value(module: &Module, id: NodeId) -> bool {
    let stored = match module.node(id) {
        AnyNodeRef::ExprName(e) => !e.ctx.is_load(),
        AnyNodeRef::ExprAttribute(e) => !e.ctx.is_load(),
        AnyNodeRef::ExprSubscript(e) => !e.ctx.is_load(),
        AnyNodeRef::ExprStarred(_) | AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprSlice(_) => true,
        AnyNodeRef::ExprTuple(e) => !e.ctx.is_load(),
        AnyNodeRef::ExprList(e) => !e.ctx.is_load(),
        _ => false,
    };
    let in_place = match module.parent_node(id) {
        Some(AnyNodeRef::ExprCall(call)) => module.id(&*call.func) != id,
        Some(AnyNodeRef::StmtExpr(_)) | None => false,
        Some(_) => true,
    };
    !stored && in_place
}

/// The nodes directly below a node, in source order.
pub fn children(module: &Module, id: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut next = NodeId(id.0 + 1);
    while next < module.end(id) {
        found.push(next);
        next = module.end(next);
    }
    found
}

/// The tokens of a node without those of its children.
fn skeleton<'a>(module: &Module<'a>, id: NodeId) -> Vec<&'a str> {
    let range = module.node(id).range();
    let inner: Vec<TextRange> = children(module, id).into_iter().map(|c| module.node(c).range()).collect();
    let mut text = Vec::new();
    let mut at = range.start();
    let mut push = |from: TextSize, to: TextSize| {
        if from < to {
            text.extend(module.text()[TextRange::new(from, to)].split_whitespace());
        }
    };
    for child in &inner {
        push(at, child.start());
        at = at.max(child.end());
    }
    push(at, range.end());
    text
}
