//! Whether an object is a file whose lines are all there before the first is asked for.

use unspool_engine::facts::types::Ty;
use unspool_engine::facts::{Binding, Resolution, SymbolId};
use unspool_engine::syntax::{AnyNodeRef, Expr, ast};
use unspool_engine::transform::{Convention, Finding};

use crate::laziness::Site;
use crate::laziness::consumer::Pace;
use crate::laziness::interplay::{Theirs, first_write};

/// Methods whose result is a stream that another process or machine may still be writing.
const STREAMS: &[&str] = &["makefile", "popen", "Popen", "socketpair", "urlopen", "stdout", "stderr"];

/// Whether the receiver of `readlines` is such a file.
pub fn known(site: &Site) -> Finding {
    let file = site.elements.source();
    let text = site.cx.module.source(file);
    let makers = makers(site, file);
    let stream = makers.iter().flatten().find_map(|call| {
        let name = match &*call.func {
            Expr::Attribute(a) => a.attr.as_str(),
            Expr::Name(n) => n.id.as_str(),
            _ => return None,
        };
        STREAMS.contains(&name).then_some(name)
    });
    let stream = stream.or_else(|| match file {
        Expr::Attribute(a) => STREAMS.iter().copied().find(|s| *s == a.attr.as_str()),
        _ => None,
    });
    if let Some(stream) = stream {
        return Finding::refuted(format!(
            "`{stream}` gives a stream: `readlines` waits for its end, and each line would be answered before the next"
        ));
    }
    if in_memory(site) {
        return Finding::proved(format!("`{text}` holds its lines in memory"))
            .relying_on([Convention::KnownCallables]);
    }
    match site.types().of(file) {
        Ty::Known("file", _) => match makers {
            None => Finding::assumed(format!(
                "`{text}` may be a pipe or a terminal, whose lines are still to come"
            )),
            Some(makers) => makers
                .into_iter()
                .map(|call| regular(site, call, file))
                .reduce(Finding::and)
                .unwrap_or_else(|| Finding::assumed(format!("where `{text}` comes from is not in sight"))),
        },
        Ty::Known("stdio", _) => {
            Finding::assumed("standard input may be a pipe or a terminal, whose lines are still to come")
        }
        Ty::Unknown | Ty::Imported(_) | Ty::Member(_) => unknown(site, text),
        Ty::Union(_) => Finding::assumed(format!("what `{text}` is is not known")),
        _ => Finding::refuted(format!(
            "`{text}` is no file: its `readlines` may be another thing than its elements"
        )),
    }
}

/// What a call that makes a file promises.
fn regular(site: &Site, call: &ast::ExprCall, file: &Expr) -> Finding {
    let text = site.cx.module.source(&*call.func);
    let Some(path) = site.types().callee(call) else {
        return Finding::assumed(format!("what `{text}` gives is not known"));
    };
    let number = call.arguments.args.first().is_some_and(|a| site.types().of(a).is(&["int"]));
    match path.as_str() {
        "os.fdopen" => Finding::assumed("a file descriptor may be a pipe, whose lines are still to come"),
        "codecs.open" => Finding::assumed("`codecs` cuts lines in its own way"),
        _ if number => Finding::assumed("a file descriptor may be a pipe, whose lines are still to come"),
        _ if matches!(file, Expr::Call(_)) && site.consumer.pace() == Pace::Loop => Finding::assumed(
            format!("nothing closes `{text}`: today it is closed before the lines are used, then after"),
        ),
        _ => Finding::proved(format!(
            "`{text}` makes it: a file that is iterated gives the lines of `readlines`"
        ))
        .relying_on([Convention::KnownCallables]),
    }
}

fn unknown(site: &Site, text: &str) -> Finding {
    let own = site.cx.facts.functions_named("readlines").into_iter().find(|f| f.class.is_some());
    if let Some(own) = own {
        return Finding::refuted(format!(
            "the type of `{text}` is not known, and line {} defines a `readlines` of its own",
            own.line
        ));
    }
    if let Some(summary) = site.cx.repo.defining("readlines").next() {
        return Finding::refuted(format!(
            "the type of `{text}` is not known, and {} defines a `readlines` of its own",
            site.cx.repo.index().shown(&summary.path).display()
        ));
    }
    Finding::assumed(format!(
        "`{text}` is not known to be a file, and may be a pipe, whose lines are still to come"
    ))
}

/// The calls that make the file: of everything that is ever bound to the name. `None` where something else is.
fn makers<'a>(site: &Site<'a, '_, '_>, file: &'a Expr) -> Option<Vec<&'a ast::ExprCall>> {
    let module = site.cx.module;
    let name = match file {
        Expr::Call(call) => return Some(vec![call]),
        Expr::Name(name) => name,
        _ => return None,
    };
    let Resolution::Symbol(symbol) = site.cx.facts.symbols().resolve(module.id(name)) else { return None };
    bound_calls(site, symbol)
}

/// The path of a call that opens a file: its first argument, or the path whose method it is.
fn path_of<'a>(site: &Site<'a, '_, '_>, call: &'a ast::ExprCall) -> Option<&'a Expr> {
    match &*call.func {
        Expr::Attribute(a) if site.types().callee(call).is_some_and(|p| p.starts_with("pathlib.")) => {
            Some(&a.value)
        }
        _ => call.arguments.args.first(),
    }
}

/// Whether the lines are in memory: an `io.StringIO` or `io.BytesIO`, by all that makes it or by its annotation.
pub fn in_memory(site: &Site) -> bool {
    let buffer = |expr: &Expr| matches!(site.types().of(expr), Ty::Member(p) if matches!(p.as_str(), "io.StringIO" | "io.BytesIO"));
    let module = site.cx.module;
    match site.elements.source() {
        Expr::Attribute(a) => {
            let Ty::Instance(class) = site.types().of(&a.value) else { return false };
            site.cx.facts.attribute_values(class, a.attr.as_str()).is_some_and(|values| {
                !values.is_empty()
                    && values.iter().all(|statement| match module.node(*statement) {
                        AnyNodeRef::StmtAssign(s) => matches!(&*s.value, Expr::Call(c) if buffer(&c.func)),
                        AnyNodeRef::StmtAnnAssign(s) => {
                            matches!(s.value.as_deref(), Some(Expr::Call(c)) if buffer(&c.func))
                        }
                        _ => false,
                    })
            })
        }
        file @ Expr::Name(name) => {
            if let Some(makers) = makers(site, file) {
                return makers.iter().all(|call| buffer(&call.func));
            }
            let symbols = site.cx.facts.symbols();
            let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return false };
            let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
            let (Some(only), None) = (bindings.next(), bindings.next()) else { return false };
            matches!(module.node(only.node), AnyNodeRef::Parameter(p)
                if p.annotation.as_deref().is_some_and(buffer))
        }
        file => makers(site, file).is_some_and(|makers| makers.iter().all(|call| buffer(&call.func))),
    }
}

/// The calls that are bound to a variable. `None` where something else is.
fn bound_calls<'a>(site: &Site<'a, '_, '_>, symbol: SymbolId) -> Option<Vec<&'a ast::ExprCall>> {
    let module = site.cx.module;
    let bound = site.cx.facts.symbols().occurrences_of(symbol).filter(|o| o.binds());
    bound
        .map(|o| {
            let value = match (o.binding?, module.parent_node(o.node)?) {
                (Binding::With, AnyNodeRef::WithItem(item)) => &item.context_expr,
                (Binding::Assignment, AnyNodeRef::StmtAssign(assign)) => &*assign.value,
                (Binding::AnnotatedAssignment, AnyNodeRef::StmtAnnAssign(assign)) => {
                    assign.value.as_deref()?
                }
                _ => return None,
            };
            match value {
                Expr::Call(call) => Some(call),
                _ => None,
            }
        })
        .collect()
}

/// Whether the code between two lines may write to the very file.
pub fn other_writers(site: &Site, theirs: &Theirs) -> Finding {
    let file = site.elements.source();
    let Some(note) = first_write(&theirs.done) else {
        return Finding::proved("nothing in between writes to a file");
    };
    // In memory there is no second way to the lines.
    if in_memory(site) {
        return Finding::proved("the lines are in memory, and nobody else has them");
    }
    let module = site.cx.module;
    let named = |name: &ast::ExprName| match site.cx.facts.symbols().resolve(module.id(name)) {
        Resolution::Symbol(symbol) => theirs.effects.reads.contains(&symbol),
        Resolution::Free => false,
    };
    let known: Vec<&Expr> =
        makers(site, file).into_iter().flatten().filter_map(|call| path_of(site, call)).collect();
    let path = known.iter().copied().find(|path| {
        module.subtree(module.id(*path)).any(|(_, n)| match n {
            AnyNodeRef::ExprName(name) => named(name) && !matches!(path, Expr::Attribute(_)),
            _ => false,
        }) || matches!(path, Expr::Attribute(a) if theirs.effects.attributes_read.iter().any(|r| *r == *a.attr))
    });
    // Another file that is opened by the same path, and written in between.
    let twice = || {
        let written =
            theirs.effects.objects_changed.iter().filter_map(|o| o.root.filter(|_| !o.is_attribute));
        let mut others = written.flat_map(|symbol| bound_calls(site, symbol).into_iter().flatten());
        others.find_map(|call| {
            let other = module.source(path_of(site, call)?);
            known.iter().copied().find(|path| module.source(*path) == other)
        })
    };
    match path.or_else(twice) {
        Some(path) => Finding::refuted(format!(
            "{} has `{}`, the path of the file that is read: {}",
            theirs.what,
            module.source(path),
            note.describe()
        )),
        None => Finding::assumed(format!("perhaps to the same file: {}", note.describe())),
    }
}
