//! Functions in continuation-passing style that call each other, and everybody else who calls them.

use super::straight::Writer;
use super::style::{Passing, parameter, passed, without};
use crate::asynchrony::mentions::{line_using, may_mean};
use unspool_engine::rewrite::spell;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, TextRange, TokenKind, ast};
use unspool_engine::text::Edit;
use unspool_engine::transform::{FileContext, Finding, ImportRequest};

/// The members change together or not at all.
pub struct Group<'a> {
    pub members: Vec<Passing<'a>>,
}

impl<'a> Group<'a> {
    /// The function and all that call it with a continuation, or are called so by it.
    pub fn around(module: &Module<'a>, first: Passing<'a>) -> Self {
        let all: Vec<Passing<'a>> = module
            .nodes()
            .filter_map(|(_, n)| match n {
                AnyNodeRef::StmtFunctionDef(def) => Passing::of(module, def),
                _ => None,
            })
            .collect();
        let mut group = Group { members: vec![first] };
        let mut at = 0;
        while at < group.members.len() {
            let member = group.members[at];
            at += 1;
            for other in &all {
                let known = group.members.iter().any(|m| m.def.range() == other.def.range());
                if !known && (calls(module, &member, other) || calls(module, other, &member)) {
                    group.members.push(*other);
                }
            }
        }
        group.members.sort_by_key(|m| m.def.range().start());
        group
    }

    /// The member that a call means, by name.
    pub fn member_called(&self, module: &Module<'a>, call: &ast::ExprCall) -> Option<Passing<'a>> {
        self.members.iter().find(|m| named(module, &call.func, m)).copied()
    }
}

/// Whether a callee may be this function: a method through an object, a function by its name.
fn named(module: &Module, func: &Expr, function: &Passing) -> bool {
    match func {
        Expr::Name(n) => !function.is_method(module) && n.id.as_str() == function.name(),
        Expr::Attribute(a) => function.is_method(module) && a.attr.as_str() == function.name(),
        _ => false,
    }
}

fn calls(module: &Module, from: &Passing, to: &Passing) -> bool {
    module
        .subtree(module.id(from.def))
        .any(|(_, n)| matches!(n, AnyNodeRef::ExprCall(c) if named(module, &c.func, to)))
}

/// Everything that the rewrite of a group consists of.
#[derive(Default)]
pub struct Made {
    pub edits: Vec<Edit>,
    pub imports: Vec<ImportRequest>,
}

/// The bodies written straight.
pub fn members(cx: &FileContext, group: &Group, made: &mut Made) -> Finding {
    for member in &group.members {
        match rewritten(cx, group, member) {
            Ok(edits) => made.edits.extend(edits),
            Err(why) => return Finding::refuted(format!("`{}`: {why}", member.name())),
        }
    }
    let names: Vec<String> = group.members.iter().map(|m| format!("`{}`", m.name())).collect();
    Finding::proved(format!("{} do", names.join(", ")))
}

fn rewritten(cx: &FileContext, group: &Group, member: &Passing) -> Result<Vec<Edit>, String> {
    let module = cx.module;
    let def = member.def;
    let id = module.id(def);
    if module.enclosing_function(id).is_some() {
        return Err("it is local to a function".into());
    }
    if !def.decorator_list.is_empty() {
        return Err("a decorator calls it".into());
    }
    let same_name = module
        .nodes()
        .filter(|(_, n)| matches!(n, AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() == def.name.as_str()));
    if same_name.count() != 1 {
        return Err("the file has another function of that name".into());
    }
    if cx.repo.is_answered() && cx.repo.index().files_defining(member.name()).iter().any(|f| f != cx.path) {
        return Err("another file defines a function of that name".into());
    }
    if member.name().starts_with("__") {
        return Err("the interpreter calls it".into());
    }
    let has_yield =
        module.subtree(id).any(|(_, n)| matches!(n, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_)));
    if has_yield {
        return Err("it is a generator".into());
    }
    let lines = Writer::new(module, group, *member).body()?;
    let head_end = module.line_end(def.returns.as_ref().map_or(def.parameters.end(), |r| r.end()));
    let last = def.body.last().expect("a function has statements");
    let body = TextRange::new(head_end, module.line_end(last.end()));
    let mut edits = vec![Edit::replace(body, format!("\n{}", lines.join("\n")))];

    let keyword = module.tokens().in_range(TextRange::new(def.start(), def.name.start()));
    let keyword = keyword.iter().find(|t| t.kind() == TokenKind::Def);
    edits.push(Edit::replace(keyword.expect("a definition has its keyword").range(), "async def"));
    let parameters: Vec<TextRange> = def.parameters.iter_non_variadic_params().map(Ranged::range).collect();
    let callback = parameters.last().expect("the callback is a parameter");
    let range = match parameters.iter().rev().nth(1) {
        Some(before) => TextRange::new(before.end(), callback.end()),
        None => *callback,
    };
    if module.has_comment(def.parameters.range())
        || def.returns.is_some()
        || module.text()[range].contains(['\n', '\r'])
    {
        return Err("the head of the function says more than its parameters".into());
    }
    edits.push(Edit::delete(range));
    Ok(edits)
}

/// Everybody outside of the group who uses a member: a call that starts it, to be run or awaited; anything else stands
/// against the rewrite.
pub fn outermost(cx: &FileContext, group: &Group, made: &mut Made) -> Finding {
    let module = cx.module;
    let mut started = false;
    for member in &group.members {
        let method = member.is_method(module);
        for (id, node) in module.nodes() {
            if !may_mean(module, cx.facts, node, member.name(), method, true) {
                continue;
            }
            let inside = group.members.iter().any(|m| module.contains(module.id(m.def), id));
            if inside {
                continue;
            }
            let line = module.line(node.start());
            match outer_call(cx, id, member) {
                Ok((edit, import)) => {
                    made.edits.push(edit);
                    made.imports.extend(import);
                    started = true;
                }
                Err(why) => return Finding::refuted(format!("line {line} {why}")),
            }
        }
        for file in if cx.repo.is_answered() { cx.repo.mentioning(member.name()) } else { Vec::new() } {
            if file == cx.path {
                continue;
            }
            if let Some(line) = line_using(cx.repo, &file, member.name(), method) {
                return Finding::refuted(format!(
                    "{}:{line} uses something called `{}`, with a callback",
                    cx.repo.index().shown(&file).display(),
                    member.name()
                ));
            }
        }
    }
    if started {
        Finding::assumed("where the chain is started, no event loop may be running yet")
    } else {
        Finding::proved("nothing in the repository starts it")
    }
}

/// The outermost call: `f(x, print)` becomes `print(asyncio.run(f(x)))`.
fn outer_call(
    cx: &FileContext,
    id: NodeId,
    member: &Passing,
) -> Result<(Edit, Option<ImportRequest>), String> {
    let module = cx.module;
    let Some(AnyNodeRef::ExprCall(call)) = module.parent_node(id) else {
        return Err(format!("hands `{}` itself on", member.name()));
    };
    if module.id(&*call.func) != id {
        return Err(format!("hands `{}` itself on", member.name()));
    }
    let statement = module.statement_of(id).expect("a call stands in a statement");
    let AnyNodeRef::StmtExpr(whole) = module.node(statement) else {
        return Err("uses what the call returns".into());
    };
    if whole.value.range() != call.range() {
        return Err("starts it in the middle of an expression".into());
    }
    let callback = passed(call, member).ok_or("passes no callback")?;
    let text = without(module, call, callback)?;
    let function = module.enclosing_function(id).map(|f| module.node(f));
    let (run, import) = match function {
        Some(AnyNodeRef::StmtFunctionDef(f)) if f.is_async => (format!("await {text}"), None),
        Some(AnyNodeRef::ExprLambda(_)) => return Err("starts it in a lambda".into()),
        _ if in_class_body(module, id) => return Err("starts it in a class body".into()),
        Some(_) if has_coroutines(module) => {
            return Err("starts it in a function that a coroutine may call: a loop runs already".into());
        }
        _ => {
            let spelling = spell(cx, id, "asyncio", "run")
                .map_err(|why| format!("has no way to write `asyncio.run`: {why}"))?;
            // `run` alone says little: the module is named.
            match spelling.request {
                Some(_) if cx.facts.symbols().occurrences.iter().all(|o| o.name != "asyncio") => {
                    (format!("asyncio.run({text})"), Some(ImportRequest::module("asyncio")))
                }
                request => (format!("{}({text})", spelling.text), request),
            }
        }
    };
    let made = match callback {
        Expr::Name(_) | Expr::Attribute(_) => format!("{}({run})", module.source(callback)),
        Expr::Lambda(lambda) => {
            let body = &module.text()[module.parenthesized_range(&lambda.body)];
            if body.contains(['\n', '\r']) {
                return Err("passes a lambda over several lines".into());
            }
            match parameter(lambda.parameters.as_deref())? {
                None => format!("{run}\n{}{body}", module.indentation(call.start())),
                Some(name) => {
                    let elsewhere = cx
                        .facts
                        .symbols()
                        .occurrences
                        .iter()
                        .any(|o| o.name == name && !module.contains(module.id(lambda), o.node));
                    if elsewhere {
                        return Err(format!("calls the result `{name}`, which means something else here"));
                    }
                    format!("{name} = {run}\n{}{body}", module.indentation(call.start()))
                }
            }
        }
        _ => return Err("passes a callback that is computed".into()),
    };
    if made.contains('\n')
        && module.text()[TextRange::new(module.line_start(whole.start()), whole.start())].trim() != ""
    {
        return Err("shares its line with other code".into());
    }
    Ok((Edit::replace(whole.range(), made), import))
}

fn in_class_body(module: &Module, id: NodeId) -> bool {
    module.enclosing_definition(id).is_some_and(|d| matches!(module.node(d), AnyNodeRef::StmtClassDef(_)))
}

fn has_coroutines(module: &Module) -> bool {
    module.nodes().any(|(_, n)| match n {
        AnyNodeRef::StmtFunctionDef(f) => f.is_async,
        AnyNodeRef::ExprCall(c) => {
            matches!(&*c.func, Expr::Attribute(a) if matches!(a.attr.as_str(), "run_forever" | "run_until_complete"))
        }
        _ => false,
    })
}
