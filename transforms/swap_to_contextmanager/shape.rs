//! What is saved, swapped and put back.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::syntax::{Expr, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::FileContext;

/// What is swapped, with the context manager that does it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
pub struct Put<'a> {
    pub what: Swapped,
    pub value: &'a Expr,
    /// `sys.stdout = out = io.StringIO()`: what else is called so.
    pub also: Option<&'a ast::ExprName>,
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

/// What a statement sets, if it does nothing else but to save and set: `sys.stdout = x`, `os.chdir(d)`.
pub enum Step<'a> {
    Save { what: Swapped, name: &'a ast::ExprName },
    Set(Put<'a>),
    Both { what: Swapped, name: &'a ast::ExprName, put: Put<'a> },
    Other,
}

pub fn step<'a>(cx: &FileContext<'a, '_>, statement: &'a Stmt) -> Step<'a> {
    match statement {
        Stmt::Expr(e) if calls(cx, &e.value, "os.chdir") => match &*e.value {
            Expr::Call(call) => match (&*call.arguments.args, call.arguments.keywords.is_empty()) {
                ([value], true) if !value.is_starred_expr() => {
                    Step::Set(Put { what: Swapped::Directory, value, also: None })
                }
                _ => Step::Other,
            },
            _ => Step::Other,
        },
        Stmt::Assign(a) => {
            if let [Expr::Name(name), target] | [target, Expr::Name(name)] = &*a.targets
                && let Some(what) = stream(cx, target)
            {
                return Step::Set(Put { what, value: &a.value, also: Some(name) });
            }
            let mut saved = None;
            let mut put = None;
            for (target, value) in pairs(a) {
                if let Some(what) = stream(cx, target) {
                    if put.replace(Put { what, value, also: None }).is_some() {
                        return Step::Other;
                    }
                } else if let Expr::Name(name) = target {
                    let what = match stream(cx, value) {
                        Some(what) => what,
                        None if calls(cx, value, "os.getcwd") => Swapped::Directory,
                        None => return Step::Other,
                    };
                    if saved.replace((what, name)).is_some() {
                        return Step::Other;
                    }
                } else {
                    return Step::Other;
                }
            }
            match (saved, put) {
                (Some((what, name)), None) => Step::Save { what, name },
                (None, Some(put)) => Step::Set(put),
                (Some((what, name)), Some(put)) => Step::Both { what, name, put },
                (None, None) => Step::Other,
            }
        }
        _ => Step::Other,
    }
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
                    all.push(Put { what: stream(cx, target)?, value, also: None });
                }
            }
            other => match step(cx, other) {
                Step::Set(put) => all.push(put),
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
        let saved = near.clone().rev().find_map(|i| match step(cx, &suite[i]) {
            Step::Save { what, name: n } | Step::Both { what, name: n, .. } if n.id == name.id => {
                Some((i, what, n))
            }
            _ => None,
        });
        let Some((save_at, what, saved)) = saved else {
            return Err(format!("`{}` is not saved right in front of the `try`", name.id));
        };
        if what != put.what {
            return Err(format!("`{}` was {}, and {} is set to it", name.id, what.text(), put.what.text()));
        }
        let set = |s: &'a Stmt| match step(cx, s) {
            Step::Set(p) | Step::Both { put: p, .. } if p.what == what => Some((p.value, p.also)),
            _ => None,
        };
        let mut sets: Vec<_> = (save_at..at).filter_map(|i| Some((Some(i), set(&suite[i])?))).collect();
        if sets.is_empty() && t.handlers.is_empty() {
            sets.extend(t.body.first().and_then(set).map(|put| (None, put)));
        }
        match sets[..] {
            [(_, (_, Some(also)))] if also.id == name.id => {
                return Err(format!("line {} gives `{}` another value", line(also.range()), name.id));
            }
            [(set_at, (value, also))] => found.push(Swap { what, saved, value, also, save_at, set_at }),
            [] => {
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
    found.sort_by_key(|s| s.set_at.unwrap_or(usize::MAX));
    let twice = |s: &Swap| found.iter().filter(|o| o.what == s.what).count() > 1;
    if found.iter().any(twice) {
        return Err("one thing is put back twice".into());
    }
    Ok(found)
}
