//! Objects that nothing else can hold.

use crate::facts::types::{Ty, Types};
use crate::facts::{Access, Binding, Facts, Resolution, ScopeKind};
use crate::syntax::{AnyNodeRef, Expr, Module, ast};

/// Whether the value of the expression was made by the expression itself or, for a local variable, by the
/// function that owns it and has been given to nobody by another binding.
///
/// A fresh object may still have been stored elsewhere since: callers look at what happens in between.
pub fn is_fresh<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, expr: &Expr) -> bool {
    match expr {
        Expr::List(_)
        | Expr::Set(_)
        | Expr::Dict(_)
        | Expr::ListComp(_)
        | Expr::SetComp(_)
        | Expr::DictComp(_)
        | Expr::Generator(_)
        | Expr::FString(_) => true,
        Expr::Call(call) => {
            let types = Types::new(module, facts);
            match types.of(&call.func) {
                Ty::Class(_) => true,
                Ty::Member(path) => matches!(
                    path.as_str(),
                    "builtins.list"
                        | "builtins.dict"
                        | "builtins.set"
                        | "builtins.sorted"
                        | "builtins.bytearray"
                        | "collections.deque"
                        | "collections.Counter"
                        | "collections.defaultdict"
                        | "collections.OrderedDict"
                        | "io.StringIO"
                        | "io.BytesIO"
                ),
                _ => false,
            }
        }
        Expr::Name(name) => is_fresh_name(module, facts, name),
        _ => false,
    }
}

/// Whether the variable is the function's own and only ever holds objects that the function made.
pub fn is_fresh_name<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, name: &ast::ExprName) -> bool {
    let symbols = facts.symbols();
    let Resolution::Symbol(id) = symbols.resolve(module.id(name)) else { return false };
    let symbol = symbols.symbol(id);
    if symbol.captured || !matches!(symbols.scope(symbol.scope).kind, ScopeKind::Function | ScopeKind::Lambda)
    {
        return false;
    }
    let mut bound = false;
    for occurrence in symbols.occurrences_of(id) {
        if matches!(occurrence.access, Access::Read | Access::Delete) {
            continue;
        }
        match occurrence.binding {
            Some(Binding::AugmentedAssignment) => continue,
            Some(Binding::Assignment | Binding::AnnotatedAssignment) => {}
            _ => return false,
        }
        let value = match module.parent_node(occurrence.node) {
            Some(AnyNodeRef::StmtAssign(a)) if a.targets.len() == 1 => Some(&*a.value),
            Some(AnyNodeRef::StmtAnnAssign(a)) => a.value.as_deref(),
            _ => None,
        };
        match value {
            Some(value) if !value.is_name_expr() && is_fresh(module, facts, value) => bound = true,
            _ => return false,
        }
    }
    bound
}
