//! How the result reaches the caller: `return`, `raise gen.Return(x)`, `returnValue(x)`, a returned future.

use crate::asynchrony::framework::{Framework, Legacy, last_name};
use crate::asynchrony::operands::{Asks, Gives, gives};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Catch, Part};
use unspool_engine::repo::own_yields;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::{FileContext, Finding};

/// A statement that ends the function with a result, to become `return`.
pub struct Returns<'a> {
    pub statement: TextRange,
    /// The call's parentheses and what is in them; `None` for `raise gen.Return`.
    pub arguments: Option<&'a ast::Arguments>,
    pub value: Option<&'a Expr>,
}

/// What the results become.
#[derive(Default)]
pub struct Results<'a> {
    pub returns: Vec<Returns<'a>>,
    /// Returned futures, which the decorator waits for.
    pub awaited: Vec<&'a Expr>,
}

/// The results of the function, and whether they come out as before.
pub fn results<'a>(cx: &FileContext<'a, '_>, legacy: &Legacy<'a>) -> (Finding, Results<'a>) {
    let id = cx.module.id(legacy.def);
    let mut results = Results::default();
    let finding = match legacy.framework {
        Framework::Asyncio if own_yields(cx.module, id).next().is_none() => {
            returned_values(cx, id, &mut results)
        }
        Framework::Types if own_yields(cx.module, id).next().is_none() => Finding::refuted(
            "`types.coroutine` leaves a function that does not yield as it is, except for what it returns",
        ),
        Framework::Asyncio | Framework::Types => Finding::proved("`return` gives the result in either form"),
        Framework::Tornado | Framework::Twisted => raised_results(cx, legacy, id, &mut results),
    };
    (finding, results)
}

/// A function without a `yield`: `asyncio.coroutine` waits for what it returns, if that is a future.
fn returned_values<'a>(cx: &FileContext<'a, '_>, id: NodeId, results: &mut Results<'a>) -> Finding {
    let mut finding = Finding::proved("it returns plain values, on which nobody waits");
    for (node, statement) in cx.module.subtree(id) {
        let AnyNodeRef::StmtReturn(ast::StmtReturn { value: Some(value), .. }) = statement else { continue };
        if cx.module.enclosing_function(node) != Some(id) {
            continue;
        }
        let text: String = cx.module.source(&**value).chars().take(50).collect();
        let line = cx.module.line(value.start());
        let found = match gives(cx, Framework::Asyncio, value, 0) {
            // One way or all ways in which it comes about.
            Gives::Plain(_) | Gives::Several => match gives(cx, Asks::any(Framework::Asyncio), value, 0) {
                Gives::Plain(_) | Gives::Several => continue,
                Gives::Awaitable(how) => Finding::refuted(format!(
                    "line {line} returns `{text}`, which the decorator waits for where it is a future ({how}), and gives as it is elsewhere"
                )),
                Gives::Unknown(why) => Finding::assumed(format!(
                    "{why} (line {line}): were it a future, the decorator would wait for it"
                )),
            },
            Gives::Awaitable(_) | Gives::Unknown(_) if !cx.facts.flow(id).protections(node).is_empty() => {
                Finding::refuted(format!(
                    "line {line} returns `{text}`, which the decorator waits for behind the `try` or `with`; `await` would stand in it"
                ))
            }
            Gives::Awaitable(how) => {
                results.awaited.push(value);
                Finding::assumed(format!(
                    "line {line} returns what the decorator waits for ({how}); `return await` relies on it being that on every call"
                ))
            }
            Gives::Unknown(why) => Finding::assumed(format!(
                "{why} (line {line}): were it a future, the decorator would wait for it"
            )),
        };
        finding = finding.and(found);
    }
    finding
}

/// `raise gen.Return(x)` and `returnValue(x)` are exceptions today: whatever catches them does so no longer.
fn raised_results<'a>(
    cx: &FileContext<'a, '_>,
    legacy: &Legacy<'a>,
    id: NodeId,
    results: &mut Results<'a>,
) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let returner = legacy.framework.returner().expect("tornado and twisted have one");
    let mut finding = Finding::proved("`return` gives the result in either form");
    let mut seen = Vec::new();
    for (node, statement) in module.subtree(id) {
        let called = match statement {
            AnyNodeRef::StmtRaise(r) if legacy.framework == Framework::Tornado => match r.exc.as_deref() {
                Some(exc) if r.cause.is_none() => exc,
                _ => continue,
            },
            AnyNodeRef::StmtExpr(e) if legacy.framework == Framework::Twisted => &*e.value,
            _ => continue,
        };
        let (func, arguments) = match called {
            Expr::Call(call) => (&*call.func, Some(&call.arguments)),
            other if legacy.framework == Framework::Tornado => (other, None),
            _ => continue,
        };
        if symbols.qualified_name(module, func).as_deref() != Some(returner) {
            continue;
        }
        let line = module.line(statement.start());
        if module.enclosing_function(node) != Some(id) {
            return Finding::refuted(format!("a function in the function says the result on line {line}"));
        }
        let value = match arguments {
            None => None,
            Some(a) => match (&*a.args, &*a.keywords) {
                ([], []) => None,
                ([value], []) if !value.is_starred_expr() => Some(value),
                _ => return Finding::refuted(format!("line {line} does not pass the result alone")),
            },
        };
        seen.push(func.range());
        finding = finding.and(caught(cx, legacy, id, node, line));
        results.returns.push(Returns { statement: statement.range(), arguments, value });
    }
    // Any other mention (`except gen.Return`, a variable that holds one) knows of the exception.
    let other = module.subtree(id).find(|(_, node)| {
        let expr = match node {
            AnyNodeRef::ExprName(n) => Expr::Name((*n).clone()),
            AnyNodeRef::ExprAttribute(a) => Expr::Attribute((*a).clone()),
            _ => return false,
        };
        !seen.contains(&expr.range()) && symbols.qualified_name(module, &expr).as_deref() == Some(returner)
    });
    if let Some((_, node)) = other {
        let line = module.line(node.start());
        return Finding::refuted(format!("line {line} knows of the exception that carries the result"));
    }
    finding
}

/// Whether something around the statement sees the exception that it raises.
fn caught(cx: &FileContext, legacy: &Legacy, function: NodeId, node: NodeId, line: usize) -> Finding {
    let flow = cx.facts.flow(function);
    let mut finding = Finding::proved("nothing around sees the exception that carries the result");
    for protection in flow.protections(node) {
        match (cx.module.node(protection.stmt), protection.part) {
            (AnyNodeRef::StmtTry(t), Part::TryBody) => {
                for handler in &t.handlers {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    let at = cx.module.line(handler.start());
                    match catches(legacy.framework, handler.type_.as_deref()) {
                        Catch::No => {}
                        Catch::Yes => {
                            return Finding::refuted(format!(
                                "the handler on line {at} catches the exception that carries the result of line {line}; `return` is not caught"
                            ));
                        }
                        Catch::Maybe => {
                            finding = finding.and(Finding::assumed(format!(
                                "the handler on line {at} may catch the exception that carries the result of line {line}"
                            )));
                        }
                    }
                }
            }
            (AnyNodeRef::StmtWith(w), Part::WithBody) => {
                let at = cx.module.line(w.start());
                if w.items.iter().any(|i| looks_at_exceptions(cx, &i.context_expr)) {
                    return Finding::refuted(format!(
                        "the `with` on line {at} sees the result of line {line} as an exception, and would no longer"
                    ));
                }
                match flow.manager_catches(protection) {
                    Catch::No => {}
                    Catch::Yes => {
                        return Finding::refuted(format!(
                            "the `with` on line {at} swallows the exception that carries the result of line {line}"
                        ));
                    }
                    Catch::Maybe => {
                        finding = finding.and(Finding::assumed(format!(
                            "the `with` on line {at} is left by an exception today, and by `return` then"
                        )));
                    }
                }
            }
            _ => {}
        }
    }
    finding
}

/// Whether a handler of this class catches `gen.Return` (an `Exception`) or what `returnValue` raises (a
/// `BaseException`).
fn catches(framework: Framework, class: Option<&Expr>) -> Catch {
    let Some(class) = class else { return Catch::Yes };
    if let Expr::Tuple(classes) = class {
        return classes.iter().map(|c| catches(framework, Some(c))).max().unwrap_or(Catch::No);
    }
    match last_name(class) {
        Some("BaseException" | "_DefGen_Return" | "Return") => Catch::Yes,
        Some("Exception") if framework == Framework::Tornado => Catch::Yes,
        Some(name) if name.starts_with(|c: char| c.is_ascii_uppercase()) => Catch::No,
        _ => Catch::Maybe,
    }
}

/// Whether a context manager of this file does something about exceptions.
fn looks_at_exceptions(cx: &FileContext, context: &Expr) -> bool {
    let types = Types::new(cx.module, cx.facts);
    if let Expr::Call(call) = context
        && let Ty::Function(function) = types.of(&call.func)
    {
        return cx.module.subtree(function).any(|(_, n)| n.is_except_handler_except_handler());
    }
    let Ty::Instance(class) = types.of(context) else { return false };
    let AnyNodeRef::StmtClassDef(class) = cx.module.node(class) else { return false };
    class.body.iter().any(|s| match s {
        Stmt::FunctionDef(f) if f.name.as_str() == "__exit__" => {
            let parameters: Vec<&str> = f.parameters.iter().skip(1).map(|p| p.name().as_str()).collect();
            cx.module.subtree(cx.module.id(f)).any(|(_, node)| match node {
                AnyNodeRef::ExprName(n) => parameters.contains(&n.id.as_str()),
                AnyNodeRef::StmtReturn(r) => r.value.as_deref().is_some_and(|v| !v.is_none_literal_expr()),
                _ => false,
            })
        }
        _ => false,
    })
}
