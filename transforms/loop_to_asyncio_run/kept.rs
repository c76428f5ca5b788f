//! A loop that is run more than once: what one run leaves on it for the next.

use super::shape::{Origin, Shape, parameter};
use unspool_engine::facts::Resolution;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, TextRange};
use unspool_engine::transform::{FileContext, Finding};

/// Whether the loop goes on to the next run, which finds on it what this one left.
pub fn is_kept(cx: &FileContext, shape: &Shape) -> bool {
    let stays = shape.origin == Origin::Current && shape.close.is_none();
    shape.is_shared || (stays && parameter(cx, shape.run).is_some())
}

/// What one run of a helper may leave for the next: tasks go on there, and locks and connections belong to the loop.
pub fn kept<'a>(cx: &FileContext<'a, '_>, shape: &Shape) -> Finding {
    const GOES_ON: &[&str] = &[
        "create_task",
        "ensure_future",
        "call_later",
        "call_soon",
        "call_at",
        "add_signal_handler",
        "start_server",
        "create_server",
        "open_connection",
        "create_connection",
        "add_reader",
        "run_coroutine_threadsafe",
        "set_exception_handler",
        "set_default_executor",
    ];
    let module = cx.module;
    let goes_on = |node: AnyNodeRef| match node {
        AnyNodeRef::ExprAttribute(a) if GOES_ON.contains(&a.attr.as_str()) => Some(a.range()),
        AnyNodeRef::ExprName(n) if GOES_ON.contains(&n.id.as_str()) => Some(n.range()),
        _ => None,
    };
    let lives_on = |(id, node): (NodeId, AnyNodeRef<'a>)| {
        goes_on(node).or_else(|| bound_to_a_loop(cx, node).filter(|_| !is_local_of_a_coroutine(cx, id)))
    };
    match module.nodes().find_map(lives_on) {
        Some(range) => Finding::refuted(format!(
            "`{}` on line {} is for the next run, too, which would have another loop",
            module.source(range),
            module.line(range.start())
        )),
        None => Finding::assumed(format!(
            "what one run leaves for the next, on the loop of line {}, is lost where each has its own",
            module.line(shape.maker.start())
        )),
    }
}

/// Whether the object is made for a variable of a coroutine, and nothing else.
fn is_local_of_a_coroutine(cx: &FileContext, made: NodeId) -> bool {
    let module = cx.module;
    let in_coroutine = module
        .enclosing_function(made)
        .is_some_and(|f| matches!(module.node(f), AnyNodeRef::StmtFunctionDef(f) if f.is_async));
    let target = match module.parent_node(made) {
        Some(AnyNodeRef::StmtAssign(a)) => match &*a.targets {
            [Expr::Name(target)] => target,
            _ => return false,
        },
        _ => return in_coroutine,
    };
    let symbols = cx.facts.symbols();
    let own = match symbols.resolve(module.id(target)) {
        Resolution::Symbol(symbol) => symbols.symbol(symbol).scope == symbols.scope_of(module, made),
        Resolution::Free => false,
    };
    in_coroutine && own
}

/// What makes an object that belongs to a loop, as it is written.
pub fn bound_to_a_loop<'a>(cx: &FileContext<'a, '_>, node: AnyNodeRef<'a>) -> Option<TextRange> {
    const BOUND: &[&str] = &[
        "Lock",
        "Event",
        "Condition",
        "Semaphore",
        "BoundedSemaphore",
        "Queue",
        "PriorityQueue",
        "LifoQueue",
        "Future",
    ];
    let AnyNodeRef::ExprCall(call) = node else { return None };
    let last = match &*call.func {
        Expr::Attribute(a) => a.attr.as_str(),
        Expr::Name(n) => n.id.as_str(),
        _ => return None,
    };
    if !BOUND.contains(&last) {
        return None;
    }
    let path = cx.facts.symbols().qualified_name(cx.module, &call.func)?;
    path.starts_with("asyncio.").then(|| call.func.range())
}
