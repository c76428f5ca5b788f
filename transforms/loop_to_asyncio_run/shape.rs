//! A loop that is made, run once and closed.

use unspool_engine::facts::effects::{annotation_fails, without_value};
use unspool_engine::facts::{Binding, Resolution};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};
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
    pub assignment: Option<NodeId>,
    /// `asyncio.set_event_loop(loop)`.
    pub set: Option<NodeId>,
    /// `loop.run_until_complete(f())`.
    pub run: &'a ast::ExprCall,
    /// `loop.close()`, as a statement.
    pub close: Option<NodeId>,
    /// `loop.run_until_complete(loop.shutdown_asyncgens())`.
    pub shutdown: Option<NodeId>,
    /// It is run in a function that it was not made for: once per call.
    pub is_shared: bool,
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

/// The range that stands for the site at a node: from where a loop is made to where the same function first runs it, or
/// a run that no such range covers.
pub fn site<'a>(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<TextRange> {
    match node {
        AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_) => {
            let made = made(module, node)?;
            let range = node.range();
            let Some(name) = made.name() else { return Some(range) };
            let behind = makers(module, name, made.function);
            let own: Vec<_> = runs_of(module, name, made.function).collect();
            if own.is_empty() && runs_inside(module, name, made.function) {
                // Each run in another function is a site.
                return None;
            }
            let first = own.into_iter().find(|run| run.start() > range.end()).filter(|_| behind.len() == 1);
            Some(first.map_or(range, |run| range.cover(run.range())))
        }
        AnyNodeRef::ExprCall(call) if forever(call).is_some() => Some(call.range()),
        AnyNodeRef::ExprCall(run) => match runs(run)? {
            Expr::Call(made) => origin(made).map(|_| run.range()),
            Expr::Name(name) => {
                let id = module.id(run);
                let home = home(module, &name.id, id)?;
                let makers = makers(module, &name.id, home);
                if home == module.enclosing_function(id) && makers.len() == 1 {
                    let first = runs_of(module, &name.id, home).find(|r| r.start() > makers[0].end());
                    if first.is_some_and(|first| first.range() == run.range()) {
                        return None;
                    }
                }
                Some(run.range())
            }
            _ => None,
        },
        _ => None,
    }
}

/// `asyncio.get_event_loop().run_forever()`: what makes the loop.
fn forever(call: &ast::ExprCall) -> Option<Origin> {
    match &*call.func {
        Expr::Attribute(a) if a.attr.as_str() == "run_forever" => origin(a.value.as_call_expr()?),
        _ => None,
    }
}

/// What a call of `run_until_complete` runs.
fn runs(call: &ast::ExprCall) -> Option<&Expr> {
    match &*call.func {
        Expr::Attribute(a) if a.attr.as_str() == "run_until_complete" => Some(&a.value),
        _ => None,
    }
}

/// A statement that binds a new loop.
struct Made<'a> {
    statement: NodeId,
    targets: Vec<&'a Expr>,
    call: &'a ast::ExprCall,
    /// In which it stands; `None` for the module.
    function: Option<NodeId>,
}

impl<'a> Made<'a> {
    fn name(&self) -> Option<&'a str> {
        match self.targets[..] {
            [Expr::Name(name)] => Some(name.id.as_str()),
            _ => None,
        }
    }
}

fn made<'a>(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Made<'a>> {
    let (statement, targets, value): (_, Vec<&Expr>, _) = match node {
        AnyNodeRef::StmtAssign(a) => (module.id(a), a.targets.iter().collect(), &*a.value),
        AnyNodeRef::StmtAnnAssign(a) => (module.id(a), vec![&*a.target], a.value.as_deref()?),
        _ => return None,
    };
    let call = value.as_call_expr().filter(|call| origin(call).is_some())?;
    Some(Made { statement, targets, call, function: module.enclosing_function(statement) })
}

/// The statements of a function that bind the name to a new loop.
fn makers<'a>(module: &Module<'a>, name: &str, function: Option<NodeId>) -> Vec<AnyNodeRef<'a>> {
    let makes = |node: &AnyNodeRef<'a>| {
        made(module, *node).is_some_and(|m| m.name() == Some(name) && m.function == function)
    };
    module.nodes().map(|(_, node)| node).filter(makes).collect()
}

/// The calls of a function that run the loop of that name.
fn runs_of<'a, 'm>(
    module: &'m Module<'a>,
    name: &'m str,
    function: Option<NodeId>,
) -> impl Iterator<Item = &'a ast::ExprCall> + 'm {
    module.nodes().filter_map(move |(id, node)| match node {
        AnyNodeRef::ExprCall(call) => {
            let named = matches!(runs(call), Some(Expr::Name(n)) if n.id.as_str() == name);
            (named && module.enclosing_function(id) == function).then_some(call)
        }
        _ => None,
    })
}

/// Whether a function inside of this one runs its loop.
fn runs_inside(module: &Module, name: &str, function: Option<NodeId>) -> bool {
    module.nodes().any(|(id, node)| match node {
        AnyNodeRef::ExprCall(call) => {
            matches!(runs(call), Some(Expr::Name(n)) if n.id.as_str() == name)
                && module.enclosing_function(id) != function
                && home(module, name, id) == Some(function)
        }
        _ => false,
    })
}

/// The function that makes the loop which is read at `at`: the one around or one further out, `Some(None)` for the module.
/// `None` where the name is bound to something else first, or to no loop at all.
fn home(module: &Module, name: &str, at: NodeId) -> Option<Option<NodeId>> {
    let mut function = module.enclosing_function(at);
    loop {
        if !makers(module, name, function).is_empty() {
            return Some(function);
        }
        let inner = function?;
        let binds = module.subtree(inner).any(|(id, node)| match node {
            AnyNodeRef::ExprName(n) => {
                n.id.as_str() == name && n.ctx.is_store() && module.enclosing_function(id) == function
            }
            AnyNodeRef::Parameter(p) => p.name.as_str() == name && module.ancestors(id).any(|a| a == inner),
            _ => false,
        });
        if binds {
            return None;
        }
        function = module.enclosing_function(inner);
    }
}

/// The parameter that the loop runs, and its function: a helper, called once for each coroutine.
pub fn parameter<'a>(cx: &FileContext<'a, '_>, run: &ast::ExprCall) -> Option<(NodeId, &'a ast::Parameter)> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let [Expr::Name(name)] = &*run.arguments.args else { return None };
    let function = module.enclosing_function(module.id(run))?;
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
    if symbols.scope_opened_by(function) != Some(symbols.symbol(symbol).scope) {
        return None;
    }
    let bound = symbols.occurrences_of(symbol).find(|o| o.binding == Some(Binding::Parameter))?;
    match module.node(bound.node) {
        AnyNodeRef::Parameter(p) => Some((function, p)),
        _ => None,
    }
}

/// What becomes of the loop; why it is more than run once, otherwise.
pub fn shape<'a>(cx: &FileContext<'a, '_>, node: AnyNodeRef<'a>) -> Result<Shape<'a>, String> {
    let module = cx.module;
    match node {
        AnyNodeRef::ExprCall(call) if forever(call).is_some() => {
            Err("the loop runs until somebody stops it, and no coroutine is what it is run for".into())
        }
        AnyNodeRef::ExprCall(run) => match runs(run) {
            Some(Expr::Call(made)) => Ok(Shape {
                origin: origin(made).ok_or("no loop is made")?,
                maker: &made.func,
                assignment: None,
                set: None,
                run,
                close: None,
                shutdown: None,
                is_shared: false,
            }),
            Some(Expr::Name(name)) => {
                let id = module.id(run);
                let function = module.enclosing_function(id);
                let home = home(module, &name.id, id).ok_or("no loop is made")?;
                let [maker] = makers(module, &name.id, home)[..] else {
                    return Err(format!("`{}` is assigned more than once", name.id));
                };
                if home == function {
                    let other = runs_of(module, &name.id, home).find(|other| other.range() != run.range());
                    return Err(match other {
                        Some(other) => format!(
                            "line {} runs the loop, too, and may leave something on it",
                            module.line(other.start())
                        ),
                        None => "the loop is run in front of where it is made".into(),
                    });
                }
                named(cx, made(module, maker).expect("a maker makes a loop"), true)
            }
            _ => Err("no loop is run".into()),
        },
        _ => named(cx, made(module, node).ok_or("no loop is made")?, false),
    }
}

/// A loop in a variable. `shared`: it is run in a function inside of the one that makes it.
fn named<'a>(cx: &FileContext<'a, '_>, made: Made<'a>, is_shared: bool) -> Result<Shape<'a>, String> {
    let module = cx.module;
    let origin = origin(made.call).ok_or("no loop is made")?;
    let target = match made.targets[..] {
        [Expr::Name(target)] => target,
        [_] => return Err("the loop is kept in an object: whoever has that runs it".into()),
        _ => return Err("the loop gets several names".into()),
    };
    if let AnyNodeRef::StmtAnnAssign(a) = module.node(made.statement)
        && made.function.is_none()
        && (annotation_fails(module, cx.facts, &a.annotation)
            || without_value(module, cx.facts, &a.annotation).is_some())
    {
        return Err("the annotation of the loop may fail when it is evaluated, and would go".into());
    }
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
        let other = || {
            let forever = matches!(module.parent_node(read.node),
                Some(AnyNodeRef::ExprAttribute(a)) if a.attr.as_str() == "run_forever");
            Err(match forever {
                true => format!(
                    "line {line} runs the loop until somebody stops it: no coroutine is what it is run for"
                ),
                false => format!("line {line} uses the loop for something else than to run it once"),
            })
        };
        if read.node < made.statement {
            return Err(format!("line {line} uses the loop in front of where it is made"));
        }
        let is_elsewhere = read.scope != symbols.symbol(symbol).scope;
        match used(cx, read.node) {
            Some(("run_until_complete", _, call)) if run.is_none() && is_elsewhere == is_shared => {
                run = Some(call);
            }
            Some(("run_until_complete", ..)) if run.is_some() => {
                return Err(format!(
                    "line {line} runs the loop again, on which the first run may have left something"
                ));
            }
            _ if is_elsewhere => return other(),
            Some(("set_event_loop", statement, _)) if set.is_none() => set = Some(statement),
            Some(("close", statement, _)) if close.is_none() => close = Some(statement),
            Some(("shutdown_asyncgens", statement, _)) if shutdown.is_none() => shutdown = Some(statement),
            // The loop inside of `run_until_complete(loop.shutdown_asyncgens())`.
            Some(("shutdown", ..)) => {}
            _ => return other(),
        }
    }
    let run = run.ok_or("the loop is never run here")?;
    Ok(Shape {
        origin,
        maker: &made.call.func,
        assignment: Some(made.statement),
        set,
        run,
        close,
        shutdown,
        is_shared,
    })
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
