//! Whether a class means the same as an argument of `suppress` as behind `except`.

use unspool_engine::facts::effects::unbound;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Resolution, ScopeKind, is_stdlib_module};
use unspool_engine::syntax::{AnyNodeRef, Expr, Ranged, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::bound_in_body;

/// A line per module of the standard library: its name and the exceptions that it has in Python 3.8, 3.10 and 3.13
/// alike, without a metaclass.
const EXCEPTIONS: &str = include_str!("exceptions.txt");

/// Whether every Python has this exception of the standard library.
fn is_there(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once('.') else { return false };
    module == "builtins"
        || EXCEPTIONS.lines().any(|line| {
            let mut words = line.split(' ');
            words.next() == Some(module) && words.any(|word| word == name)
        })
}

/// `except` asks the types themselves (Python/errors.c: `PyErr_GivenExceptionMatches`), `suppress` asks `issubclass`,
/// which a metaclass may answer.
pub fn caught(cx: &FileContext, classes: &[&Expr]) -> Finding {
    let module = cx.module;
    let mut finding = Finding::proved("the classes are plain ones");
    for class in classes {
        let text = module.source(*class);
        let deep = match class {
            Expr::Name(n) => matches!(n.id.as_str(), "RecursionError" | "MemoryError"),
            _ => false,
        };
        if class.is_tuple_expr() {
            return Finding::refuted(format!(
                "`{text}` stands in another tuple: `except` takes no such thing, and `suppress` does"
            ));
        }
        if deep {
            return Finding::refuted(format!("after a `{text}` there may be no room for another call"));
        }
        finding = finding.and(match Types::new(module, cx.facts).of(class) {
            Ty::Member(path)
                if is_stdlib_module(path.split('.').next().unwrap_or_default())
                    || path.starts_with("builtins.") =>
            {
                Finding::proved(format!("`{path}` has no metaclass of its own"))
                    .relying_on([Convention::KnownCallables])
            }
            Ty::Class(id) => match module.node(id) {
                AnyNodeRef::StmtClassDef(def) if def.keywords().is_empty() => {
                    Finding::proved(format!("`{text}` has no metaclass of its own"))
                }
                _ => Finding::refuted(format!(
                    "the metaclass of `{text}` may answer `issubclass` in its own way"
                )),
            },
            _ => Finding::assumed(format!("whether `{text}` has a metaclass of its own is not seen")),
        });
    }
    finding
}

/// Behind `except` a class is looked up when an exception has come; an argument always, and before.
pub fn evaluated_first(cx: &FileContext, t: &ast::StmtTry, classes: &[&Expr]) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let mut finding = Finding::proved("looking them up does nothing");
    for class in classes {
        let text = module.source(*class);
        for (id, node) in module.subtree(module.id(*class)) {
            match node {
                AnyNodeRef::ExprName(name) => {
                    if let Some(line) = bound_in_body(cx, t, id) {
                        return Finding::refuted(format!("line {line}, in the body, binds `{}`", name.id));
                    }
                    if unbound(module, cx.facts, id).is_some() {
                        return Finding::refuted(format!(
                            "`{}` may have no value yet: that was asked only when an exception had come",
                            name.id
                        ));
                    }
                    let local = match symbols.resolve(id) {
                        Resolution::Symbol(s) => {
                            symbols.scope(symbols.symbol(s).scope).kind == ScopeKind::Function
                        }
                        Resolution::Free => false,
                    };
                    if local {
                        finding = finding.and(Finding::assumed(format!(
                            "`{}` is a variable: it is looked up before the body runs, and always",
                            name.id
                        )));
                    }
                }
                AnyNodeRef::ExprAttribute(_) => {
                    let known = match Types::new(module, cx.facts).of(class) {
                        Ty::Member(path) if is_stdlib_module(path.split('.').next().unwrap_or_default()) => {
                            if !is_there(&path) {
                                return Finding::refuted(format!(
                                    "not every Python has a `{path}`: that was asked only when an exception had come"
                                ));
                            }
                            true
                        }
                        Ty::Class(_) => true,
                        _ => false,
                    };
                    if !known {
                        finding = finding.and(Finding::assumed(format!(
                            "whether there is a `{text}` was asked only when an exception had come (line {})",
                            module.line(class.start())
                        )));
                    }
                }
                AnyNodeRef::ExprCall(_)
                | AnyNodeRef::ExprStarred(_)
                | AnyNodeRef::ExprIf(_)
                | AnyNodeRef::ExprNamed(_) => {
                    return Finding::refuted(format!(
                        "`{text}` is computed: now always, and before the body runs"
                    ));
                }
                _ => {}
            }
        }
    }
    finding
}
