//! Functions that run without being called from where the program stands: when an object dies, or a signal comes.

use super::Facts;
use super::types::{Ty, Types};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId};

/// What registers a function that the garbage collector or a signal runs (Lib/weakref.py, Modules/_weakref.c,
/// Lib/signal.py). The function is one of the arguments behind the first.
const REGISTRARS: &[&str] =
    &["weakref.ref", "weakref.proxy", "weakref.finalize", "weakref.WeakMethod", "signal.signal"];

/// The functions of the file that may run between any two instructions.
pub fn unprompted<'a>(module: &Module<'a>, facts: &Facts<'a, '_>) -> Vec<NodeId> {
    let types = Types::new(module, facts);
    let mut found = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for (id, node) in module.nodes() {
        match node {
            AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() == "__del__" => found.push(id),
            AnyNodeRef::ExprCall(call) if !call.arguments.args.is_empty() => {
                if !matches!(types.of(&call.func), Ty::Member(path) if REGISTRARS.contains(&path.as_str())) {
                    continue;
                }
                for argument in &call.arguments.args[1..] {
                    match argument {
                        Expr::Name(name) => named.push(name.id.as_str()),
                        Expr::Attribute(attribute) => named.push(attribute.attr.as_str()),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    let callbacks = module.nodes().filter(
        |(_, node)| matches!(node, AnyNodeRef::StmtFunctionDef(f) if named.contains(&f.name.as_str())),
    );
    found.extend(callbacks.map(|(id, _)| id));
    found
}
