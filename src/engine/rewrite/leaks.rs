//! Who would see a name that an import adds to a module: whoever takes all of its names.

use crate::facts::ScopeId;
use crate::repo::{Local, ModuleUse, Repository};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange};

/// Why the module must not get the name: code of the file, or of one that imports it, goes through all names, or a star
/// import would bring it where it means something else.
pub(super) fn seen_by_others(file: &Local, repo: &Repository, name: &str) -> Option<String> {
    let Local { module, facts, .. } = *file;
    let symbols = facts.symbols();
    if let Some(read) = symbols.namespace_reads.iter().find(|read| goes_through(module, **read)) {
        let line = module.line(read.start());
        return Some(format!(
            "line {line} goes through all names of the module: a further import is one of them"
        ));
    }
    if !repo.is_answered() {
        return None;
    }
    let says_all = symbols.own(ScopeId::MODULE, "__all__").is_some();
    for importer in repo.takers(file).iter() {
        if let Some(value) = importer.values.iter().find(|v| v.how == ModuleUse::Namespace) {
            return Some(format!(
                "{}:{} takes all names of the module: a further import is one of them",
                importer.path.display(),
                value.line
            ));
        }
        let Some(line) = importer.star.filter(|_| !says_all) else { continue };
        let says_it = repo.mentioning(name).iter().any(|f| repo.index().shown(f) == *importer.path);
        if says_it {
            return Some(format!(
                "{}:{line} imports all public names of the module, and says `{name}` itself",
                importer.path.display()
            ));
        }
    }
    None
}

/// Whether the call `globals()`, `vars()` or `dir()` is there for the sake of all names: not for one of them, nor as the
/// namespace of `exec`.
fn goes_through(module: &Module, read: TextRange) -> bool {
    let call = module.nodes().find(|(_, node)| matches!(node, AnyNodeRef::ExprCall(c) if c.range() == read));
    let Some((id, AnyNodeRef::ExprCall(call))) = call else { return false };
    let is_dir = matches!(&*call.func, Expr::Name(n) if n.id == "dir");
    let is = |expr: &Expr, id: NodeId| module.id(expr) == id;
    let mut parents = module.ancestors(id);
    match parents.next().map(|p| module.node(p)) {
        Some(AnyNodeRef::ExprAttribute(a)) => {
            matches!(a.attr.as_str(), "items" | "keys" | "values" | "copy" | "__iter__")
        }
        Some(AnyNodeRef::Comprehension(c)) => is(&c.iter, id),
        Some(AnyNodeRef::StmtFor(f)) => is(&f.iter, id),
        Some(AnyNodeRef::Arguments(_)) => {
            let called = parents.next().and_then(|p| match module.node(p) {
                AnyNodeRef::ExprCall(call) => Some(call),
                _ => None,
            });
            let collects = |f: &Expr| {
                matches!(f, Expr::Name(n) if ["list", "sorted", "set", "dict", "tuple", "frozenset", "len", "enumerate", "filter", "map"]
                    .contains(&n.id.as_str()))
            };
            is_dir || called.is_some_and(|c| collects(&c.func))
        }
        Some(AnyNodeRef::ExprStarred(_) | AnyNodeRef::StmtAssign(_)) => true,
        Some(AnyNodeRef::ExprCompare(_) | AnyNodeRef::ExprSubscript(_)) => false,
        _ => is_dir,
    }
}
