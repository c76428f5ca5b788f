//! Who asks for the current loop when `asyncio.run` is done: `get_event_loop()` then raises RuntimeError.

use super::shape::{self, Origin, Shape};
use unspool_engine::facts::ScopeId;
use unspool_engine::repo::{Exports, Local};
use unspool_engine::syntax::{AnyNodeRef, Module, NodeId, NodeKind, Ranged, import_member, import_source};
use unspool_engine::transform::{FileContext, Finding};

pub fn loop_behind(cx: &FileContext, shape: &Shape) -> Finding {
    let module = cx.module;
    let own = [Some(shape.maker.range()), shape.set.map(|s| module.node(s).range()), Some(shape.run.range())];
    for (id, node) in module.nodes() {
        let Some(name) = asks(module, id, node) else { continue };
        if own.iter().flatten().any(|r| r.contains_range(node.range())) {
            continue;
        }
        let unset = module
            .statement_of(id)
            .is_some_and(|s| module.suite_of(s).is_some_and(|(suite, at)| shape::is_unset(cx, &suite[at])));
        // It chooses what kind of loop `asyncio.run` makes, too.
        let chosen_before = name == "set_event_loop_policy"
            && module.enclosing_function(id).is_none()
            && node.start() < shape.maker.start();
        if unset || chosen_before {
            continue;
        }
        let line = module.line(node.start());
        return Finding::refuted(format!(
            "`{name}` on line {line} finds another loop, or none, behind `asyncio.run`"
        ));
    }
    let mut finding = Finding::proved("nothing else in the repository asks for a loop");
    if let Some(function) = module.enclosing_function(module.id(shape.run)) {
        finding = match cx.repo.exports(&cx.local()) {
            Exports::Nothing(_) if is_called_once(cx, function, 3) => Finding::proved(
                "the program calls the function once, and nothing else in the repository asks for a loop",
            ),
            Exports::Nothing(_) if shape.origin != Origin::Current && shape.set.is_none() => finding,
            Exports::Nothing(_) => {
                Finding::assumed("callers of the function may ask for the current loop afterwards")
            }
            Exports::Names(why) => Finding::assumed(format!(
                "{why}, and callers of the function may ask for the current loop afterwards"
            )),
        };
    }
    if !cx.repo.is_answered() {
        return finding;
    }
    for file in cx.repo.mentioning("get_event_loop").into_iter().filter(|f| f != cx.path) {
        let shown = cx.repo.index().shown(&file).display().to_string();
        let asking = cx.repo.with_file(&file, |other| {
            let mut nodes = other.module.nodes();
            let line =
                nodes.find_map(|(id, n)| asks(other.module, id, n).map(|_| other.module.line(n.start())))?;
            Some((line, imports(cx, other)))
        });
        finding = finding.and(match asking.flatten() {
            Some((line, true)) => Finding::refuted(format!(
                "{shown}:{line} imports this file, and finds another loop, or none, behind `asyncio.run`"
            )),
            _ => Finding::assumed(format!("{shown} asks for the current loop")),
        });
    }
    finding
}

/// Whether the other file imports this one, or a name of it.
fn imports(cx: &FileContext, other: &Local) -> bool {
    let is_this = |name: &str| cx.repo.index().module_file(other.path, name).as_deref() == Some(cx.path);
    other.module.nodes().any(|(_, node)| match node {
        AnyNodeRef::StmtImport(i) => i.names.iter().any(|a| is_this(&a.name)),
        AnyNodeRef::StmtImportFrom(f) => {
            is_this(&import_source(f)) || f.names.iter().any(|a| is_this(&import_member(f, &a.name)))
        }
        _ => false,
    })
}

/// What asks for the current loop, or changes it, where no loop runs: in a coroutine it is the one that runs.
fn asks<'a>(module: &Module<'a>, id: NodeId, node: AnyNodeRef<'a>) -> Option<&'a str> {
    let name = match node {
        AnyNodeRef::ExprAttribute(a) => a.attr.as_str(),
        AnyNodeRef::ExprName(n) => n.id.as_str(),
        _ => return None,
    };
    let of_loops = matches!(
        name,
        "get_event_loop" | "set_event_loop" | "set_event_loop_policy" | "get_event_loop_policy"
    );
    let in_coroutine = || {
        let function = module.enclosing_function(id).map(|f| module.node(f));
        matches!(function, Some(AnyNodeRef::StmtFunctionDef(f)) if f.is_async)
    };
    (of_loops && !in_coroutine()).then_some(name)
}

/// Whether all that is done with a function of the module is to call it once, where the module runs.
fn is_called_once(cx: &FileContext, function: NodeId, depth: usize) -> bool {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return false };
    if depth == 0 || module.parent(function) != Some(NodeId::ROOT) || !def.decorator_list.is_empty() {
        return false;
    }
    let Some(symbol) = symbols.own(ScopeId::MODULE, def.name.as_str()) else { return false };
    let mut uses = symbols.occurrences_of(symbol).filter(|o| o.node != function);
    let (Some(only), None) = (uses.next(), uses.next()) else { return false };
    let call = module.parent(only.node).filter(
        |call| matches!(module.node(*call), AnyNodeRef::ExprCall(c) if module.id(&*c.func) == only.node),
    );
    let Some(call) = call else { return false };
    let around = module.enclosing_function(call);
    let again = module.ancestors(call).take_while(|a| Some(*a) != around).any(|a| {
        matches!(
            module.node(a).kind(),
            NodeKind::StmtFor
                | NodeKind::StmtWhile
                | NodeKind::StmtClassDef
                | NodeKind::Comprehension
                | NodeKind::ExprListComp
                | NodeKind::ExprSetComp
                | NodeKind::ExprDictComp
                | NodeKind::ExprGenerator
                | NodeKind::ExprLambda
        )
    });
    !again && around.is_none_or(|around| is_called_once(cx, around, depth - 1))
}
