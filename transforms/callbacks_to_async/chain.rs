//! `d = f()`, `d.addCallback(g)`, ..., `return d`: a chain on a fresh Deferred that the function returns.

use super::waited::Waited;
use crate::asynchrony::framework::{Framework, last_name};
use crate::asynchrony::mentions::{line_using, may_mean};
use crate::asynchrony::operands::{Gives, gives};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::rewrite::spell;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, TokenKind, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding, ImportRequest};

/// A function that ends with `return d`, `d` having callbacks, or with `return f().addCallback(g)`.
#[derive(Clone)]
pub struct Chain<'a> {
    pub def: &'a ast::StmtFunctionDef,
    /// The variable; empty where all is one expression.
    deferred: &'a str,
}

pub const ADDERS: [&str; 4] = ["addCallback", "addErrback", "addBoth", "addCallbacks"];

impl<'a> Chain<'a> {
    pub fn of(def: &'a ast::StmtFunctionDef) -> Option<Self> {
        if def.is_async {
            return None;
        }
        let Some(Stmt::Return(ast::StmtReturn { value: Some(value), .. })) = def.body.last() else {
            return None;
        };
        if is_chained(value) {
            let driven =
                def.decorator_list.iter().any(|d| last_name(&d.expression) == Some("inlineCallbacks"));
            return (!driven).then_some(Chain { def, deferred: "" });
        }
        let Expr::Name(deferred) = &**value else { return None };
        let chain = Chain { def, deferred: deferred.id.as_str() };
        def.body.iter().any(|s| chain.added(s).is_some()).then_some(chain)
    }

    /// The call `d.addCallback(...)` that a statement is.
    fn added(&self, statement: &'a Stmt) -> Option<(&'a str, &'a ast::ExprCall)> {
        let Stmt::Expr(e) = statement else { return None };
        let Expr::Call(call) = &*e.value else { return None };
        let Expr::Attribute(a) = &*call.func else { return None };
        let on_it = matches!(&*a.value, Expr::Name(n) if n.id.as_str() == self.deferred);
        (on_it && ADDERS.contains(&a.attr.as_str())).then_some((a.attr.as_str(), call))
    }
}

/// `f().addCallback(g)`
fn is_chained(value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    matches!(&*call.func, Expr::Attribute(a) if ADDERS.contains(&a.attr.as_str()))
}

/// Everything that the rewrite of a chain consists of.
#[derive(Default, Clone)]
pub struct Made {
    pub edits: Vec<Edit>,
    pub imports: Vec<ImportRequest>,
}

/// The body with awaits; the calls that it awaits itself.
pub fn straight<'a>(cx: &FileContext<'a, '_>, chain: &Chain<'a>) -> Result<(Made, Vec<TextRange>), String> {
    let module = cx.module;
    let def = chain.def;
    if !imports_twisted(module) {
        return Err("nothing says that this is a Deferred of twisted".into());
    }
    if !def.decorator_list.is_empty() || def.returns.is_some() {
        return Err("a decorator or annotation says what the function returns".into());
    }
    let has_yield = module
        .subtree(module.id(def))
        .any(|(_, n)| matches!(n, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_)));
    if has_yield {
        return Err("it is a generator".into());
    }
    if chain.deferred.is_empty() {
        return in_one_expression(cx, def);
    }
    let start = def.body.iter().position(|s| match s {
        Stmt::Assign(a) => matches!(&*a.targets, [Expr::Name(n)] if n.id.as_str() == chain.deferred),
        _ => false,
    });
    let Some(start) = start else { return Err("the Deferred is not made in the function".into()) };
    let (last, links) = def.body[start + 1..].split_last().expect("the `return` is behind");
    let reads = module
        .subtree(module.id(def))
        .filter(|(_, n)| matches!(n, AnyNodeRef::ExprName(n) if n.id.as_str() == chain.deferred))
        .count();
    if reads != links.len() + 2 {
        return Err(format!("`{}` is used for more than its callbacks", chain.deferred));
    }
    let early = def.body[..start].iter().find(|s| {
        module.subtree(module.id(*s)).any(|(n, r)| {
            matches!(r, AnyNodeRef::StmtReturn(_)) && module.enclosing_function(n) == Some(module.id(def))
        })
    });
    if let Some(early) = early {
        return Err(format!("line {} returns something else", module.line(early.start())));
    }
    let Stmt::Assign(head) = &def.body[start] else { unreachable!("the position is that of an assignment") };
    let Expr::Call(first) = &*head.value else { return Err("the Deferred is not made by a call".into()) };
    if let Gives::Plain(what) = given(cx, &head.value) {
        return Err(format!("{what}, and no Deferred"));
    }

    let mut made = Made::default();
    let keyword = module.tokens().in_range(TextRange::new(def.start(), def.name.start()));
    let keyword = keyword.iter().find(|t| t.kind() == TokenKind::Def);
    made.edits.push(Edit::replace(keyword.expect("a definition has its keyword").range(), "async def"));
    let has_errback = links.iter().any(|l| chain.added(l).is_some_and(|(adder, _)| adder != "addCallback"));
    if has_errback {
        // What makes the Deferred stays in front of the `try`: what it raises itself goes to no errback.
        let (edits, _) = super::waited::rewrite(cx, &Waited::returned(def, start + 1))?;
        made.edits.extend(edits);
        return Ok((made, Vec::new()));
    }
    let mut calls = Vec::new();
    for link in links {
        let Some((_, call)) = chain.added(link) else {
            return Err(format!(
                "line {} runs while the Deferred has no result yet",
                module.line(link.start())
            ));
        };
        calls.push(call);
    }
    let mut name = value_name(cx, chain, calls.first());
    let target = |name: &str, next: Option<&&ast::ExprCall>| match next {
        Some(call) if ignores_result(module, call) => String::new(),
        _ => format!("{name} = "),
    };
    made.edits.push(Edit::replace(
        TextRange::new(head.start(), module.parenthesized_range(&head.value).start()),
        format!("{}await ", target(&name, calls.first())),
    ));
    for (i, (link, call)) in links.iter().zip(&calls).enumerate() {
        let expression = called(cx, call, &name)?;
        if i + 1 == links.len() {
            made.edits.push(Edit::replace(link.range(), format!("return {expression}")));
        } else {
            name = value_name(cx, chain, calls.get(i + 1));
            let target = target(&name, calls.get(i + 1));
            made.edits.push(Edit::replace(link.range(), format!("{target}{expression}")));
        }
    }
    let before = links.last().expect("a chain has callbacks");
    let gone = TextRange::new(module.line_end(before.end()), module.line_end(last.end()));
    if module.has_comment(gone) || module.text()[gone].contains(';') {
        return Err("a comment speaks of the `return`".into());
    }
    made.edits.push(Edit::delete(gone));
    Ok((made, vec![first.range()]))
}

/// `return f().addCallback(g)`, and nothing else is returned.
fn in_one_expression<'a>(
    cx: &FileContext<'a, '_>,
    def: &'a ast::StmtFunctionDef,
) -> Result<(Made, Vec<TextRange>), String> {
    let module = cx.module;
    let last = def.body.last().expect("a function has statements");
    let other = module.subtree(module.id(def)).find(|(n, node)| {
        matches!(node, AnyNodeRef::StmtReturn(_))
            && module.enclosing_function(*n) == Some(module.id(def))
            && node.range() != last.range()
    });
    if let Some((_, other)) = other {
        return Err(format!("line {} returns something else", module.line(other.start())));
    }
    let mut made = Made::default();
    let keyword = module.tokens().in_range(TextRange::new(def.start(), def.name.start()));
    let keyword = keyword.iter().find(|t| t.kind() == TokenKind::Def);
    made.edits.push(Edit::replace(keyword.expect("a definition has its keyword").range(), "async def"));
    let waited = Waited::returned(def, def.body.len() - 1);
    let base = waited.base().ok_or("nothing is returned")?.range();
    let (edits, _) = super::waited::rewrite(cx, &waited)?;
    made.edits.extend(edits);
    Ok((made, vec![base]))
}

/// Whether the file imports something of twisted.
pub fn imports_twisted(module: &Module) -> bool {
    module.nodes().any(|(_, n)| match n {
        AnyNodeRef::StmtImportFrom(f) => {
            f.module.as_deref().is_some_and(|m| m.split('.').next() == Some("twisted"))
        }
        AnyNodeRef::Alias(a) => a.name.as_str().starts_with("twisted"),
        _ => false,
    })
}

/// What the value is: a Deferred, or something else.
pub fn given(cx: &FileContext, value: &Expr) -> Gives {
    if let Expr::Call(call) = value
        && let Ty::Function(f) = Types::new(cx.module, cx.facts).of(&call.func)
        && let AnyNodeRef::StmtFunctionDef(def) = cx.module.node(f)
        && Chain::of(def).is_some()
    {
        return Gives::Awaitable("it returns a Deferred with callbacks".into());
    }
    gives(cx, Framework::Twisted, value, 0)
}

/// `lambda _: ...`
fn ignores_result(module: &Module, call: &ast::ExprCall) -> bool {
    let Some(Expr::Lambda(lambda)) = call.arguments.args.first() else { return false };
    let parameter = super::style::parameter(lambda.parameters.as_deref());
    let reads = |name| super::style::mentions(module, module.id(&*lambda.body), name);
    matches!(parameter, Ok(Some(name)) if !reads(name))
}

/// What the result is called: as the next callback calls it, if that is free.
fn value_name<'a>(cx: &FileContext<'a, '_>, chain: &Chain<'a>, next: Option<&&'a ast::ExprCall>) -> String {
    let module = cx.module;
    let wanted = next.and_then(|call| match call.arguments.args.first()? {
        Expr::Lambda(l) => l.parameters.as_ref()?.args.first().map(|p| p.parameter.name.to_string()),
        f => match Types::new(module, cx.facts).of(f) {
            Ty::Function(f) => match module.node(f) {
                AnyNodeRef::StmtFunctionDef(d) => {
                    d.parameters.args.first().map(|p| p.parameter.name.to_string())
                }
                _ => None,
            },
            _ => None,
        },
    });
    let id = module.id(chain.def);
    let taken = |name: &str| {
        name == "self"
            || module.subtree(id).any(|(n, node)| {
                let in_lambda = module.enclosing_function(n) != Some(id);
                match node {
                    AnyNodeRef::ExprName(e) => e.id.as_str() == name && !in_lambda,
                    AnyNodeRef::Parameter(p) => {
                        p.name.as_str() == name && !in_lambda_parameters(module, n, id)
                    }
                    _ => false,
                }
            })
    };
    wanted.filter(|n| !taken(n)).unwrap_or_else(|| chain.deferred.to_string())
}

fn in_lambda_parameters(module: &Module, at: NodeId, function: NodeId) -> bool {
    module
        .ancestors(at)
        .take_while(|a| *a != function)
        .any(|a| matches!(module.node(a), AnyNodeRef::ExprLambda(_)))
}

/// The call of a callback with the result in front of its own arguments.
fn called(cx: &FileContext, call: &ast::ExprCall, name: &str) -> Result<String, String> {
    let module = cx.module;
    let line = module.line(call.start());
    let Some((callback, rest)) = call.arguments.args.split_first() else {
        return Err(format!("line {line} adds nothing"));
    };
    if call.arguments.args.iter().any(Expr::is_starred_expr)
        || call.arguments.keywords.iter().any(|k| k.arg.is_none())
    {
        return Err(format!("line {line} unpacks arguments"));
    }
    let spread = module.text()[call.range()].contains(['\n', '\r']);
    if spread {
        return Err(format!("the call on line {line} is spread over several lines"));
    }
    if let Expr::Lambda(lambda) = callback {
        if !rest.is_empty() || !call.arguments.keywords.is_empty() {
            return Err(format!("the lambda on line {line} takes more than the result"));
        }
        let parameter = super::style::parameter(lambda.parameters.as_deref())?;
        let text = substituted(module, lambda, parameter, name)?;
        return awaited(given(cx, &lambda.body), text, line);
    }
    let mut arguments = vec![name.to_string()];
    arguments.extend(rest.iter().map(|a| module.text()[module.parenthesized_range(a)].to_string()));
    arguments.extend(call.arguments.keywords.iter().map(|k| module.source(k).to_string()));
    let text = format!("{}({})", module.source(callback), arguments.join(", "));
    // What the call gives is what the function gives, whatever it is called with.
    let gives = match Types::new(module, cx.facts).of(callback) {
        Ty::Function(f) => match module.node(f) {
            AnyNodeRef::StmtFunctionDef(d) if Chain::of(d).is_some() => Gives::Awaitable("a chain".into()),
            _ => crate::asynchrony::operands::of_function(cx, Framework::Twisted, f, 0),
        },
        Ty::Member(path) if path.starts_with("builtins.") => Gives::Plain(path),
        _ => Gives::Unknown(format!("what `{}` returns is not known", module.source(callback))),
    };
    awaited(gives, text, line)
}

/// The body of a lambda with the name in place of its parameter.
pub fn substituted(
    module: &Module,
    lambda: &ast::ExprLambda,
    parameter: Option<&str>,
    name: &str,
) -> Result<String, String> {
    let line = module.line(lambda.start());
    let mut text = String::new();
    let body = module.parenthesized_range(&lambda.body);
    let mut at = body.start();
    for (id, node) in module.subtree(module.id(&*lambda.body)) {
        if let (AnyNodeRef::ExprName(n), Some(parameter)) = (node, parameter)
            && n.id.as_str() == parameter
        {
            if module.enclosing_function(id) != Some(module.id(lambda)) {
                return Err(format!("a function in the lambda on line {line} keeps the result"));
            }
            text.push_str(&module.text()[TextRange::new(at, n.start())]);
            text.push_str(name);
            at = n.end();
        }
    }
    text.push_str(&module.text()[TextRange::new(at, body.end())]);
    Ok(text)
}

fn awaited(gives: Gives, text: String, line: usize) -> Result<String, String> {
    match gives {
        Gives::Awaitable(_) => Ok(format!("await {text}")),
        Gives::Plain(_) | Gives::Several => Ok(text),
        Gives::Unknown(why) => Err(format!("line {line}: {why}, a Deferred to wait for or a value")),
    }
}

/// The chains of the file that call each other change together; other calls get a Deferred from `ensureDeferred`.
pub fn together<'a>(cx: &FileContext<'a, '_>, first: &Chain<'a>) -> Result<(Made, Finding), String> {
    let module = cx.module;
    let mut others: Vec<Chain> = module
        .nodes()
        .filter_map(|(id, n)| match n {
            AnyNodeRef::StmtFunctionDef(d) if id != module.id(first.def) => Chain::of(d),
            _ => None,
        })
        .filter(|c| straight(cx, c).is_ok() && uses(cx, c).is_ok())
        .collect();
    let mut group = vec![first.clone()];
    loop {
        let joins =
            others.iter().position(|o| group.iter().any(|g| calls(module, g, o) || calls(module, o, g)));
        let Some(at) = joins else { break };
        group.push(others.swap_remove(at));
    }
    group.sort_by_key(|c| c.def.range().start());
    let mut made = Made::default();
    let mut awaited = Vec::new();
    for chain in &group {
        let (more, own) = straight(cx, chain)?;
        made.edits.extend(more.edits);
        awaited.extend(own);
    }
    for chain in &group {
        let calls = uses(cx, chain)?;
        let name = chain.def.name.as_str();
        let method = matches!(module.parent_node(module.id(chain.def)), Some(AnyNodeRef::StmtClassDef(_)));
        if !module.nodes().any(|(_, n)| may_mean(module, cx.facts, n, name, method, true)) {
            return Err(format!(
                "nobody here calls `{name}`: who does it elsewhere, or finds it otherwise, expects a Deferred"
            ));
        }
        for call in calls {
            let range = module.node(call).range();
            if awaited.contains(&range) {
                continue;
            }
            let inside = group.iter().any(|g| module.contains(module.id(g.def), call));
            if inside {
                return Err(format!(
                    "line {} calls `{}` inside of a chain",
                    module.line(range.start()),
                    chain.def.name
                ));
            }
            let spelling = spell(cx, call, "twisted.internet.defer", "ensureDeferred")?;
            let defer = module.body().iter().any(|s| match s {
                Stmt::ImportFrom(f) => {
                    f.module.as_deref() == Some("twisted.internet")
                        && f.names.iter().any(|a| a.name.as_str() == "defer" && a.asname.is_none())
                }
                _ => false,
            });
            let text = if defer { "defer.ensureDeferred".to_string() } else { spelling.text };
            if !defer {
                made.imports.extend(spelling.request);
            }
            made.edits.push(Edit::insert(range.start(), format!("{text}(")));
            made.edits.push(Edit::insert(range.end(), ")"));
        }
    }
    let finding = Finding::assumed(
        "today a call begins at once and gives a Deferred; whoever calls it from outside of the file must take a coroutine",
    );
    Ok((made, finding))
}

fn calls(module: &Module, from: &Chain, to: &Chain) -> bool {
    module.subtree(module.id(from.def)).any(|(_, n)| match n {
        AnyNodeRef::ExprCall(c) => last_name(&c.func) == Some(to.def.name.as_str()),
        _ => false,
    })
}

/// The calls of a chain in this file; why it cannot be a coroutine, otherwise.
fn uses(cx: &FileContext, chain: &Chain) -> Result<Vec<NodeId>, String> {
    let module = cx.module;
    let name = chain.def.name.as_str();
    let id = module.id(chain.def);
    if module.enclosing_function(id).is_some() {
        return Err("it is local to a function".into());
    }
    let method = matches!(module.parent_node(id), Some(AnyNodeRef::StmtClassDef(_)));
    if method && !crate::asynchrony::mentions::is_only_one(cx, chain.def) {
        return Err("another function has its name".into());
    }
    if let Some(how) = crate::asynchrony::mentions::replaced(cx, chain.def) {
        return Err(how);
    }
    let mut found = Vec::new();
    for (n, node) in module.nodes() {
        if !may_mean(module, cx.facts, node, name, method, true) {
            continue;
        }
        match module.parent_node(n) {
            Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == n => {
                found.push(module.parent(n).expect("a callee has its call above"));
            }
            Some(AnyNodeRef::Arguments(_)) => {
                let call = module.ancestors(n).find_map(|a| match module.node(a) {
                    AnyNodeRef::ExprCall(c) => Some(c),
                    _ => None,
                });
                if call.and_then(|c| last_name(&c.func)) != Some("react") {
                    return Err(format!(
                        "line {} passes the function on, to somebody who expects a Deferred from it",
                        module.line(node.start())
                    ));
                }
            }
            _ => return Err(format!("line {} uses the function as a value", module.line(node.start()))),
        }
    }
    for file in if cx.repo.is_answered() { cx.repo.mentioning(name) } else { Vec::new() } {
        if file == cx.path {
            continue;
        }
        if let Some(line) = line_using(cx.repo, &file, name, method) {
            return Err(format!(
                "{}:{line} uses something called `{name}`: it would get a coroutine instead of a Deferred",
                cx.repo.index().shown(&file).display()
            ));
        }
    }
    Ok(found)
}
