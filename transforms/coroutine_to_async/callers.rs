//! Who calls the function, and whether that goes on to work.

use super::asked::{asks_for_generators, given_to_who_asks, waited_twice};
use super::edits::{Made, wrapped};
use crate::asynchrony::framework::{Framework, Legacy, gives_back, is_known_name, last_name};
use crate::asynchrony::mentions::{is_only_one, line_using, may_mean};
use crate::asynchrony::operands::{Gives, overrides};
use std::path::Path;
use std::sync::Arc;
use unspool_engine::facts::effects::do_not_fit;
use unspool_engine::facts::{Facts, Resolution};
use unspool_engine::repo::{Base, Delegations, Local, PlainUse};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange, ast};
use unspool_engine::transform::{FileContext, Finding, ForeignEdits};

/// Names that more files than this mention are not looked up: the answer would be about other things.
pub const MENTIONS: usize = 40;

/// Special methods whose callers await: all others answer the interpreter, which does not.
const AWAITED: &[&str] = &["__aenter__", "__aexit__", "__anext__", "__call__"];

/// Nobody takes what the function returns for a generator.
pub fn only_awaited(cx: &FileContext, legacy: &Legacy) -> Finding {
    let name = legacy.def.name.as_str();
    if name.starts_with("__") && name.ends_with("__") && !AWAITED.contains(&name) {
        return Finding::refuted(format!("`{name}` is called by the interpreter, which does not await"));
    }
    let path: Arc<Path> = cx.path.into();
    let uses: Vec<PlainUse> = if cx.repo.is_answered() {
        cx.repo.plain_uses(name)
    } else {
        Delegations::of(cx.module, cx.facts, &path).uses.into_iter().filter(|u| u.name == name).collect()
    };
    let shown = cx.repo.index().shown(cx.path);
    let mut finding =
        Finding::proved("nobody in the repository delegates to it from a plain generator or iterates it");
    for found in uses {
        let here = *found.path == *shown || !cx.repo.is_answered();
        match is_meant(cx, legacy.def, &found, here) {
            Some(true) => return Finding::refuted(found.describe()),
            Some(false) => {}
            None => {
                finding = finding.and(Finding::assumed(format!(
                    "{}:{} treats the result of something called `{name}` as a generator",
                    found.path.display(),
                    found.line
                )));
            }
        }
    }
    if let Some(line) = becomes_special(cx, legacy.def) {
        return Finding::refuted(format!("line {line} makes it a special method, which does not await"));
    }
    if let Some((first, again)) = waited_twice(cx.module, cx.facts, name, is_method(cx, legacy)) {
        return Finding::refuted(format!(
            "line {again} waits once more for what line {first} waits for: a generator that is done gives `None`, a coroutine raises RuntimeError"
        ));
    }
    if let Some(line) = asks_for_generators(cx, legacy.def) {
        finding = finding.and(Finding::assumed(format!("line {line} asks whether something is a generator")));
    }
    if let Some(place) = given_to_who_asks(cx, legacy.def) {
        return Finding::refuted(format!("{place} hands what it returns to code that asks for a generator"));
    }
    finding
}

/// Whether a use by name means this function; `None` where that is not known.
fn is_meant(cx: &FileContext, def: &ast::StmtFunctionDef, found: &PlainUse, here: bool) -> Option<bool> {
    let module = cx.module;
    let id = module.id(def);
    let in_class = matches!(module.parent_node(id), Some(AnyNodeRef::StmtClassDef(_)));
    if here && found.node.index() < module.len() {
        match module.node(found.node) {
            AnyNodeRef::ExprName(n) => return Some(binds_to(cx.module, cx.facts, n, id)),
            AnyNodeRef::ExprAttribute(a) => {
                if let Expr::Name(receiver) = &*a.value
                    && matches!(receiver.id.as_str(), "self" | "cls")
                {
                    let class = |n: NodeId| {
                        module.ancestors(n).find(|a| matches!(module.node(*a), AnyNodeRef::StmtClassDef(_)))
                    };
                    if class(found.node) == class(id) {
                        return Some(in_class);
                    }
                }
            }
            _ => {}
        }
    }
    if (in_class != found.is_attribute && in_class) || (!here && found.is_own) {
        return Some(false);
    }
    is_only_one(cx, def).then_some(true)
}

fn binds_to<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, name: &ast::ExprName, def: NodeId) -> bool {
    let symbols = facts.symbols();
    match symbols.resolve(module.id(name)) {
        Resolution::Symbol(symbol) => symbols.occurrences_of(symbol).any(|o| o.node == def),
        Resolution::Free => false,
    }
}

/// The line of `Class.__iter__ = function`.
fn becomes_special(cx: &FileContext, def: &ast::StmtFunctionDef) -> Option<usize> {
    cx.module.nodes().find_map(|(_, node)| {
        let AnyNodeRef::StmtAssign(a) = node else { return None };
        let Expr::Name(value) = &*a.value else { return None };
        let special = a.targets.iter().any(|t| {
            last_name(t).is_some_and(|n| n.starts_with("__") && n.ends_with("__") && !AWAITED.contains(&n))
        });
        (special && binds_to(cx.module, cx.facts, value, cx.module.id(def)))
            .then(|| cx.module.line(a.start()))
    })
}

/// The line of a call in this file whose arguments the function has no parameters for.
pub fn misfit(cx: &FileContext, def: &ast::StmtFunctionDef) -> Option<usize> {
    let module = cx.module;
    let is_method = matches!(module.parent_node(module.id(def)), Some(AnyNodeRef::StmtClassDef(_)));
    cx.facts.reads_of(&def.name).iter().find_map(|read| {
        let AnyNodeRef::ExprCall(call) = module.parent_node(*read)? else { return None };
        let bound = match &*call.func {
            Expr::Attribute(_) if is_method && module.id(&*call.func) == *read => 1,
            Expr::Name(_) if !is_method && module.id(&*call.func) == *read => 0,
            _ => return None,
        };
        do_not_fit(&def.parameters, bound, &call.arguments).then(|| module.line(call.start()))
    })
}

/// What a call of an eager function does with its result.
enum Use {
    /// Waits for it on the spot, or hands it to something that does.
    Awaited,
    /// Perhaps.
    Doubtful(String),
    /// Not: why not.
    Kept(String),
    /// Returned by the plain function of this name: its callers decide.
    Returned(String),
}

/// Callables of the frameworks that take futures and coroutines alike.
const COMBINERS: &[&str] = &[
    "multi",
    "multi_future",
    "gather",
    "wait_for",
    "with_timeout",
    "convert_yielded",
    "ensure_future",
    "create_task",
    "ensureDeferred",
    "maybeDeferred",
    "spawn_callback",
    "run_until_complete",
    "shield",
    "as_completed",
    "run",
];

/// Callables of the frameworks that call a function and wait for what it returns.
const RUNNERS: &[&str] = &[
    "run_sync",
    "add_callback",
    "spawn_callback",
    "call_later",
    "call_at",
    "add_timeout",
    "react",
    "add_handlers",
];

/// Every caller in the repository waits for an eager function of tornado.
pub fn tornado_callers(cx: &FileContext, legacy: &Legacy) -> Finding {
    let mut names = vec![legacy.def.name.to_string()];
    let mut finding = Finding::proved("every caller in the repository waits for it");
    let mut next = 0;
    while next < names.len() && next < 6 {
        let name = names[next].clone();
        next += 1;
        let uses = match uses_of(cx, &name, names.len() == 1 && is_method(cx, legacy)) {
            Ok(uses) => uses,
            Err(why) => {
                finding = finding.and(Finding::assumed(why));
                continue;
            }
        };
        for (place, one) in uses {
            match one {
                Use::Awaited => {}
                Use::Doubtful(why) => finding = finding.and(Finding::assumed(format!("{place} {why}"))),
                Use::Kept(why) => return Finding::refuted(format!("{place} {why}")),
                Use::Returned(by) if names.contains(&by) => {}
                Use::Returned(by) => names.push(by),
            }
        }
    }
    finding
}

fn is_method(cx: &FileContext, legacy: &Legacy) -> bool {
    matches!(cx.module.parent_node(cx.module.id(legacy.def)), Some(AnyNodeRef::StmtClassDef(_)))
}

/// What all files do with functions of this name.
fn uses_of(cx: &FileContext, name: &str, method: bool) -> Result<Vec<(String, Use)>, String> {
    let files = if cx.repo.is_answered() { cx.repo.mentioning(name) } else { Vec::new() };
    if files.len() > MENTIONS {
        return Err(format!("{} files speak of something called `{name}`", files.len()));
    }
    let mut found = uses_in(cx.module, cx.facts, name, method, true, &cx.repo.index().shown(cx.path));
    for file in files.iter().filter(|f| *f != cx.path) {
        let shown = cx.repo.index().shown(file);
        let uses = cx.repo.with_file(file, |o| uses_in(o.module, o.facts, name, method, false, &shown));
        found.extend(uses.unwrap_or_default());
    }
    Ok(found)
}

fn uses_in<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    name: &str,
    method: bool,
    here: bool,
    shown: &Path,
) -> Vec<(String, Use)> {
    let uses = module.nodes().filter(|(_, node)| may_mean(module, facts, *node, name, method, here));
    uses.map(|(id, node)| {
        (format!("{}:{}", shown.display(), module.line(node.start())), classify(module, id))
    })
    .collect()
}

/// What becomes of the function, or of the result of its call, at this place.
fn classify(module: &Module, id: NodeId) -> Use {
    let name = module.source(module.node(id));
    let called = matches!(module.parent_node(id), Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == id);
    let mut at = if called { module.parent(id).unwrap_or(id) } else { id };
    loop {
        let Some(parent) = module.parent(at) else { return Use::Doubtful(format!("uses `{name}`")) };
        match module.node(parent) {
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::ExprAwait(_) => {
                return if called { Use::Awaited } else { Use::Doubtful(format!("yields `{name}` itself")) };
            }
            AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprDict(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprGenerator(_)
            | AnyNodeRef::ExprStarred(_)
            | AnyNodeRef::ExprIf(_)
            | AnyNodeRef::Keyword(_)
            | AnyNodeRef::Arguments(_) => at = parent,
            AnyNodeRef::ExprCall(call) => {
                let callee = last_name(&call.func).unwrap_or_default();
                match called {
                    true if COMBINERS.contains(&callee) => return Use::Awaited,
                    true if callee == "append" => {
                        return Use::Doubtful(format!(
                            "collects results of `{name}` before it waits for them"
                        ));
                    }
                    true => {
                        return Use::Kept(format!(
                            "hands the result of `{name}` to `{callee}` without waiting"
                        ));
                    }
                    false if RUNNERS.contains(&callee) => return Use::Awaited,
                    false if callee == "partial" => at = parent,
                    false => return Use::Doubtful(format!("passes `{name}` to `{callee}`")),
                }
            }
            AnyNodeRef::ExprLambda(_) => {
                let runner = module.ancestors(parent).find_map(|a| match module.node(a) {
                    AnyNodeRef::ExprCall(c) => Some(last_name(&c.func).is_some_and(|n| RUNNERS.contains(&n))),
                    AnyNodeRef::Arguments(_) => None,
                    _ => Some(false),
                });
                return match runner {
                    Some(true) => Use::Awaited,
                    _ => Use::Kept(format!("returns the result of `{name}` from a lambda")),
                };
            }
            AnyNodeRef::StmtReturn(_) if called => {
                return match module.enclosing_function(parent).map(|f| module.node(f)) {
                    Some(AnyNodeRef::StmtFunctionDef(f)) if is_driven(f) => {
                        Use::Kept(format!("returns the future of `{name}` itself from a coroutine"))
                    }
                    Some(AnyNodeRef::StmtFunctionDef(f)) => Use::Returned(f.name.to_string()),
                    _ => Use::Kept(format!("returns the result of `{name}`")),
                };
            }
            AnyNodeRef::StmtExpr(_) if called => {
                return Use::Kept(format!(
                    "calls `{name}` without waiting: it runs up to its first `yield` today, and would not run at all"
                ));
            }
            _ if called => {
                return Use::Kept(format!(
                    "keeps what `{name}` returns: a future that runs already and can be waited for twice, a coroutine neither"
                ));
            }
            _ => return Use::Doubtful(format!("uses `{name}` as a value")),
        }
    }
}

/// Whether a decorator drives the function.
fn is_driven(f: &ast::StmtFunctionDef) -> bool {
    f.is_async || f.decorator_list.iter().any(|d| last_name(&d.expression).is_some_and(is_known_name))
}

/// A coroutine is no Deferred: calls that do not await it at once are wrapped by `ensureDeferred`, which starts it
/// as `inlineCallbacks` did.
pub fn twisted_callers(cx: &FileContext, legacy: &Legacy) -> Finding {
    let known = twisted_calls(cx, legacy).and_then(|_| twisted_elsewhere(cx, legacy));
    match known {
        Ok(_) if !cx.repo.is_answered() => Finding::assumed("files that may call it are not at hand"),
        Ok(_) => Finding::proved("every call in the repository is awaited or wrapped by `ensureDeferred`"),
        Err(against) => against,
    }
}

/// What becomes of calls in other files.
#[derive(Default)]
pub struct Elsewhere {
    pub edits: Vec<ForeignEdits>,
    /// How many of them a generator yields, which then yields what `ensureDeferred` gives.
    pub yielded: usize,
}

/// What becomes of the calls in other files, or what there stands against the rewrite. A method is called through
/// objects, of whose class another file says too little.
pub fn twisted_elsewhere(cx: &FileContext, legacy: &Legacy) -> Result<Elsewhere, Finding> {
    let name = legacy.def.name.as_str();
    let in_class = is_method(cx, legacy);
    let mut all = Elsewhere::default();
    for file in if cx.repo.is_answered() { cx.repo.mentioning(name) } else { Vec::new() } {
        if file == cx.path {
            continue;
        }
        let shown = cx.repo.index().shown(&file);
        let refuted = |line: usize| {
            Finding::refuted(format!(
                "{}:{line} uses something called `{name}`: it would get a coroutine instead of a Deferred",
                shown.display()
            ))
        };
        if in_class {
            match line_using(cx.repo, &file, name, true) {
                Some(line) => return Err(refuted(line)),
                None => continue,
            }
        }
        let wrapped: Option<Result<(Made, usize), Finding>> = cx.repo.with_file(&file, |other| {
            let mut made = Made::default();
            let mut yielded = 0;
            for call in calls_of(cx, other, name).map_err(refuted)? {
                yielded +=
                    usize::from(matches!(other.module.parent_node(call), Some(AnyNodeRef::ExprYield(_))));
                wrapped(other, cx.repo, call, &mut made)
                    .map_err(|why| Finding::refuted(format!("{}: {why}", shown.display())))?;
            }
            Ok((made, yielded))
        });
        let (Made { edits, imports }, yielded) = wrapped.unwrap_or_else(|| Ok((Made::default(), 0)))?;
        all.yielded += yielded;
        if !edits.is_empty() {
            all.edits.push(ForeignEdits { path: file, edits, imports, defines: Vec::new() });
        }
    }
    Ok(all)
}

/// The calls in another file of a function of this one that do not await it at once; or a line that uses it, or
/// something of its name, in another way.
fn calls_of<'a>(cx: &FileContext, other: &Local<'a, '_>, name: &str) -> Result<Vec<NodeId>, usize> {
    let (module, facts) = (other.module, other.facts);
    let is_it = |expr: &Expr| match Base::of(module, facts, expr) {
        Base::Imported(dotted) => dotted
            .rsplit_once('.')
            .is_some_and(|(of, last)| last == name && cx.repo.means(other.path, of, cx.path) == Some(true)),
        _ => false,
    };
    let mut calls = Vec::new();
    for (id, node) in module.nodes() {
        let is_used = match node {
            AnyNodeRef::ExprStringLiteral(s) => s.value.to_str() == name,
            // Under another name it is looked for in vain.
            AnyNodeRef::Alias(a) => a.name.as_str() == name && a.asname.is_some(),
            node => may_mean(module, facts, node, name, false, false),
        };
        if !is_used || runs_coroutines(module, id) {
            continue;
        }
        match (module.parent_node(id), module.parent(id)) {
            (Some(AnyNodeRef::ExprCall(call)), Some(at))
                if module.id(&*call.func) == id && is_it(&call.func) =>
            {
                if !matches!(module.parent_node(at), Some(AnyNodeRef::ExprAwait(_))) {
                    calls.push(at);
                }
            }
            _ => return Err(module.line(node.start())),
        }
    }
    Ok(calls)
}

/// The calls of a function of twisted in this file, or what in it stands against the rewrite.
pub fn twisted_calls(cx: &FileContext, legacy: &Legacy) -> Result<Vec<NodeId>, Finding> {
    let (module, name) = (cx.module, legacy.def.name.as_str());
    let def = module.id(legacy.def);
    let in_class = is_method(cx, legacy);
    if let Gives::Plain(what) = overrides(cx, legacy.framework, def, 0) {
        return Err(Finding::refuted(format!(
            "in a class below, {what}, which `ensureDeferred` does not take"
        )));
    }
    let mut calls = Vec::new();
    let refuted = |range: TextRange, what: &str| {
        Finding::refuted(format!("line {} {what}", module.line(range.start())))
    };
    for id in cx.facts.reads_of(name).iter().copied() {
        let node = module.node(id);
        let meant = match node {
            AnyNodeRef::ExprName(n) => !in_class && binds_to(module, cx.facts, n, def),
            AnyNodeRef::ExprAttribute(_) => in_class,
            _ => continue,
        };
        if !meant {
            continue;
        }
        match module.parent_node(id) {
            Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == id => {
                let parent = module.parent(id).expect("a callee has its call above");
                if is_receiver_unknown(node) && !is_only_one(cx, legacy.def) {
                    return Err(refuted(call.range(), "may call it through an object of unknown class"));
                }
                calls.push(parent);
            }
            _ if runs_coroutines(module, id) => {}
            _ => {
                let what = "passes the function on, to somebody who expects a Deferred from it";
                return Err(refuted(node.range(), what));
            }
        }
    }
    Ok(calls)
}

fn is_receiver_unknown(node: AnyNodeRef) -> bool {
    let AnyNodeRef::ExprAttribute(a) = node else { return false };
    match &*a.value {
        Expr::Name(n) => !matches!(n.id.as_str(), "self" | "cls"),
        Expr::Call(c) => last_name(&c.func) != Some("super"),
        _ => true,
    }
}

/// `task.react(main)` takes a coroutine function.
fn runs_coroutines(module: &Module, id: NodeId) -> bool {
    module.ancestors(id).find_map(|a| match module.node(a) {
        AnyNodeRef::ExprCall(c) => Some(last_name(&c.func) == Some("react")),
        AnyNodeRef::Arguments(_) => None,
        _ => Some(false),
    }) == Some(true)
}

/// The decorators above go on to work with a native coroutine function.
pub fn decorators(cx: &FileContext, legacy: &Legacy) -> Finding {
    const INDIFFERENT: &[&str] = &[
        "staticmethod",
        "classmethod",
        "abstractmethod",
        "override",
        "final",
        "callback",
        "patch",
        "object",
        "fixture",
        "parametrize",
        "skip",
        "skipif",
        "skipIf",
        "skipUnless",
        "deprecated",
    ];
    let mut finding = Finding::proved("the others do not look at what kind of function they decorate");
    for other in legacy.def.decorator_list.iter().filter(|d| d.range() != legacy.decorator.range()) {
        let callee = match &other.expression {
            Expr::Call(c) => &*c.func,
            e => e,
        };
        let source = cx.module.source(&other.expression);
        match last_name(callee) {
            Some("property" | "cached_property" | "lru_cache" | "cache" | "contextmanager") => {
                return Finding::refuted(format!("`@{source}` keeps or consumes what the function returns"));
            }
            Some("wraps") => {}
            _ if gives_back(cx, &other.expression) => {}
            Some(name) if INDIFFERENT.contains(&name) => {}
            _ if legacy.framework == Framework::Twisted => {
                return Finding::refuted(format!("`@{source}` may call the function and expect a Deferred"));
            }
            _ => {
                finding = finding.and(Finding::assumed(format!(
                    "`@{source}` may look at what kind of function it decorates"
                )));
            }
        }
    }
    finding
}
