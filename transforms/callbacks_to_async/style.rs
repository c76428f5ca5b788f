//! Functions in continuation-passing style: what their last parameter is called with is their result.

use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, ast};

/// Words by which people name such a parameter.
pub const NAMES: &[&str] = &[
    "callback", "cb", "then", "done", "cont", "on_", "finish", "ready", "resolve", "complete", "success",
    "reply", "next_",
];

/// A function whose last parameter is a callback, by its name and use.
#[derive(Clone, Copy)]
pub struct Passing<'a> {
    pub def: &'a ast::StmtFunctionDef,
    pub callback: &'a ast::Parameter,
}

impl<'a> Passing<'a> {
    pub fn of(module: &Module<'a>, def: &'a ast::StmtFunctionDef) -> Option<Self> {
        let parameters = &*def.parameters;
        if def.is_async
            || parameters.vararg.is_some()
            || parameters.kwarg.is_some()
            || !parameters.kwonlyargs.is_empty()
        {
            return None;
        }
        let last = parameters.args.last().or(parameters.posonlyargs.last())?;
        let callback = &last.parameter;
        let name = callback.name.as_str();
        let named = name == "k" || NAMES.iter().any(|n| name.to_lowercase().contains(n));
        if last.default.is_some() || !named {
            return None;
        }
        let id = module.id(def);
        let used = module.subtree(id).any(|(n, node)| match node {
            AnyNodeRef::ExprName(e) if e.id.as_str() == name => match module.parent_node(n) {
                Some(AnyNodeRef::ExprCall(c)) => module.id(&*c.func) == n,
                Some(AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)) => true,
                _ => false,
            },
            _ => false,
        });
        used.then_some(Passing { def, callback })
    }

    pub fn name(&self) -> &'a str {
        self.def.name.as_str()
    }

    pub fn is_method(&self, module: &Module<'a>) -> bool {
        matches!(module.parent_node(module.id(self.def)), Some(AnyNodeRef::StmtClassDef(_)))
    }
}

/// The argument that a call passes as the callback: the last positional one, or the one of that name.
pub fn passed<'a>(call: &'a ast::ExprCall, to: &Passing) -> Option<&'a Expr> {
    let by_name =
        call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(to.callback.name.as_str()));
    by_name.map(|k| &k.value).or_else(|| call.arguments.args.last())
}

/// The call without the callback, as text.
pub fn without(module: &Module, call: &ast::ExprCall, callback: &Expr) -> Result<String, String> {
    let mut parts: Vec<&str> = Vec::new();
    for argument in &call.arguments.args {
        if argument.range() != callback.range() {
            parts.push(&module.text()[module.parenthesized_range(argument)]);
        }
    }
    for keyword in &call.arguments.keywords {
        if keyword.value.range() != callback.range() {
            parts.push(module.source(keyword));
        }
    }
    let text = format!("{}({})", module.source(&*call.func), parts.join(", "));
    if text.contains(['\n', '\r', '#']) {
        return Err(format!("the call on line {} is spread over several lines", module.line(call.start())));
    }
    Ok(text)
}

/// Whether the name stands anywhere below the node.
pub fn mentions(module: &Module, node: NodeId, name: &str) -> bool {
    module.subtree(node).any(|(_, n)| matches!(n, AnyNodeRef::ExprName(e) if e.id.as_str() == name))
}

/// The name of the only parameter of a continuation; `None` if it has none.
pub fn parameter(parameters: Option<&ast::Parameters>) -> Result<Option<&str>, String> {
    let Some(p) = parameters else { return Ok(None) };
    let plain =
        p.posonlyargs.is_empty() && p.vararg.is_none() && p.kwarg.is_none() && p.kwonlyargs.is_empty();
    match &*p.args {
        [] if plain => Ok(None),
        [one] if plain && one.default.is_none() => Ok(Some(one.parameter.name.as_str())),
        _ => Err("a continuation takes more than the one result".into()),
    }
}

/// The value of a statement that is a call and nothing else, `return` or not.
pub fn call_of(statement: &Stmt) -> Option<&ast::ExprCall> {
    let value = match statement {
        Stmt::Expr(e) => &*e.value,
        Stmt::Return(r) => r.value.as_deref()?,
        _ => return None,
    };
    value.as_call_expr()
}
