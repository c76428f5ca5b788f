//! Who sees the functions themselves, rather than calling them: decorators, code that binds their names anew, pickle
//! and whatever looks at `__qualname__`.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Binding, ScopeId, SymbolId};
use unspool_engine::repo::{Base, Exports, How, own_yields};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::group::Group;
use crate::generated::shown::{object_shown, shown};

/// Words of code that looks closer at functions than calling them does: names, namespaces, source, pickles.
const LOOKS: &[&str] = &[
    "__qualname__",
    "__globals__",
    "__code__",
    "__closure__",
    "__reduce__",
    "getsource",
    "getsourcelines",
    "getclosurevars",
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
    "multiprocessing",
    "ProcessPoolExecutor",
    "celery",
    "dask",
    "ray",
    "FunctionType",
];

/// Functions of the standard library that call what they get, and no more.
const CALLERS: &[&str] = &[
    "threading.Thread",
    "threading.Timer",
    "atexit.register",
    "signal.signal",
    "builtins.callable",
    "builtins.map",
    "builtins.filter",
    "builtins.sorted",
    "builtins.min",
    "builtins.max",
    "builtins.iter",
    "functools.reduce",
    "sys.settrace",
    "contextlib.ExitStack.callback",
    "asyncio.to_thread",
];

fn symbol_of(cx: &FileContext, def: &ast::StmtFunctionDef) -> Option<SymbolId> {
    cx.facts.symbols().own(ScopeId::MODULE, def.name.as_str())
}

/// Whether functions of the group call one of it by its name.
fn called_inside(cx: &FileContext, group: &Group, symbol: SymbolId) -> Option<NodeId> {
    let module = cx.module;
    let inside =
        |node: NodeId| group.functions.iter().any(|f| module.contains(module.id(&module.body()[*f]), node));
    let symbols = cx.facts.symbols();
    symbols.occurrences_of(symbol).find(|o| o.access.reads() && inside(o.node)).map(|o| o.node)
}

/// Each name is bound once in the file. Where functions of the group use it, nobody else replaces it either: inside
/// the factory they mean the closure, not the name of the module.
pub fn defined_once(cx: &FileContext, group: &Group) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let local = cx.local();
    for def in group.defs(module) {
        let name = def.name.as_str();
        let Some(symbol) = symbol_of(cx, def) else {
            return Finding::refuted(format!("`{name}` is not understood"));
        };
        let again = symbols.occurrences_of(symbol).find(|o| {
            let changes =
                (o.binds() || o.access == Access::Delete) && o.binding != Some(Binding::Declaration);
            changes && o.node != module.id(def)
        });
        if let Some(again) = again {
            let line = module.line(again.range.start());
            return Finding::refuted(format!("line {line} binds `{name}`, too"));
        }
        let Some(inside) = called_inside(cx, group, symbol) else { continue };
        let line = module.line(module.node(inside).start());
        let Some(mentions) = cx.repo.mentions(&local, name) else { continue };
        for mention in &mentions {
            let ours = |path: &str| cx.repo.means(&mention.file, path, cx.path) != Some(false);
            let replaces = match &mention.how {
                How::Attribute { base: Base::Imported(path), access, .. } => {
                    *access != Access::Read && ours(path)
                }
                How::Text { text, argument: Some(of) } if text == name => {
                    matches!(of.function.as_str(), "setattr" | "object" | "multiple")
                        && matches!(&of.receiver, Some(Base::Imported(path)) if ours(path))
                }
                How::Text { text, .. } => {
                    text.strip_suffix(name).and_then(|t| t.strip_suffix(['.', ':'])).is_some_and(ours)
                }
                _ => false,
            };
            if replaces {
                return Finding::refuted(format!(
                    "{}:{} replaces `{name}`, which line {line} calls: in a factory it would go on with the old one",
                    mention.path.display(),
                    mention.line
                ));
            }
        }
    }
    Finding::proved("each is, and nothing binds its name again")
}

pub fn undecorated(cx: &FileContext, group: &Group) -> Finding {
    let module = cx.module;
    let types = Types::new(module, cx.facts);
    let mut finding = Finding::proved("they have no decorators");
    for def in group.defs(module) {
        for decorator in &def.decorator_list {
            let source = module.source(&decorator.expression);
            let called = match &decorator.expression {
                Expr::Call(call) => &*call.func,
                other => other,
            };
            let ty = types.of(called);
            let known = matches!(&ty, Ty::Member(path) if matches!(
                path.as_str(),
                "functools.lru_cache" | "functools.cache" | "contextlib.contextmanager" | "contextlib.asynccontextmanager"
            ));
            if known {
                let how = format!("`@{source}` wraps the function and no more");
                finding = finding.and(Finding::proved(how).relying_on([Convention::KnownCallables]));
                continue;
            }
            let looks = match ty {
                Ty::Function(_) => looks_closer(module.text()),
                Ty::Member(path) => path.rsplit_once('.').and_then(|(from, _)| {
                    let file = cx.repo.index().module_file(cx.path, from)?;
                    looks_closer(&cx.repo.text(&file)?)
                }),
                _ => None,
            };
            finding = finding.and(match looks {
                Some(word) => Finding::refuted(format!(
                    "`@{source}` sees `{}` while it is defined, and its code names `{word}`: a closure shows another one",
                    def.name
                )),
                None => Finding::assumed(format!("`@{source}` may look at the name of `{}`, which a closure has not", def.name)),
            });
        }
    }
    finding
}

/// A word of the text that stands for a closer look at functions.
fn looks_closer(text: &str) -> Option<&'static str> {
    LOOKS.iter().copied().find(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// What is seen of a function that is only called, is the same for a closure. Who passes it on, may pickle it.
pub fn closures_unseen(cx: &FileContext, group: &Group) -> Finding {
    let module = cx.module;
    let local = cx.local();
    let mut finding = Finding::proved("the functions are only called");
    for def in group.defs(module) {
        let name = def.name.as_str();
        if let Some(class) = class_inside(cx, def) {
            let line = module.line(class.start());
            finding = finding.and(Finding::assumed(format!(
                "line {line} makes the class `{}` in `{name}`: its `__qualname__` and its repr name the functions around it",
                class.name
            )));
        }
        let makes_object = def.is_async || own_yields(module, module.id(def)).next().is_some();
        if makes_object && !is_context_manager(cx, def) && !is_consumed(cx, def) {
            finding = finding.and(match object_shown_of(cx, def) {
                Some(line) => Finding::refuted(format!(
                    "line {line} turns what `{name}` gives into text: that of a generator or coroutine shows its `__qualname__`"
                )),
                None => Finding::assumed(format!(
                    "what `{name}` gives shows its `__qualname__`: the repr of a generator or coroutine names it"
                )),
            });
        }
        let Some(symbol) = symbol_of(cx, def) else { continue };
        for occurrence in cx.facts.symbols().occurrences_of(symbol).filter(|o| o.access.reads()) {
            finding = finding.and(used_as_object(cx, name, occurrence.node));
        }
        if let Exports::Names(why) = cx.repo.exports_name(&local, name) {
            let why = format!(
                "{why}, and `{name}` is public by its name: a closure cannot be pickled, and shows another `__qualname__`"
            );
            finding = finding.and(Finding::assumed(why));
        }
        for mention in cx.repo.mentions(&local, name).unwrap_or_default() {
            let passed = match &mention.how {
                How::Import { from, handed_on } => {
                    handed_on.is_some() && cx.repo.means(&mention.file, from, cx.path) != Some(false)
                }
                How::Attribute { base: Base::Imported(path), called: false, access: Access::Read } => {
                    cx.repo.means(&mention.file, path, cx.path) != Some(false)
                }
                _ => false,
            };
            if !passed {
                continue;
            }
            let place = format!("{}:{}", mention.path.display(), mention.line);
            let looks = cx.repo.text(&mention.file).and_then(|text| looks_closer(&text));
            finding = finding.and(match looks {
                Some(word) => Finding::refuted(format!(
                    "{place} passes `{name}` on, and its code names `{word}`: a closure cannot be pickled, and shows another name"
                )),
                None => Finding::assumed(format!("{place} passes `{name}` on: who gets it may pickle it")),
            });
        }
    }
    finding
}

/// Whether `contextlib` makes a context manager of what the generator function gives.
fn is_context_manager(cx: &FileContext, def: &ast::StmtFunctionDef) -> bool {
    let types = Types::new(cx.module, cx.facts);
    def.decorator_list.iter().any(|d| {
        matches!(types.of(&d.expression), Ty::Member(path)
            if matches!(path.as_str(), "contextlib.contextmanager" | "contextlib.asynccontextmanager"))
    })
}

/// The line on which a generator or coroutine of the function is turned into text.
fn object_shown_of(cx: &FileContext, def: &ast::StmtFunctionDef) -> Option<usize> {
    let module = cx.module;
    let symbol = symbol_of(cx, def)?;
    cx.facts.symbols().occurrences_of(symbol).filter(|o| o.access.reads()).find_map(|o| {
        let call = module.parent(o.node).filter(
            |p| matches!(module.node(*p), AnyNodeRef::ExprCall(c) if module.id(&*c.func) == o.node),
        )?;
        object_shown(module, cx.facts, call)
    })
}

/// Whether every generator or coroutine of the function is used up right where it is made.
fn is_consumed(cx: &FileContext, def: &ast::StmtFunctionDef) -> bool {
    const CONSUMERS: &[&str] = &[
        "asyncio.run",
        "builtins.list",
        "builtins.tuple",
        "builtins.set",
        "builtins.dict",
        "builtins.sorted",
        "builtins.sum",
        "builtins.any",
        "builtins.all",
        "builtins.min",
        "builtins.max",
    ];
    let module = cx.module;
    let Some(symbol) = symbol_of(cx, def) else { return false };
    cx.facts.symbols().occurrences_of(symbol).filter(|o| o.access.reads()).all(|o| {
        let call = module.parent(o.node).filter(
            |p| matches!(module.node(*p), AnyNodeRef::ExprCall(c) if module.id(&*c.func) == o.node),
        );
        let Some(call) = call else { return false };
        match module.parent_node(call) {
            Some(AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprYieldFrom(_)) => true,
            Some(AnyNodeRef::StmtFor(f)) => module.id(&*f.iter) == call,
            Some(AnyNodeRef::Comprehension(c)) => module.id(&c.iter) == call,
            Some(AnyNodeRef::Arguments(_)) => {
                let outer = module.ancestors(call).nth(1).map(|a| module.node(a));
                matches!(outer, Some(AnyNodeRef::ExprCall(c))
                    if matches!(Types::new(module, cx.facts).of(&c.func), Ty::Member(path) if CONSUMERS.contains(&path.as_str())))
            }
            _ => false,
        }
    })
}

/// The first class that the function makes.
fn class_inside<'a>(cx: &FileContext<'a, '_>, def: &ast::StmtFunctionDef) -> Option<&'a ast::StmtClassDef> {
    let mut inside = cx.module.subtree(cx.module.id(def));
    inside.find_map(|(_, node)| match node {
        AnyNodeRef::StmtClassDef(class) => Some(class),
        _ => None,
    })
}

/// A function of the group read at `node`, otherwise than by calling it.
fn used_as_object(cx: &FileContext, name: &str, node: NodeId) -> Finding {
    let module = cx.module;
    let called = || Finding::proved("the functions are only called");
    let line = module.line(module.node(node).start());
    if let Some(line) = shown(module, cx.facts, node) {
        return Finding::refuted(format!(
            "line {line} turns `{name}` into text, which shows its `__qualname__`"
        ));
    }
    match module.parent_node(node) {
        // It is called with what it decorates.
        Some(AnyNodeRef::Decorator(_)) => called(),
        Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == node => called(),
        Some(AnyNodeRef::ExprAttribute(a)) => match a.attr.as_str() {
            "__doc__" | "__name__" | "__module__" | "__annotations__" | "__defaults__" | "__kwdefaults__"
            | "__call__" | "cache_clear" | "cache_info" => called(),
            attr if attr.starts_with("__") => Finding::refuted(format!(
                "line {line} looks at `{name}.{attr}`, which is another one for a closure"
            )),
            _ => called(),
        },
        _ if is_passed_to_caller(cx, node) => {
            Finding::proved("who gets them calls them").relying_on([Convention::KnownCallables])
        }
        _ => match looks_closer(module.text()) {
            Some(word) => Finding::refuted(format!(
                "line {line} passes `{name}` on, and code of this file names `{word}`: a closure cannot be pickled, and shows another name"
            )),
            None => Finding::assumed(format!(
                "line {line} passes `{name}` on: who gets it may pickle it, or look at its name"
            )),
        },
    }
}

/// Whether the name is an argument of a function that only calls it.
fn is_passed_to_caller(cx: &FileContext, node: NodeId) -> bool {
    let module: &Module = cx.module;
    let call = module.ancestors(node).take(3).find_map(|a| match module.node(a) {
        AnyNodeRef::ExprCall(call) => Some(call),
        _ => None,
    });
    let Some(call) = call else { return false };
    let direct = call.arguments.args.iter().any(|a| module.id(a) == node)
        || call.arguments.keywords.iter().any(|k| module.id(&k.value) == node);
    let known = matches!(Types::new(module, cx.facts).of(&call.func), Ty::Member(path) if CALLERS.contains(&path.as_str()));
    direct && known
}
