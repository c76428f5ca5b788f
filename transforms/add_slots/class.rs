//! The class as its own code shows it: which attributes its instances get, what its body binds, what its bases are.

use unspool_engine::facts::types::{Ty, Types};
use unspool_engine::facts::{Facts, Resolution, SymbolId};
use unspool_engine::repo::{Local, Repository, is_empty_base};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, TextRange, ast};

/// The attributes that the class's own code gives to its instances, by the order in which it names them first.
pub fn attributes<'a>(
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    class: &'a ast::StmtClassDef,
) -> Vec<&'a str> {
    let symbols = facts.symbols();
    let id = module.id(class);
    let mut instances: Vec<SymbolId> = Vec::new();
    for def in methods(class) {
        if let Some(first) = first_parameter(def)
            && let Resolution::Symbol(symbol) = symbols.resolve(module.id(first))
        {
            instances.push(symbol);
        }
    }
    // `self = cls.__new__(cls)`
    for (inner, node) in module.subtree(id) {
        if let AnyNodeRef::StmtAssign(a) = node
            && let [Expr::Name(target)] = &*a.targets
            && makes_instance(module, facts, id, &a.value)
            && let Resolution::Symbol(symbol) = symbols.resolve(module.id(target))
            && module.enclosing_function(inner).is_some()
        {
            instances.push(symbol);
        }
    }
    let mut found: Vec<(TextRange, &'a str)> = Vec::new();
    for occurrence in instances.iter().flat_map(|s| symbols.occurrences_of(*s)) {
        match module.parent_node(occurrence.node) {
            Some(AnyNodeRef::ExprAttribute(a)) if !a.ctx.is_load() => {
                found.push((a.range(), a.attr.as_str()))
            }
            Some(AnyNodeRef::Arguments(arguments)) => {
                let call = module.parent(occurrence.node).and_then(|p| module.parent_node(p));
                if let (Some(AnyNodeRef::ExprCall(call)), [_, name, ..]) = (call, &*arguments.args)
                    && sets(call)
                    && let Some(name) = name.as_string_literal_expr()
                {
                    found.push((call.range(), name.value.to_str()));
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|(range, _)| range.start());
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in found {
        let special = name.starts_with("__") && name.ends_with("__");
        if !special && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `setattr(...)`, or `object.__setattr__(...)` in a class that forbids the former.
pub fn sets(call: &ast::ExprCall) -> bool {
    match &*call.func {
        Expr::Name(n) => n.id.as_str() == "setattr",
        Expr::Attribute(a) => {
            a.attr.as_str() == "__setattr__"
                && matches!(&*a.value, Expr::Name(n) if n.id.as_str() == "object")
        }
        _ => false,
    }
}

/// Whether the class gives its instances attributes when they are made.
pub fn sets_in_init(module: &Module, class: &ast::StmtClassDef) -> bool {
    let Some(init) = methods(class).find(|m| m.name.as_str() == "__init__") else { return false };
    let Some(instance) = first_parameter(init) else { return false };
    let is_instance = |e: &Expr| matches!(e, Expr::Name(n) if n.id.as_str() == instance.name.as_str());
    module.subtree(module.id(init)).any(|(_, n)| match n {
        AnyNodeRef::ExprAttribute(a) => a.ctx.is_store() && is_instance(&a.value),
        AnyNodeRef::ExprCall(call) => match &*call.arguments.args {
            [object, name, _] => sets(call) && is_instance(object) && name.is_string_literal_expr(),
            _ => false,
        },
        _ => false,
    })
}

/// Classes of the file that derive from this one by its name and have attributes to put into slots.
pub fn derived<'a>(module: &Module<'a>, class: &'a ast::StmtClassDef) -> Vec<&'a ast::StmtClassDef> {
    let classes = module.nodes().filter_map(|(_, node)| match node {
        AnyNodeRef::StmtClassDef(other) => Some(other),
        _ => None,
    });
    let is_base = |base: &Expr| matches!(base, Expr::Name(n) if n.id.as_str() == class.name.as_str());
    let fits = |other: &&ast::StmtClassDef| {
        other.bases().iter().any(is_base) && !has_slots(other) && sets_in_init(module, other)
    };
    classes.filter(fits).collect()
}

fn makes_instance<'a>(module: &Module<'a>, facts: &Facts<'a, '_>, class: NodeId, value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    matches!(&*call.func, Expr::Attribute(a) if a.attr.as_str() == "__new__")
        || Types::new(module, facts).of(value) == Ty::Instance(class)
}

pub fn methods(class: &ast::StmtClassDef) -> impl Iterator<Item = &ast::StmtFunctionDef> {
    class.body.iter().filter_map(Stmt::as_function_def_stmt)
}

/// The parameter that is the instance.
pub fn first_parameter(def: &ast::StmtFunctionDef) -> Option<&ast::Parameter> {
    let of_class = def.decorator_list.iter().any(
        |d| matches!(&d.expression, Expr::Name(n) if matches!(n.id.as_str(), "staticmethod" | "classmethod")),
    );
    let implicit = matches!(def.name.as_str(), "__new__" | "__init_subclass__" | "__class_getitem__");
    if of_class || implicit {
        return None;
    }
    def.parameters.iter_non_variadic_params().next().map(|p| &p.parameter)
}

/// Whether the body of the class says what slots there are.
pub fn has_slots(class: &ast::StmtClassDef) -> bool {
    class.body.iter().any(|s| match s {
        Stmt::Assign(a) => a.targets.iter().any(is_slots),
        Stmt::AnnAssign(a) => is_slots(&a.target),
        _ => false,
    })
}

fn is_slots(target: &Expr) -> bool {
    matches!(target, Expr::Name(n) if n.id.as_str() == "__slots__")
}

/// A name that the body of the class binds.
pub struct Member<'a> {
    pub name: &'a str,
    pub range: TextRange,
    /// A property: assigning the attribute runs its setter.
    pub is_property: bool,
}

/// What the body of the class binds, at any depth of `if` and the like.
pub fn members<'a>(module: &Module<'a>, class: &ast::StmtClassDef) -> Vec<Member<'a>> {
    let id = module.id(class);
    let mut members = Vec::new();
    for (inner, node) in module.subtree(id).skip(1) {
        if module.enclosing_definition(inner) != Some(id) {
            continue;
        }
        match node {
            AnyNodeRef::StmtFunctionDef(f) => {
                let is_property = f.decorator_list.iter().any(|d| {
                    let source = module.source(&d.expression);
                    source == "property" || source.ends_with(".setter") || source.ends_with(".deleter")
                });
                members.push(Member { name: f.name.as_str(), range: f.name.range(), is_property });
            }
            AnyNodeRef::StmtClassDef(c) => {
                members.push(Member { name: c.name.as_str(), range: c.name.range(), is_property: false });
            }
            AnyNodeRef::ExprName(n) if n.ctx.is_store() => {
                // `x: int` alone binds nothing.
                let annotation = matches!(module.parent_node(inner), Some(AnyNodeRef::StmtAnnAssign(a)) if a.value.is_none());
                let is_property = matches!(module.parent_node(inner), Some(AnyNodeRef::StmtAssign(a))
                    if matches!(&*a.value, Expr::Call(c) if module.source(&*c.func) == "property"));
                if !annotation {
                    members.push(Member { name: n.id.as_str(), range: n.range(), is_property });
                }
            }
            _ => {}
        }
    }
    members
}

/// What a base class means for slots.
pub enum BaseClass {
    /// Neither slots nor `__dict__`.
    Empty,
    Slotted {
        name: String,
        slots: Vec<String>,
        /// Names that its body binds.
        members: Vec<String>,
    },
    /// Its instances have a `__dict__`, or nobody knows: why.
    Other(String),
}

/// How many bases deep classes are followed.
const DEPTH: usize = 6;

pub fn base_class<'a>(
    repo: &Repository,
    module: &Module<'a>,
    facts: &Facts<'a, '_>,
    path: &std::path::Path,
    base: &Expr,
    depth: usize,
) -> BaseClass {
    let text = module.source(base);
    let unknown = || {
        BaseClass::Other(format!(
            "nothing shows that the base `{text}` has slots: with a `__dict__` from there they gain nothing"
        ))
    };
    if depth > DEPTH {
        return unknown();
    }
    let plain = match base {
        Expr::Subscript(s) => &*s.value,
        other => other,
    };
    match Types::new(module, facts).of(plain) {
        Ty::Class(class) => {
            let AnyNodeRef::StmtClassDef(def) = module.node(class) else { return unknown() };
            let Some(mut slots) = slots(def) else {
                return BaseClass::Other(format!(
                    "the base `{text}` has no slots: its `__dict__` is there in any case, and slots gain nothing"
                ));
            };
            let mut bound: Vec<String> = members(module, def).iter().map(|m| m.name.to_string()).collect();
            for outer in def.bases() {
                match base_class(repo, module, facts, path, outer, depth + 1) {
                    BaseClass::Empty => {}
                    BaseClass::Slotted { slots: more, members, .. } => {
                        slots.extend(more);
                        bound.extend(members);
                    }
                    other @ BaseClass::Other(_) => return other,
                }
            }
            BaseClass::Slotted { name: def.name.to_string(), slots, members: bound }
        }
        Ty::Member(dotted) => {
            let (from, name) = dotted.rsplit_once('.').unwrap_or(("", &dotted));
            if matches!(from, "abc" | "typing" | "typing_extensions" | "builtins") && is_empty_base(name) {
                return BaseClass::Empty;
            }
            if from == "builtins" {
                return BaseClass::Other(format!(
                    "instances of the builtin `{name}` and its subclasses have a `__dict__` in any case, or allow no slots"
                ));
            }
            let Some(file) = repo.index().module_file(path, from).filter(|f| f.as_path() != path) else {
                return unknown();
            };
            repo.with_file(&file, |other| foreign_base(repo, other, name, depth))
                .flatten()
                .unwrap_or_else(unknown)
        }
        _ => unknown(),
    }
}

/// The class of this name in another file as a base; `None` if it has none.
fn foreign_base(repo: &Repository, other: &Local, name: &str, depth: usize) -> Option<BaseClass> {
    let Local { module, facts, path } = *other;
    let class =
        module.body().iter().find_map(|s| s.as_class_def_stmt().filter(|c| c.name.as_str() == name))?;
    let Some(mut all) = slots(class) else {
        return Some(BaseClass::Other(format!(
            "the base `{name}` has no slots: its `__dict__` is there in any case, and slots gain nothing"
        )));
    };
    let mut bound: Vec<String> = members(module, class).iter().map(|m| m.name.to_string()).collect();
    for outer in class.bases() {
        match base_class(repo, module, facts, path, outer, depth + 1) {
            BaseClass::Empty => {}
            BaseClass::Slotted { slots: more, members, .. } => {
                all.extend(more);
                bound.extend(members);
            }
            other @ BaseClass::Other(_) => return Some(other),
        }
    }
    Some(BaseClass::Slotted { name: name.to_string(), slots: all, members: bound })
}

/// The slots that a class has by its own body, without a `__dict__` among them.
fn slots(class: &ast::StmtClassDef) -> Option<Vec<String>> {
    let value = class.body.iter().find_map(|s| match s {
        Stmt::Assign(a) if a.targets.iter().any(is_slots) => Some(&*a.value),
        Stmt::AnnAssign(a) if is_slots(&a.target) => a.value.as_deref(),
        _ => None,
    })?;
    let elements = match value {
        Expr::Tuple(t) => &t.elts,
        Expr::List(l) => &l.elts,
        Expr::StringLiteral(s) => return Some(vec![s.value.to_str().to_string()]),
        _ => return None,
    };
    let names: Option<Vec<String>> =
        elements.iter().map(|e| e.as_string_literal_expr().map(|s| s.value.to_str().to_string())).collect();
    names.filter(|n| n.iter().all(|name| name != "__dict__"))
}
