//! Whether a program makes many objects of a class, as far as its file shows.

use unspool_engine::facts::Facts;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, ast};

/// Whether code of the file makes objects of the class in a loop, a comprehension, or a function that is called from
/// one or by itself, and keeps them: of those that go at once there are never many.
pub fn made_in_numbers<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, class: &ast::StmtClassDef) -> bool {
    let mut makers = calls(module, |call| makes(module, facts, class, call));
    makers.retain(|call| is_kept(module, *call));
    makers.iter().any(|call| {
        in_loop(module, *call)
            || enclosing_name(module, *call).is_some_and(|(name, function)| {
                let callers = calls(module, |c| own_function(&c.func) == Some(name));
                callers.iter().any(|c| in_loop(module, *c) || module.contains(function, *c))
            })
    })
}

fn makes<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    class: &ast::StmtClassDef,
    call: &ast::ExprCall,
) -> bool {
    match &*call.func {
        Expr::Name(n) if n.id == class.name.id || n.id.as_str() == "cls" => {
            Types::new(module, facts).of(&call.func) == Ty::Class(module.id(class))
        }
        Expr::Attribute(a) => a.attr.as_str() == class.name.as_str(),
        _ => false,
    }
}

/// Methods and functions that put a value where others are.
const KEEPING: &[&str] =
    &["append", "appendleft", "add", "insert", "setdefault", "put", "heappush", "push", "extend"];

/// Whether the value of the expression goes where many can be: into a collection, to whoever iterates, to the caller,
/// into an attribute of another object; by itself or by a variable.
fn is_kept(module: &Module, made: NodeId) -> bool {
    let Some(parent) = module.parent(made) else { return false };
    match module.node(parent) {
        AnyNodeRef::ExprList(_)
        | AnyNodeRef::ExprTuple(_)
        | AnyNodeRef::ExprDict(_)
        | AnyNodeRef::ExprIf(_)
        | AnyNodeRef::ExprNamed(_)
        | AnyNodeRef::Keyword(_)
        | AnyNodeRef::Arguments(_)
        | AnyNodeRef::ExprStarred(_) => is_kept(module, parent),
        AnyNodeRef::ExprListComp(c) => module.id(&*c.elt) == made,
        AnyNodeRef::ExprSetComp(c) => module.id(&*c.elt) == made,
        AnyNodeRef::ExprDictComp(_)
        | AnyNodeRef::ExprGenerator(_)
        | AnyNodeRef::ExprYield(_)
        | AnyNodeRef::StmtReturn(_) => true,
        AnyNodeRef::ExprCall(call) => match &*call.func {
            Expr::Attribute(a) => KEEPING.contains(&a.attr.as_str()),
            // An object that gets it keeps it.
            Expr::Name(n) => {
                KEEPING.contains(&n.id.as_str())
                    || n.id.as_str().trim_start_matches('_').starts_with(char::is_uppercase)
            }
            _ => false,
        },
        AnyNodeRef::StmtAssign(a) => a.targets.iter().any(|target| match target {
            Expr::Subscript(_) => true,
            Expr::Attribute(a) => !matches!(&*a.value, Expr::Name(n) if n.id.as_str() == "self"),
            Expr::Name(variable) => keeps_variable(module, parent, variable.id.as_str()),
            _ => false,
        }),
        AnyNodeRef::StmtAnnAssign(a) => match &*a.target {
            Expr::Name(variable) => keeps_variable(module, parent, variable.id.as_str()),
            _ => false,
        },
        _ => false,
    }
}

/// Whether the function around the assignment keeps what is in the variable.
fn keeps_variable(module: &Module, assignment: NodeId, name: &str) -> bool {
    let Some(function) = module.enclosing_function(assignment) else { return false };
    module.subtree(function).any(|(id, node)| match node {
        AnyNodeRef::ExprName(n) if n.ctx.is_load() && n.id.as_str() == name => match module.parent_node(id) {
            // `other = name` would only go round in circles.
            Some(AnyNodeRef::StmtAssign(a)) => {
                a.targets.iter().any(|t| t.is_subscript_expr() || t.is_attribute_expr())
            }
            _ => is_kept(module, id),
        },
        _ => false,
    })
}

/// The name of a function of the file that is called: `f()`, `self.f()`. Of other objects nobody knows.
fn own_function(function: &Expr) -> Option<&str> {
    match function {
        Expr::Name(n) => Some(n.id.as_str()),
        Expr::Attribute(a) if matches!(&*a.value, Expr::Name(n) if matches!(n.id.as_str(), "self" | "cls")) => {
            Some(a.attr.as_str())
        }
        _ => None,
    }
}

fn calls(module: &Module, wanted: impl Fn(&ast::ExprCall) -> bool) -> Vec<NodeId> {
    let of_calls = module.nodes().filter_map(|(id, node)| match node {
        AnyNodeRef::ExprCall(call) if wanted(call) => Some(id),
        _ => None,
    });
    of_calls.collect()
}

/// Whether a loop or comprehension of the same function evaluates the node again and again.
fn in_loop(module: &Module, id: NodeId) -> bool {
    for ancestor in module.ancestors(id) {
        match module.node(ancestor) {
            AnyNodeRef::StmtFor(f) if !module.contains(module.id(&*f.iter), id) => return true,
            AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => return true,
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) => return false,
            _ => {}
        }
    }
    false
}

/// The function around a node, and its name.
fn enclosing_name<'a>(module: &Module<'a>, id: NodeId) -> Option<(&'a str, NodeId)> {
    let function = module.enclosing_function(id)?;
    match module.node(function) {
        AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() != "__init__" => Some((f.name.as_str(), function)),
        _ => None,
    }
}
