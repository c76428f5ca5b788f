//! Who gets objects out of the cache, and what becomes of them.

use unspool_engine::facts::effects::{Collector, Kind, ResolvedNote};
use unspool_engine::facts::{Facts, Resolution, ScopeKind};
use unspool_engine::repo::Local;
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, ast};
use unspool_engine::transform::{FileContext, Finding};

use super::UseAt;
use super::cache::{Cache, Use};
use crate::asynchrony::framework::last_name;

pub struct Users {
    /// Whether changes of cached objects are made by those who hold them.
    pub changes: Finding,
    /// Whether somebody keeps an object, or nobody is in sight who gets one.
    pub held: bool,
    /// What shows that an object is needed after its last user has let it go.
    pub outlived: Option<String>,
}

/// Methods that change what they are called on.
const CHANGES: &[&str] = &[
    "append",
    "extend",
    "insert",
    "add",
    "update",
    "setdefault",
    "pop",
    "popitem",
    "remove",
    "discard",
    "clear",
    "write",
    "sort",
    "reverse",
    "__setitem__",
];

pub fn of(cx: &FileContext, cache: &Cache, uses: &[UseAt], class: Option<NodeId>) -> Users {
    let module = cx.module;
    // The functions that fill it: who calls them gets what is in it.
    let mut getters: Vec<String> = Vec::new();
    let mut functions: Vec<NodeId> = Vec::new();
    for (id, one) in uses {
        if matches!(one, Use::Store { .. } | Use::Default { .. })
            && let Some(function) = module.enclosing_function(*id)
            && let AnyNodeRef::StmtFunctionDef(def) = module.node(function)
        {
            let name = match (def.name.as_str(), cache.class.map(|c| module.node(c))) {
                ("__new__", Some(AnyNodeRef::StmtClassDef(c))) => c.name.to_string(),
                (name, _) => name.to_string(),
            };
            if !getters.contains(&name) {
                getters.push(name);
            }
            functions.push(function);
        }
    }
    // One that gives the object to nobody lets it go itself, whatever its callers do.
    let mut dropped = None;
    let mut calls = 0usize;
    if !functions.is_empty() && functions.iter().all(|f| keeps_for_itself(cx, cache, *f, class)) {
        calls = 1;
        dropped = Some(format!("line {}", module.line(module.node(functions[0]).start())));
        getters.clear();
    }
    let changing = class.map(|c| changing_methods(module, c)).unwrap_or_default();
    let mut users =
        Users { changes: Finding::proved("whoever changes one holds it"), held: true, outlived: None };
    let mut held = 0usize;
    for getter in &getters {
        for file in cx.repo.mentioning(getter) {
            if file == cx.path {
                continue;
            }
            let place = cx.repo.index().shown(&file).display().to_string();
            cx.repo.with_file(&file, |other| {
                let Local { module, facts, .. } = *other;
                let seen =
                    Calls { module, facts, cache: cache.name, getter, changing: &changing, place: &place };
                seen.look(&mut users, &mut calls, &mut held, &mut dropped);
            });
        }
        let seen =
            Calls { module, facts: cx.facts, cache: cache.name, getter, changing: &changing, place: "" };
        seen.look(&mut users, &mut calls, &mut held, &mut dropped);
    }
    users.held = calls == 0 || held > 0;
    if held == 0
        && users.outlived.is_none()
        && let Some(place) = dropped
        && let Some(effect) = effect_of_making(cx, cache, &functions, class)
    {
        users.outlived = Some(format!(
            "{place} lets an object go at once, and nobody keeps one: each lookup would make another, which {effect}"
        ));
    }
    users
}

/// Whether the function that fills the cache only looks at the object: neither the object nor a method of it goes on.
fn keeps_for_itself(cx: &FileContext, cache: &Cache, function: NodeId, class: Option<NodeId>) -> bool {
    let (module, symbols) = (cx.module, cx.facts.symbols());
    let Some(AnyNodeRef::StmtClassDef(class)) = class.map(|c| module.node(c)) else { return false };
    if !class.bases().is_empty()
        || matches!(module.node(function), AnyNodeRef::StmtFunctionDef(d) if d.name.as_str() == "__new__")
    {
        return false;
    }
    let methods: Vec<_> = class.body.iter().filter_map(|s| s.as_function_def_stmt()).collect();
    // A method that gives `self` to somebody gives the object.
    let is_private = methods.iter().all(|m| {
        let Some(first) = m.parameters.iter_non_variadic_params().next() else { return true };
        module.subtree(module.id(*m)).all(|(id, node)| match node {
            AnyNodeRef::ExprName(n) if n.id == first.parameter.name.id => {
                matches!(module.parent_node(id), Some(AnyNodeRef::ExprAttribute(_)))
            }
            _ => true,
        })
    });
    let looks = |id: NodeId| match module.parent_node(id) {
        Some(AnyNodeRef::ExprAttribute(a)) => {
            let is_method = methods.iter().any(|m| m.name.id == a.attr.id);
            let parent = module.parent(module.id(a)).map(|p| module.node(p));
            let called =
                matches!(parent, Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == module.id(a));
            called || !is_method
        }
        Some(AnyNodeRef::ExprCompare(_) | AnyNodeRef::StmtExpr(_)) => true,
        Some(AnyNodeRef::ExprUnaryOp(u)) => u.op == ast::UnaryOp::Not,
        Some(AnyNodeRef::StmtIf(i)) => module.id(&*i.test) == id,
        _ => false,
    };
    // Where the object is: what is read from the cache, and what is stored into it, by itself or in a variable.
    let is_cache = |e: &Expr| cache.is_spelled(e);
    let of_cache = |node: &AnyNodeRef| match node {
        AnyNodeRef::ExprSubscript(s) => s.ctx.is_load() && is_cache(&s.value),
        AnyNodeRef::ExprCall(c) => matches!(&*c.func, Expr::Attribute(a) if is_cache(&a.value)),
        _ => false,
    };
    let stores =
        |a: &ast::StmtAssign| a.targets.iter().any(|t| matches!(t, Expr::Subscript(s) if is_cache(&s.value)));
    let mut variables = Vec::new();
    let mut goes_on = false;
    for (id, node) in module.subtree(function) {
        match node {
            AnyNodeRef::StmtAssign(a) if stores(a) || of_cache(&module.node(module.id(&*a.value))) => {
                variables.extend(a.value.as_name_expr());
                for target in &a.targets {
                    match target {
                        Expr::Name(name) => variables.push(name),
                        Expr::Subscript(s) if is_cache(&s.value) => {}
                        _ => goes_on = true,
                    }
                }
            }
            node if of_cache(&node) => {
                let assigned = matches!(module.parent_node(id), Some(AnyNodeRef::StmtAssign(_)));
                goes_on |= !assigned && !looks(id);
            }
            _ => {}
        }
    }
    let reads_look = |name: &ast::ExprName| {
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return false };
        symbols.scope(symbols.symbol(symbol).scope).kind == ScopeKind::Function
            && symbols.occurrences_of(symbol).filter(|o| o.access.reads()).all(|o| {
                let stored =
                    matches!(module.parent_node(o.node), Some(AnyNodeRef::StmtAssign(a)) if stores(a));
                stored || looks(o.node)
            })
    };
    is_private && !goes_on && variables.into_iter().all(reads_look)
}

/// What making an instance does that others see, or the code of this function that does it where none is found.
fn effect_of_making(
    cx: &FileContext,
    cache: &Cache,
    functions: &[NodeId],
    class: Option<NodeId>,
) -> Option<String> {
    let module = cx.module;
    let init = class.and_then(|class| match module.node(class) {
        AnyNodeRef::StmtClassDef(def) => def
            .body
            .iter()
            .filter_map(|s| s.as_function_def_stmt())
            .find(|f| f.name.as_str() == "__init__")
            .map(|f| module.id(f)),
        _ => None,
    });
    let effect = |function: NodeId, kinds: &[Kind], counts: &dyn Fn(&ResolvedNote) -> bool| {
        let effects = Collector::of_function(module, cx.facts, function);
        let resolved = cx.repo.resolve(&cx.local(), &effects);
        let of_kind = |n: &&ResolvedNote| kinds.contains(&n.kind) && !n.on_self && counts(n);
        let seen = resolved.notes.iter().find(of_kind)?;
        Some(seen.describe())
    };
    // What fills the cache changes the cache, and gives the object its attributes.
    let is_other =
        |n: &ResolvedNote| n.what.starts_with("calls") && !module.text()[n.at].contains(cache.name);
    // What an object opens when it is made, nobody uses a second time.
    let opens = [Kind::Effect, Kind::UnknownCall, Kind::Observes];
    init.and_then(|f| effect(f, &opens, &|_| true))
        .or_else(|| functions.iter().find_map(|f| effect(*f, &[Kind::Effect], &is_other)))
}

/// Methods of the class that set attributes of the object.
fn changing_methods(module: &Module, class: NodeId) -> Vec<String> {
    let AnyNodeRef::StmtClassDef(def) = module.node(class) else { return Vec::new() };
    let methods = def.body.iter().filter_map(|s| s.as_function_def_stmt());
    let changes = methods.filter(|m| {
        !matches!(m.name.as_str(), "__init__" | "__new__")
            && module.subtree(module.id(*m)).any(|(_, n)| match n {
                AnyNodeRef::ExprAttribute(a) => !a.ctx.is_load() || CHANGES.contains(&a.attr.as_str()),
                AnyNodeRef::ExprSubscript(s) => !s.ctx.is_load(),
                _ => false,
            })
    });
    changes.map(|m| m.name.to_string()).collect()
}

struct Calls<'c, 'a, 'r> {
    module: &'r Module<'a>,
    facts: &'r Facts<'a, 'r>,
    cache: &'c str,
    getter: &'c str,
    changing: &'c [String],
    /// Empty for the file itself.
    place: &'c str,
}

impl Calls<'_, '_, '_> {
    fn look(&self, users: &mut Users, calls: &mut usize, held: &mut usize, dropped: &mut Option<String>) {
        let module = self.module;
        for (id, node) in module.nodes() {
            let AnyNodeRef::ExprCall(call) = node else { continue };
            let name = match &*call.func {
                Expr::Name(n) => n.id.as_str(),
                Expr::Attribute(a) => a.attr.as_str(),
                _ => continue,
            };
            // `cache.get(key)`, where the function is called like that, too.
            let of_cache = match &*call.func {
                Expr::Attribute(a) => last_name(&a.value) == Some(self.cache),
                _ => false,
            };
            if name != self.getter || of_cache {
                continue;
            }
            *calls += 1;
            let at = |line: usize| match self.place {
                "" => format!("line {line}"),
                file => format!("{file}:{line}"),
            };
            let here = at(module.line(call.start()));
            if let Some(line) = self.changed(id) {
                let place = at(line);
                users.changes = Finding::refuted(format!(
                    "{place} changes an object that it has just looked up and does not hold: only the cache keeps the change"
                ));
            }
            match module.parent_node(id) {
                Some(AnyNodeRef::ExprAttribute(_) | AnyNodeRef::StmtExpr(_)) => *dropped = Some(here),
                Some(AnyNodeRef::StmtAssign(a)) => {
                    let local = a.targets.iter().all(|t| matches!(t, Expr::Name(n) if self.is_local_only(n)));
                    *held += usize::from(!local);
                    if local {
                        *dropped = Some(here);
                    }
                }
                Some(AnyNodeRef::Arguments(_)) if self.is_for_its_id(id) => {
                    users.outlived = Some(format!(
                        "{here} keeps the `id` of an object that it lets go: another one may get it"
                    ));
                }
                _ => *held += 1,
            }
        }
    }

    /// `id(get(key))`
    fn is_for_its_id(&self, id: NodeId) -> bool {
        let outer = self.module.ancestors(id).nth(1).map(|call| self.module.node(call));
        matches!(outer, Some(AnyNodeRef::ExprCall(c)) if matches!(&*c.func, Expr::Name(n) if n.id == "id"))
    }

    /// Whether what the expression gives is changed in place: the line.
    fn changed(&self, id: NodeId) -> Option<usize> {
        let module = self.module;
        let line = module.line(module.node(id).start());
        if self.changes_through(id) {
            return Some(line);
        }
        // A variable that only looks at it, and is gone with the function.
        let AnyNodeRef::StmtAssign(assign) = module.parent_node(id)? else { return None };
        let [Expr::Name(name)] = &*assign.targets else { return None };
        if !self.is_local_only(name) {
            return None;
        }
        let Resolution::Symbol(symbol) = self.facts.symbols().resolve(module.id(name)) else { return None };
        let reads = self.facts.symbols().occurrences_of(symbol).filter(|o| o.access.reads());
        let changed = reads.map(|o| o.node).find(|n| self.changes_through(*n))?;
        Some(module.line(module.node(changed).start()))
    }

    /// `x.n += 1`, `x.values[key] = 1`, `x.items.append(1)`, `x.increment()`
    fn changes_through(&self, id: NodeId) -> bool {
        let module = self.module;
        let mut at = id;
        let mut first = true;
        while let Some(parent) = module.parent(at) {
            match module.node(parent) {
                AnyNodeRef::ExprAttribute(a) if module.id(&*a.value) == at => {
                    if !a.ctx.is_load() {
                        return true;
                    }
                    let called = matches!(module.parent_node(parent), Some(AnyNodeRef::ExprCall(c)) if module.id(&*c.func) == parent);
                    if called {
                        let name = a.attr.as_str();
                        return CHANGES.contains(&name) || (first && self.changing.iter().any(|m| m == name));
                    }
                }
                AnyNodeRef::ExprSubscript(s) if module.id(&*s.value) == at => {
                    if !s.ctx.is_load() {
                        return true;
                    }
                }
                _ => return false,
            }
            first = false;
            at = parent;
        }
        false
    }

    /// A variable of a function that is only looked at: neither returned nor passed on nor stored.
    fn is_local_only(&self, name: &ast::ExprName) -> bool {
        let (module, symbols) = (self.module, self.facts.symbols());
        let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return false };
        if symbols.scope(symbols.symbol(symbol).scope).kind != ScopeKind::Function {
            return false;
        }
        let mut reads = symbols.occurrences_of(symbol).filter(|o| o.access.reads());
        reads.all(|o| {
            matches!(
                module.parent_node(o.node),
                Some(AnyNodeRef::ExprAttribute(_) | AnyNodeRef::ExprCompare(_))
            )
        })
    }
}
