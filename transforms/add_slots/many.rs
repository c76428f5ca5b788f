//! Whether a program makes many objects of a class, as far as its file shows.

use unspool_engine::facts::Facts;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, ast};

/// Whether code of the file makes objects of the class in a loop, a comprehension, or a function that is called from
/// one or by itself.
pub fn made_in_numbers<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, class: &ast::StmtClassDef) -> bool {
    let makers = calls(module, |call| makes(module, facts, class, call));
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
