//! Who would notice that a generator has become a coroutine: code that waits for one twice, or asks what it is.

use super::callers::MENTIONS;
use crate::asynchrony::framework::last_name;
use crate::asynchrony::mentions::may_mean;
use unspool_engine::facts::{Facts, Resolution};
use unspool_engine::repo::Local;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::FileContext;

/// The lines of two waits for one and the same call, by a variable that holds it, alone or among others.
pub fn waited_twice<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    name: &str,
    method: bool,
) -> Option<(usize, usize)> {
    let symbols = facts.symbols();
    let reads = facts.reads_of(name).iter().copied();
    for id in reads.filter(|id| may_mean(module, facts, module.node(*id), name, method, true)) {
        let Some(call) = module.parent(id).filter(|p| is_callee(module, id, *p)) else { continue };
        let Some((target, among)) = holder(module, call) else { continue };
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(target)) else { continue };
        let Some(function) = module.enclosing_function(module.id(target)) else { continue };
        let is_wait = |read: NodeId| waits(module, read, among);
        for wait in symbols.occurrences_of(symbol).filter(|o| o.access.reads() && is_wait(o.node)) {
            if module.enclosing_function(wait.node) != Some(function) {
                continue;
            }
            let Some(statement) = module.statement_of(wait.node) else { continue };
            let again = facts.flow(function).read_after(statement, symbol).filter(|read| is_wait(*read));
            if let Some(again) = again {
                return Some((module.line(wait.range.start()), module.line(module.node(again).start())));
            }
        }
    }
    None
}

/// The variable that is bound to what a call gives, and whether to a list, tuple or set in which it is one of several.
fn holder<'a>(module: &Module<'a>, call: NodeId) -> Option<(&'a ast::ExprName, bool)> {
    let mut among = false;
    for outer in module.ancestors(call) {
        match module.node(outer) {
            AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprSet(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_) => among = true,
            AnyNodeRef::StmtAssign(a) => {
                let [Expr::Name(target)] = &*a.targets else { return None };
                return Some((target, among));
            }
            _ => return None,
        }
    }
    None
}

/// What asyncio drives a coroutine by.
const DRIVERS: &[&str] = &[
    "gather",
    "wait",
    "wait_for",
    "as_completed",
    "shield",
    "ensure_future",
    "create_task",
    "async",
    "run",
    "run_until_complete",
    "run_coroutine_threadsafe",
];

/// Whether a read of the variable waits for what it holds, or hands it to something that does.
fn waits(module: &Module, read: NodeId, among: bool) -> bool {
    match module.parent_node(read) {
        Some(AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::ExprAwait(_)) => true,
        Some(AnyNodeRef::Arguments(_)) => {
            module.ancestors(read).nth(1).is_some_and(|call| drives(module, call))
        }
        Some(AnyNodeRef::ExprStarred(_)) => among,
        Some(AnyNodeRef::StmtFor(f)) => among && module.id(&*f.iter) == read,
        Some(AnyNodeRef::Comprehension(c)) => among && module.id(&c.iter) == read,
        _ => false,
    }
}

fn drives(module: &Module, call: NodeId) -> bool {
    match module.node(call) {
        AnyNodeRef::ExprCall(c) => last_name(&c.func).is_some_and(|name| DRIVERS.contains(&name)),
        _ => false,
    }
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
    if asking.is_empty() && !TELLS.iter().any(|word| !cx.repo.mentioning(word).is_empty()) {
        return None;
    }
    asking.extend(["isgenerator", "isgeneratorfunction"].map(String::from));
    let name = def.name.as_str();
    cx.repo.mentioning(name).into_iter().take(MENTIONS).find_map(|file| {
        let line = cx.repo.with_file(&file, |Local { module, facts, .. }| {
            let asks = |argument: NodeId| is_asked_about(module, argument, &asking);
            module.nodes().find_map(|(id, node)| {
                let meant = match node {
                    AnyNodeRef::ExprName(n) => n.id.as_str() == name,
                    AnyNodeRef::ExprAttribute(a) => a.attr.as_str() == name,
                    _ => false,
                };
                let parent = module.parent(id).filter(|_| meant)?;
                let argument = if is_callee(module, id, parent) { parent } else { id };
                // `g = f()`, and `g` is asked about.
                let named = || {
                    let Some((target, false)) = holder(module, argument) else { return false };
                    let symbols = facts.symbols();
                    let Resolution::Symbol(symbol) = symbols.resolve(module.id(target)) else { return false };
                    symbols.occurrences_of(symbol).any(|o| o.access.reads() && asks(o.node))
                };
                (asks(argument) || named()).then(|| module.line(node.start()))
            })
        })??;
        Some(format!("{}:{line}", cx.repo.index().shown(&file).display()))
    })
}

/// Whether it is an argument of one of these functions, or of `isinstance` with the type of generators.
fn is_asked_about(module: &Module, argument: NodeId, asking: &[String]) -> bool {
    let Some(AnyNodeRef::Arguments(_)) = module.parent_node(argument) else { return false };
    let outer = module.ancestors(argument).find_map(|a| match module.node(a) {
        AnyNodeRef::ExprCall(c) => Some(c),
        _ => None,
    });
    outer.is_some_and(|outer| match (last_name(&outer.func), &*outer.arguments.args) {
        (Some("isinstance"), [_, classes]) => module.subtree(module.id(classes)).any(|(_, node)| tells(node)),
        (Some(callee), _) => asking.iter().any(|a| a == callee),
        (None, _) => false,
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
