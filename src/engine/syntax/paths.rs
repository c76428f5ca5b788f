//! Expressions that lead from a variable to something of it.

use ruff_python_ast::{Expr, ExprName};

/// Whether the expression is a variable, or an attribute of one: `a.b.c`. Reading it again runs no call.
pub fn is_path(expr: &Expr) -> bool {
    match expr {
        Expr::Attribute(a) => is_path(&a.value),
        other => other.is_name_expr(),
    }
}

/// The variable at the root of `x.a[0].b`.
pub fn root_name(expr: &Expr) -> Option<&ExprName> {
    match expr {
        Expr::Name(n) => Some(n),
        Expr::Attribute(a) => root_name(&a.value),
        Expr::Subscript(s) => root_name(&s.value),
        Expr::Call(c) => root_name(&c.func),
        _ => None,
    }
}
