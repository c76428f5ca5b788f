//! Nodes of a file by the name that they say: found in one walk, instead of one per question.

use crate::syntax::{AnyNodeRef, Module, NodeId};
use rustc_hash::FxHashMap;

/// Nodes by name, each list in source order.
pub type NodesByName<'a> = FxHashMap<&'a str, Vec<NodeId>>;

/// The functions and methods of the file.
pub fn functions<'a>(module: &Module<'a>) -> NodesByName<'a> {
    collect(module, |node| match node {
        AnyNodeRef::StmtFunctionDef(f) => Some(f.name.as_str()),
        _ => None,
    })
}

/// The names and attributes that are read.
pub fn reads<'a>(module: &Module<'a>) -> NodesByName<'a> {
    collect(module, |node| match node {
        AnyNodeRef::ExprName(n) if n.ctx.is_load() => Some(n.id.as_str()),
        AnyNodeRef::ExprAttribute(a) if a.ctx.is_load() => Some(a.attr.as_str()),
        _ => None,
    })
}

fn collect<'a>(module: &Module<'a>, name: impl Fn(AnyNodeRef<'a>) -> Option<&'a str>) -> NodesByName<'a> {
    let mut found = NodesByName::default();
    for (id, node) in module.nodes() {
        if let Some(name) = name(node) {
            found.entry(name).or_default().push(id);
        }
    }
    found
}
