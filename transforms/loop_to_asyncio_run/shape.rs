//! A loop that is made, run once and closed.

use unspool_engine::facts::Resolution;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, ast};
use unspool_engine::transform::FileContext;

/// How the loop came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    New,
    /// `get_event_loop()`: whatever loop is current, made if there is none.
    Current,
}

/// What the code does with its loop.
pub struct Shape<'a> {
    pub origin: Origin,
    /// `asyncio.new_event_loop`, as written.
    pub maker: &'a Expr,
    /// `loop = ...`; `None` for `asyncio.get_event_loop().run_until_complete(f())`.
    pub assignment: Option<&'a ast::StmtAssign>,
    /// `asyncio.set_event_loop(loop)`.
    pub set: Option<NodeId>,
    /// `loop.run_until_complete(f())`.
    pub run: &'a ast::ExprCall,
    /// `loop.close()`, as a statement.
    pub close: Option<NodeId>,
    /// `loop.run_until_complete(loop.shutdown_asyncgens())`.
    pub shutdown: Option<NodeId>,
}

/// Which loop a call gives, by the last name of what is called.
pub fn origin(call: &ast::ExprCall) -> Option<Origin> {
    let name = match &*call.func {
        Expr::Name(n) => n.id.as_str(),
        Expr::Attribute(a) => a.attr.as_str(),
        _ => return None,
    };
    match name {
        "new_event_loop" if call.arguments.is_empty() => Some(Origin::New),
        "get_event_loop" if call.arguments.is_empty() => Some(Origin::Current),
        _ => None,
    }
}

/// What becomes of the loop; why it is more than run once, otherwise.
pub fn shape<'a>(cx: &FileContext<'a, '_>, node: AnyNodeRef<'a>) -> Result<Shape<'a>, String> {
    let module = cx.module;
    match node {
        AnyNodeRef::ExprCall(run) => {
            let Expr::Attribute(a) = &*run.func else { return Err("no loop is run".into()) };
            let Expr::Call(made) = &*a.value else { return Err("no loop is run".into()) };
            let origin = origin(made).ok_or("no loop is made")?;
            Ok(Shape {
                origin,
                maker: &made.func,
                assignment: None,
                set: None,
                run,
                close: None,
                shutdown: None,
            })
        }
        AnyNodeRef::StmtAssign(assignment) => {
            let Expr::Call(made) = &*assignment.value else { return Err("no loop is made".into()) };
            let origin = origin(made).ok_or("no loop is made")?;
            let Expr::Name(target) = &assignment.targets[0] else {
                return Err("the loop is kept in an object".into());
            };
            let symbols = cx.facts.symbols();
            let Resolution::Symbol(symbol) = symbols.resolve(module.id(target)) else {
                return Err("the loop has no variable".into());
            };
            if symbols.single_assignment(module, symbol).is_none() {
                return Err(format!("`{}` is assigned more than once", target.id));
            }
            let (mut set, mut run, mut close, mut shutdown) = (None, None, None, None);
            for read in symbols.occurrences_of(symbol).filter(|o| o.access.reads()) {
                let line = module.line(read.range.start());
                let other =
                    || Err(format!("line {line} uses the loop for something else than to run it once"));
                if read.scope != symbols.symbol(symbol).scope {
                    return other();
                }
                if read.node < module.id(assignment) {
                    return Err(format!("line {line} uses the loop in front of where it is made"));
                }
                match used(cx, read.node) {
                    Some(("set_event_loop", statement, _)) if set.is_none() => set = Some(statement),
                    Some(("close", statement, _)) if close.is_none() => close = Some(statement),
                    Some(("run_until_complete", _, call)) if run.is_none() => run = Some(call),
                    Some(("run_until_complete", ..)) => {
                        return Err(format!(
                            "line {line} runs the loop again, on which the first run may have left something"
                        ));
                    }
                    Some(("shutdown_asyncgens", statement, _)) if shutdown.is_none() => {
                        shutdown = Some(statement)
                    }
                    // The loop inside of `run_until_complete(loop.shutdown_asyncgens())`.
                    Some(("shutdown", ..)) => {}
                    _ => return other(),
                }
            }
            let run = run.ok_or("the loop is never run here")?;
            Ok(Shape { origin, maker: &made.func, assignment: Some(assignment), set, run, close, shutdown })
        }
        _ => Err("no loop is made".into()),
    }
}

/// What is called on or with the loop read at `read`, and the statement of the call.
fn used<'a>(cx: &FileContext<'a, '_>, read: NodeId) -> Option<(&'static str, NodeId, &'a ast::ExprCall)> {
    let module = cx.module;
    let statement = module.statement_of(read)?;
    let is_whole = |call: &ast::ExprCall| match module.node(statement) {
        AnyNodeRef::StmtExpr(e) => e.value.range() == call.range(),
        _ => false,
    };
    match module.parent_node(read)? {
        AnyNodeRef::ExprAttribute(a) => {
            let Some(AnyNodeRef::ExprCall(call)) = module.parent_node(module.id(a)) else { return None };
            if call.func.range() != a.range() {
                return None;
            }
            match a.attr.as_str() {
                "close" if is_whole(call) && call.arguments.is_empty() => Some(("close", statement, call)),
                "run_until_complete" => {
                    let symbols = cx.facts.symbols();
                    let is_loop =
                        |e: &Expr| e.is_name_expr() && symbols.resolve(module.id(e)) == symbols.resolve(read);
                    if let [Expr::Call(inner)] = &*call.arguments.args
                        && let Expr::Attribute(i) = &*inner.func
                        && i.attr.as_str() == "shutdown_asyncgens"
                        && is_loop(&i.value)
                    {
                        return is_whole(call).then_some(("shutdown_asyncgens", statement, call));
                    }
                    Some(("run_until_complete", statement, call))
                }
                "shutdown_asyncgens" => Some(("shutdown", statement, call)),
                _ => None,
            }
        }
        AnyNodeRef::Arguments(_) => {
            let call = module.ancestors(read).find_map(|a| match module.node(a) {
                AnyNodeRef::ExprCall(c) => Some(c),
                _ => None,
            })?;
            (sets_loop(cx, call) && is_whole(call)).then_some(("set_event_loop", statement, call))
        }
        _ => None,
    }
}

/// The `try` whose `finally` does nothing but end the loop.
pub fn closing_try<'a>(cx: &FileContext<'a, '_>, shape: &Shape) -> Option<&'a ast::StmtTry> {
    let close = shape.close?;
    let Some(AnyNodeRef::StmtTry(t)) = cx.module.parent_node(close) else { return None };
    let ends = |s: &Stmt| {
        let id = cx.module.id(s);
        Some(id) == shape.close || Some(id) == shape.shutdown || is_unset(cx, s)
    };
    let closes = t.finalbody.iter().any(|s| cx.module.id(s) == close);
    (closes && t.finalbody.iter().all(ends)).then_some(t)
}

/// `asyncio.set_event_loop(None)`, which `asyncio.run` does, too.
pub fn is_unset(cx: &FileContext, statement: &Stmt) -> bool {
    let Stmt::Expr(e) = statement else { return false };
    let Expr::Call(call) = &*e.value else { return false };
    sets_loop(cx, call) && matches!(&*call.arguments.args, [Expr::NoneLiteral(_)])
}

fn sets_loop(cx: &FileContext, call: &ast::ExprCall) -> bool {
    let path = cx.facts.symbols().qualified_name(cx.module, &call.func);
    path.is_some_and(|path| path.starts_with("asyncio.") && path.ends_with(".set_event_loop"))
}
