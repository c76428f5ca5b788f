//! `lock.acquire()`, `try: ... finally: lock.release()`: is it a lock, and the same one at both ends?

use unspool_engine::facts::resources::{LockType, lock};
use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Access, Binding, Resolution, ScopeKind, SymbolId};
use unspool_engine::syntax::Module;
use unspool_engine::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, TextRange, ast};
use unspool_engine::transform::{Convention, FileContext, Finding};

use super::Manages;
use crate::resources::{Header, receiver_class};

pub fn acquired<'a>(
    cx: &FileContext<'a, '_>,
    t: &'a ast::StmtTry,
    receiver: &'a Expr,
    awaited: bool,
    call: TextRange,
) -> Manages {
    let Lock { ty, stays } = match receiver {
        Expr::Name(name) => variable(cx, t, name),
        Expr::Attribute(a) => attribute(cx, t, a),
        _ => Lock::unknown(format!("`{}` is neither a name nor an attribute", cx.module.source(receiver))),
    };
    let is_async = ty.as_ref().is_ok_and(|t| t.is_async);
    let leaves = match ty {
        Ok(lock) if lock.is_async != awaited => Finding::refuted(format!(
            "line {} {} the `acquire` of {} lock",
            cx.module.line(call.start()),
            if awaited { "awaits" } else { "does not await" },
            if awaited { "a plain" } else { "an asynchronous" }
        )),
        Ok(lock) => Finding::proved(format!("it is a lock: {}", lock.source))
            .relying_on([Convention::KnownCallables, Convention::Annotations]),
        Err(why) => Finding::refuted(why),
    };
    let enters = Finding::proved("entering a lock is `acquire()`");
    Manages { leaves, enters, stays, header: Ok(Header::Lock { is_async }), request: None, shows: None }
}

struct Lock {
    ty: Result<LockType, String>,
    stays: Finding,
}

impl Lock {
    fn unknown(why: String) -> Lock {
        Lock { ty: Err(why), stays: Finding::proved("it does not matter") }
    }
}

/// What a value that is bound to the lock's name is.
fn lock_type(cx: &FileContext, value: &Expr) -> Option<LockType> {
    let types = Types::new(cx.module, cx.facts);
    match (value, types.of(value)) {
        (Expr::Call(call), _) => {
            let Ty::Member(path) = types.of(&call.func) else { return None };
            let found = lock(&path)?;
            let wrapped = call.arguments.find_argument_value("lock", 0);
            match wrapped {
                Some(inner) if found.wraps && !inner.is_none_literal_expr() => {
                    let inner = match inner {
                        Expr::Call(_) => lock_type(cx, inner),
                        _ => of_type(&types.of(inner)),
                    };
                    inner.map(|_| found)
                }
                _ => Some(found),
            }
        }
        (_, ty) => of_type(&ty),
    }
}

fn of_type(ty: &Ty) -> Option<LockType> {
    match ty {
        // What a condition wraps is not part of its type.
        Ty::Imported(path) => lock(path).filter(|l| !l.wraps),
        _ => None,
    }
}

/// All of several values are locks of one kind.
fn agree(types: impl Iterator<Item = Result<LockType, String>>) -> Result<LockType, String> {
    let mut all: Option<LockType> = None;
    for ty in types {
        let ty = ty?;
        match all {
            Some(first) if first.is_async != ty.is_async => {
                return Err("it may be a plain or an asynchronous lock".into());
            }
            _ => all = Some(ty),
        }
    }
    all.ok_or_else(|| "nothing in this file says what it is".to_string())
}

fn variable(cx: &FileContext, t: &ast::StmtTry, name: &ast::ExprName) -> Lock {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let text = name.id.as_str();
    let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else {
        return Lock::unknown(format!("`{text}` is bound nowhere in this file"));
    };
    let owner = symbols.scope(symbols.symbol(symbol).scope);
    if owner.kind == ScopeKind::Module && !symbols.star_imports.is_empty() {
        let line = module.line(module.node(symbols.star_imports[0]).start());
        return Lock::unknown(format!("the star import on line {line} may bind `{text}`"));
    }
    let values = bindings(cx, symbol).into_iter().map(|(binding, node)| match (binding, node) {
        (Binding::Assignment | Binding::AnnotatedAssignment, AnyNodeRef::StmtAssign(ast::StmtAssign { value, .. })) => {
            lock_type(cx, value).ok_or_else(|| not_a_lock(cx, text, value))
        }
        (Binding::AnnotatedAssignment, AnyNodeRef::StmtAnnAssign(a)) => match &a.value {
            Some(value) => lock_type(cx, value).ok_or_else(|| not_a_lock(cx, text, value)),
            None => Err(format!("`{text}` is only declared")),
        },
        (Binding::Parameter, _) => of_type(&Types::new(module, cx.facts).of_symbol(symbol)).ok_or_else(|| {
            format!("`{text}` is a parameter: any object with `acquire` and `release` will do, with or without a context manager")
        }),
        (Binding::Import | Binding::FromImport, _) => Err(format!("`{text}` is imported: its type is not seen here")),
        (_, node) => {
            Err(format!("line {} binds `{text}` to something of unknown type", module.line(node.start())))
        }
    });
    let ty = agree(values);
    Lock { ty, stays: stays(cx, t, symbol, name) }
}

/// The bindings of a symbol with the statements that make them.
fn bindings<'a>(cx: &FileContext<'a, '_>, symbol: SymbolId) -> Vec<(Binding, AnyNodeRef<'a>)> {
    let symbols = cx.facts.symbols();
    let all = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read);
    all.filter_map(|o| {
        let binding = o.binding?;
        let is_target = matches!(
            cx.module.parent_node(o.node),
            Some(AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_))
        );
        let node = if is_target { cx.module.parent_node(o.node)? } else { cx.module.node(o.node) };
        binding.gives_value().then_some((binding, node))
    })
    .collect()
}

fn not_a_lock(cx: &FileContext, name: &str, value: &Expr) -> String {
    let line = cx.module.line(value.start());
    let text: String = cx.module.source(value).chars().take(50).collect();
    format!("line {line} makes `{name}` `{text}`, which is not known to be a lock")
}

/// The variable names the same lock when it is released.
fn stays(cx: &FileContext, t: &ast::StmtTry, symbol: SymbolId, name: &ast::ExprName) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let text = name.id.as_str();
    let id = module.id(t);
    let Some(here) = symbols.occurrence(module.id(name)).map(|o| o.scope) else {
        return Finding::refuted(format!("`{text}` is not understood"));
    };
    let owner = symbols.symbol(symbol).scope;
    for occurrence in symbols.occurrences_of(symbol) {
        if occurrence.access == Access::Read || occurrence.binding == Some(Binding::Declaration) {
            continue;
        }
        let line = module.line(occurrence.range.start());
        if module.contains(id, occurrence.node) {
            return Finding::refuted(format!("line {line} binds `{text}` while the lock is held"));
        }
        // Code of the owner's own scope runs before (the module, an enclosing function) or around the `try`.
        if occurrence.scope != owner {
            return Finding::refuted(format!(
                "line {line}, in a function of its own, may bind `{text}` meanwhile"
            ));
        }
        // An enclosing function that goes on binds the name while the inner one runs, perhaps.
        if owner != here && symbols.scope(owner).kind.is_function_like() {
            let count = symbols.occurrences_of(symbol).filter(|o| o.binds()).count();
            if count > 1 {
                return Finding::refuted(format!("`{text}` is bound {count} times by the function around"));
            }
        }
    }
    if symbols.scope(owner).kind == ScopeKind::Module
        && let Some(write) = symbols.namespace_writes.iter().find(|w| w.name.is_none_or(|n| n == text))
    {
        return Finding::assumed(format!(
            "line {} may bind any name of the module",
            module.line(write.range.start())
        ));
    }
    Finding::proved(format!("nothing binds `{text}` anew while it is held"))
}

/// Methods that run before anybody else can hold the object.
const SETUP: &[&str] = &["__init__", "__new__", "__post_init__", "__setstate__", "__init_subclass__"];

fn attribute(cx: &FileContext, t: &ast::StmtTry, a: &ast::ExprAttribute) -> Lock {
    let module = cx.module;
    let name = a.attr.as_str();
    let text = module.source(a);
    let class = match Types::new(module, cx.facts).of(&a.value) {
        Ty::Instance(class) | Ty::Class(class) => Some(class),
        // `self` of a method, or of the method around.
        _ => receiver_class(module, module.id(a), &a.value),
    };
    match class {
        Some(class) => {
            let mut lock = of_class(cx, class, name, text);
            lock.stays = lock.stays.and(holder_stays(cx, t, &a.value));
            lock
        }
        None => Lock::unknown(format!(
            "the type of `{text}` is not known: any object with `acquire` and `release` will do, with or without a context manager"
        )),
    }
}

/// What has the attribute is the same object when the lock is released.
fn holder_stays(cx: &FileContext, t: &ast::StmtTry, holder: &Expr) -> Finding {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let text = module.source(holder);
    match holder {
        Expr::Name(name) => match symbols.resolve(module.id(name)) {
            Resolution::Symbol(symbol) => stays(cx, t, symbol, name),
            _ => Finding::assumed(format!("`{text}` is bound nowhere in this file")),
        },
        Expr::Attribute(a) => {
            let later = module.nodes().find_map(|(id, node)| match node {
                AnyNodeRef::ExprAttribute(store) if store.attr == a.attr && !store.ctx.is_load() => {
                    let function = module.enclosing_function(id).map(|f| module.node(f));
                    let made = matches!(function, Some(AnyNodeRef::StmtFunctionDef(f)) if SETUP.contains(&f.name.as_str()));
                    (!made).then(|| module.line(store.start()))
                }
                _ => None,
            });
            match later {
                Some(line) => {
                    Finding::refuted(format!("line {line} may assign `{text}`, which has the lock"))
                }
                None => holder_stays(cx, t, &a.value).relying_on([Convention::Annotations]),
            }
        }
        _ => Finding::assumed(format!("`{text}` may be another object at the end")),
    }
}

fn of_class(cx: &FileContext, class: NodeId, name: &str, text: &str) -> Lock {
    let module = cx.module;
    let family = family(cx, class);
    let mut values: Vec<Result<LockType, String>> = Vec::new();
    let mut stays = Finding::proved(format!("only the construction of the object binds `{text}`"));
    for (id, node) in module.nodes() {
        match node {
            AnyNodeRef::StmtClassDef(c) if family.contains(&id) => {
                for statement in super::class_binding(c, name) {
                    let value = match statement {
                        Stmt::Assign(a) => Some(&a.value),
                        Stmt::AnnAssign(a) => a.value.as_ref(),
                        _ => None,
                    };
                    if let Some(value) = value {
                        values.push(lock_type(cx, value).ok_or_else(|| not_a_lock(cx, text, value)));
                    }
                }
            }
            AnyNodeRef::ExprAttribute(store) if store.attr.as_str() == name && !store.ctx.is_load() => {
                let line = module.line(store.start());
                match receiver_class(module, id, &store.value) {
                    Some(owner) if family.contains(&owner) => {
                        let value = match module.parent_node(id) {
                            Some(AnyNodeRef::StmtAssign(a)) => Some(&*a.value),
                            Some(AnyNodeRef::StmtAnnAssign(a)) => a.value.as_deref(),
                            _ => None,
                        };
                        values.push(match value {
                            Some(value) => lock_type(cx, value).ok_or_else(|| not_a_lock(cx, text, value)),
                            None => {
                                Err(format!("line {line} changes `{text}` in a way that is not understood"))
                            }
                        });
                        let method = module.enclosing_function(id).map(|f| module.node(f));
                        if let Some(AnyNodeRef::StmtFunctionDef(f)) = method
                            && !SETUP.contains(&f.name.as_str())
                        {
                            stays = stays.and(Finding::refuted(format!(
                                "`{}` (line {line}) replaces `{text}`: the finally would release the new lock",
                                f.name
                            )));
                        }
                    }
                    Some(_) => {}
                    None => {
                        stays = stays.and(Finding::refuted(format!(
                            "line {line} assigns `{}`, which may be this lock",
                            module.source(store)
                        )));
                    }
                }
            }
            _ => {}
        }
    }
    let ty = agree(values.into_iter()).map_err(|why| match why.starts_with("nothing") {
        true => format!("no class of this file says what `{text}` is"),
        false => why,
    });
    if ty.is_ok() && !stays.state.is_refuted() {
        stays = stays.and(elsewhere(cx, class, name));
    }
    Lock { ty, stays: stays.relying_on([Convention::Annotations]) }
}

/// The class with its bases and subclasses in this file.
fn family(cx: &FileContext, class: NodeId) -> Vec<NodeId> {
    let types = Types::new(cx.module, cx.facts);
    let mut all = vec![class];
    let classes: Vec<(NodeId, Vec<NodeId>)> = cx
        .module
        .nodes()
        .filter_map(|(id, node)| match node {
            AnyNodeRef::StmtClassDef(c) => {
                let bases = c.bases().iter().filter_map(|b| match types.of(b) {
                    Ty::Class(base) => Some(base),
                    _ => None,
                });
                Some((id, bases.collect()))
            }
            _ => None,
        })
        .collect();
    loop {
        let known = all.len();
        for (id, bases) in &classes {
            if all.contains(id) {
                all.extend(bases.iter().filter(|b| !all.contains(b)).copied().collect::<Vec<_>>());
            } else if bases.iter().any(|b| all.contains(b)) {
                all.push(*id);
            }
        }
        if all.len() == known {
            return all;
        }
    }
}

/// Other files that know the class and assign an attribute of that name.
fn elsewhere(cx: &FileContext, class: NodeId, name: &str) -> Finding {
    let AnyNodeRef::StmtClassDef(def) = cx.module.node(class) else {
        return Finding::proved("it is no class");
    };
    if !cx.repo.is_answered() {
        return Finding::proved("there is no other file");
    }
    let knowing = cx.repo.mentioning(def.name.as_str());
    for path in cx.repo.mentioning(name).iter().filter(|p| p.as_path() != cx.path && knowing.contains(p)) {
        let assigned = cx.repo.with_file(path, |other| assigns(other.module, name, def.name.as_str()));
        if let Some((line, store)) = assigned.flatten() {
            let shown = cx.repo.index().shown(path);
            return Finding::refuted(format!(
                "{}:{line} assigns `{store}`, which may be this lock",
                shown.display()
            ));
        }
    }
    Finding::proved("no other file assigns it")
}

/// Where a file assigns an attribute `name` of what may be an object of `class`: the line, and what it assigns.
fn assigns(module: &Module, name: &str, class: &str) -> Option<(usize, String)> {
    module.nodes().find_map(|(id, node)| {
        let AnyNodeRef::ExprAttribute(store) = node else { return None };
        if store.attr.as_str() != name || store.ctx.is_load() {
            return None;
        }
        // `self.lock = ...` in a class that is no subclass is another attribute.
        let owner = receiver_class(module, id, &store.value).map(|c| module.node(c));
        let related = match owner {
            Some(AnyNodeRef::StmtClassDef(c)) => {
                c.bases().iter().any(|b| module.source(b).rsplit('.').next() == Some(class))
            }
            _ => true,
        };
        related.then(|| (module.line(store.start()), module.source(store).to_string()))
    })
}
