//! From the opening of an object to its closing: which statements lie between, and where else it is closed.

use memchr::memmem;
use unspool_engine::syntax::{AnyNodeRef, Expr, HasNodeIndex, Module, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::FileContext;

use super::early::{Early, early};
use crate::resources::awaited::Way;
use crate::resources::{awaited_call, only_reads};

/// `x = VALUE`.
pub struct Opening<'a> {
    pub target: &'a Expr,
    pub value: &'a Expr,
    /// The calls that close it, in the same body of code.
    pub closings: Vec<Closing<'a>>,
    /// Why a `with` cannot do what the statement does.
    pub against: Option<String>,
}

/// The assignment of a new object that is closed by a call of `close` somewhere in the same body of code.
pub fn opening<'a>(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Opening<'a>> {
    let (targets, value, annotated): (&[Expr], &Expr, bool) = match node {
        AnyNodeRef::StmtAssign(a) => (&a.targets, &a.value, false),
        AnyNodeRef::StmtAnnAssign(a) => (std::slice::from_ref(&*a.target), a.value.as_deref()?, true),
        _ => return None,
    };
    let made = match value {
        Expr::Await(a) => &*a.value,
        other => other,
    };
    if !made.is_call_expr() {
        return None;
    }
    let statement = module.statement_of(module.id(value))?;
    let (target, closings) = targets
        .iter()
        .flat_map(parts)
        .filter(|t| matches!(t, Expr::Name(_) | Expr::Attribute(_)))
        .map(|t| (t, closings(module, statement, t)))
        .find(|(_, closings)| !closings.is_empty())?;
    let whole = targets.iter().any(|t| std::ptr::eq(t, target));
    let against = if !whole {
        let name = module.source(target);
        Some(format!("`{name}` comes out of a tuple: a `with` has no place for the rest"))
    } else if targets.len() > 1 {
        Some("the opening binds several names at once, of which a `with` would keep one".into())
    } else if annotated {
        Some("the name is declared with an annotation, for which a `with` has no place".into())
    } else if target.is_attribute_expr() {
        Some("it is an attribute: others see it, and whatever the block calls may replace it".into())
    } else {
        None
    };
    Some(Opening { target, value, closings, against })
}

/// The targets in a target.
fn parts(target: &Expr) -> Vec<&Expr> {
    match target {
        Expr::Tuple(t) => t.elts.iter().collect(),
        Expr::List(l) => l.elts.iter().collect(),
        other => vec![other],
    }
}

/// Methods that close an object; the second one is awaited.
const METHODS: [&str; 2] = ["close", "aclose"];

/// `x.close` in the same body of code.
pub struct Closing<'a> {
    /// `None`: the method is handed on.
    pub call: Option<&'a ast::ExprCall>,
    /// The call, or `x.close`.
    pub id: NodeId,
    /// It stands in a function or lambda within the body of code.
    pub nested: bool,
}

/// The uses of `close` of the target in the function (or module) of its opening, in source order.
fn closings<'a>(module: &Module<'a>, opening: NodeId, target: &Expr) -> Vec<Closing<'a>> {
    let owner = module.enclosing_function(opening);
    let root = owner.unwrap_or(NodeId::ROOT);
    let name = module.source(target);
    // Most assignments are none of ours: a text search is cheaper than a walk.
    let text = &module.text()[module.node(root).range()];
    let mut rest = text;
    let mentioned = loop {
        let Some(at) = memmem::find(rest.as_bytes(), name.as_bytes()) else { break false };
        rest = &rest[at + name.len()..];
        if [".close", ".aclose"].iter().any(|m| rest.trim_start().starts_with(m)) {
            break true;
        }
    };
    if !mentioned {
        return Vec::new();
    }
    let same = |receiver: &Expr| match (receiver, target) {
        (Expr::Name(a), Expr::Name(b)) => a.id == b.id,
        (Expr::Attribute(_), Expr::Attribute(_)) => module.source(receiver) == name,
        _ => false,
    };
    module
        .subtree(root)
        .filter_map(|(id, node)| match node {
            AnyNodeRef::ExprAttribute(a)
                if METHODS.contains(&a.attr.as_str()) && a.ctx.is_load() && same(&a.value) =>
            {
                let nested = module.enclosing_function(id) != owner;
                Some(match module.parent_node(id) {
                    Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == id => {
                        Closing { call: Some(call), id: module.id(call), nested }
                    }
                    _ => Closing { call: None, id, nested },
                })
            }
            _ => None,
        })
        .collect()
}

/// Whether the call stands in a `finally` of the same body of code.
pub fn in_finally(module: &Module, call: NodeId) -> bool {
    module
        .ancestors(call)
        .take_while(|a| {
            !matches!(module.node(*a), AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_))
        })
        .any(|a| match module.node(a) {
            AnyNodeRef::StmtTry(t) => t.finalbody.iter().any(|s| module.contains(module.id(s), call)),
            _ => false,
        })
}

/// The object's life in its block.
pub struct Lifetime<'a> {
    /// What comes into the `with`.
    pub body: &'a [Stmt],
    /// `x.close()`
    pub closing: &'a Stmt,
    /// Closings of other objects that stand behind the body and in front of the closing.
    pub passed: &'a [Stmt],
    /// Closings in the body, each in front of a jump out of it.
    pub early: Vec<Early<'a>>,
    pub before: &'a [Stmt],
    pub after: &'a [Stmt],
    /// `await x.wait_closed()`, right behind the closing.
    pub waits: Option<&'a Stmt>,
    pub way: Way,
    pub method: &'a str,
}

impl Lifetime<'_> {
    /// What goes.
    pub fn ending(&self) -> TextRange {
        TextRange::new(self.closing.start(), self.waits.unwrap_or(self.closing).end())
    }
}

/// `await x.close()` or `await x.aclose()` as a statement, by the name of `x`.
fn awaited_name(statement: &Stmt) -> Option<&ast::ExprName> {
    let Stmt::Expr(e) = statement else { return None };
    let Expr::Await(awaited) = &*e.value else { return None };
    METHODS.iter().find_map(|method| closed_by(&awaited.value, method))
}

/// `await x.wait_closed()`
fn waits_for(statement: &Stmt, name: &ast::ExprName) -> bool {
    awaited_call(statement).is_some_and(|(call, receiver, method)| {
        method == "wait_closed"
            && call.arguments.is_empty()
            && matches!(receiver, Expr::Name(n) if n.id == name.id)
    })
}

/// `x.close()` as a statement, by the name of `x`.
pub fn closed_name(statement: &Stmt) -> Option<&ast::ExprName> {
    let Stmt::Expr(e) = statement else { return None };
    closed_by(&e.value, "close")
}

fn closed_by<'a>(call: &'a Expr, method: &str) -> Option<&'a ast::ExprName> {
    let Expr::Call(call) = call else { return None };
    let Expr::Attribute(a) = &*call.func else { return None };
    let Expr::Name(name) = &*a.value else { return None };
    (a.attr.as_str() == method && call.arguments.is_empty()).then_some(name)
}

/// The statements from the opening to the closing in the same block, or why there is no such life.
pub fn lifetime<'a>(
    cx: &FileContext<'a, '_>,
    opening: NodeId,
    (name, value): (&ast::ExprName, &'a Expr),
    closings: &[Closing<'a>],
) -> Result<Lifetime<'a>, String> {
    let module = cx.module;
    let (suite, at) = module.suite_of(opening).ok_or("the block of the opening is not understood")?;
    let is_closing = |s: &Stmt| closed_name(s).or(awaited_name(s)).is_some_and(|n| n.id == name.id);
    let Some(length) = suite[at + 1..].iter().position(is_closing) else {
        return Err(elsewhere(module, opening, name, closings));
    };
    let all = &suite[at + 1..at + 1 + length];
    let closing = &suite[at + 1 + length];
    let early = early(cx, all, (name, value), closings)?;
    let other_closings = all.iter().rev().take_while(|s| closed_name(s).is_some()).count();
    let (mut body, mut passed) = all.split_at(all.len() - other_closings);
    // Closings that stand behind that of what was opened before are not passed.
    let opened_before = |s: &Stmt| closed_name(s).is_some_and(|n| binds(&suite[..at], &n.id).is_some());
    let reader = |s: &Stmt| {
        let opened = closed_name(s).and_then(|n| binds(&suite[..at], &n.id));
        opened.is_some_and(|value| only_reads(cx, value))
    };
    let own_reads = match &suite[at] {
        Stmt::Assign(a) => only_reads(cx, &a.value),
        _ => false,
    };
    let swappable = passed.iter().rev().take_while(|s| opened_before(s) && (own_reads || reader(s))).count();
    let kept = passed.len() - swappable;
    let behind = &suite[at + 2 + length..];
    let awaited = awaited_name(closing).is_some();
    let waits = behind.first().filter(|s| !awaited && waits_for(s, name));
    if let Some(first) = early.first().filter(|_| awaited || waits.is_some()) {
        return Err(format!(
            "line {} closes `{}` without waiting for it, and the end of the block waits",
            module.line(first.closing.start()),
            name.id
        ));
    }
    body = &all[..body.len() + kept];
    passed = &passed[kept..];
    Ok(Lifetime {
        body,
        closing,
        passed,
        early,
        before: &suite[..at],
        after: &behind[usize::from(waits.is_some())..],
        waits,
        way: match waits {
            _ if awaited => Way::Awaits,
            Some(_) => Way::ClosesAndWaits,
            None => Way::Calls,
        },
        method: awaited_call(closing).map_or("close", |(_, _, method)| method),
    })
}

/// What the last of the statements that opens something of this name opens.
fn binds<'a>(statements: &'a [Stmt], name: &str) -> Option<&'a Expr> {
    statements.iter().rev().find_map(|s| match s {
        Stmt::Assign(a) => {
            let this = |t: &Expr| matches!(t, Expr::Name(n) if n.id.as_str() == name);
            (a.targets.iter().any(this) && a.value.is_call_expr()).then_some(&*a.value)
        }
        _ => None,
    })
}

/// Another object that lives in part during this life and in part outside of it: the name and the line.
pub fn interleaved<'l>(module: &Module, life: &'l Lifetime) -> Option<(&'l str, usize, &'static str)> {
    for statement in life.body {
        if let Some(name) = closed_name(statement)
            && binds(life.before, &name.id).is_some()
            && binds(life.body, &name.id).is_none()
        {
            return Some((
                name.id.as_str(),
                module.line(statement.start()),
                "was opened before and is closed during",
            ));
        }
        if let Stmt::Assign(a) = statement
            && let [Expr::Name(name)] = &*a.targets
            && a.value.is_call_expr()
        {
            let closes = |s: &&Stmt| closed_name(s).is_some_and(|n| n.id == name.id);
            let later = life.after.iter().take_while(|s| binds(std::slice::from_ref(*s), &name.id).is_none());
            if !life.body.iter().any(|s| closes(&s)) && later.filter(closes).count() > 0 {
                return Some((
                    name.id.as_str(),
                    module.line(statement.start()),
                    "is opened during and closed behind",
                ));
            }
        }
    }
    None
}

/// Why the block of the opening closes nothing.
fn elsewhere(module: &Module, opening: NodeId, name: &ast::ExprName, closings: &[Closing]) -> String {
    let what = name.id.as_str();
    let own = || closings.iter().filter(|c| !c.nested && c.call.is_some());
    let closing = own().find(|c| c.id > opening).or(own().next()).or(closings.first());
    let Some(closing) = closing else { return format!("nothing closes `{what}` by `{what}.close()`") };
    let line = module.line(module.node(closing.id).start());
    if closing.nested {
        return format!("a function of its own closes `{what}` (line {line}), whenever it is called");
    }
    let Some(call) = closing.call else {
        return format!("line {line} hands on `{what}.close`: somebody else closes it, whenever that may be");
    };
    if closing.id < opening {
        return format!("`{what}` is closed above its opening only (line {line})");
    }
    match module.parent_node(closing.id) {
        Some(AnyNodeRef::ExprAwait(_)) => {
            return format!("line {line} awaits the closing of `{what}`: that needs an asynchronous `with`");
        }
        Some(AnyNodeRef::StmtExpr(_)) if call.arguments.is_empty() => {}
        Some(AnyNodeRef::StmtExpr(_)) => {
            return format!(
                "line {line} passes arguments to `{what}.close`, which leaving a `with` would not"
            );
        }
        _ => return format!("line {line} uses what `{what}.close()` returns"),
    }
    if in_finally(module, closing.id) {
        return format!("the finally on line {line} closes `{what}`, and not each time it is opened");
    }
    let block = module.parent(opening);
    let shared = module.ancestors(closing.id).find(|a| module.contains(*a, opening));
    if shared.is_some() && shared == block {
        return format!(
            "`{what}` is closed only in some cases, or in a loop (line {line}): another block than that of its opening"
        );
    }
    let line_of = |node: NodeId| module.line(module.node(node).start());
    format!(
        "`{what}` is opened in a block of its own (line {}) and closed outside of it (line {line})",
        block.map_or(0, line_of)
    )
}

/// The ids of statements.
pub fn ids<'a>(module: &Module<'a>, statements: &[Stmt]) -> Vec<NodeId>
where
    Stmt: HasNodeIndex,
{
    statements.iter().map(|s| module.id(s)).collect()
}
