//! Functions that take a callback and are no continuation-passing style: why, for whoever wonders that they stay.

use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};

/// A function that stays, and why.
pub struct Unlike<'a> {
    pub def: &'a ast::StmtFunctionDef,
    pub why: String,
}

impl<'a> Unlike<'a> {
    pub fn of(module: &Module<'a>, def: &'a ast::StmtFunctionDef) -> Option<Self> {
        let is_special = def.name.starts_with("__") && def.name.ends_with("__");
        if def.is_async || is_special {
            return None;
        }
        let parameters = &*def.parameters;
        let all = parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs);
        let callback = { all }.find(|p| is_callback(p.parameter.name.as_str()))?;
        let name = callback.parameter.name.as_str();
        let why = used(module, def, name, callback.default.is_some())?;
        Some(Unlike { def, why })
    }
}

/// Names that say nothing else.
fn is_callback(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains("callback")
        || matches!(&*lower, "cb" | "on_done" | "on_success" | "on_complete" | "on_result")
}

/// What is done with it that an `async def` cannot do.
fn used(module: &Module, def: &ast::StmtFunctionDef, name: &str, optional: bool) -> Option<String> {
    let mut called = None;
    for (id, node) in module.subtree(module.id(def)) {
        let AnyNodeRef::ExprName(n) = node else { continue };
        if n.id.as_str() != name || !n.ctx.is_load() {
            continue;
        }
        let line = module.line(n.start());
        match module.parent_node(id) {
            Some(AnyNodeRef::StmtAssign(a)) if is_kept(&a.targets) => {
                return Some(format!(
                    "line {line} keeps the callback: it is called later, and perhaps several times"
                ));
            }
            Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == id => {
                called = called.or(Some((line, id)))
            }
            Some(AnyNodeRef::Arguments(_)) if hands_over(module, id) => {
                return Some(format!(
                    "line {line} keeps the callback: it is called later, and perhaps several times"
                ));
            }
            _ => {}
        }
    }
    let (line, call) = called?;
    if optional {
        return Some(format!("`{name}` need not be passed: whoever calls it without one waits for nothing"));
    }
    let looped = module
        .ancestors(call)
        .take_while(|a| *a != module.id(def))
        .any(|a| matches!(module.node(a), AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)));
    Some(match looped {
        true => {
            format!("line {line} calls the callback once per turn: its calls are no result, but a stream")
        }
        false => format!("`{name}` is not the last parameter: what it is called with may be no result"),
    })
}

fn is_kept(targets: &[Expr]) -> bool {
    targets.iter().any(|t| t.is_attribute_expr() || t.is_subscript_expr())
}

/// `self.callbacks.append(callback)`
fn hands_over(module: &Module, argument: NodeId) -> bool {
    let call = module.parent(argument).and_then(|arguments| module.parent_node(arguments));
    let Some(AnyNodeRef::ExprCall(call)) = call else { return false };
    let Expr::Attribute(a) = &*call.func else { return false };
    matches!(a.attr.as_str(), "append" | "add" | "insert" | "setdefault" | "put" | "appendleft")
}
