//! Whether awaits can run at the same time.

use super::items::{each, filled, items};
use super::shape::{Shape, Step};
use super::shared::{Callee, callee, waits_elsewhere};
use std::sync::Arc;
use unspool_engine::facts::Resolution;
use unspool_engine::facts::effects::{Collector, Effects, Kind};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::repo::FunctionSummary;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, ast, root_name};
use unspool_engine::transform::{FileContext, Finding};

/// How deep awaited calls are followed.
const DEPTH: usize = 5;

/// `asyncio` must be imported, and nothing that runs coroutines otherwise.
pub fn framework(cx: &FileContext) -> Finding {
    const OTHERS: &[&str] = &["trio", "anyio", "curio", "twisted", "tornado", "qtrio"];
    let mut asyncio = false;
    for (_, node) in cx.module.nodes() {
        let module = match node {
            AnyNodeRef::StmtImportFrom(f) => f.module.as_deref(),
            AnyNodeRef::Alias(a) => Some(a.name.as_str()),
            _ => None,
        };
        let Some(top) = module.and_then(|m| m.split('.').next()) else { continue };
        if OTHERS.contains(&top) {
            return Finding::refuted(format!(
                "the file imports `{top}`, whose loop may not be that of asyncio"
            ));
        }
        asyncio |= top == "asyncio";
    }
    if asyncio {
        Finding::proved("the file imports asyncio and no other framework")
    } else {
        Finding::assumed("nothing in the file says that its loop is that of asyncio")
    }
}

/// `asyncio`, if the module imports it by that name.
pub fn imported_asyncio(cx: &FileContext) -> Option<&'static str> {
    let imports = |node: AnyNodeRef| match node {
        AnyNodeRef::StmtImport(i) => {
            i.names.iter().any(|a| a.name.as_str() == "asyncio" && a.asname.is_none())
        }
        _ => false,
    };
    let mut top = cx.module.body().iter().map(AnyNodeRef::from);
    top.any(imports).then_some("asyncio")
}

/// What encloses the awaits in their function.
pub fn region(cx: &FileContext, shape: &Shape) -> Finding {
    let module = cx.module;
    let first = module.id(shape.operands()[0]);
    let Some(function) = module.enclosing_function(first) else {
        return Finding::refuted("there is no coroutine function around");
    };
    let name = match module.node(function) {
        AnyNodeRef::StmtFunctionDef(f) if f.is_async => f.name.as_str(),
        _ => return Finding::refuted("there is no coroutine function around"),
    };
    if name.starts_with("test") {
        return Finding::refuted("a test states the order of what it does");
    }
    for ancestor in module.ancestors(first).take_while(|a| *a != function) {
        let line = module.line(module.node(ancestor).start());
        match module.node(ancestor) {
            AnyNodeRef::StmtWith(w) if w.is_async => {
                return Finding::refuted(format!(
                    "the `async with` on line {line} may be a lock, a transaction or a timeout: tasks of their own are outside of it"
                ));
            }
            AnyNodeRef::StmtWith(_) => {
                return Finding::refuted(format!(
                    "the `with` on line {line} is that of the task that entered it"
                ));
            }
            _ => {}
        }
    }
    Finding::proved("nothing around belongs to the task")
}

/// A handler sees a failure while others still run.
pub fn handlers(cx: &FileContext, shape: &Shape) -> Finding {
    let first = cx.module.id(shape.operands()[0]);
    let flow = cx.facts.flow_at(first);
    match flow.protections(first).first() {
        Some(protection) => {
            let line = cx.module.line(cx.module.node(protection.stmt).start());
            Finding::refuted(format!(
                "the `try` on line {line} would go on while the others still run, which `gather` does not stop"
            ))
        }
        None => Finding::proved("no handler is around"),
    }
}

pub fn names_in<'a>(cx: &FileContext<'a, '_>, id: NodeId) -> Vec<&'a str> {
    let names = cx.module.subtree(id).filter_map(|(_, n)| match n {
        AnyNodeRef::ExprName(n) => Some(n.id.as_str()),
        _ => None,
    });
    names.collect()
}

/// Data that flows from one to a later one.
pub fn independent(cx: &FileContext, shape: &Shape) -> Finding {
    if let Some(endless) = shape.sources().into_iter().find(|s| is_endless(cx, s)) {
        return Finding::refuted(format!("`{}` has no end", cx.module.source(endless)));
    }
    match shape {
        Shape::Run(steps) => {
            for (i, step) in steps.iter().enumerate() {
                for target in step.targets() {
                    let Some(bound) = root_name(target) else { continue };
                    for later in &steps[i + 1..] {
                        if let Some(why) = depends(cx, step, target, bound, later) {
                            return Finding::refuted(why);
                        }
                    }
                    if has_call(target) {
                        return Finding::refuted(
                            "a target is found by a call, which would run behind all awaits",
                        );
                    }
                    if is_seen_elsewhere(cx, target) {
                        return Finding::refuted(format!(
                            "`{}` is global or nonlocal: the calls may read it",
                            bound.id
                        ));
                    }
                }
            }
            Finding::proved("no operand reads what another one gives")
        }
        Shape::Elements { .. } | Shape::Parts { .. } => {
            Finding::proved("no operand reads what another one gives")
        }
        Shape::Loop { statement, into, call, empty, through } => {
            filled(cx, statement, *into, call, empty.is_some(), *through)
        }
        Shape::Comprehension { comprehension, .. } => items(cx, comprehension.generators()),
        Shape::Keyed { comprehension, .. } => items(cx, &comprehension.generators),
        Shape::Pairs { comprehension, .. } => items(cx, &comprehension.generators),
        Shape::Each { statement, call } => each(cx, statement, call),
        Shape::Mixed { .. } => Finding::proved("what more is done in each turn is asked for by itself"),
    }
}

/// `itertools.count()` and its like, which no list can hold.
fn is_endless(cx: &FileContext, source: &Expr) -> bool {
    let Expr::Call(call) = source else { return false };
    match Types::new(cx.module, cx.facts).of(&call.func) {
        Ty::Member(path) => match path.as_str() {
            "itertools.count" | "itertools.cycle" => true,
            "itertools.repeat" => call.arguments.len() == 1,
            _ => false,
        },
        _ => false,
    }
}

/// What the later step needs of the target of an earlier one.
fn depends(
    cx: &FileContext,
    step: &Step,
    target: &Expr,
    bound: &ast::ExprName,
    later: &Step,
) -> Option<String> {
    let module = cx.module;
    let mut read = names_in(cx, module.id(later.call));
    for other in later.targets().into_iter().filter(|t| !t.is_name_expr()) {
        let inner = names_in(cx, module.id(other));
        // `self.a = ...`, `self.b[k] = ...`: both only store.
        let stores = !target.is_name_expr();
        read.extend(inner.into_iter().filter(|n| !stores || *n != bound.id.as_str()));
    }
    if read.contains(&bound.id.as_str()) {
        return Some(format!(
            "line {} uses `{}`, which line {} gives",
            module.line(later.call.start()),
            bound.id,
            module.line(step.call.start())
        ));
    }
    let again = later.targets().into_iter().any(|l| module.source(target) == module.source(l));
    again.then(|| format!("both give `{}`", bound.id))
}

fn has_call(target: &Expr) -> bool {
    match target {
        Expr::Attribute(a) => has_call(&a.value),
        Expr::Subscript(s) => has_call(&s.value) || !(s.slice.is_literal_expr() || s.slice.is_name_expr()),
        Expr::Name(_) => false,
        _ => true,
    }
}

pub fn is_seen_elsewhere(cx: &FileContext, target: &Expr) -> bool {
    let Expr::Name(name) = target else { return false };
    let symbols = cx.facts.symbols();
    let id = cx.module.id(name);
    match symbols.resolve(id) {
        Resolution::Symbol(symbol) => {
            symbols.symbol(symbol).scope != symbols.scope_of(cx.module, id) || symbols.symbol(symbol).captured
        }
        Resolution::Free => true,
    }
}

/// Methods that wait for, or change the state of, what they are called on.
const ORDERED: &[&str] = &[
    "acquire",
    "release",
    "sleep",
    "wait",
    "wait_for",
    "drain",
    "join",
    "commit",
    "rollback",
    "flush",
    "close",
    "connect",
    "login",
    "read",
    "readline",
    "readexactly",
    "readuntil",
    "recv",
    "receive",
    "send",
    "write",
    "put",
    "get_nowait",
    "start",
    "stop",
    "__aenter__",
    "__aexit__",
    "aclose",
    "shutdown",
    "open",
    "begin",
    "lock",
    "unlock",
];

/// Objects that two operands use.
pub fn receivers<'a>(cx: &FileContext<'a, '_>, shape: &Shape<'a>) -> Finding {
    let module = cx.module;
    let operands = shape.operands();
    let mut seen: Vec<(&str, usize)> = Vec::new();
    // Objects that functions of this file get, by what names them, and where they wait for what those do.
    let mut waited: Vec<(&str, usize)> = Vec::new();
    for call in &operands {
        let line = module.line(call.start());
        let last = match &*call.func {
            Expr::Name(n) => n.id.as_str(),
            Expr::Attribute(a) => a.attr.as_str(),
            _ => return Finding::refuted("what is called is computed"),
        };
        if ORDERED.contains(&last) {
            return Finding::refuted(format!(
                "`{last}` on line {line} is there to be waited for before the rest"
            ));
        }
        let callee = callee(cx, call);
        let waits = callee.map_or_else(|| waits_elsewhere(cx, call), |c| waits(cx, &c, call));
        for (object, at) in waits {
            let own = is_own_item(shape, object.split('.').next().unwrap_or(object));
            if shape.repeats() && !own {
                return Finding::refuted(format!(
                    "each turn waits for what `{object}` does, on line {at}: one connection or session seldom does two things at once"
                ));
            }
            if let Some((_, first)) = waited.iter().find(|(o, _)| *o == object) {
                return Finding::refuted(format!(
                    "both wait for what `{object}` does, on lines {first} and {at}: one connection or session seldom does two things at once"
                ));
            }
            waited.push((object, at));
        }
        let Expr::Attribute(a) = &*call.func else { continue };
        let Some(receiver) = root_name(&a.value) else {
            return Finding::refuted(format!("the object of the call on line {line} is computed"));
        };
        let name = receiver.id.as_str();
        // What a method of this file does is looked at.
        if !module_like(cx, receiver) && !callee.is_some_and(|c| c.is_bound) {
            if shape.repeats() && !is_own_item(shape, name) {
                return Finding::refuted(format!(
                    "each turn uses `{name}`: one connection or session seldom does two things at once"
                ));
            }
            if let Some((_, first)) = seen.iter().find(|(n, _)| *n == name) {
                return Finding::refuted(format!(
                    "lines {first} and {line} both use `{name}`: one connection or session seldom does two things at once"
                ));
            }
            seen.push((name, line));
        }
    }
    // An object that one operand is called on and another gets.
    for call in &operands {
        for argument in call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value)) {
            if let Some((name, line)) =
                seen.iter().find(|(n, _)| names_in(cx, module.id(argument)).contains(n))
            {
                return Finding::refuted(format!(
                    "`{name}`, which line {line} uses, is passed to another operand"
                ));
            }
        }
    }
    Finding::proved("no two operands are called on one object")
}

/// The objects that the function gets by this call and waits for.
fn waits<'c>(
    cx: &FileContext<'c, '_>,
    callee: &Callee<'c>,
    call: &'c ast::ExprCall,
) -> Vec<(&'c str, usize)> {
    let mut gets: Vec<(&Expr, &str)> = callee.passed(call);
    if let (Some(parameter), Expr::Attribute(a)) = (callee.receiver(), &*call.func) {
        gets.push((&*a.value, parameter));
    }
    let waits = gets.into_iter().filter_map(|(object, parameter)| {
        callee.waits_for(cx, parameter).map(|line| (cx.module.source(object), line))
    });
    waits.collect()
}

fn module_like(cx: &FileContext, name: &ast::ExprName) -> bool {
    matches!(Types::new(cx.module, cx.facts).of(&Expr::Name(name.clone())), Ty::Module(_))
}

fn is_own_item(shape: &Shape, name: &str) -> bool {
    let is_named = |e: &Expr| matches!(e, Expr::Name(n) if n.id.as_str() == name);
    shape.targets().into_iter().any(|target| match target {
        Expr::Tuple(t) => t.elts.iter().any(is_named),
        target => is_named(target),
    })
}

/// Whether the operands are calls of coroutine functions, and what those do.
pub fn calls(cx: &FileContext, shape: &Shape) -> (Finding, Finding) {
    let mut coroutines = Finding::proved("they are");
    let mut effects = Finding::proved("nothing that they do is seen outside of them");
    effects = effects.and(evaluated_early(cx, shape.filters_and_keys()));
    for (i, call) in shape.operands().into_iter().enumerate() {
        let text: String = cx.module.source(&*call.func).chars().take(50).collect();
        // Today the arguments of a later operand are evaluated when the first has succeeded.
        if i > 0 || shape.repeats() {
            let keywords = call.arguments.keywords.iter().map(|k| &k.value);
            effects = effects.and(evaluated_early(cx, call.arguments.args.iter().chain(keywords)));
        }
        // The arguments are evaluated before any operand runs.
        let arguments = cx.module.subtree(cx.module.id(call)).skip(1);
        if arguments
            .into_iter()
            .any(|(_, n)| matches!(n, AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprNamed(_)))
        {
            coroutines =
                Finding::refuted(format!("an argument of `{text}` is awaited itself, or binds a name"));
        }
        match callee(cx, call) {
            Some(Callee { function, def, .. }) => {
                if !def.is_async {
                    coroutines = coroutines.and(Finding::assumed(format!("`{text}` is no `async def`")));
                }
                effects = effects.and(effects_of(cx, function, &text, 0));
            }
            None => {
                let (kind, does) = elsewhere(cx, call, &text);
                coroutines = coroutines.and(kind);
                effects = effects.and(does);
            }
        }
    }
    (coroutines, effects)
}

/// A call of what another file of the repository defines, or nobody knows: whether it gives a coroutine, and what that does.
fn elsewhere(cx: &FileContext, call: &ast::ExprCall, text: &str) -> (Finding, Finding) {
    let unknown = format!("what `{text}(...)` gives is not known: a coroutine, or a task that runs already");
    let Some(function) = imported(cx, call) else {
        return (Finding::assumed(unknown), Finding::assumed(format!("what `{text}` does is not known")));
    };
    let kind = match (function.is_async, function.unknown_decorator()) {
        (_, Some(_)) => Finding::assumed(unknown),
        (true, None) => Finding::proved("they are"),
        (false, None) => Finding::assumed(format!("`{text}` is no `async def`")),
    };
    // What its arguments do is asked for by itself.
    let mut effects = Collector::of_call(cx.module, cx.facts, call);
    effects.notes.clear();
    effects.calls.retain(|c| c.at == call.range());
    (kind, seen(cx, &effects, text))
}

/// The function of another file that is called.
fn imported(cx: &FileContext, call: &ast::ExprCall) -> Option<Arc<FunctionSummary>> {
    let Ty::Member(path) = Types::new(cx.module, cx.facts).of(&call.func) else { return None };
    cx.repo.function_of(&cx.local(), &path).map(|(_, function)| function)
}

/// What evaluating arguments and filters does, which today waits for the awaits in front.
fn evaluated_early<'e>(cx: &FileContext, all: impl IntoIterator<Item = &'e Expr>) -> Finding {
    let local = cx.local();
    let mut finding = Finding::proved("nothing that they do is seen outside of them");
    for evaluated in all {
        let resolved = cx.repo.resolve(&local, &Collector::of_expr(cx.module, cx.facts, evaluated));
        let text: String = cx.module.source(evaluated).chars().take(50).collect();
        if let Some(note) = resolved.first(&[Kind::Effect]) {
            return Finding::refuted(format!(
                "`{text}` {}: today that is not done when an await in front fails",
                note.describe()
            ));
        }
        if let Some(note) = resolved.first(&[Kind::UnknownCall, Kind::ValueCall, Kind::Observes]) {
            finding = finding.and(Finding::assumed(format!(
                "`{text}` is evaluated before anything is awaited: it {}",
                note.describe()
            )));
        }
    }
    finding
}

/// What running the coroutine does that others can see.
fn effects_of(cx: &FileContext, function: NodeId, text: &str, depth: usize) -> Finding {
    let module = cx.module;
    let mut finding = seen(cx, &Collector::of_function(module, cx.facts, function), text);
    // What it waits for runs, too.
    let types = Types::new(module, cx.facts);
    for (id, node) in module.subtree(function) {
        if let AnyNodeRef::ExprAwait(a) = node
            && module.enclosing_function(id) == Some(function)
            && let Expr::Call(call) = &*a.value
        {
            match callee(cx, call) {
                Some(next) if next.function == function => {}
                Some(next) if depth < DEPTH => {
                    finding = finding.and(effects_of(cx, next.function, text, depth + 1));
                }
                _ if matches!(types.of(&call.func), Ty::Member(path) if path == "asyncio.sleep") => {}
                // It was followed with what the function itself does.
                _ if imported(cx, call).is_some() => {}
                _ => {
                    let what: String = module.source(&*call.func).chars().take(50).collect();
                    finding = finding.and(Finding::assumed(format!(
                        "`{text}` waits for `{what}(...)`, which is not known"
                    )));
                }
            }
        }
    }
    finding
}

/// Whether others can see what this does, with all that it waits for.
fn seen(cx: &FileContext, effects: &Effects, text: &str) -> Finding {
    let resolved = cx.repo.resolve_awaited(&cx.local(), effects);
    if let Some(note) = resolved.first(&[Kind::Effect]) {
        return Finding::refuted(format!(
            "`{text}` does something that others see ({}): if another one fails it must not have begun",
            note.describe()
        ));
    }
    match resolved.first(&[Kind::UnknownCall, Kind::ValueCall, Kind::Observes]) {
        Some(note) => Finding::assumed(format!("`{text}`: {}", note.describe())),
        None => Finding::proved("nothing that they do is seen outside of them"),
    }
}

/// Context variables and the current task.
pub fn context(cx: &FileContext, shape: &Shape) -> Finding {
    match shape.operands().iter().find_map(|call| crate::asynchrony::context::own(cx, call)) {
        Some(line) => Finding::refuted(format!(
            "line {line} sets a context variable or asks for the task: a task of its own has its own"
        )),
        None => Finding::proved("no operand of this file does"),
    }
}

/// Never proved.
pub fn order(shape: &Shape) -> Finding {
    Finding::assumed(if shape.repeats() {
        "all items are waited for at once: nothing bounds how many run, and which one fails first may change"
    } else {
        "they run at the same time: when one fails, the others have begun and run on"
    })
}
