//! Who would notice that a generator has become a coroutine: code that waits for one twice, or asks what it is.

use super::callers::MENTIONS;
use crate::asynchrony::framework::last_name;
use crate::asynchrony::mentions::may_mean;
use unspool_engine::facts::{Facts, Resolution};
use unspool_engine::repo::Local;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::FileContext;

/// The lines of two waits for one and the same call, by a variable.
pub fn waited_twice<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    name: &str,
    method: bool,
) -> Option<(usize, usize)> {
    let symbols = facts.symbols();
    let is_wait = |id: NodeId| {
        matches!(module.parent_node(id), Some(AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::ExprAwait(_)))
    };
    for (id, _) in module.nodes().filter(|(_, node)| may_mean(module, facts, *node, name, method, true)) {
        let called = module.parent(id).filter(|p| is_callee(module, id, *p));
        let Some(AnyNodeRef::StmtAssign(a)) = called.and_then(|call| module.parent_node(call)) else {
            continue;
        };
        let [Expr::Name(target)] = &*a.targets else { continue };
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(target)) else { continue };
        let Some(function) = module.enclosing_function(id) else { continue };
        for wait in symbols.occurrences_of(symbol).filter(|o| o.access.reads() && is_wait(o.node)) {
            if module.enclosing_function(wait.node) != Some(function) {
                continue;
            }
            let statement = module.statement_of(wait.node)?;
            let again = facts.flow(function).read_after(statement, symbol).filter(|read| is_wait(*read));
            if let Some(again) = again {
                return Some((module.line(wait.range.start()), module.line(module.node(again).start())));
            }
        }
    }
    None
}

fn is_callee(module: &Module, id: NodeId, call: NodeId) -> bool {
    matches!(module.node(call), AnyNodeRef::ExprCall(c) if module.id(&*c.func) == id)
}

/// Names by which code tells a generator from a coroutine.
const TELLS: &[&str] = &[
    "isgenerator",
    "isgeneratorfunction",
    "GeneratorType",
    "gi_frame",
    "gi_running",
    "gi_code",
    "gi_yieldfrom",
];

/// Where the function or a call of it is the argument of a function, in any file, that asks whether it gets a generator.
pub fn given_to_who_asks(cx: &FileContext, def: &ast::StmtFunctionDef) -> Option<String> {
    if !cx.repo.is_answered() {
        return None;
    }
    let mut asking: Vec<String> = Vec::new();
    let mut files: Vec<_> = TELLS.iter().flat_map(|word| cx.repo.mentioning(word)).collect();
    files.sort_unstable();
    files.dedup();
    for file in files.into_iter().take(MENTIONS) {
        let found = cx.repo.with_file(&file, |Local { module, .. }| {
            let asks = module.nodes().filter(|(_, node)| tells(*node));
            let around = asks.filter_map(|(id, _)| match module.node(module.enclosing_function(id)?) {
                AnyNodeRef::StmtFunctionDef(f) => Some(f.name.to_string()),
                _ => None,
            });
            around.collect::<Vec<_>>()
        });
        asking.extend(found.unwrap_or_default());
    }
    if asking.is_empty() {
        return None;
    }
    let name = def.name.as_str();
    cx.repo.mentioning(name).into_iter().take(MENTIONS).find_map(|file| {
        let line = cx.repo.with_file(&file, |Local { module, .. }| {
            module.nodes().find_map(|(id, node)| {
                let meant = match node {
                    AnyNodeRef::ExprName(n) => n.id.as_str() == name,
                    AnyNodeRef::ExprAttribute(a) => a.attr.as_str() == name,
                    _ => false,
                };
                let parent = module.parent(id).filter(|_| meant)?;
                let argument = if is_callee(module, id, parent) { parent } else { id };
                let Some(AnyNodeRef::Arguments(_)) = module.parent_node(argument) else { return None };
                let outer = module.ancestors(argument).find_map(|a| match module.node(a) {
                    AnyNodeRef::ExprCall(c) => Some(c),
                    _ => None,
                })?;
                let asks = last_name(&outer.func).is_some_and(|callee| asking.iter().any(|a| a == callee));
                asks.then(|| module.line(node.start()))
            })
        })??;
        Some(format!("{}:{line}", cx.repo.index().shown(&file).display()))
    })
}

fn tells(node: AnyNodeRef) -> bool {
    match node {
        AnyNodeRef::ExprName(n) => TELLS.contains(&n.id.as_str()),
        AnyNodeRef::ExprAttribute(a) => TELLS.contains(&a.attr.as_str()),
        _ => false,
    }
}

/// A test in the file that tells generators from coroutines.
pub fn asks_for_generators(cx: &FileContext, def: &ast::StmtFunctionDef) -> Option<usize> {
    let inside = cx.module.id(def);
    cx.module.nodes().find_map(|(id, node)| {
        (tells(node) && !cx.module.contains(inside, id)).then(|| cx.module.line(node.start()))
    })
}
