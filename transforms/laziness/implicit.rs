//! Calls of special methods that nobody writes down: `len(x)` runs `__len__`.

use unspool_engine::facts::types::Ty;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, TextRange, ast};

use super::Site;

/// What the elements do that may run the special method `name` of the class in which they stand, and whether it surely does:
/// on an object of that class. On one of unknown type it may, since trees hold their like.
pub fn operand(site: &Site, name: &str, class: NodeId) -> Option<(bool, String)> {
    let module = site.cx.module;
    let first = site.elements.source().range();
    let mut found = None;
    for (_, node) in module.subtree(site.node()) {
        if first.contains_range(node.range()) {
            continue;
        }
        for (operand, whole) in operands(node, name) {
            let known = match site.types().of(operand) {
                Ty::Instance(of) => of == class,
                Ty::Unknown => false,
                _ => continue,
            };
            if known {
                return Some((true, module.source(whole).to_string()));
            }
            found.get_or_insert_with(|| (false, module.source(whole).to_string()));
        }
    }
    found
}

/// The operands whose special method `name` the node itself runs, with the code that does.
fn operands<'a>(node: AnyNodeRef<'a>, name: &str) -> Vec<(&'a Expr, TextRange)> {
    match node {
        AnyNodeRef::ExprCall(call) => {
            let builtin = match name {
                "__len__" => "len",
                "__hash__" => "hash",
                "__str__" => "str",
                "__repr__" => "repr",
                "__abs__" => "abs",
                _ => return Vec::new(),
            };
            let named = matches!(&*call.func, Expr::Name(n) if n.id.as_str() == builtin);
            let operands = call.arguments.args.iter().filter(|_| named);
            operands.map(|o| (o, call.range())).collect()
        }
        AnyNodeRef::ExprCompare(c) => {
            let mut left: &Expr = &c.left;
            let mut found = Vec::new();
            for (op, right) in c.ops.iter().zip(&c.comparators) {
                match (op, name) {
                    (ast::CmpOp::In | ast::CmpOp::NotIn, "__contains__") => found.push((right, c.range())),
                    (ast::CmpOp::Eq, "__eq__")
                    | (ast::CmpOp::NotEq, "__ne__" | "__eq__")
                    | (ast::CmpOp::Lt, "__lt__")
                    | (ast::CmpOp::LtE, "__le__")
                    | (ast::CmpOp::Gt, "__gt__")
                    | (ast::CmpOp::GtE, "__ge__") => found.push((left, c.range())),
                    _ => {}
                }
                left = right;
            }
            found
        }
        _ => Vec::new(),
    }
}
