//! Whether a class means the same as an argument of `suppress` as behind `except`.

use unspool_engine::facts::effects::unbound;
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Resolution, ScopeKind, is_stdlib_module};
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::bound_in_body;
use crate::generated::contract::rebound_elsewhere;

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
    let each = classes.iter().flat_map(|class| match constant_tuple(cx, class) {
        Some(tuple) => tuple.elts.iter().collect(),
        None => vec![*class],
    });
    for class in each {
        let text = module.source(class);
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

/// The tuple that a name of the module stands for, by itself or behind a star: `GONE = (FileNotFoundError, KeyError)`.
pub fn constant_tuple<'a>(cx: &FileContext<'a, '_>, class: &Expr) -> Option<&'a ast::ExprTuple> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let name = match class {
        Expr::Starred(s) => s.value.as_name_expr()?,
        other => other.as_name_expr()?,
    };
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return None };
    if symbols.scope(symbols.symbol(symbol).scope).kind != ScopeKind::Module {
        return None;
    }
    let mut changes = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read);
    let (only, None) = (changes.next()?, changes.next()) else { return None };
    let AnyNodeRef::StmtAssign(assign) = module.parent_node(only.node)? else { return None };
    let ([Expr::Name(_)], Expr::Tuple(tuple)) = (&*assign.targets, &*assign.value) else { return None };
    let plain = tuple.elts.iter().all(|e| e.is_name_expr() || e.is_attribute_expr());
    let above =
        module.parent(module.id(assign)).is_some_and(|p| matches!(module.node(p), AnyNodeRef::ModModule(_)));
    let kept = symbols.hidden_write(&name.id).is_none() && rebound_elsewhere(cx, &name.id).is_none();
    (plain && above && kept).then_some(tuple)
}

/// Behind `except` a class is looked up when an exception has come; an argument always, and before.
pub fn evaluated_first(cx: &FileContext, t: &ast::StmtTry, classes: &[&Expr]) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let mut finding = Finding::proved("looking them up does nothing");
    for class in classes {
        let text = module.source(*class);
        let constant = constant_tuple(cx, class).is_some();
        for (id, node) in module.subtree(module.id(*class)) {
            match node {
                AnyNodeRef::ExprStarred(_) if constant => {}
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
                    if let Some(why) = without_class(cx, name, id) {
                        return Finding::refuted(format!(
                            "{why}: that was asked only when an exception had come"
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

/// Why looking up the name, or an attribute of it, may fail: `simplejson = None` where it is not installed.
fn without_class(cx: &FileContext, name: &ast::ExprName, id: NodeId) -> Option<String> {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let Resolution::Symbol(symbol) = symbols.resolve(id) else {
        let nowhere = symbols.is_bound_nowhere(id, name.id.as_str());
        return nowhere.then(|| format!("nothing gives `{}` a value", name.id));
    };
    let is_it = |node: NodeId| symbols.resolve(node) == Resolution::Symbol(symbol);
    // `if simplejson is not None:` around it, or a return in front of it: who asks knows.
    let asks = |function: NodeId| {
        module.subtree(function).any(|(_, node)| match node {
            AnyNodeRef::StmtIf(i) => module.subtree(module.id(&*i.test)).any(|(n, _)| is_it(n)),
            _ => false,
        })
    };
    let is_asked = module.ancestors(id).any(|a| match module.node(a) {
        AnyNodeRef::StmtIf(_) | AnyNodeRef::StmtFunctionDef(_) => asks(a),
        _ => false,
    });
    if is_asked || !matches!(module.parent_node(id), Some(AnyNodeRef::ExprAttribute(_))) {
        return None;
    }
    let none = symbols.occurrences_of(symbol).filter(|o| o.binds()).find(|o| {
        let value = match module.parent_node(o.node) {
            Some(AnyNodeRef::StmtAssign(a)) => Some(&*a.value),
            Some(AnyNodeRef::StmtAnnAssign(a)) => a.value.as_deref(),
            _ => None,
        };
        value.is_some_and(Expr::is_none_literal_expr)
    })?;
    Some(format!("`{}` may be the `None` of line {}", name.id, module.line(none.range.start())))
}
