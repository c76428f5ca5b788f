//! What the loop runs: a coroutine, or something that `asyncio.run` does not take.

use super::shape::{Shape, parameter};
use crate::asynchrony::mentions::{may_mean, outside};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Binding, Facts, Resolution};
use unspool_engine::repo::Local;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::{Convention, FileContext, Finding, State};

/// `asyncio.run` raises ValueError for a future or task.
pub fn coroutine(cx: &FileContext, shape: &Shape) -> Finding {
    let [argument] = &*shape.run.arguments.args else {
        return Finding::refuted("`run_until_complete` is called with other arguments");
    };
    match parameter(cx, shape.run) {
        Some((function, parameter)) => handed(cx, function, parameter),
        None => of(cx, argument),
    }
}

/// Whether an expression of this file gives a coroutine.
fn of(cx: &FileContext, argument: &Expr) -> Finding {
    let text: String = cx.module.source(argument).chars().take(50).collect();
    match (argument, Types::new(cx.module, cx.facts).of(callee(argument))) {
        (Expr::Call(_), Ty::Member(path)) if !path.starts_with("asyncio.") => imported(cx, &path, &text),
        _ => of_local(cx.module, cx.facts, argument),
    }
}

fn callee(argument: &Expr) -> &Expr {
    match argument {
        Expr::Call(call) => &call.func,
        other => other,
    }
}

/// As far as the file of the expression tells.
fn of_local<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, argument: &Expr) -> Finding {
    let text: String = module.source(argument).chars().take(50).collect();
    let Expr::Call(call) = argument else {
        return Finding::refuted(format!(
            "`{text}` may be a future or task, which `asyncio.run` does not take"
        ));
    };
    match Types::new(module, facts).of(&call.func) {
        Ty::Function(f) => match module.node(f) {
            AnyNodeRef::StmtFunctionDef(f) if f.is_async && f.decorator_list.is_empty() => {
                Finding::proved(format!("`{}` is an `async def`", f.name))
            }
            _ => Finding::refuted(format!("`{text}` is no call of an `async def`")),
        },
        Ty::Member(path) if path.starts_with("asyncio.") => match path.as_str() {
            "asyncio.sleep"
            | "asyncio.wait"
            | "asyncio.wait_for"
            | "asyncio.start_server"
            | "asyncio.open_connection" => Finding::proved(format!("`{path}` is a coroutine function")),
            _ => Finding::refuted(format!("`{path}` needs a running loop, or gives a future")),
        },
        Ty::Member(_) => Finding::assumed(format!("whether `{text}` is a coroutine is not known")),
        _ => method(module, call, &text),
    }
}

fn imported(cx: &FileContext, path: &str, text: &str) -> Finding {
    let unknown = Finding::assumed(format!("whether `{text}` is a coroutine is not known"));
    let Some((module, name)) = path.rsplit_once('.') else { return unknown };
    let Some(file) = cx.repo.index().module_file(cx.path, module) else { return unknown };
    let Some(summary) = cx.repo.summary(&file) else { return unknown };
    let function =
        summary.by_name.get(name).and_then(|ids| ids.last()).and_then(|id| summary.functions.get(id));
    match function {
        Some(f) if f.is_async && f.decorators.is_empty() => {
            Finding::proved(format!("`{name}` is an `async def`"))
        }
        Some(_) => Finding::refuted(format!("`{name}` is no `async def`")),
        None => unknown,
    }
}

/// A method of a class of this file, by name.
fn method(module: &Module, call: &ast::ExprCall, text: &str) -> Finding {
    let unknown = Finding::assumed(format!("whether `{text}` is a coroutine is not known"));
    let Expr::Attribute(a) = &*call.func else {
        // `ensure_future(..)` of a loop, or of a file that imports everything.
        return unknown;
    };
    if matches!(a.attr.as_str(), "create_task" | "create_future" | "run_in_executor" | "ensure_future") {
        return Finding::refuted(format!("`{text}` is a future or task, which `asyncio.run` does not take"));
    }
    let mut named = module.nodes().filter_map(|(_, n)| match n {
        AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() == a.attr.as_str() => Some(f),
        _ => None,
    });
    match (named.next(), named.next()) {
        (Some(f), None) if f.is_async && f.decorator_list.is_empty() => {
            Finding::proved(format!("`{}` is an `async def`, the only one of that name", f.name))
        }
        (Some(f), None) if !f.is_async => Finding::refuted(format!("`{}` is no `async def`", f.name)),
        _ => unknown,
    }
}

/// A parameter of the function around: what its callers pass.
fn handed(cx: &FileContext, function: NodeId, parameter: &ast::Parameter) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let name = parameter.name.as_str();
    if let Resolution::Symbol(symbol) = symbols.resolve(module.id(parameter))
        && let Some(again) = symbols
            .occurrences_of(symbol)
            .find(|o| o.access.writes() && o.binding != Some(Binding::Parameter))
    {
        let line = module.line(again.range.start());
        return Finding::refuted(format!(
            "`{name}` is assigned on line {line}, to a future or task perhaps, which `asyncio.run` does not take"
        ));
    }
    let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else {
        return Finding::assumed(format!("what a lambda gets as `{name}` is not known"));
    };
    if let Some(decorator) = def.decorator_list.iter().find(|d| !is_kind_of_method(d)) {
        return Finding::assumed(format!(
            "what `@{}` passes as `{name}` is not known",
            module.source(&decorator.expression)
        ));
    }
    if let Some(annotation) = parameter.annotation.as_deref() {
        let text = module.source(annotation);
        let head = text.split('[').next().unwrap_or(text).rsplit('.').next().unwrap_or(text);
        match head {
            "Coroutine" | "CoroutineType" => {
                return Finding::proved(format!("`{name}` is annotated as a coroutine"))
                    .relying_on([Convention::Annotations]);
            }
            "Future" | "Task" => {
                return Finding::refuted(format!(
                    "`{name}` is annotated as `{text}`, which `asyncio.run` does not take"
                ));
            }
            _ => {}
        }
    }
    let passing = Passing {
        def,
        name,
        method: matches!(module.parent_node(function), Some(AnyNodeRef::StmtClassDef(_))),
    };
    let (mut finding, mut count) = passing.of(module, cx.facts, true, &|value| of(cx, value));
    for file in if cx.repo.is_answered() { cx.repo.mentioning(def.name.as_str()) } else { Vec::new() } {
        if file == cx.path || finding.state.is_refuted() {
            continue;
        }
        let there = cx.repo.with_file(&file, |Local { module, facts, .. }| {
            passing.of(module, facts, false, &|value| of_local(module, facts, value))
        });
        if let Some((there, more)) = there.filter(|(_, more)| *more > 0) {
            let shown = cx.repo.index().shown(&file);
            count += more;
            finding = finding.and(match there.state {
                State::Refuted(why) => Finding::refuted(format!("{}: {why}", shown.display())),
                State::Assumed(why) => Finding::assumed(format!("{}: {why}", shown.display())),
                State::Proved(_) => there,
            });
        }
    }
    if count == 0 {
        finding = finding.and(Finding::assumed(format!(
            "nobody in sight calls `{}`: what it is given may be a future or task",
            def.name
        )));
    }
    finding.and(outside(cx, def))
}

fn is_kind_of_method(decorator: &ast::Decorator) -> bool {
    matches!(&decorator.expression, Expr::Name(n) if matches!(n.id.as_str(), "staticmethod" | "classmethod"))
}

/// A parameter and whatever is passed for it.
struct Passing<'p> {
    def: &'p ast::StmtFunctionDef,
    name: &'p str,
    method: bool,
}

impl Passing<'_> {
    /// What the calls of a file pass, and how many uses of the function there are.
    fn of<'a>(
        &self,
        module: &Module<'a>,
        facts: &Facts<'a, '_>,
        here: bool,
        gives: &dyn Fn(&Expr) -> Finding,
    ) -> (Finding, usize) {
        let function = self.def.name.as_str();
        let mut finding = Finding::proved(format!("every call of `{function}` passes a coroutine"));
        let mut count = 0;
        for (id, node) in module.nodes() {
            if !may_mean(module, facts, node, function, self.method, here) {
                continue;
            }
            count += 1;
            let line = module.line(node.start());
            let call = match module.parent_node(id) {
                Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == id => call,
                _ => {
                    finding = finding.and(Finding::assumed(format!(
                        "line {line} hands `{function}` on, to unknown callers"
                    )));
                    continue;
                }
            };
            finding = finding.and(match self.argument(call) {
                Some(value) => {
                    let Finding { state, conventions } = gives(value);
                    match state {
                        State::Refuted(why) => Finding::refuted(format!("line {line}: {why}")),
                        state => Finding { state, conventions },
                    }
                }
                None => Finding::assumed(format!("what line {line} passes as `{}` is not seen", self.name)),
            });
        }
        (finding, count)
    }

    /// The argument of a call that becomes the parameter.
    fn argument<'c>(&self, call: &'c ast::ExprCall) -> Option<&'c Expr> {
        if let Some(by_name) = call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(self.name)) {
            return Some(&by_name.value);
        }
        let all = &self.def.parameters;
        let mut positional = all.posonlyargs.iter().chain(&all.args);
        let at = positional.position(|p| p.parameter.name.as_str() == self.name)?;
        let is_static = self
            .def
            .decorator_list
            .iter()
            .any(|d| matches!(&d.expression, Expr::Name(n) if n.id.as_str() == "staticmethod"));
        let at = at.checked_sub(usize::from(self.method && !is_static))?;
        let given = call.arguments.args.get(..=at)?;
        (!given.iter().any(Expr::is_starred_expr)).then(|| &given[at])
    }
}
