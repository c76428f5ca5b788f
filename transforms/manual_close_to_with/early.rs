//! `if bad: f.close(); return` (or `sys.exit(1)`): closings in front of a jump out of what becomes the `with`, which closes there itself.

use unspool_engine::facts::effects::Collector;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::FileContext;

use super::lifetime::{Closing, closed_name};
use crate::resources::only_reads;

/// A closing that the `with` does on the way out.
pub struct Early<'a> {
    /// `x.close()`
    pub closing: &'a Stmt,
    /// What follows it: `return`, `raise`, `sys.exit()`, `break` or `continue`.
    pub jump: &'a Stmt,
}

impl Early<'_> {
    /// The block is left by an exception.
    pub fn raises(&self) -> bool {
        matches!(self.jump, Stmt::Raise(_) | Stmt::Expr(_))
    }

    /// What goes: the line of the closing, or its part of the line.
    ///
    /// # Errors
    /// Why neither can go.
    pub fn leftover(&self, module: &Module) -> Result<TextRange, String> {
        let (start, end) = (self.closing.start(), self.closing.end());
        let line = module.line(start);
        if line == module.line(self.jump.start()) {
            return Ok(TextRange::new(start, self.jump.start()));
        }
        if !module.text()[TextRange::new(module.line_start(start), start)].trim().is_empty() {
            return Err(format!("line {line} holds several statements"));
        }
        let between = TextRange::new(module.line_start(start), module.line_start(self.jump.start()));
        match module.text()[TextRange::new(end, between.end())].trim() {
            "" | ";" => Ok(between),
            _ => Err(format!("something stands between line {line} and the jump below")),
        }
    }
}

/// The closings of `name`, opened by `value`, among the statements that come into the `with`.
///
/// # Errors
/// Of a closing that the `with` would not do there: what it is.
pub fn early<'a>(
    cx: &FileContext<'a, '_>,
    statements: &'a [Stmt],
    (name, value): (&ast::ExprName, &'a Expr),
    closings: &[Closing<'a>],
) -> Result<Vec<Early<'a>>, String> {
    let module = cx.module;
    let inside = closings.iter().filter(|c| statements.iter().any(|s| module.contains(module.id(s), c.id)));
    let mut found = Vec::new();
    for closing in inside.filter(|c| c.call.is_some()) {
        let line = module.line(module.node(closing.id).start());
        let Some(early) = leaving(cx, statements, closing) else {
            return Err(format!(
                "line {line} closes `{}` already, in some cases: before the end of what would be the block",
                name.id
            ));
        };
        let (given, spoken) = match early.jump {
            Stmt::Return(r) => (r.value.as_deref(), "returned"),
            Stmt::Raise(r) => (r.exc.as_deref(), "raised"),
            Stmt::Expr(e) => (exit_call(cx, &e.value).and_then(|c| c.arguments.args.first()), "the status"),
            _ => (None, ""),
        };
        if let Some(given) = given
            && !is_settled(cx, given, name, value)
        {
            return Err(format!(
                "line {line} closes `{}` before what is {spoken} is found out: a `with` would close it afterwards",
                name.id
            ));
        }
        found.push(early);
    }
    Ok(found)
}

/// The closing with the jump right behind it, if that leaves the statements and nothing runs on its way.
fn leaving<'a>(cx: &FileContext<'a, '_>, statements: &[Stmt], closing: &Closing<'a>) -> Option<Early<'a>> {
    let module = cx.module;
    let statement = module.statement_of(closing.id).filter(|_| !closing.nested)?;
    let (suite, at) = module.suite_of(statement)?;
    closed_name(&suite[at])?;
    let (closing, jump) = (&suite[at], suite.get(at + 1)?);
    let in_loop = match jump {
        Stmt::Return(_) => false,
        Stmt::Raise(raise) if raise.exc.is_some() && raise.cause.is_none() => false,
        Stmt::Expr(e) if exit_call(cx, &e.value).is_some() => false,
        Stmt::Break(_) | Stmt::Continue(_) => true,
        _ => return None,
    };
    let top = |id: NodeId| statements.iter().any(|s| module.id(s) == id);
    let mut up = std::iter::successors(Some(statement), |id| (!top(*id)).then(|| module.parent(*id))?);
    // A `finally`, a handler or the end of another `with` would run with the object open; a loop of the block takes
    // the jump for its own.
    let straight = up.all(|id| match module.node(id) {
        AnyNodeRef::StmtTry(_) | AnyNodeRef::StmtWith(_) => false,
        AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) => !in_loop,
        _ => true,
    });
    straight.then_some(Early { closing, jump })
}

/// Whether the expression comes to the same whether the object is closed before or afterwards.
fn is_settled<'a>(cx: &FileContext<'a, '_>, given: &'a Expr, name: &ast::ExprName, value: &Expr) -> bool {
    let module = cx.module;
    let mentions =
        |(_, node): (NodeId, AnyNodeRef)| matches!(node, AnyNodeRef::ExprName(n) if n.id == name.id);
    if module.subtree(module.id(given)).any(mentions) {
        return false;
    }
    let found = Collector::of_expr(module, cx.facts, given);
    let resolved = cx.repo.resolve(&cx.local(), &found);
    // Closing what is only read changes nothing; of anything else, what it changes may be looked at.
    resolved.is_pure()
        && (only_reads(cx, value)
            || (found.attributes_read.is_empty()
                && resolved.shared_read.is_empty()
                && found.objects_read.is_empty()))
}

/// `sys.exit(STATUS)`, which raises `SystemExit` (Python/sysmodule.c).
fn exit_call<'a>(cx: &FileContext, expr: &'a Expr) -> Option<&'a ast::ExprCall> {
    let call = expr.as_call_expr()?;
    let exits =
        matches!(Types::new(cx.module, cx.facts).of(&call.func), Ty::Member(path) if path == "sys.exit");
    let plain = call.arguments.keywords.is_empty()
        && call.arguments.args.len() <= 1
        && !call.arguments.args.iter().any(Expr::is_starred_expr);
    (exits && plain).then_some(call)
}
