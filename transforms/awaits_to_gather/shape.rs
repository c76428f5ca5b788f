//! What a site looks like.

use unspool_engine::syntax::{AnyNodeRef, Expr, Module, Ranged, Stmt, TextRange, ast};

/// A site.
pub enum Shape<'a> {
    /// `a = await f()`, `b = await g()`, side by side; targets are missing together.
    Run(Vec<Step<'a>>),
    /// `(await f(), await g())`.
    Elements { tuple: &'a ast::ExprTuple, calls: Vec<&'a ast::ExprCall> },
    /// `[await f(x) for x in xs]`.
    Comprehension { comprehension: &'a ast::ExprListComp, call: &'a ast::ExprCall },
    /// `out = []`, `for x in xs: out.append(await f(x))`.
    Loop { empty: &'a ast::StmtAssign, statement: &'a ast::StmtFor, call: &'a ast::ExprCall },
}

/// One statement of a run.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    pub statement: &'a Stmt,
    pub target: Option<&'a Expr>,
    pub call: &'a ast::ExprCall,
}

impl<'a> Step<'a> {
    /// What the statement assigns to, one by one.
    pub fn targets(&self) -> Vec<&'a Expr> {
        match self.target {
            Some(Expr::Tuple(t)) => t.elts.iter().collect(),
            target => target.into_iter().collect(),
        }
    }
}

impl<'a> Shape<'a> {
    pub fn of(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Self> {
        match node {
            AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_) | AnyNodeRef::StmtExpr(_) => {
                Self::run(module, node)
            }
            AnyNodeRef::ExprTuple(t) => {
                let calls: Option<Vec<_>> = t.elts.iter().map(awaited).collect();
                let calls = calls.filter(|calls| calls.len() > 1)?;
                Some(Shape::Elements { tuple: t, calls })
            }
            AnyNodeRef::ExprListComp(c) => {
                let [only] = &*c.generators else { return None };
                let Expr::Await(ast::ExprAwait { value, .. }) = &*c.elt else { return None };
                let Expr::Call(call) = &**value else { return None };
                (!only.is_async).then_some(Shape::Comprehension { comprehension: c, call })
            }
            AnyNodeRef::StmtFor(f) if !f.is_async && f.orelse.is_empty() => Self::of_loop(module, f),
            _ => None,
        }
    }

    fn run(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Self> {
        let id = match node {
            AnyNodeRef::StmtAssign(s) => module.id(s),
            AnyNodeRef::StmtAnnAssign(s) => module.id(s),
            AnyNodeRef::StmtExpr(s) => module.id(s),
            _ => return None,
        };
        let (suite, at) = module.suite_of(id)?;
        let first = step(&suite[at])?;
        let goes_along = |s: &'a Stmt| step(s).filter(|s| s.target.is_some() == first.target.is_some());
        if at > 0 && goes_along(&suite[at - 1]).is_some() {
            return None;
        }
        let mut steps = vec![first];
        steps.extend(suite[at + 1..].iter().map_while(goes_along));
        (steps.len() > 1).then_some(Shape::Run(steps))
    }

    fn of_loop(module: &Module<'a>, f: &'a ast::StmtFor) -> Option<Self> {
        let [Stmt::Expr(body)] = &*f.body else { return None };
        let Expr::Call(append) = &*body.value else { return None };
        let Expr::Attribute(ast::ExprAttribute { value, attr, .. }) = &*append.func else { return None };
        let (Expr::Name(list), "append") = (&**value, attr.as_str()) else { return None };
        let [Expr::Await(ast::ExprAwait { value, .. })] = &*append.arguments.args else { return None };
        let Expr::Call(call) = &**value else { return None };
        let (suite, at) = module.suite_of(module.id(f))?;
        let Some(Stmt::Assign(empty)) = at.checked_sub(1).map(|before| &suite[before]) else { return None };
        let [Expr::Name(made)] = &*empty.targets else { return None };
        let is_empty = matches!(&*empty.value, Expr::List(l) if l.elts.is_empty());
        (is_empty && made.id == list.id).then_some(Shape::Loop { empty, statement: f, call })
    }

    /// The range that stands for the site.
    pub fn anchor(&self) -> TextRange {
        match self {
            Shape::Run(steps) => steps[0].statement.range().cover(steps[steps.len() - 1].statement.range()),
            Shape::Elements { tuple, .. } => tuple.range(),
            Shape::Comprehension { comprehension, .. } => comprehension.range(),
            Shape::Loop { empty, statement, .. } => empty.range().cover(statement.range()),
        }
    }

    /// The calls that are awaited.
    pub fn operands(&self) -> Vec<&'a ast::ExprCall> {
        match self {
            Shape::Run(steps) => steps.iter().map(|s| s.call).collect(),
            Shape::Elements { calls, .. } => calls.clone(),
            Shape::Comprehension { call, .. } | Shape::Loop { call, .. } => vec![call],
        }
    }

    /// Whether one operand is awaited once per item.
    pub fn repeats(&self) -> bool {
        matches!(self, Shape::Comprehension { .. } | Shape::Loop { .. })
    }
}

fn step(statement: &Stmt) -> Option<Step<'_>> {
    let (target, value) = match statement {
        Stmt::Assign(a) => match &*a.targets {
            [target @ (Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_))] => (Some(target), &*a.value),
            [target @ Expr::Tuple(t)] if t.elts.iter().all(Expr::is_name_expr) => (Some(target), &*a.value),
            _ => return None,
        },
        Stmt::AnnAssign(a) => (Some(&*a.target), a.value.as_deref()?),
        Stmt::Expr(e) => (None, &*e.value),
        _ => return None,
    };
    Some(Step { statement, target, call: awaited(value)? })
}

/// The call that is awaited.
fn awaited(value: &Expr) -> Option<&ast::ExprCall> {
    let Expr::Await(ast::ExprAwait { value, .. }) = value else { return None };
    value.as_call_expr()
}
