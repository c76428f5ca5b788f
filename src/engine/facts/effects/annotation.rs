//! Annotations that raise when a definition evaluates them (language reference, 8.7).

use crate::facts::types::{Ty, Types};
use crate::facts::{Facts, Resolution, tables};
use crate::syntax::{AnyNodeRef, Expr, Module, ast};

use super::unbound;

/// Classes of the language that take no arguments in brackets.
const PLAIN: &[&str] =
    &["str", "int", "float", "complex", "bool", "bytes", "bytearray", "object", "range", "slice"];

/// Whether evaluating an annotation may raise: a name without a value, brackets behind what takes none. What comes from
/// other modules is taken to be written for annotations.
pub fn annotation_fails<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, annotation: &'a Expr) -> bool {
    !module.postpones_annotations() && fails(module, facts, annotation)
}

fn fails<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, expr: &'a Expr) -> bool {
    let any = |several: &'a [Expr]| several.iter().any(|e| fails(module, facts, e));
    match expr {
        Expr::StringLiteral(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => false,
        Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::BytesLiteral(_) => false,
        Expr::Name(name) => {
            let id = module.id(name);
            match facts.symbols().resolve(id) {
                Resolution::Free => {
                    tables::builtin_name(name.id.as_str()).is_none()
                        && facts.symbols().star_imports.is_empty()
                }
                Resolution::Symbol(_) => unbound(module, facts, id).is_some(),
            }
        }
        Expr::Attribute(a) => fails(module, facts, &a.value),
        Expr::Subscript(s) => {
            takes_nothing(module, facts, &s.value)
                || fails(module, facts, &s.value)
                || fails(module, facts, &s.slice)
        }
        Expr::BinOp(ast::ExprBinOp { left, right, op: ast::Operator::BitOr, .. }) => {
            fails(module, facts, left) || fails(module, facts, right)
        }
        Expr::Tuple(t) => any(&t.elts),
        Expr::List(l) => any(&l.elts),
        _ => true,
    }
}

/// Whether brackets behind it raise: a class that says nothing of them, or no class at all.
fn takes_nothing<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, expr: &'a Expr) -> bool {
    match Types::new(module, facts).of(expr) {
        Ty::Member(path) => path.strip_prefix("builtins.").is_some_and(|name| PLAIN.contains(&name)),
        Ty::Class(class) => match module.node(class) {
            AnyNodeRef::StmtClassDef(def) => def.arguments.is_none() && def.type_params.is_none(),
            _ => false,
        },
        Ty::Function(_) | Ty::Module(_) | Ty::Instance(_) => true,
        _ => false,
    }
}
