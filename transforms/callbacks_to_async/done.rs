//! `task.add_done_callback(f)` in a coroutine that awaits the task at once: the callback is the code behind the `await`.

mod written;

use super::style::{is_name, parameter};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding};

/// `x.add_done_callback(...)`, and more of them on the same variable right behind.
pub struct Done<'a> {
    pub statement: &'a Stmt,
    calls: Vec<&'a ast::ExprCall>,
    suite: &'a [Stmt],
    at: usize,
}

impl<'a> Done<'a> {
    /// The first statement stands for all of them.
    pub fn of(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Self> {
        let AnyNodeRef::StmtExpr(statement) = node else { return None };
        let (suite, at) = module.suite_of(module.id(statement))?;
        let first = adds(&suite[at])?;
        let receiver = receiver(module, first);
        let same = |s: &'a Stmt| adds(s).filter(|c| self::receiver(module, c) == receiver);
        if at.checked_sub(1).is_some_and(|i| same(&suite[i]).is_some()) {
            return None;
        }
        let calls = suite[at..].iter().map_while(same).collect();
        Some(Done { statement: &suite[at], calls, suite, at })
    }
}

fn adds(statement: &Stmt) -> Option<&ast::ExprCall> {
    let Stmt::Expr(statement) = statement else { return None };
    let Expr::Call(call) = &*statement.value else { return None };
    matches!(&*call.func, Expr::Attribute(a) if a.attr.as_str() == "add_done_callback").then_some(call)
}

fn receiver<'s>(module: &Module<'s>, call: &ast::ExprCall) -> &'s str {
    match &*call.func {
        Expr::Attribute(a) => module.source(&*a.value),
        _ => unreachable!("a method is called"),
    }
}

/// What a callback does.
enum Callback<'a> {
    /// A lambda that looks at the result and nothing else of the task.
    Result(&'a ast::ExprLambda, Vec<TextRange>),
    /// A lambda that looks at the task.
    Task(&'a ast::ExprLambda, &'a str),
    /// Something that is called with the task: the callee, what stands in front of the task, what behind.
    Called(&'a Expr, &'a [Expr], &'a [ast::Keyword]),
}

/// The statements without callbacks, or why not.
pub fn rewrite<'a>(cx: &FileContext<'a, '_>, site: &Done<'a>) -> Result<(Vec<Edit>, Finding), String> {
    let module = cx.module;
    let id = module.id(site.statement);
    let function = module
        .enclosing_function(id)
        .filter(|f| matches!(module.node(*f), AnyNodeRef::StmtFunctionDef(f) if f.is_async))
        .ok_or("the code around is no coroutine, and cannot wait for the task")?;
    let Expr::Attribute(ast::ExprAttribute { value, .. }) = &*site.calls[0].func else {
        unreachable!("a method is called")
    };
    let Expr::Name(task) = &**value else { return Err("the task is no variable of the function".into()) };
    let task = task.id.as_str();
    let behind = site.at + site.calls.len();
    let (Some(before), Some(behind)) =
        (site.at.checked_sub(1).map(|i| &site.suite[i]), site.suite.get(behind))
    else {
        return Err("the task is not made right in front, or not awaited right behind".into());
    };
    let made = match before {
        Stmt::Assign(a) if matches!(&*a.targets, [target] if is_name(target, task)) => &*a.value,
        _ => return Err("the task is not made right in front: it may run already".into()),
    };
    let end = End::of(behind, task)?;
    let mut callbacks = Vec::new();
    for call in &site.calls {
        callbacks.push(Callback::of(cx, call)?);
    }
    let results_alone = callbacks.iter().all(|c| matches!(c, Callback::Result(..)));
    let from = if results_alone { before } else { site.statement };
    layout(module, TextRange::new(from.start(), behind.end()))?;
    let written = written::Written { cx, function, task, end, callbacks: &callbacks };
    if !results_alone {
        let lines = written.with_task()?;
        let finding = Finding::assumed(
            "what the callback raises is raised here instead of going to the handler of the loop",
        );
        return Ok((vec![replaced(module, site.statement, behind, &lines)], finding));
    }
    let uses = module
        .subtree(function)
        .filter(|(_, n)| matches!(n, AnyNodeRef::ExprName(n) if n.id.as_str() == task));
    let here = before.range().cover(behind.range());
    if uses.into_iter().any(|(_, n)| !here.contains_range(n.range())) {
        return Err(format!("`{task}` is used elsewhere, too"));
    }
    let inner = made_for(made);
    if let Some(line) = inner.and_then(|call| crate::asynchrony::context::own(cx, call)) {
        return Err(format!(
            "line {line} sets a context variable or asks for the task, and the task here is one of its own"
        ));
    }
    let operand = inner.map_or_else(|| module.source(made), |call| module.source(call));
    let lines = written.without_task(operand)?;
    let finding = Finding::assumed(
        "the work runs in this task instead of one of its own, and what the callback raises is raised here instead of going to the handler of the loop",
    );
    Ok((vec![replaced(module, before, behind, &lines)], finding))
}

fn replaced(module: &Module, from: &Stmt, to: &Stmt, lines: &[String]) -> Edit {
    let indent = module.indentation(from.start());
    Edit::replace(TextRange::new(from.start(), to.end()), lines.join(&format!("\n{indent}")))
}

/// How the task is awaited.
enum End<'a> {
    Alone,
    Assigned(&'a str),
    Returned,
}

impl<'a> End<'a> {
    fn of(statement: &'a Stmt, task: &str) -> Result<Self, String> {
        let awaited = |e: &Expr| matches!(e, Expr::Await(a) if is_name(&a.value, task));
        match statement {
            Stmt::Expr(e) if awaited(&e.value) => Ok(End::Alone),
            Stmt::Return(r) if r.value.as_deref().is_some_and(awaited) => Ok(End::Returned),
            Stmt::Assign(a) if awaited(&a.value) => match &*a.targets {
                [Expr::Name(n)] => Ok(End::Assigned(n.id.as_str())),
                _ => Err("the result goes into more than a variable".into()),
            },
            _ => Err("the task is not awaited right behind: other code runs while it does".into()),
        }
    }
}

impl<'a> Callback<'a> {
    fn of(cx: &FileContext<'a, '_>, call: &'a ast::ExprCall) -> Result<Self, String> {
        let module = cx.module;
        if !call.arguments.keywords.is_empty() {
            return Err("the callback runs in a context of its own".into());
        }
        let [callback] = &*call.arguments.args else { return Err("no callback is added".into()) };
        let line = module.line(callback.start());
        match callback {
            Expr::Lambda(lambda) => {
                let Ok(Some(parameter)) = parameter(lambda.parameters.as_deref()) else {
                    return Err("the callback takes more than the task".into());
                };
                binds_nothing(module, lambda)?;
                let uses = uses_of(module, lambda, parameter);
                let results: Option<Vec<TextRange>> = uses.iter().copied().collect();
                Ok(match results {
                    Some(results) if !results.is_empty() => Callback::Result(lambda, results),
                    _ => Callback::Task(lambda, parameter),
                })
            }
            _ => {
                let (callee, rest, keywords) = match partial(cx, callback) {
                    Some(partial) => partial.map_err(|why| format!("{why} on line {line}"))?,
                    None => (callback, &[][..], &[][..]),
                };
                called(cx, callee, line)?;
                Ok(Callback::Called(callee, rest, keywords))
            }
        }
    }

    /// Whether it does nothing before it takes the result, so that nothing is left of it where the work fails.
    fn takes_result_first(&self, cx: &FileContext<'a, '_>) -> bool {
        let module = cx.module;
        match self {
            Callback::Result(lambda, results) => is_first(module, module.id(&*lambda.body), results[0]),
            Callback::Task(lambda, parameter) => uses_of(module, lambda, parameter)
                .into_iter()
                .find_map(|r| r)
                .is_some_and(|result| is_first(module, module.id(&*lambda.body), result)),
            Callback::Called(callee, front, _) => {
                let Ty::Function(f) = Types::new(module, cx.facts).of(callee) else { return false };
                let AnyNodeRef::StmtFunctionDef(def) = module.node(f) else { return false };
                if def.is_async || !def.decorator_list.is_empty() {
                    return false;
                }
                let method = usize::from(callee.is_attribute_expr());
                let Some(parameter) = def.parameters.args.get(front.len() + method) else { return false };
                let first = def.body.iter().find(|s| !is_docstring(s));
                let value = first.and_then(|s| match s {
                    Stmt::Expr(e) => Some(&*e.value),
                    Stmt::Assign(a) => Some(&*a.value),
                    Stmt::Return(r) => r.value.as_deref(),
                    _ => None,
                });
                let Some(value) = value else { return false };
                let root = module.id(value);
                let results = uses_below(module, root, parameter.name().as_str());
                let first = results.into_iter().flatten().next();
                first.is_some_and(|result| is_first(module, root, result))
            }
        }
    }
}

fn is_docstring(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(e) if e.value.is_string_literal_expr())
}

/// Whether the callee is one and the same when the callback is added and when it runs.
fn called<'a>(cx: &FileContext<'a, '_>, callee: &'a Expr, line: usize) -> Result<(), String> {
    let root = match callee {
        Expr::Attribute(a) => &*a.value,
        other => other,
    };
    let Expr::Name(name) = root else { return Err(format!("the callback on line {line} is computed")) };
    if !is_steady(cx, name) {
        return Err(format!("`{}` on line {line} may be another one when the task is done", name.id));
    }
    Ok(())
}

/// What is called, what in front of the result, and what by name.
pub type Partial<'a> = (&'a Expr, &'a [Expr], &'a [ast::Keyword]);

/// The function of a `functools.partial` with what it is given; why its arguments may be others when it is called.
pub fn partial<'a>(cx: &FileContext<'a, '_>, callback: &'a Expr) -> Option<Result<Partial<'a>, String>> {
    let Expr::Call(call) = callback else { return None };
    let path = cx.facts.symbols().qualified_name(cx.module, &call.func);
    if path.as_deref() != Some("functools.partial") {
        return None;
    }
    let Some((callee, rest)) = call.arguments.args.split_first() else {
        return Some(Err("a `partial` has no function".into()));
    };
    let keywords = &call.arguments.keywords;
    let mut values = rest.iter().chain(keywords.iter().map(|k| &k.value));
    let stays = |v: &Expr| v.is_literal_expr() || v.as_name_expr().is_some_and(|n| is_steady(cx, n));
    if keywords.iter().any(|k| k.arg.is_none()) || !values.all(stays) {
        return Some(Err("an argument of the `partial` may be another one by then".into()));
    }
    Some(Ok((callee, rest, keywords)))
}

/// A variable that nobody rebinds while the task runs.
pub fn is_steady(cx: &FileContext, name: &ast::ExprName) -> bool {
    use unspool_engine::facts::{Resolution, ScopeId};
    let symbols = cx.facts.symbols();
    match symbols.resolve(cx.module.id(name)) {
        Resolution::Free => true,
        Resolution::Symbol(symbol) => {
            let owner = symbols.symbol(symbol).scope;
            let binds = || symbols.occurrences_of(symbol).filter(|o| o.binds());
            binds().all(|o| o.scope == owner) && (owner != ScopeId::MODULE || binds().count() == 1)
        }
    }
}

/// Names that a lambda binds itself would become variables of the function.
fn binds_nothing(module: &Module, lambda: &ast::ExprLambda) -> Result<(), String> {
    let id = module.id(lambda);
    let binds = module.subtree(id).any(|(_, n)| {
        matches!(n, AnyNodeRef::ExprNamed(_) | AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_))
    });
    if binds {
        return Err(format!(
            "the lambda on line {} binds a name of its own, or yields",
            module.line(lambda.start())
        ));
    }
    Ok(())
}

/// The uses of the parameter: the range of `t.result()`, or `None` for any other use.
fn uses_of(module: &Module, lambda: &ast::ExprLambda, parameter: &str) -> Vec<Option<TextRange>> {
    uses_below(module, module.id(&*lambda.body), parameter)
}

fn uses_below(module: &Module, root: NodeId, parameter: &str) -> Vec<Option<TextRange>> {
    let mut found = Vec::new();
    for (id, node) in module.subtree(root) {
        if !matches!(node, AnyNodeRef::ExprName(n) if n.id.as_str() == parameter) {
            continue;
        }
        let result = module.parent(id).and_then(|attribute| {
            let AnyNodeRef::ExprAttribute(a) = module.node(attribute) else { return None };
            let Some(AnyNodeRef::ExprCall(c)) = module.parent_node(attribute) else { return None };
            let plain = a.attr.as_str() == "result" && c.arguments.is_empty() && c.func.range() == a.range();
            plain.then(|| c.range())
        });
        found.push(result);
    }
    found
}

/// Whether the result is taken in any case, and before anything else is done.
fn is_first(module: &Module, root: NodeId, result: TextRange) -> bool {
    let early = |n: AnyNodeRef| match n {
        AnyNodeRef::ExprCall(c) => c.range().end() <= result.start(),
        _ => false,
    };
    if module.subtree(root).any(|(_, n)| early(n)) {
        return false;
    }
    let Some((at, _)) = module.subtree(root).find(|(_, n)| n.range() == result) else { return false };
    let mut below = at;
    for above in std::iter::once(at).chain(module.ancestors(at)) {
        let part = module.node(below).range();
        let sometimes = match module.node(above) {
            AnyNodeRef::ExprIf(i) => !i.test.range().contains_range(part),
            AnyNodeRef::ExprBoolOp(b) => !b.values[0].range().contains_range(part),
            AnyNodeRef::ExprCompare(c) => {
                c.comparators.len() > 1 && c.comparators[1..].iter().any(|e| e.range().contains_range(part))
            }
            AnyNodeRef::ExprLambda(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => true,
            _ => false,
        };
        if sometimes && above != at {
            return false;
        }
        if above == root {
            break;
        }
        below = above;
    }
    true
}

fn layout(module: &Module, lines: TextRange) -> Result<(), String> {
    let shares =
        !module.text()[TextRange::new(module.line_start(lines.start()), lines.start())].trim().is_empty();
    let to_end = TextRange::new(lines.start(), module.line_end(lines.end()));
    if module.has_comment(to_end) || module.text()[to_end].contains(';') || shares {
        return Err("comments or layout stand in the way".into());
    }
    Ok(())
}

/// The coroutine of a task that is made for it.
fn made_for(made: &Expr) -> Option<&ast::ExprCall> {
    let Expr::Call(call) = made else { return None };
    let Expr::Attribute(ast::ExprAttribute { attr, .. }) = &*call.func else { return None };
    match &*call.arguments.args {
        [Expr::Call(inner)]
            if matches!(attr.as_str(), "ensure_future" | "create_task")
                && call.arguments.keywords.is_empty() =>
        {
            Some(inner)
        }
        _ => None,
    }
}
