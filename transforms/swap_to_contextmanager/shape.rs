//! What is saved, swapped and put back.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::FileContext;

/// What is swapped, with the context manager that does it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Swapped {
    Directory,
    Stdout,
    Stderr,
}

impl Swapped {
    pub fn manager(self) -> &'static str {
        match self {
            Swapped::Directory => "chdir",
            Swapped::Stdout => "redirect_stdout",
            Swapped::Stderr => "redirect_stderr",
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            Swapped::Directory => "the working directory",
            Swapped::Stdout => "`sys.stdout`",
            Swapped::Stderr => "`sys.stderr`",
        }
    }
}

/// `sys.stdout`, as a target or a value.
fn stream(cx: &FileContext, expr: &Expr) -> Option<Swapped> {
    let Expr::Attribute(a) = expr else { return None };
    let of_sys = matches!(Types::new(cx.module, cx.facts).of(&a.value), Ty::Module(m) if m == "sys");
    match a.attr.as_str() {
        "stdout" if of_sys => Some(Swapped::Stdout),
        "stderr" if of_sys => Some(Swapped::Stderr),
        _ => None,
    }
}

fn calls(cx: &FileContext, expr: &Expr, path: &str) -> bool {
    let Expr::Call(call) = expr else { return false };
    matches!(Types::new(cx.module, cx.facts).of(&call.func), Ty::Member(p) if p == path)
}

/// One swap as a statement (or part of one) says it: what, and with which value.
#[derive(Clone, Copy)]
pub struct Put<'a> {
    pub what: Swapped,
    pub value: &'a Expr,
    /// `sys.stdout = out = io.StringIO()`: what else is called so.
    pub also: Option<&'a ast::ExprName>,
    /// One value that is computed once and set here and elsewhere: `sys.stdout = sys.stderr = io.StringIO()`.
    pub is_shared: bool,
}

/// The pairs of targets and values of an assignment: `a = x`, `a, b = x, y`.
fn pairs(assign: &ast::StmtAssign) -> Vec<(&Expr, &Expr)> {
    match (&*assign.targets, &*assign.value) {
        ([Expr::Tuple(t)], Expr::Tuple(v)) if t.elts.len() == v.elts.len() => {
            t.elts.iter().zip(&v.elts).collect()
        }
        ([target], value) => vec![(target, value)],
        _ => Vec::new(),
    }
}

/// What a statement saves and sets, if it does nothing else: `old = sys.stdout`, `os.chdir(d)`, `sys.stdout = sys.stderr = f`.
#[derive(Default)]
pub struct Step<'a> {
    pub saves: Vec<(Swapped, &'a ast::ExprName)>,
    pub sets: Vec<Put<'a>>,
}

pub fn step<'a>(cx: &FileContext<'a, '_>, statement: &'a Stmt) -> Option<Step<'a>> {
    match statement {
        Stmt::Expr(e) if calls(cx, &e.value, "os.chdir") => {
            let call = e.value.as_call_expr()?;
            let ([value], true) = (&*call.arguments.args, call.arguments.keywords.is_empty()) else {
                return None;
            };
            let put = Put { what: Swapped::Directory, value, also: None, is_shared: false };
            (!value.is_starred_expr()).then(|| Step { saves: Vec::new(), sets: vec![put] })
        }
        Stmt::Assign(a) if a.targets.len() > 1 => chained(cx, a),
        Stmt::Assign(a) => {
            let mut step = Step::default();
            for (target, value) in pairs(a) {
                if let Some(what) = stream(cx, target) {
                    step.sets.push(Put { what, value, also: None, is_shared: false });
                } else {
                    let what = match stream(cx, value) {
                        Some(what) => what,
                        None if calls(cx, value, "os.getcwd") => Swapped::Directory,
                        None => return None,
                    };
                    step.saves.push((what, target.as_name_expr()?));
                }
            }
            // One after the other, the second would see the first.
            let mixed = step.sets.len() > 1 && step.sets.iter().any(|put| mentions_stream(cx, put.value));
            let nothing = step.saves.is_empty() && step.sets.is_empty();
            (!mixed && !nothing).then_some(step)
        }
        _ => None,
    }
}

/// `sys.stdout = out = VALUE`, `sys.stdout = sys.stderr = name`, `sys.stdout = sys.stderr = VALUE`.
fn chained<'a>(cx: &FileContext<'a, '_>, assign: &'a ast::StmtAssign) -> Option<Step<'a>> {
    let value = &*assign.value;
    let streams: Vec<Swapped> = assign.targets.iter().filter_map(|t| stream(cx, t)).collect();
    let names: Vec<_> = assign.targets.iter().filter_map(|t| t.as_name_expr()).collect();
    // A call is made once for all, so that the first header names what the others take.
    let is_shared = streams.len() > 1 && !value.is_name_expr();
    let also = match names[..] {
        [] => None,
        [name] if streams.len() == 1 || is_shared => Some(name),
        _ => return None,
    };
    if streams.is_empty() || streams.len() + names.len() != assign.targets.len() {
        return None;
    }
    let sets = streams.iter().map(|what| Put { what: *what, value, also, is_shared }).collect();
    Some(Step { saves: Vec::new(), sets })
}

fn mentions_stream(cx: &FileContext, expr: &Expr) -> bool {
    let nodes = cx.module.subtree(cx.module.id(expr));
    nodes.into_iter().any(|(_, node)| {
        matches!(node, AnyNodeRef::ExprAttribute(a) if matches!(a.attr.as_str(), "stdout" | "stderr"))
    })
}

/// What the statements of a `finally` put back, each from where.
pub fn put_back<'a>(cx: &FileContext<'a, '_>, finalbody: &'a [Stmt]) -> Option<Vec<Put<'a>>> {
    let mut all = Vec::new();
    for statement in finalbody {
        match statement {
            Stmt::Assign(a) => {
                if a.targets.len() > 1 {
                    return None;
                }
                for (target, value) in pairs(a) {
                    all.push(Put { what: stream(cx, target)?, value, also: None, is_shared: false });
                }
            }
            other => match step(cx, other) {
                Some(Step { saves, sets }) if saves.is_empty() => all.extend(sets),
                _ => return None,
            },
        }
    }
    (!all.is_empty()).then_some(all)
}

/// Whether a `finally` may put something back: told from its text alone.
pub fn may_put_back(text: &str) -> bool {
    text.contains("chdir(") || text.contains(".stdout") || text.contains(".stderr")
}

/// A swap from its saving to its putting back.
pub struct Swap<'a> {
    pub what: Swapped,
    pub saved: &'a ast::ExprName,
    pub value: &'a Expr,
    pub also: Option<&'a ast::ExprName>,
    pub is_shared: bool,
    /// The places of the statements in the block of the `try`; `None`: the first statement of its body.
    pub save_at: usize,
    pub set_at: Option<usize>,
}

/// How far in front of the `try` a swap may begin.
const NEAR: usize = 8;

/// The swaps that the `finally` undoes, in the order in which they are done, or why they are not understood.
pub fn swaps<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    suite: &'a [Stmt],
    at: usize,
    back: &[Put<'a>],
) -> Result<Vec<Swap<'a>>, String> {
    let module = cx.module;
    let line = |r: TextRange| module.line(r.start());
    let mut found = Vec::new();
    for put in back {
        let Expr::Name(name) = put.value else {
            let text = module.source(put.value);
            return Err(format!("the finally sets {} to `{text}`, whatever it was before", put.what.text()));
        };
        let near = at.saturating_sub(NEAR)..at;
        let saved = near.clone().rev().find_map(|i| {
            let (what, name) = step(cx, &suite[i])?.saves.into_iter().find(|(_, n)| n.id == name.id)?;
            Some((i, what, name))
        });
        let Some((save_at, what, saved)) = saved else {
            let bound = suite[near]
                .iter()
                .find(|s| binds(cx, s, |t| t.as_name_expr().is_some_and(|n| n.id == name.id)));
            return Err(match bound {
                Some(s) => {
                    format!("line {} does more than to save something as `{}`", line(s.range()), name.id)
                }
                None => format!("`{}` is not saved right in front of the `try`", name.id),
            });
        };
        if what != put.what {
            return Err(format!("`{}` was {}, and {} is set to it", name.id, what.text(), put.what.text()));
        }
        let set = |s: &'a Stmt| {
            let put = step(cx, s)?.sets.into_iter().find(|p| p.what == what)?;
            Some(put)
        };
        let mut sets: Vec<_> = (save_at..at).filter_map(|i| Some((Some(i), set(&suite[i])?))).collect();
        if sets.is_empty() && t.handlers.is_empty() {
            sets.extend(t.body.first().and_then(set).map(|put| (None, put)));
        }
        match sets[..] {
            [(_, Put { also: Some(also), .. })] if also.id == name.id => {
                return Err(format!("line {} gives `{}` another value", line(also.range()), name.id));
            }
            [(set_at, Put { value, also, is_shared, .. })] => {
                found.push(Swap { what, saved, value, also, is_shared, save_at, set_at });
            }
            [] => {
                let sets = |s: &&Stmt| binds(cx, s, |t| stream(cx, t) == Some(what));
                if let Some(s) = suite[save_at..at].iter().find(sets) {
                    return Err(format!("line {} does more than to set {}", line(s.range()), what.text()));
                }
                return Err(format!(
                    "nothing between the saving of `{}` (line {}) and the `try` sets {}",
                    name.id,
                    line(suite[save_at].range()),
                    what.text()
                ));
            }
            _ => return Err(format!("{} is set more than once", what.text())),
        }
    }
    // Of those that one statement sets, in its order.
    found.sort_by_key(|s: &Swap| (s.set_at.unwrap_or(usize::MAX), s.value.start(), s.what));
    let twice = |s: &Swap| found.iter().filter(|o| o.what == s.what).count() > 1;
    if found.iter().any(twice) {
        return Err("one thing is put back twice".into());
    }
    Ok(found)
}

/// Whether the statement assigns to a target like this.
fn binds(cx: &FileContext, statement: &Stmt, is: impl Fn(&Expr) -> bool) -> bool {
    fn parts<'e>(target: &'e Expr, all: &mut Vec<&'e Expr>) {
        match target {
            Expr::Tuple(t) => t.elts.iter().for_each(|e| parts(e, all)),
            Expr::List(l) => l.elts.iter().for_each(|e| parts(e, all)),
            other => all.push(other),
        }
    }
    let mut assigned = Vec::new();
    for (_, node) in cx.module.subtree(cx.module.id(statement)) {
        if let AnyNodeRef::StmtAssign(a) = node {
            a.targets.iter().for_each(|t| parts(t, &mut assigned));
        }
    }
    assigned.into_iter().any(is)
}
