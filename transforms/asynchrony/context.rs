//! What a coroutine leaves in its task: context variables, and who the task is.

use unspool_engine::facts::Resolution;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged, ast};
use unspool_engine::transform::FileContext;

/// The line on which the function of this file that is called sets a context variable or asks for its task.
pub fn own(cx: &FileContext, call: &ast::ExprCall) -> Option<usize> {
    let Ty::Function(function) = Types::new(cx.module, cx.facts).of(&call.func) else { return None };
    let (_, found) = cx.module.subtree(function).find(|(_, n)| match n {
        AnyNodeRef::ExprAttribute(a) => {
            matches!(a.attr.as_str(), "current_task" | "ContextVar" | "copy_context")
                || (a.attr.as_str() == "set" && is_context_variable(cx, &a.value))
        }
        AnyNodeRef::ExprName(n) => n.id.as_str() == "current_task",
        _ => false,
    })?;
    Some(cx.module.line(found.start()))
}

fn is_context_variable(cx: &FileContext, expr: &Expr) -> bool {
    let Expr::Name(name) = expr else { return false };
    let symbols = cx.facts.symbols();
    let Resolution::Symbol(symbol) = symbols.resolve(cx.module.id(name)) else { return false };
    match symbols.single_assignment(cx.module, symbol) {
        Some(Expr::Call(c)) => cx.module.source(&*c.func).ends_with("ContextVar"),
        _ => false,
    }
}
