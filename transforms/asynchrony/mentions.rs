//! Where a function is used, as far as its name tells.

use std::path::Path;
use unspool_engine::facts::{Binding, Facts, Resolution};
use unspool_engine::repo::{Local, Repository};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::{FileContext, Finding};

/// Whether a node reads the name so that it may mean the function: a method through any object, a function of
/// the module by itself (`here`, or imported) or through an imported module.
pub fn may_mean<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    node: AnyNodeRef<'a>,
    name: &str,
    method: bool,
    here: bool,
) -> bool {
    let symbols = facts.symbols();
    let imported = |n: &ast::ExprName| match symbols.resolve(module.id(n)) {
        Resolution::Symbol(symbol) => {
            symbols.occurrences_of(symbol).any(|o| matches!(module.node(o.node), AnyNodeRef::Alias(_)))
        }
        Resolution::Free => !symbols.star_imports.is_empty(),
    };
    match node {
        AnyNodeRef::ExprName(n) if n.id.as_str() == name && n.ctx.is_load() => {
            !method && (imported(n) || (here && defined(module, facts, n)))
        }
        AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == name && a.ctx.is_load() => {
            let root = std::iter::successors(Some(&*a.value), |e| match e {
                Expr::Attribute(a) => Some(&*a.value),
                _ => None,
            });
            method || root.last().is_some_and(|e| matches!(e, Expr::Name(n) if imported(n)))
        }
        _ => false,
    }
}

/// Whether the name stands for a function definition of this file.
fn defined<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, name: &ast::ExprName) -> bool {
    let symbols = facts.symbols();
    match symbols.resolve(module.id(name)) {
        Resolution::Symbol(symbol) => {
            symbols.occurrences_of(symbol).any(|o| o.binding == Some(Binding::Function))
        }
        Resolution::Free => false,
    }
}

/// The line on which another file uses the function, or something that may be it.
pub fn line_using(repo: &Repository, file: &Path, name: &str, method: bool) -> Option<usize> {
    repo.with_file(file, |Local { module, facts, .. }| {
        let (_, found) = module.nodes().find(|(_, node)| match node {
            AnyNodeRef::ExprStringLiteral(s) => s.value.to_str() == name,
            node => may_mean(module, facts, *node, name, method, false),
        })?;
        Some(module.line(found.start()))
    })?
}

/// Where something else gets the name of the function: an assignment to an attribute or in a class body, or a string that
/// may be used to do so.
pub fn replaced(cx: &FileContext, def: &ast::StmtFunctionDef) -> Option<String> {
    let name = def.name.as_str();
    let method = matches!(cx.module.parent_node(cx.module.id(def)), Some(AnyNodeRef::StmtClassDef(_)));
    if let Some(line) = line_binding(cx.module, name, method) {
        return Some(format!(
            "line {line} puts something else in place of `{name}`, or finds it by that name"
        ));
    }
    if !cx.repo.is_answered() {
        return None;
    }
    let others = cx.repo.mentioning(name).into_iter().filter(|file| file != cx.path);
    others.into_iter().find_map(|file| {
        let line = cx.repo.with_file(&file, |local| line_binding(local.module, name, method))??;
        let shown = cx.repo.index().shown(&file);
        Some(format!("{}:{line} puts something else in place of `{name}`", shown.display()))
    })
}

fn line_binding(module: &Module, name: &str, method: bool) -> Option<usize> {
    let (_, found) = module.nodes().find(|(id, node)| match node {
        AnyNodeRef::ExprAttribute(a) => a.attr.as_str() == name && !a.ctx.is_load(),
        AnyNodeRef::ExprName(n) if n.id.as_str() == name && !n.ctx.is_load() => {
            let owner = module.enclosing_definition(*id);
            let in_class = owner.is_some_and(|d| matches!(module.node(d), AnyNodeRef::StmtClassDef(_)));
            if method { in_class } else { owner.is_none() }
        }
        AnyNodeRef::ExprStringLiteral(s) => {
            let text = s.value.to_str();
            // `getattr(self, "load_" + kind)`
            let begins = || {
                let added = matches!(module.parent_node(*id), Some(AnyNodeRef::ExprBinOp(_)));
                added && !text.is_empty() && name.starts_with(text)
            };
            (text == name || begins()) && is_looked_up(module, *id)
        }
        _ => false,
    })?;
    Some(module.line(found.start()))
}

/// Whether a string is an argument of something that finds or replaces an attribute by its name.
fn is_looked_up(module: &Module, string: NodeId) -> bool {
    let call = module.ancestors(string).find_map(|a| match module.node(a) {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    });
    let name = call.and_then(|c| super::framework::last_name(&c.func));
    name.is_some_and(|n| {
        matches!(
            n,
            "getattr"
                | "setattr"
                | "delattr"
                | "hasattr"
                | "object"
                | "attrgetter"
                | "methodcaller"
                | "patch"
        )
    })
}

/// Whether the function is the only one of its name in the repository.
pub fn is_only_one(cx: &FileContext, def: &ast::StmtFunctionDef) -> bool {
    let name = def.name.as_str();
    let here = cx
        .module
        .nodes()
        .filter(|(_, n)| matches!(n, AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() == name))
        .count();
    here == 1 && cx.repo.index().files_defining(name).iter().all(|f| f == cx.path)
}

/// Whether code outside of the repository may call it.
pub fn outside(cx: &FileContext, def: &ast::StmtFunctionDef) -> Finding {
    let (module, name) = (cx.module, def.name.as_str());
    let id = module.id(def);
    if module.enclosing_function(id).is_some() {
        return Finding::proved("it is local to a function");
    }
    let hidden = |name: &str| name.starts_with('_') && !name.starts_with("__");
    let class = module.ancestors(id).any(|a| match module.node(a) {
        AnyNodeRef::StmtClassDef(c) => hidden(c.name.as_str()),
        _ => false,
    });
    if hidden(name) || class {
        return Finding::proved("its name is private");
    }
    if !cx.repo.index().is_published(cx.path) {
        return Finding::proved("the file is no part of an installed package");
    }
    Finding::assumed(format!(
        "`{name}` is public in an installed package: code elsewhere may take what it returns for a generator or future"
    ))
}
