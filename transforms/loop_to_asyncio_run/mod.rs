//! An event loop that is made, run once and closed by hand becomes `asyncio.run`.

mod behind;
mod edits;
mod kept;
mod operand;
mod shape;

use kept::{bound_to_a_loop, is_kept, kept};
use shape::{Origin, Shape, closing_try, shape};
use unspool_engine::facts::effects::without_value;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::rewrite::spell;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, NodeKind, Ranged, Stmt, TextRange};
use unspool_engine::transform::{
    FileContext, Finding, Group, Meta, ObligationKind, Place, Proposal, Transform,
};

pub struct LoopToAsyncioRun;

static META: Meta = Meta {
    id: "loop-to-asyncio-run",
    title: "Run the main coroutine with `asyncio.run`",
    group: Group::Async,
    default: false,
    anti_pattern: "hand-driven event loop",
    idiom: "`asyncio.run`",
    docs: include_str!("README.md"),
    needles: &["run_until_complete", "run_forever"],
    kinds: &[NodeKind::StmtAssign, NodeKind::StmtAnnAssign, NodeKind::ExprCall],
    obligations: &[
        ObligationKind { id: "asyncio", claim: "the loop is one of asyncio" },
        ObligationKind { id: "one-run", claim: "the loop is made, run once and closed, and nothing else" },
        ObligationKind {
            id: "coroutine",
            claim: "what it runs is a coroutine: `asyncio.run` takes nothing else",
        },
        ObligationKind { id: "in-step", claim: "it is run where and when it is made" },
        ObligationKind { id: "left-over", claim: "no task, executor or generator outlives the run" },
        ObligationKind { id: "loop-behind", claim: "nobody asks for the loop afterwards" },
        ObligationKind { id: "bound-before", claim: "nothing was bound to the loop before it runs" },
        ObligationKind { id: "layout", claim: "the lines can go, and comments stay" },
    ],
};

impl Transform for LoopToAsyncioRun {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn may_have_site(&self, bytes: &[u8]) -> bool {
        memchr::memmem::find(bytes, b"_event_loop").is_some()
    }

    fn find<'a>(&self, node: AnyNodeRef<'a>, module: &Module<'a>) -> Option<TextRange> {
        // A loop that the file never runs is not driven by hand.
        let runs = |word: &str| memchr::memmem::find(module.text().as_bytes(), word.as_bytes()).is_some();
        if !runs("run_until_complete") && !runs("run_forever") {
            return None;
        }
        shape::site(module, node)
    }

    fn decide<'a>(&self, node: AnyNodeRef<'a>, cx: &FileContext<'a, '_>) -> Proposal {
        let anchor = self.find(node, cx.module).expect("only sites are decided");
        let mut proposal = Proposal::new(&META, anchor);
        let mut oblige = |kind, finding: Finding| proposal.oblige(&META, kind, Place::from(anchor), finding);
        let shape = match shape(cx, node) {
            Ok(shape) => shape,
            Err(why) => {
                oblige("one-run", Finding::refuted(why));
                return proposal;
            }
        };
        oblige("asyncio", is_asyncio(cx, &shape));
        oblige("one-run", Finding::proved("every use of the loop is seen, and is one of these"));
        oblige("coroutine", operand::coroutine(cx, &shape));
        oblige("in-step", in_step(cx, &shape));
        oblige("left-over", left_over(cx, &shape));
        oblige("loop-behind", behind::loop_behind(cx, &shape));
        oblige("bound-before", bound_before(cx));
        let run = match spelling(cx, &shape) {
            Ok(run) => run,
            Err(why) => {
                oblige("layout", Finding::refuted(why));
                return proposal;
            }
        };
        match edits::edits(cx, &shape, &run.text) {
            Ok(edits) => {
                oblige("layout", Finding::proved("they can"));
                proposal.edits = edits;
                proposal.imports.extend(run.request);
                proposal.unimports =
                    ["new_event_loop", "get_event_loop", "set_event_loop"].map(String::from).to_vec();
            }
            Err(why) => oblige("layout", Finding::refuted(why)),
        }
        proposal
    }
}

/// As the loop was spelled: `aio.new_event_loop` becomes `aio.run`.
fn spelling(cx: &FileContext, shape: &Shape) -> Result<unspool_engine::rewrite::Spelling, String> {
    if let Expr::Attribute(a) = shape.maker {
        let text = format!("{}.run", cx.module.source(&*a.value));
        return Ok(unspool_engine::rewrite::Spelling { text, request: None });
    }
    spell(cx, cx.module.id(shape.run), "asyncio", "run")
}

fn is_asyncio<'a>(cx: &FileContext<'a, '_>, shape: &Shape<'a>) -> Finding {
    let text = cx.module.source(shape.maker);
    if let Some(name) = without_value(cx.module, cx.facts, shape.maker) {
        let line = cx.module.line(shape.maker.start());
        return Finding::refuted(format!("nothing has given `{name}` a value by line {line}, which raises"));
    }
    match cx.facts.symbols().qualified_name(cx.module, shape.maker) {
        Some(path) if path.starts_with("asyncio.") => Finding::proved(format!("`{text}` is")),
        _ => Finding::refuted(format!("`{text}` is not that of asyncio")),
    }
}

/// Making, running and closing happen in one go.
fn in_step(cx: &FileContext, shape: &Shape) -> Finding {
    let module = cx.module;
    let run = module.id(shape.run);
    if let Some(function) = module.enclosing_function(run)
        && matches!(module.node(function), AnyNodeRef::StmtFunctionDef(f) if f.is_async)
    {
        return Finding::refuted("a loop is running already where a coroutine calls this");
    }
    let Some(assignment) = shape.assignment else {
        return Finding::proved("one expression makes and runs it");
    };
    let Some(statement) = module.statement_of(run) else {
        return Finding::refuted("it is run in no statement");
    };
    if module.ancestors(run).take_while(|a| *a != statement).any(|a| {
        matches!(
            module.node(a).kind(),
            NodeKind::ExprLambda | NodeKind::Comprehension | NodeKind::ExprGenerator
        )
    }) {
        return Finding::refuted("the loop is run in a lambda or comprehension");
    }
    if shape.is_shared {
        return once_per_call(cx, shape, assignment);
    }
    let around = module.parent(statement);
    let home = module.parent(assignment);
    if around != home {
        let closing = closing_try(cx, shape).map(|t| module.id(t));
        let in_closing_try =
            around.is_some() && around == closing && closing.and_then(|t| module.parent(t)) == home;
        if !in_closing_try {
            return Finding::refuted(
                "the loop is made in one block and run in another: perhaps several times, perhaps never",
            );
        }
    }
    // Statements between making and running see the loop as the current one.
    let Some((suite, at)) = module.suite_of(assignment) else {
        return Finding::refuted("the loop is made in no block");
    };
    for between in &suite[at + 1..] {
        let id = module.id(between);
        if module.contains(id, run) {
            break;
        }
        if Some(id) == shape.set || matches!(between, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            continue;
        }
        let calls = module.subtree(id).any(|(_, n)| matches!(n, AnyNodeRef::ExprCall(_)));
        if calls {
            let line = module.line(between.start());
            return Finding::assumed(format!(
                "line {line} runs between making and running the loop, and may ask for it"
            ));
        }
    }
    Finding::proved("nothing runs between making and running it")
}

/// A loop that a function runs which was not made for it: where calls of the function stand.
fn once_per_call(cx: &FileContext, shape: &Shape, assignment: NodeId) -> Finding {
    let module = cx.module;
    if !matches!(
        module.parent_node(assignment),
        Some(AnyNodeRef::ModModule(_) | AnyNodeRef::StmtFunctionDef(_))
    ) {
        return Finding::refuted(
            "the loop is made in one block and run in another: perhaps several times, perhaps never",
        );
    }
    let function = module.enclosing_function(module.id(shape.run)).map(|f| module.node(f));
    let Some(AnyNodeRef::StmtFunctionDef(def)) = function else {
        return Finding::refuted("the loop is run in a lambda or comprehension");
    };
    let ends = [shape.close, shape.shutdown].into_iter().flatten().map(|s| module.node(s).start()).min();
    let behind = module.nodes().find(|(_, node)| {
        ends.is_some_and(|ends| node.start() > ends)
            && matches!(node, AnyNodeRef::ExprName(n) if n.id.as_str() == def.name.as_str())
    });
    match behind {
        Some((_, node)) => Finding::refuted(format!(
            "line {} uses `{}` where the loop is closed already",
            module.line(node.start()),
            def.name
        )),
        None => Finding::proved(format!("each call of `{}` runs it as a whole", def.name)),
    }
}

/// `asyncio.run` cancels what is left, and waits for generators and the executor.
fn left_over(cx: &FileContext, shape: &Shape) -> Finding {
    const LEAVES: &[&str] = &[
        "create_task",
        "ensure_future",
        "run_in_executor",
        "to_thread",
        "call_later",
        "call_soon",
        "call_at",
        "add_signal_handler",
        "start_server",
        "start_serving",
        "create_server",
        "add_reader",
        "set_debug",
        "set_exception_handler",
        "set_default_executor",
        "run_coroutine_threadsafe",
        "run_forever",
        "stop",
    ];
    let mut finding = Finding::proved("nothing in the file starts anything that could");
    if let Some(refuted) = cx.module.nodes().find_map(|(_, node)| cancelled(cx, node)) {
        return refuted;
    }
    for (id, node) in cx.module.nodes() {
        let name = match node {
            AnyNodeRef::ExprAttribute(a) => a.attr.as_str(),
            AnyNodeRef::ExprName(n) => n.id.as_str(),
            AnyNodeRef::StmtFor(f) if f.is_async => "async for",
            _ => continue,
        };
        // What is awaited where it is started ends there, and generators are shut down by hand as well.
        let ends = match name {
            "async for" => shape.shutdown.is_some(),
            "run_in_executor" | "to_thread" => is_awaited(cx, id),
            _ => false,
        };
        if (LEAVES.contains(&name) || name == "async for") && !ends {
            let line = cx.module.line(node.start());
            let why = format!(
                "`{name}` on line {line} may leave something behind, which `asyncio.run` cancels and waits for"
            );
            finding = finding.and(Finding::assumed(why));
            break;
        }
    }
    if let Some(foreign) = awaits_foreign(cx) {
        finding = finding.and(Finding::assumed(format!("what `{foreign}` leaves behind is not known")));
    }
    if is_kept(cx, shape) {
        finding = finding.and(kept(cx, shape));
    } else if shape.origin == Origin::Current && shape.close.is_none() {
        let line = cx.module.line(shape.run.start());
        if !is_last(cx, shape) {
            finding = finding.and(Finding::assumed(format!(
                "the loop of line {line} stays open today, for whoever runs it again"
            )));
        }
    }
    finding
}

/// Whether a call of what stands here is awaited right there.
fn is_awaited(cx: &FileContext, callee: NodeId) -> bool {
    let module = cx.module;
    let Some(call) = module.parent(callee) else { return false };
    matches!(module.node(call), AnyNodeRef::ExprCall(c) if module.id(&*c.func) == callee)
        && matches!(module.parent_node(call), Some(AnyNodeRef::ExprAwait(_)))
}

/// A task of which nobody keeps hold and that does something when it is cancelled: by `asyncio.run`, and by nobody else.
fn cancelled(cx: &FileContext, node: AnyNodeRef) -> Option<Finding> {
    let module = cx.module;
    let AnyNodeRef::StmtExpr(statement) = node else { return None };
    let Expr::Call(start) = &*statement.value else { return None };
    let name = match &*start.func {
        Expr::Attribute(a) => a.attr.as_str(),
        Expr::Name(n) => n.id.as_str(),
        _ => return None,
    };
    if !matches!(name, "create_task" | "ensure_future") {
        return None;
    }
    let [Expr::Call(coroutine), ..] = &*start.arguments.args else { return None };
    let Ty::Function(function) = Types::new(module, cx.facts).of(&coroutine.func) else { return None };
    let sees = |classes: &Expr| {
        let text = module.source(classes);
        text.contains("CancelledError") || text.contains("BaseException")
    };
    let (_, handler) = module.subtree(function).find(|(_, n)| match n {
        AnyNodeRef::ExceptHandlerExceptHandler(h) => h.type_.as_deref().is_none_or(sees),
        _ => false,
    })?;
    Some(Finding::refuted(format!(
        "`asyncio.run` cancels the task of line {} if it is not done by then, which line {} would see",
        module.line(start.start()),
        module.line(handler.start())
    )))
}

/// A call that is awaited and comes from another file or library.
fn awaits_foreign(cx: &FileContext) -> Option<String> {
    let types = Types::new(cx.module, cx.facts);
    cx.module.nodes().find_map(|(_, node)| {
        let AnyNodeRef::ExprAwait(a) = node else { return None };
        let Expr::Call(call) = &*a.value else { return None };
        let text = cx.module.source(&*call.func);
        let known = match types.of(&call.func) {
            Ty::Function(_) => true,
            Ty::Member(path) => path.starts_with("asyncio."),
            _ => {
                let Expr::Attribute(a) = &*call.func else { return Some(text.to_string()) };
                // What the executor runs is no task.
                a.attr.as_str() == "run_in_executor" || cx.module
                    .nodes()
                    .any(|(_, n)| matches!(n, AnyNodeRef::StmtFunctionDef(f) if f.name.as_str() == a.attr.as_str()))
            }
        };
        (!known).then(|| text.to_string())
    })
}

/// Whether the run is the last thing that the program does.
fn is_last(cx: &FileContext, shape: &Shape) -> bool {
    let module = cx.module;
    let run = module.id(shape.run);
    let Some(last) = module.body().last() else { return false };
    if !module.contains(module.id(last), run) || module.enclosing_function(run).is_some() {
        return false;
    }
    let Some(statement) = module.statement_of(run) else { return false };
    module.suite_of(statement).is_some_and(|(suite, at)| at + 1 == suite.len())
}

/// Up to Python 3.9 locks, queues and futures belong to the loop that is current when they are made.
fn bound_before(cx: &FileContext) -> Finding {
    if cx.settings.target.version >= unspool_engine::syntax::PythonVersion::PY310 && cx.settings.target.stated
    {
        return Finding::proved("since Python 3.10 nothing is bound to a loop before it is used in it");
    }
    for (id, node) in cx.module.nodes() {
        let Some(callee) = bound_to_a_loop(cx, node) else { continue };
        let in_coroutine = cx
            .module
            .enclosing_function(id)
            .is_some_and(|f| matches!(cx.module.node(f), AnyNodeRef::StmtFunctionDef(f) if f.is_async));
        if !in_coroutine {
            let line = cx.module.line(callee.start());
            return Finding::assumed(format!(
                "line {line} makes an `{}` outside of a coroutine: up to Python 3.9 it belongs to the loop of that moment",
                cx.module.source(callee)
            ));
        }
    }
    Finding::proved("the file makes no lock, queue or future outside of coroutines")
}
