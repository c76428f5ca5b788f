//! Whether a program makes many objects of a class, as far as its file shows.

use super::class;
use unspool_engine::facts::Facts;
use unspool_engine::facts::effects::Kind;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, ast};
use unspool_engine::transform::FileContext;

/// Whether code of the file makes objects of the class in a loop, a comprehension, or a function that is called from
/// one or by itself, and keeps them: of those that go at once there are never many.
pub fn made_in_numbers<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, class: &ast::StmtClassDef) -> bool {
    let mut makers = calls(module, |call| makes(module, facts, class, call));
    makers.retain(|call| is_kept(module, *call, 0));
    makers.iter().any(|call| {
        in_loop(module, *call)
            || enclosing_name(module, *call).is_some_and(|(name, function)| {
                let callers = calls(module, |c| own_function(&c.func) == Some(name));
                callers.iter().any(|c| in_loop(module, *c) || module.contains(function, *c))
            })
    })
}

/// Why objects of the class are no records, which are small and only tell what they hold.
pub fn no_record(cx: &FileContext, class: &ast::StmtClassDef, slots: usize) -> Option<String> {
    if slots > SMALL {
        return Some(format!("its objects have {slots} attributes"));
    }
    let local = cx.local();
    class::methods(class).filter(|m| m.name.as_str() != "__init__").find_map(|method| {
        let effects = cx.repo.resolve_function(&local, cx.module.id(method));
        let note = effects.first(&[Kind::Effect])?.describe();
        Some(format!("`{}` does something ({note})", method.name))
    })
}

/// Whether the file is there to test others: what its classes save, nobody needs.
pub fn is_test(cx: &FileContext) -> bool {
    let named = |name: &str| name == "tests" || name == "test" || name.starts_with("test_");
    cx.repo.index().shown(cx.path).components().any(|c| c.as_os_str().to_str().is_some_and(named))
}

/// So many names fit on a line, and are read at a glance.
const SMALL: usize = 8;

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

/// Methods and functions that put a value where others are. What goes into a queue is taken out again.
const KEEPING: &[&str] =
    &["append", "appendleft", "add", "insert", "setdefault", "heappush", "push", "extend"];

/// How many steps values are followed through variables and other objects.
const DEPTH: usize = 12;

/// Whether the value of the expression goes where many can be: into a collection, to whoever iterates, to the caller,
/// into an attribute of another object; by itself or by a variable.
fn is_kept(module: &Module, made: NodeId, depth: usize) -> bool {
    // `a = Pair(b)` and `b = Pair(a)` go round in circles.
    if depth > DEPTH {
        return false;
    }
    let depth = depth + 1;
    let Some(parent) = module.parent(made) else { return false };
    match module.node(parent) {
        AnyNodeRef::ExprList(_)
        | AnyNodeRef::ExprTuple(_)
        | AnyNodeRef::ExprDict(_)
        | AnyNodeRef::ExprIf(_)
        | AnyNodeRef::ExprNamed(_)
        | AnyNodeRef::Keyword(_)
        | AnyNodeRef::Arguments(_)
        | AnyNodeRef::ExprStarred(_) => is_kept(module, parent, depth),
        AnyNodeRef::ExprListComp(c) => module.id(&*c.elt) == made,
        AnyNodeRef::ExprSetComp(c) => module.id(&*c.elt) == made,
        AnyNodeRef::ExprDictComp(_)
        | AnyNodeRef::ExprGenerator(_)
        | AnyNodeRef::ExprYield(_)
        | AnyNodeRef::StmtReturn(_) => true,
        AnyNodeRef::ExprCall(call) => match &*call.func {
            Expr::Attribute(a) => KEEPING.contains(&a.attr.as_str()),
            // An object that gets it keeps it, as long as it is kept itself.
            Expr::Name(n) => {
                let makes = n.id.as_str().trim_start_matches('_').starts_with(char::is_uppercase);
                KEEPING.contains(&n.id.as_str()) || (makes && is_kept(module, parent, depth))
            }
            _ => false,
        },
        AnyNodeRef::StmtAssign(a) => a.targets.iter().any(|target| match target {
            target if holds(target) => true,
            Expr::Name(variable) => keeps_variable(module, parent, variable.id.as_str(), depth),
            _ => false,
        }),
        AnyNodeRef::StmtAnnAssign(a) => match &*a.target {
            Expr::Name(variable) => keeps_variable(module, parent, variable.id.as_str(), depth),
            _ => false,
        },
        _ => false,
    }
}

/// Whether what is assigned to the target is kept beside others: an element, or an attribute of another object. `self` has
/// one of it, the last.
fn holds(target: &Expr) -> bool {
    match target {
        Expr::Subscript(_) => true,
        Expr::Attribute(a) => !matches!(&*a.value, Expr::Name(n) if n.id.as_str() == "self"),
        _ => false,
    }
}

/// Whether the function around the assignment keeps what is in the variable.
fn keeps_variable(module: &Module, assignment: NodeId, name: &str, depth: usize) -> bool {
    let Some(function) = module.enclosing_function(assignment) else { return false };
    module.subtree(function).any(|(id, node)| match node {
        // `item = Item(item)` keeps another one.
        AnyNodeRef::ExprName(_) if module.contains(assignment, id) => false,
        AnyNodeRef::ExprName(n) if n.ctx.is_load() && n.id.as_str() == name => match module.parent_node(id) {
            // `other = name` would only go round in circles.
            Some(AnyNodeRef::StmtAssign(a)) => a.targets.iter().any(holds),
            _ => is_kept(module, id, depth),
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
