//! What a `finally` does: which object it ends, how, and where that object came from.

use unspool_engine::repo::ENDINGS;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast, root_name};

use crate::resources::awaited::Way;
use crate::resources::{awaited_call, method_call, only_defaults};

/// The call by which a `finally` ends an object: `f.close()`.
pub struct Ending<'a> {
    pub statement: &'a Stmt,
    pub receiver: &'a Expr,
    pub method: &'a str,
    pub way: Way,
    /// The other statements of the `finally`, in order.
    pub rest: &'a [Stmt],
}

/// Methods that end an object when they are awaited.
const AWAITED_ENDINGS: &[&str] = &["close", "aclose", "release", "shutdown", "stop", "disconnect"];

/// The awaited ending at the end of a `finally`, or of what it does under a guard.
pub fn awaited_ending<'a>(module: &Module<'a>, finalbody: &'a [Stmt]) -> Option<Ending<'a>> {
    let (last, rest) = finalbody.split_last()?;
    let (call, receiver, method) = awaited_call(last)?;
    if !call.arguments.is_empty() {
        return None;
    }
    if method == "wait_closed" {
        let (before, rest) = rest.split_last()?;
        let (closing, closed, "close") = method_call(before)? else { return None };
        let same = module.source(closed) == module.source(receiver) && closing.arguments.is_empty();
        return same.then_some(Ending {
            statement: before,
            receiver,
            method: "close",
            way: Way::ClosesAndWaits,
            rest,
        });
    }
    AWAITED_ENDINGS.contains(&method).then_some(Ending {
        statement: last,
        receiver,
        method,
        way: Way::Awaits,
        rest,
    })
}

/// The first statement of the rest that ends an object which was not opened between the opening and the `try`: with
/// the last one in a `with`, it would have to be opened before.
pub fn ends_earlier<'a>(module: &Module<'a>, ending: &Ending<'a>, between: &[Stmt]) -> Option<&'a Stmt> {
    ending.rest.iter().find(|s| match method_call(s) {
        Some((_, receiver, method)) if ENDINGS.contains(&method) => {
            let what = module.source(receiver);
            !between.iter().any(|b| assigns(module, b, what))
        }
        _ => false,
    })
}

/// The ending of a `finally`, or what stands against there being one.
pub fn ending<'a>(module: &Module<'a>, finalbody: &'a [Stmt]) -> Result<Ending<'a>, String> {
    let line = |s: &Stmt| module.line(s.start());
    if let Some(found) = awaited_ending(module, finalbody) {
        return Ok(found);
    }
    if let [only] = finalbody {
        return match method_call(only) {
            Some((call, receiver, method)) => plain(only, call, receiver, method, &[], module),
            None => Err(other(module, only)),
        };
    }
    let (last, rest) = finalbody.split_last().expect("a finally has a statement");
    let ends = |s: &Stmt| method_call(s).is_some_and(|(_, _, m)| ENDINGS.contains(&m));
    match method_call(last) {
        Some((call, receiver, method)) if ENDINGS.contains(&method) => {
            plain(last, call, receiver, method, rest, module)
        }
        _ => Err(match finalbody.iter().find(|s| ends(s)) {
            Some(early) => format!(
                "the finally goes on after line {} has closed the object: in a `with` that rest would run before the closing",
                line(early)
            ),
            None => format!(
                "the finally does several things (lines {} to {}), and the last one closes no object",
                line(&finalbody[0]),
                module.line(last.end())
            ),
        }),
    }
}

fn plain<'a>(
    statement: &'a Stmt,
    call: &'a ast::ExprCall,
    receiver: &'a Expr,
    method: &'a str,
    rest: &'a [Stmt],
    module: &Module<'a>,
) -> Result<Ending<'a>, String> {
    if !only_defaults(method, &call.arguments) {
        let text: String = module.source(&call.arguments).split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().take(40).collect();
        if !ENDINGS.contains(&method) {
            let receiver = module.source(receiver);
            return Err(format!(
                "the finally calls `{receiver}.{method}` with arguments: that closes no object"
            ));
        }
        return Err(format!("`{method}{text}` passes arguments that leaving a `with` would not pass"));
    }
    Ok(Ending { statement, receiver, method, way: Way::Calls, rest })
}

/// What a `finally` of one statement does that ends no object.
fn other(module: &Module, statement: &Stmt) -> String {
    let short = |node: &dyn Ranged| -> String {
        module.text()[node.range()]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(50)
            .collect()
    };
    match statement {
        Stmt::Expr(e) => match &*e.value {
            Expr::Call(c) => {
                format!("the finally calls the function `{}`: there is no object to close", short(&*c.func))
            }
            Expr::Await(a) => {
                format!("the finally awaits `{}`: that needs an asynchronous `with`", short(&*a.value))
            }
            other => format!("the finally only evaluates `{}`: there is no object to close", short(other)),
        },
        Stmt::Assign(a) => match a.targets.first() {
            Some(target) => format!("the finally restores or sets `{}`: there is no resource", short(target)),
            None => "the finally assigns: there is no resource".into(),
        },
        Stmt::AugAssign(a) => format!("the finally counts `{}`: there is no resource", short(&*a.target)),
        Stmt::AnnAssign(a) => format!("the finally sets `{}`: there is no resource", short(&*a.target)),
        Stmt::If(i) => format!("the finally acts only under the condition `{}`", short(&*i.test)),
        Stmt::Try(_) => {
            "the finally guards its own clean-up by a `try`: a `with` would let out what that catches".into()
        }
        Stmt::With(w) => match w.items.first() {
            Some(item) => {
                format!("the finally works inside of `with {}`: it closes no object itself", short(item))
            }
            None => "the finally works inside of a `with`".into(),
        },
        Stmt::For(f) => {
            format!("the finally loops over `{}`: it ends several objects or none", short(&*f.iter))
        }
        Stmt::While(_) => "the finally loops".into(),
        Stmt::Delete(d) => format!("the finally does `{}`: there is no resource", short(d)),
        Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_) => {
            "the finally leaves by a jump, which swallows every exception".into()
        }
        Stmt::Raise(_) => "the finally raises".into(),
        Stmt::Pass(_) => "the finally does nothing".into(),
        other => format!("the finally does `{}`: it closes no object", short(other)),
    }
}

/// The statement that opens what the `finally` ends.
pub enum Opener<'a> {
    /// `x = VALUE`, with the statements between it and the `try`.
    Assigned {
        statement: &'a ast::StmtAssign,
        target: &'a ast::ExprName,
        value: &'a Expr,
        between: &'a [Stmt],
    },
    /// Branches of the statement in front of the `try`: `if`, or a `try` of its own.
    Branches { statement: &'a Stmt, openings: Vec<(&'a ast::ExprName, &'a Expr)> },
    /// `lock.acquire()`, perhaps awaited, with the statements between it and the `try`.
    Acquired {
        statement: &'a ast::StmtExpr,
        call: &'a ast::ExprCall,
        receiver: &'a Expr,
        awaited: bool,
        between: &'a [Stmt],
    },
}

impl Opener<'_> {
    pub fn range(&self) -> TextRange {
        match self {
            Opener::Assigned { statement, .. } => statement.range(),
            Opener::Branches { statement, .. } => statement.range(),
            Opener::Acquired { statement, .. } => statement.range(),
        }
    }

    /// The name that is bound, by the last of its bindings.
    pub fn target(&self) -> Option<&'_ ast::ExprName> {
        match self {
            Opener::Assigned { target, .. } => Some(target),
            Opener::Branches { openings, .. } => openings.last().map(|(target, _)| *target),
            Opener::Acquired { .. } => None,
        }
    }

    /// The statements between it and the `try`.
    pub fn between(&self) -> &'_ [Stmt] {
        match self {
            Opener::Assigned { between, .. } | Opener::Acquired { between, .. } => between,
            Opener::Branches { .. } => &[],
        }
    }
}

/// The opener directly before the `try`, or why there is none.
pub fn opener<'a>(
    module: &Module<'a>,
    try_: &'a ast::StmtTry,
    ending: &Ending<'a>,
) -> Result<Opener<'a>, String> {
    let id = module.id(try_);
    let what = module.source(ending.receiver);
    let suite = module.suite_of(id);
    let before = suite.and_then(|(suite, index)| suite.get(index.checked_sub(1)?));
    if ending.method == "release"
        && let Some((suite, index)) = suite
        && let Some(found) = acquired(module, &suite[..index], ending)
    {
        return found;
    }
    if ending.method == "release"
        && let Some(line) = asked(module, id, before, what)
    {
        return Err(format!(
            "line {line} asks whether `{what}.acquire` got the lock, or only keeps the answer: a `with` waits until it has the lock"
        ));
    }
    let name = match ending.receiver {
        Expr::Name(name) => name,
        Expr::Attribute(_) if before.is_some_and(|s| assigns(module, s, what)) => {
            return Err(format!(
                "`{what}` is an attribute: whatever the body calls may replace it before it is closed"
            ));
        }
        Expr::Attribute(_) => {
            return Err(format!("`{what}` is not opened by the statement before the `try`"));
        }
        _ => return Err(format!("`{what}` is not a name that the statement before the `try` binds")),
    };
    let Some((suite, index)) = suite else { return Err(elsewhere(module, try_, name)) };
    if let Some(statement) = before
        && let Some(openings) = branches(module, statement, name)
    {
        return Ok(Opener::Branches { statement, openings });
    }
    let Some(at) = suite[..index].iter().rposition(|s| assigns(module, s, what)) else {
        return Err(elsewhere(module, try_, name));
    };
    let between = &suite[at + 1..index];
    match &suite[at] {
        Stmt::Assign(a) if a.value.is_none_literal_expr() => Err(format!(
            "`{what}` is `None` before the `try` (line {}) and opened inside of it, if at all",
            module.line(a.start())
        )),
        // The object stays where it is opened, and `with x:` takes the place of the `try`.
        Stmt::Assign(a)
            if between.is_empty()
                && ending.way == Way::Calls
                && let Some(opening) = one_of_several(a, name) =>
        {
            Ok(Opener::Branches { statement: &suite[at], openings: vec![opening] })
        }
        Stmt::AnnAssign(a)
            if between.is_empty()
                && ending.way == Way::Calls
                && let (Expr::Name(target), Some(value)) = (&*a.target, a.value.as_deref())
                && value.is_call_expr() =>
        {
            Ok(Opener::Branches { statement: &suite[at], openings: vec![(target, value)] })
        }
        Stmt::Assign(a) => match &*a.targets {
            [Expr::Name(target)] => match far(module, what, a.range(), between) {
                Some(why) => Err(why),
                None => Ok(Opener::Assigned { statement: a, target, value: &a.value, between }),
            },
            [_] => Err(format!("`{what}` comes out of a tuple: a `with` cannot bind the rest")),
            _ => Err(format!(
                "the opening binds several names at once, of which a `with` would keep `{what}` alone"
            )),
        },
        _ => Err(format!("`{what}` is declared with an annotation, for which a `with` has no place")),
    }
}

/// The name among the targets of an assignment that has more: `conn, address = server.accept()`, `self.f = f = open(p)`.
fn one_of_several<'a>(
    assign: &'a ast::StmtAssign,
    name: &ast::ExprName,
) -> Option<(&'a ast::ExprName, &'a Expr)> {
    let this = |e: &'a Expr| e.as_name_expr().filter(|n| n.id == name.id);
    match &*assign.targets {
        [Expr::Name(_)] => None,
        [Expr::Tuple(t)] if !t.elts.iter().any(Expr::is_starred_expr) => {
            let at = t.elts.iter().position(|e| this(e).is_some())?;
            let value = match &*assign.value {
                Expr::Tuple(values) if values.elts.len() == t.elts.len() => &values.elts[at],
                other => other,
            };
            Some((this(&t.elts[at])?, value)).filter(|(_, value)| value.is_call_expr())
        }
        [_] => None,
        several => {
            let target = several.iter().find_map(this)?;
            assign.value.is_call_expr().then_some((target, &*assign.value))
        }
    }
}

/// The openings in the branches of a statement, if that is all it does to the name.
fn branches<'a>(
    module: &Module<'a>,
    statement: &'a Stmt,
    name: &ast::ExprName,
) -> Option<Vec<(&'a ast::ExprName, &'a Expr)>> {
    if !matches!(statement, Stmt::If(_) | Stmt::Try(_)) {
        return None;
    }
    let mut openings = Vec::new();
    for (id, node) in module.subtree(module.id(statement)) {
        let AnyNodeRef::ExprName(target) = node else { continue };
        if target.id != name.id || target.ctx.is_load() {
            continue;
        }
        let Some(AnyNodeRef::StmtAssign(a)) = module.parent_node(id) else { return None };
        let in_loop = module.ancestors(id).take_while(|a| *a != module.id(statement)).any(|a| {
            !matches!(
                module.node(a),
                AnyNodeRef::StmtIf(_)
                    | AnyNodeRef::ElifElseClause(_)
                    | AnyNodeRef::StmtTry(_)
                    | AnyNodeRef::ExceptHandlerExceptHandler(_)
                    | AnyNodeRef::StmtAssign(_)
            )
        });
        if a.targets.len() != 1 || !a.value.is_call_expr() || in_loop {
            return None;
        }
        openings.push((target, &*a.value));
    }
    (!openings.is_empty()).then_some(openings)
}

/// How many lines may stand between an opening and its `try`: more, and the block is no longer about the object.
const NEAR: usize = 8;

fn far(module: &Module, what: &str, opening: TextRange, between: &[Stmt]) -> Option<String> {
    let (first, last) = (between.first()?, between.last()?);
    let lines = (module.line(first.start()), module.line(last.end()));
    (lines.1 - lines.0 >= NEAR).then(|| {
        format!(
            "lines {} to {} stand between the opening of `{what}` (line {}) and the `try`",
            lines.0,
            lines.1,
            module.line(opening.start())
        )
    })
}

/// The last `acquire` of the lock in the statements in front of the `try`, if what follows it there leaves the lock alone.
fn acquired<'a>(
    module: &Module<'a>,
    before: &'a [Stmt],
    ending: &Ending<'a>,
) -> Option<Result<Opener<'a>, String>> {
    let at = before.iter().rposition(|s| acquire_of(s, ending).is_some())?;
    let between = &before[at + 1..];
    let what = module.source(ending.receiver);
    let root = root_name(ending.receiver).map(|n| &n.id);
    let touched = between.iter().flat_map(|s| module.subtree(module.id(s))).find(|(_, node)| match node {
        AnyNodeRef::ExprName(n) if !n.ctx.is_load() => Some(&n.id) == root,
        AnyNodeRef::ExprName(n) => module.source(*n) == what,
        AnyNodeRef::ExprAttribute(a) => module.source(*a) == what,
        _ => false,
    });
    let (statement, call, receiver, awaited) = acquire_of(&before[at], ending)?;
    Some(if let Some((_, node)) = touched {
        let line = module.line(node.start());
        Err(format!("line {line} uses `{what}` between its `acquire` and the `try`"))
    } else if !only_defaults("acquire", &call.arguments) {
        Err("`acquire` is told not to wait, or not for ever: a `with` waits until it has the lock".into())
    } else if let Some(why) = far(module, what, statement.range(), between) {
        Err(why)
    } else {
        Ok(Opener::Acquired { statement, call, receiver, awaited, between })
    })
}

/// `lock.acquire(...)` as a statement, perhaps awaited: the call, the lock, and whether it is awaited.
fn acquire_of<'a>(
    statement: &'a Stmt,
    ending: &Ending<'a>,
) -> Option<(&'a ast::StmtExpr, &'a ast::ExprCall, &'a Expr, bool)> {
    let Stmt::Expr(e) = statement else { return None };
    let (value, awaited) = match &*e.value {
        Expr::Await(a) => (&*a.value, true),
        other => (other, false),
    };
    let Expr::Call(call) = value else { return None };
    let Expr::Attribute(a) = &*call.func else { return None };
    let same = ast::comparable::ComparableExpr::from(&*a.value) == ending.receiver.into();
    (a.attr.as_str() == "acquire" && same).then_some((e, call, &*a.value, awaited))
}

/// The line of an `acquire` of the lock whose result is used: by the `if` or `while` around the `try`, or by the
/// statement in front of it.
fn asked(module: &Module, id: NodeId, before: Option<&Stmt>, what: &str) -> Option<usize> {
    let acquires = |e: &Expr| {
        module.subtree(module.id(e)).find_map(|(_, node)| match node {
            AnyNodeRef::ExprAttribute(a)
                if a.attr.as_str() == "acquire" && module.source(&*a.value) == what =>
            {
                Some(module.line(a.start()))
            }
            _ => None,
        })
    };
    let around = module.parent_node(id).and_then(|parent| match parent {
        AnyNodeRef::StmtIf(i) => acquires(&i.test),
        AnyNodeRef::StmtWhile(w) => acquires(&w.test),
        _ => None,
    });
    around.or_else(|| match before? {
        Stmt::If(i) => acquires(&i.test),
        Stmt::Assign(a) => acquires(&a.value),
        _ => None,
    })
}

/// Whether an assignment has a target of this spelling.
fn assigns(module: &Module, statement: &Stmt, what: &str) -> bool {
    fn within(module: &Module, target: &Expr, what: &str) -> bool {
        match target {
            Expr::Tuple(t) => t.elts.iter().any(|e| within(module, e, what)),
            Expr::List(l) => l.elts.iter().any(|e| within(module, e, what)),
            Expr::Starred(s) => within(module, &s.value, what),
            other => module.source(other) == what,
        }
    }
    match statement {
        Stmt::Assign(a) => a.targets.iter().any(|t| within(module, t, what)),
        Stmt::AnnAssign(a) => within(module, &a.target, what),
        _ => false,
    }
}

/// Where the name gets its value, if not in front of the `try`.
fn elsewhere(module: &Module, try_: &ast::StmtTry, name: &ast::ExprName) -> String {
    let what = name.id.as_str();
    let id = module.id(try_);
    let inside = module
        .subtree(id)
        .find(|(_, node)| matches!(node, AnyNodeRef::ExprName(n) if n.id == name.id && n.ctx.is_store()));
    if let Some((_, node)) = inside {
        return format!("`{what}` is opened inside of the `try` (line {})", module.line(node.start()));
    }
    if let Some(function) = module.enclosing_function(id)
        && is_parameter(module, function, what)
    {
        return format!(
            "`{what}` is a parameter: who opened it, and whether `with` may be used on it, is not seen here"
        );
    }
    format!("the statement before the `try` does not open `{what}`")
}

fn is_parameter(module: &Module, function: NodeId, name: &str) -> bool {
    match module.node(function) {
        AnyNodeRef::StmtFunctionDef(f) => f.parameters.iter().any(|p| p.name().as_str() == name),
        AnyNodeRef::ExprLambda(l) => {
            l.parameters.iter().flat_map(|p| p.iter()).any(|p| p.name().as_str() == name)
        }
        _ => false,
    }
}
