//! Functions in continuation-passing style: what their last parameter is called with is their result.

use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, ast};

/// Words by which people name such a parameter.
pub const NAMES: &[&str] = &[
    "callback", "cb", "then", "done", "cont", "on_", "finish", "ready", "resolve", "complete", "success",
    "reply", "next_",
];

/// Parts of the names of parameters that are called where something went wrong.
const ERROR_NAMES: &[&str] = &["err", "fail", "reject"];

/// How a function tells whoever waits for it that something went wrong.
#[derive(Clone, Copy)]
pub enum Channel<'a> {
    /// It does not.
    None,
    /// The callback gets an error or `None`, then the results.
    First,
    /// By a callback of its own.
    Separate(&'a ast::Parameter),
}

/// A function whose last parameter is a callback, by its name and use; or its last two, one of them for errors.
#[derive(Clone, Copy)]
pub struct Passing<'a> {
    pub def: &'a ast::StmtFunctionDef,
    pub callback: &'a ast::Parameter,
    pub channel: Channel<'a>,
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
        let mut from_last = parameters.args.iter().rev().chain(parameters.posonlyargs.iter().rev());
        let last = from_last.next()?;
        if last.default.is_some() {
            return None;
        }
        let serves =
            |p: &ast::Parameter| is_callback_name(p.name.as_str()) && is_passed_or_called(module, def, p);
        if let Some(other) = from_last.next().filter(|p| p.default.is_none()) {
            let (last, other) = (&last.parameter, &other.parameter);
            let pair = match (is_error_name(other.name.as_str()), is_error_name(last.name.as_str())) {
                (false, true) => Some((other, last)),
                (true, false) => Some((last, other)),
                _ => None,
            };
            if let Some((callback, error)) = pair
                && serves(callback)
                && is_passed_or_called(module, def, error)
            {
                return Some(Passing { def, callback, channel: Channel::Separate(error) });
            }
        }
        let callback = &last.parameter;
        serves(callback).then_some(Passing { def, callback, channel: Channel::None })
    }

    pub fn name(&self) -> &'a str {
        self.def.name.as_str()
    }

    pub fn is_method(&self, module: &Module<'a>) -> bool {
        matches!(module.parent_node(module.id(self.def)), Some(AnyNodeRef::StmtClassDef(_)))
    }

    /// Whether the expression is the callback itself.
    pub fn is_callback(&self, expr: &Expr) -> bool {
        is_name(expr, self.callback.name.as_str())
    }

    /// Whether the expression is what the function calls when something went wrong.
    pub fn is_error_callback(&self, expr: &Expr) -> bool {
        match self.channel {
            Channel::None => false,
            Channel::First => self.is_callback(expr),
            Channel::Separate(error) => is_name(expr, error.name.as_str()),
        }
    }

    /// Whether the node speaks of a callback of the function.
    pub fn is_mentioned(&self, module: &Module, node: NodeId) -> bool {
        self.callbacks().any(|c| mentions(module, node, c))
    }

    /// The names of the parameters that go.
    pub fn callbacks(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let error = match self.channel {
            Channel::Separate(error) => Some(error.name.as_str()),
            _ => None,
        };
        std::iter::once(self.callback.name.as_str()).chain(error)
    }
}

pub fn is_name(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Name(n) if n.id.as_str() == name)
}

fn is_callback_name(name: &str) -> bool {
    name == "k" || NAMES.iter().any(|n| name.to_lowercase().contains(n))
}

fn is_error_name(name: &str) -> bool {
    name == "eb" || ERROR_NAMES.iter().any(|n| name.to_lowercase().contains(n))
}

fn is_passed_or_called<'a>(
    module: &Module<'a>,
    def: &'a ast::StmtFunctionDef,
    parameter: &ast::Parameter,
) -> bool {
    let name = parameter.name.as_str();
    module.subtree(module.id(def)).any(|(n, node)| match node {
        AnyNodeRef::ExprName(e) if e.id.as_str() == name => match module.parent_node(n) {
            Some(AnyNodeRef::ExprCall(c)) => module.id(&*c.func) == n,
            Some(AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_)) => true,
            _ => false,
        },
        _ => false,
    })
}

/// What a call passes to go on with.
#[derive(Clone, Copy)]
pub struct Passed<'a> {
    pub done: &'a Expr,
    /// For errors, where there is a callback of its own for them.
    pub error: Option<&'a Expr>,
}

impl<'a> Passed<'a> {
    /// By the names of the parameters, else the last positional arguments.
    pub fn of(call: &'a ast::ExprCall, to: &Passing) -> Option<Self> {
        let named = |p: &ast::Parameter| {
            let mut keywords = call.arguments.keywords.iter();
            keywords.find(|k| k.arg.as_deref() == Some(p.name.as_str())).map(|k| &k.value)
        };
        let mut positional = call.arguments.args.iter().rev();
        let Channel::Separate(error) = to.channel else {
            let done = named(to.callback).or_else(|| positional.next())?;
            return Some(Passed { done, error: None });
        };
        // The one that stands last in the definition is looked for first.
        let error_last = error.range().start() > to.callback.range().start();
        let (last, other) = if error_last { (error, to.callback) } else { (to.callback, error) };
        let last = named(last).or_else(|| positional.next())?;
        let other = named(other).or_else(|| positional.next())?;
        let (done, error) = if error_last { (other, last) } else { (last, other) };
        Some(Passed { done, error: Some(error) })
    }

    pub fn contains(&self, argument: &Expr) -> bool {
        argument.range() == self.done.range() || self.error.is_some_and(|e| argument.range() == e.range())
    }
}

/// The call without the callbacks, as text.
pub fn without(module: &Module, call: &ast::ExprCall, passed: &Passed) -> Result<String, String> {
    let mut parts: Vec<&str> = Vec::new();
    for argument in &call.arguments.args {
        if !passed.contains(argument) {
            parts.push(&module.text()[module.parenthesized_range(argument)]);
        }
    }
    for keyword in &call.arguments.keywords {
        if !passed.contains(&keyword.value) {
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

/// The names of the parameters of a continuation. `None` may be their default: each is passed.
pub fn parameters(parameters: Option<&ast::Parameters>) -> Result<Vec<&str>, String> {
    let Some(p) = parameters else { return Ok(Vec::new()) };
    let plain = p.posonlyargs.is_empty()
        && p.vararg.is_none()
        && p.kwarg.is_none()
        && p.kwonlyargs.is_empty()
        && p.args.iter().all(|p| p.default.as_deref().is_none_or(Expr::is_none_literal_expr));
    if !plain {
        return Err("a continuation takes more than the results".into());
    }
    Ok(p.args.iter().map(|p| p.parameter.name.as_str()).collect())
}

/// The name of the only parameter of a function; `None` if it has none.
pub fn parameter(of: Option<&ast::Parameters>) -> Result<Option<&str>, String> {
    match &*parameters(of)? {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => Err("it takes more than one argument".into()),
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
