//! The dictionary and what the code of its file does with it.

use crate::asynchrony::framework::last_name;
use unspool_engine::facts::{Resolution, ScopeId};
use unspool_engine::syntax::{AnyNodeRef, Expr, Module, NodeId, Ranged, Stmt, ast};
use unspool_engine::transform::FileContext;

/// A name that a module, the body of a class, or a method for its object binds to an empty dictionary.
pub struct Cache<'a> {
    pub name: &'a str,
    pub target: &'a Expr,
    pub value: &'a Expr,
    pub annotation: Option<&'a Expr>,
    /// An `OrderedDict`.
    pub ordered: bool,
    /// The class in whose body or method it stands.
    pub class: Option<NodeId>,
    /// Each object has its own: `self.cache = {}`.
    pub of_object: bool,
    pub statement: NodeId,
}

/// The cache that the statement makes, by its form alone.
pub fn cache_of<'a>(module: &Module<'a>, node: AnyNodeRef<'a>) -> Option<Cache<'a>> {
    let (statement, target, value, annotation) = match node {
        AnyNodeRef::StmtAssign(a) => match &*a.targets {
            [target] => (module.id(a), target, &*a.value, None),
            _ => return None,
        },
        AnyNodeRef::StmtAnnAssign(a) => (module.id(a), &*a.target, a.value.as_deref()?, Some(&*a.annotation)),
        _ => return None,
    };
    let ordered =
        matches!(value, Expr::Call(c) if last_name(&c.func) == Some("OrderedDict") && c.arguments.is_empty());
    let empty = match value {
        Expr::Dict(d) => d.items.is_empty(),
        Expr::Call(c) => {
            matches!(&*c.func, Expr::Name(n) if n.id.as_str() == "dict") && c.arguments.is_empty()
        }
        _ => false,
    };
    let parent = module.parent(statement)?;
    let (name, class) = match (target, module.node(parent)) {
        (Expr::Name(name), AnyNodeRef::StmtClassDef(_)) => (name.id.as_str(), Some(parent)),
        (Expr::Name(name), AnyNodeRef::ModModule(_)) => (name.id.as_str(), None),
        (Expr::Attribute(a), AnyNodeRef::StmtFunctionDef(method)) => {
            let class = module.parent(parent).filter(|c| {
                matches!(module.node(*c), AnyNodeRef::StmtClassDef(_)) && is_receiver(method, &a.value)
            });
            (a.attr.as_str(), Some(class?))
        }
        _ => return None,
    };
    (empty || ordered).then_some(Cache {
        name,
        target,
        value,
        annotation,
        ordered,
        class,
        of_object: target.is_attribute_expr(),
        statement,
    })
}

/// `name: dict[str, Symbol]` in the body of a class, which binds nothing.
fn is_declared(module: &Module, id: NodeId) -> bool {
    matches!(module.parent_node(id), Some(AnyNodeRef::StmtAnnAssign(a)) if a.value.is_none() && module.id(&*a.target) == id)
}

/// Whether the expression is the object of the method.
fn is_receiver(method: &ast::StmtFunctionDef, expr: &Expr) -> bool {
    let first = method.parameters.posonlyargs.iter().chain(&method.parameters.args).next();
    matches!((first, expr), (Some(p), Expr::Name(n)) if p.parameter.name.as_str() == n.id.as_str())
        && method
            .decorator_list
            .iter()
            .all(|d| !matches!(&d.expression, Expr::Name(n) if n.id.as_str() == "staticmethod"))
}

impl<'a> Cache<'a> {
    /// Whether a function puts something in.
    pub fn is_filled(&self, module: &Module<'a>) -> bool {
        !self.filling(module).is_empty()
    }

    /// The functions that store entries.
    fn filling(&self, module: &Module<'a>) -> Vec<NodeId> {
        let stores = module.nodes().filter(|(_, n)| match n {
            AnyNodeRef::ExprSubscript(s) => s.ctx.is_store() && self.is_spelled(&s.value),
            AnyNodeRef::ExprAttribute(a) => a.attr.as_str() == "setdefault" && self.is_spelled(&a.value),
            _ => false,
        });
        let own = |f: &NodeId| !self.of_object || self.class.is_some_and(|class| module.contains(class, *f));
        stores.filter_map(|(id, _)| module.enclosing_function(id)).filter(own).collect()
    }

    /// Whether a function that fills it looks into it, too: one that only fills it keeps a table.
    pub fn is_asked(&self, module: &Module<'a>) -> bool {
        self.filling(module).iter().any(|f| {
            module.subtree(*f).any(|(_, n)| match n {
                AnyNodeRef::ExprSubscript(s) => s.ctx.is_load() && self.is_spelled(&s.value),
                AnyNodeRef::ExprAttribute(a) => {
                    matches!(a.attr.as_str(), "get" | "setdefault") && self.is_spelled(&a.value)
                }
                AnyNodeRef::ExprCompare(c) => c.comparators.iter().any(|e| self.is_spelled(e)),
                _ => false,
            })
        })
    }

    /// Whether the expression names the cache, as it is spelled.
    pub fn is_spelled(&self, expr: &Expr) -> bool {
        match (expr, self.class) {
            (Expr::Name(n), None) => n.id.as_str() == self.name,
            (Expr::Attribute(a), Some(_)) => a.attr.as_str() == self.name,
            _ => false,
        }
    }

    /// The expressions that name it in the file, its definition apart; an error where one does something else than
    /// looking it up, and what.
    pub fn uses(&self, cx: &FileContext<'a, '_>) -> Result<Vec<NodeId>, String> {
        let module = cx.module;
        let symbols = cx.facts.symbols();
        let mut uses = Vec::new();
        match self.class {
            None => {
                let Resolution::Symbol(symbol) = self.symbol(cx) else {
                    return Err(format!("`{}` is not understood", self.name));
                };
                for occurrence in symbols.occurrences_of(symbol) {
                    if occurrence.node == module.id(self.target) {
                        continue;
                    }
                    if !occurrence.access.reads() {
                        let line = module.line(occurrence.range.start());
                        return Err(format!("line {line} binds `{}` to something else", self.name));
                    }
                    uses.push(occurrence.node);
                }
            }
            Some(class) => {
                for (id, node) in module.nodes() {
                    match node {
                        AnyNodeRef::ExprAttribute(a) if a.attr.as_str() == self.name => {
                            if id == module.id(self.target) || self.is_of_another_class(module, a, class) {
                                continue;
                            }
                            if !a.ctx.is_load() {
                                let line = module.line(a.start());
                                let whose = match self.of_object && !module.contains(class, id) {
                                    true => ", of an object of this class perhaps",
                                    false => " anew",
                                };
                                return Err(format!("line {line} assigns `{}`{whose}", module.source(a)));
                            }
                            uses.push(id);
                        }
                        AnyNodeRef::ExprName(n)
                            if n.id.as_str() == self.name
                                && id != module.id(self.target)
                                && !is_declared(module, id)
                                && module.enclosing_definition(id) == Some(class) =>
                        {
                            let line = module.line(n.start());
                            return Err(format!(
                                "line {line}, in the body of the class, uses `{}`",
                                self.name
                            ));
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(uses)
    }

    /// `self.<name>` in a class that has nothing to do with the one whose objects have the cache.
    fn is_of_another_class(&self, module: &Module, a: &ast::ExprAttribute, class: NodeId) -> bool {
        if !self.of_object {
            return false;
        }
        let Some(function) = module.enclosing_function(module.id(a)) else { return false };
        let (AnyNodeRef::StmtFunctionDef(method), Some(owner)) =
            (module.node(function), module.parent(function))
        else {
            return false;
        };
        let (AnyNodeRef::StmtClassDef(own), AnyNodeRef::StmtClassDef(other)) =
            (module.node(class), module.node(owner))
        else {
            return false;
        };
        // What has no base in common but `object` cannot be the same object.
        let plain = |c: &ast::StmtClassDef| {
            c.keywords().is_empty()
                && c.bases().iter().all(|b| matches!(b, Expr::Name(n) if n.id.as_str() == "object"))
        };
        let meet = |c: &ast::StmtClassDef| {
            module.nodes().any(|(_, n)| match n {
                AnyNodeRef::StmtClassDef(sub) => {
                    let has = |name: &str| sub.bases().iter().any(|b| last_name(b) == Some(name));
                    has(c.name.as_str()) && has(own.name.as_str())
                }
                _ => false,
            })
        };
        owner != class && is_receiver(method, &a.value) && plain(own) && plain(other) && !meet(other)
    }

    pub fn symbol(&self, cx: &FileContext) -> Resolution {
        match cx.facts.symbols().own(ScopeId::MODULE, self.name) {
            Some(symbol) if self.class.is_none() => Resolution::Symbol(symbol),
            _ => Resolution::Free,
        }
    }
}

/// A use of the cache that a weak dictionary serves as well.
pub enum Use<'a> {
    /// `cache.get(key)`, `cache.clear()`, `cache.pop(key, None)`
    Method,
    /// `cache[key]` is read.
    Read { subscript: NodeId, key: &'a Expr },
    /// `key in cache`, or `not in`
    Test { compare: NodeId, key: &'a Expr, negated: bool },
    /// `cache[key] = value`
    Store { statement: NodeId, key: &'a Expr, value: &'a Expr },
    /// `cache.setdefault(key, value)`, which gives the object that is in it then.
    Default { value: &'a Expr },
}

/// What is done with the cache at this place.
pub fn classify<'a>(module: &Module<'a>, id: NodeId) -> Result<Use<'a>, String> {
    let line = module.line(module.node(id).start());
    let other = |what: &str| Err(format!("line {line} {what}"));
    let Some(parent) = module.parent(id) else { return other("uses it in an unusual way") };
    match module.node(parent) {
        AnyNodeRef::ExprAttribute(a) => {
            let call = match module.parent_node(parent) {
                Some(AnyNodeRef::ExprCall(call)) if module.id(&*call.func) == parent => call,
                _ => return other("hands one of its methods on"),
            };
            let count = call.arguments.args.len();
            match (a.attr.as_str(), count) {
                ("setdefault", 2) => {
                    if matches!(module.parent_node(module.id(call)), Some(AnyNodeRef::StmtExpr(_))) {
                        return other(
                            "has a `setdefault` whose result nobody holds: the new object would be gone at once",
                        );
                    }
                    Ok(Use::Default { value: &call.arguments.args[1] })
                }
                ("get", 1) | ("clear", 0) | ("pop", 2) => Ok(Use::Method),
                ("get", 2) if call.arguments.args[1].is_none_literal_expr() => Ok(Use::Method),
                (name, _) => Err(format!(
                    "line {line} calls `{name}` on it: entries are gone when nobody holds their objects"
                )),
            }
        }
        AnyNodeRef::ExprSubscript(s) if module.id(&*s.value) == id => {
            if s.ctx.is_load() {
                return Ok(Use::Read { subscript: parent, key: &s.slice });
            }
            match module.parent(parent).map(|p| (p, module.node(p))) {
                Some((statement, AnyNodeRef::StmtAssign(a))) => {
                    Ok(Use::Store { statement, key: &s.slice, value: &a.value })
                }
                _ if matches!(s.ctx, unspool_engine::syntax::ExprContext::Del) => {
                    other("deletes an entry, which may be gone by then")
                }
                _ => other("changes an entry in place"),
            }
        }
        AnyNodeRef::ExprCompare(c) => match (&*c.ops, &*c.comparators) {
            ([op @ (ast::CmpOp::In | ast::CmpOp::NotIn)], [one]) if module.id(one) == id => {
                Ok(Use::Test { compare: parent, key: &c.left, negated: matches!(op, ast::CmpOp::NotIn) })
            }
            _ => other("compares it"),
        },
        AnyNodeRef::Arguments(_) => {
            other("passes it on: a weak dictionary is no `dict`, and cannot be pickled or counted on")
        }
        _ => other("uses it as an object: a weak dictionary is no `dict`, and its entries come and go"),
    }
}

/// Whether a statement is one of the block that `of` is part of, behind it.
pub fn follows<'a>(module: &Module<'a>, of: NodeId) -> Vec<&'a Stmt> {
    let Some(parent) = module.parent(of) else { return Vec::new() };
    let suites: Vec<&'a [Stmt]> = match module.node(parent) {
        AnyNodeRef::StmtFunctionDef(f) => vec![&f.body],
        AnyNodeRef::StmtIf(i) => vec![&i.body],
        AnyNodeRef::StmtWith(w) => vec![&w.body],
        AnyNodeRef::StmtTry(t) => vec![&t.body, &t.orelse],
        AnyNodeRef::StmtFor(f) => vec![&f.body],
        _ => return Vec::new(),
    };
    for suite in suites {
        if let Some(at) = suite.iter().position(|s| module.id(s) == of) {
            return suite[at + 1..].iter().collect();
        }
    }
    Vec::new()
}

/// A key whose repeated evaluation gives the same: names, constants, tuples and attributes of them.
pub fn is_plain_key(key: &Expr) -> bool {
    match key {
        Expr::Name(_) => true,
        Expr::Attribute(a) => is_plain_key(&a.value),
        Expr::Tuple(t) => t.elts.iter().all(is_plain_key),
        other => other.is_literal_expr(),
    }
}

/// Whether the function has a variable of that name.
pub fn binds_in(cx: &FileContext, function: NodeId, name: &str) -> bool {
    let symbols = cx.facts.symbols();
    symbols.scope_opened_by(function).is_some_and(|scope| symbols.own(scope, name).is_some())
}
