//! `task.add_done_callback(f)` in a coroutine that awaits the task at once: the callback is the code behind the `await`.

use unspool_engine::syntax::{AnyNodeRef, Expr, Module, Ranged, Stmt, TextRange, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding};

/// The statement `x.add_done_callback(...)`.
pub fn call<'a>(node: AnyNodeRef<'a>) -> Option<(&'a ast::StmtExpr, &'a ast::ExprCall)> {
    let AnyNodeRef::StmtExpr(statement) = node else { return None };
    let Expr::Call(call) = &*statement.value else { return None };
    matches!(&*call.func, Expr::Attribute(a) if a.attr.as_str() == "add_done_callback")
        .then_some((statement, call))
}

/// The three statements in one, or why not.
pub fn rewrite<'a>(
    cx: &FileContext<'a, '_>,
    statement: &'a ast::StmtExpr,
    call: &'a ast::ExprCall,
) -> Result<(Vec<Edit>, Finding), String> {
    let module = cx.module;
    let id = module.id(statement);
    let in_coroutine = module
        .enclosing_function(id)
        .is_some_and(|f| matches!(module.node(f), AnyNodeRef::StmtFunctionDef(f) if f.is_async));
    if !in_coroutine {
        return Err("the code around is no coroutine, and cannot wait for the task".into());
    }
    let Expr::Attribute(ast::ExprAttribute { value, .. }) = &*call.func else {
        unreachable!("a method is called")
    };
    let Expr::Name(task) = &**value else { return Err("the task is no variable of the function".into()) };
    let task = task.id.as_str();
    let [Expr::Lambda(lambda)] = &*call.arguments.args else {
        return Err(
            "the callback is no lambda: what it does with the task, and when, is not seen here".into()
        );
    };
    if !call.arguments.keywords.is_empty() {
        return Err("the callback runs in a context of its own".into());
    }
    let Ok(Some(parameter)) = super::style::parameter(lambda.parameters.as_deref()) else {
        return Err("the callback takes more than the task".into());
    };
    let Some((suite, at)) = module.suite_of(id) else { return Err("it stands in no block".into()) };
    let (Some(before), Some(behind)) = (at.checked_sub(1).map(|i| &suite[i]), suite.get(at + 1)) else {
        return Err("the task is not made right in front, or not awaited right behind".into());
    };
    let made = match before {
        Stmt::Assign(a) if matches!(&*a.targets, [Expr::Name(n)] if n.id.as_str() == task) => &*a.value,
        _ => return Err("the task is not made right in front: it may run already".into()),
    };
    let awaited = |e: &Expr| match e {
        Expr::Await(a) => matches!(&*a.value, Expr::Name(n) if n.id.as_str() == task),
        _ => false,
    };
    let target = match behind {
        Stmt::Expr(e) if awaited(&e.value) => None,
        Stmt::Assign(a) if awaited(&a.value) => match &*a.targets {
            [Expr::Name(n)] => Some(n.id.as_str()),
            _ => return Err("the result goes into more than a variable".into()),
        },
        _ => return Err("the task is not awaited right behind: other code runs while it does".into()),
    };
    let function = module.enclosing_function(id).expect("a coroutine is around");
    let uses = module
        .subtree(function)
        .filter(|(_, n)| matches!(n, AnyNodeRef::ExprName(n) if n.id.as_str() == task));
    let here = before.range().cover(behind.range());
    if uses.into_iter().any(|(_, n)| !here.contains_range(n.range())) {
        return Err(format!("`{task}` is used elsewhere, too"));
    }
    let results = uses_of(module, lambda, parameter);
    let [result] = &*results else {
        return Err(format!("the callback looks at `{parameter}` more than once, or not at all"));
    };
    let Some(result) = result else {
        return Err(format!("the callback asks `{parameter}` for more than its result, or lets errors pass"));
    };
    let body = module.parenthesized_range(&lambda.body);
    let early = module
        .subtree(module.id(&*lambda.body))
        .any(|(_, n)| matches!(n, AnyNodeRef::ExprCall(c) if c.range().end() <= result.start()));
    if early {
        return Err("the callback does something before it takes the result".into());
    }
    let lines = TextRange::new(before.start(), behind.end());
    let shares = [before, behind]
        .iter()
        .any(|s| !module.text()[TextRange::new(module.line_start(s.start()), s.start())].trim().is_empty());
    if module.has_comment(lines)
        || module.text()[lines].contains(';')
        || shares
        || module.text()[body].contains(['\n', '\r'])
    {
        return Err("comments or layout stand in the way".into());
    }
    let operand = operand(module, made);
    let (head, tail) = (
        &module.text()[TextRange::new(body.start(), result.start())],
        &module.text()[TextRange::new(result.end(), body.end())],
    );
    let indent = module.indentation(before.start());
    let text = match target {
        Some(target) => format!("{target} = await {operand}\n{indent}{head}{target}{tail}"),
        None if head.is_empty() && !tail.is_empty() => format!("(await {operand}){tail}"),
        None => format!("{head}await {operand}{tail}"),
    };
    let finding = Finding::assumed(
        "the work runs in this task instead of one of its own, and what the callback raises is raised here instead of going to the handler of the loop",
    );
    Ok((vec![Edit::replace(lines, text)], finding))
}

/// The uses of the parameter: the range of `t.result()`, or `None` for any other use.
fn uses_of(module: &Module, lambda: &ast::ExprLambda, parameter: &str) -> Vec<Option<TextRange>> {
    let mut found = Vec::new();
    for (id, node) in module.subtree(module.id(&*lambda.body)) {
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

/// What is awaited: the coroutine of a task that is made for it, else what is made.
fn operand(module: &Module, made: &Expr) -> String {
    if let Expr::Call(call) = made
        && let Expr::Attribute(ast::ExprAttribute { attr, .. }) = &*call.func
        && matches!(attr.as_str(), "ensure_future" | "create_task")
        && let [inner @ Expr::Call(_)] = &*call.arguments.args
        && call.arguments.keywords.is_empty()
    {
        return module.source(inner).to_string();
    }
    module.source(made).to_string()
}
