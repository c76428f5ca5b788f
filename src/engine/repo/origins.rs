//! Where a value of a file may come from: the calls that make it, as far as the file shows.

use rustc_hash::FxHashMap;
use std::cell::OnceCell;

use super::importers::last_name;
use crate::facts::{Binding, Facts, Resolution};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, ast};

/// How far assignments, parameters and attributes are followed.
const DEPTH: usize = 4;

pub(super) struct Origins<'a, 'm, 'f> {
    pub module: &'m Module<'a>,
    facts: &'m Facts<'a, 'f>,
    /// Calls by the last name of what is called.
    calls: OnceCell<FxHashMap<&'a str, Vec<&'a ast::ExprCall>>>,
    /// What is assigned to attributes, by their name.
    attributes: OnceCell<FxHashMap<&'a str, Vec<&'a Expr>>>,
    /// Names of functions that stand in displays or are assigned: whoever calls a variable may call them.
    kept: OnceCell<Vec<NodeId>>,
}

impl<'a, 'm, 'f> Origins<'a, 'm, 'f> {
    pub fn new(module: &'m Module<'a>, facts: &'m Facts<'a, 'f>) -> Self {
        Origins { module, facts, calls: OnceCell::new(), attributes: OnceCell::new(), kept: OnceCell::new() }
    }

    /// What is called where the value is made: names and attributes.
    pub fn of(&self, value: &'a Expr) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.follow(value, 0, &mut found);
        found
    }

    fn follow(&self, value: &'a Expr, depth: usize, found: &mut Vec<NodeId>) {
        if depth > DEPTH {
            return;
        }
        match value {
            Expr::Call(call) => self.called(&call.func, found),
            Expr::Name(name) => {
                let Resolution::Symbol(symbol) = self.facts.symbols().resolve(self.module.id(name)) else {
                    return;
                };
                for occurrence in self.facts.symbols().occurrences_of(symbol).filter(|o| o.binds()) {
                    match (occurrence.binding, self.module.parent_node(occurrence.node)) {
                        (Some(Binding::Assignment), Some(AnyNodeRef::StmtAssign(a))) => {
                            self.follow(&a.value, depth + 1, found);
                        }
                        (Some(Binding::Parameter), _) => {
                            for argument in self.passed(occurrence.node, name.id.as_str()) {
                                self.follow(argument, depth + 1, found);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Expr::Attribute(attribute) => {
                for value in self.assigned().get(attribute.attr.as_str()).into_iter().flatten() {
                    self.follow(value, depth + 1, found);
                }
            }
            Expr::If(i) => {
                self.follow(&i.body, depth + 1, found);
                self.follow(&i.orelse, depth + 1, found);
            }
            Expr::BoolOp(b) => b.values.iter().for_each(|v| self.follow(v, depth + 1, found)),
            Expr::Named(n) => self.follow(&n.value, depth + 1, found),
            _ => {}
        }
    }

    /// The callee, and what else it may be where it is a variable.
    fn called(&self, callee: &'a Expr, found: &mut Vec<NodeId>) {
        let variable = match callee {
            Expr::Name(name) => {
                found.push(self.module.id(name));
                let symbols = self.facts.symbols();
                matches!(symbols.resolve(self.module.id(name)), Resolution::Symbol(_))
                    && !self.is_defined(name)
            }
            Expr::Attribute(attribute) => {
                found.push(self.module.id(attribute));
                self.assigned().contains_key(attribute.attr.as_str())
            }
            Expr::Subscript(_) => true,
            _ => false,
        };
        if variable {
            found.extend(self.kept());
        }
    }

    /// Whether some binding of the name is a definition or an import.
    fn is_defined(&self, name: &ast::ExprName) -> bool {
        let symbols = self.facts.symbols();
        let Resolution::Symbol(symbol) = symbols.resolve(self.module.id(name)) else { return false };
        symbols.occurrences_of(symbol).any(|o| {
            matches!(
                o.binding,
                Some(Binding::Function | Binding::Class | Binding::Import | Binding::FromImport)
            )
        })
    }

    /// The arguments that calls in this file pass as a parameter.
    fn passed(&self, parameter: NodeId, name: &str) -> Vec<&'a Expr> {
        let module = self.module;
        let Some(function) = module.enclosing_function(parameter) else { return Vec::new() };
        let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return Vec::new() };
        let index = def.parameters.iter_non_variadic_params().position(|p| p.parameter.name.as_str() == name);
        let Some(index) = index else { return Vec::new() };
        let class = match module.parent_node(function) {
            Some(AnyNodeRef::StmtClassDef(class)) => Some(class),
            _ => None,
        };
        let (called, bound) = match (class, def.name.as_str()) {
            (Some(class), "__init__" | "__new__") => (class.name.as_str(), 1),
            (Some(_), method) => (method, 1),
            (None, function) => (function, 0),
        };
        let mut arguments = Vec::new();
        for call in self.calls().get(called).into_iter().flatten() {
            let by_name = call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(name));
            let by_place = index.checked_sub(bound).and_then(|i| call.arguments.args.get(i));
            arguments.extend(by_name.map(|k| &k.value).or(by_place));
        }
        arguments
    }

    fn calls(&self) -> &FxHashMap<&'a str, Vec<&'a ast::ExprCall>> {
        self.calls.get_or_init(|| {
            let mut calls: FxHashMap<&str, Vec<&ast::ExprCall>> = FxHashMap::default();
            for (_, node) in self.module.nodes() {
                if let AnyNodeRef::ExprCall(call) = node {
                    calls.entry(last_name(&call.func)).or_default().push(call);
                }
            }
            calls
        })
    }

    fn assigned(&self) -> &FxHashMap<&'a str, Vec<&'a Expr>> {
        self.attributes.get_or_init(|| {
            let mut assigned: FxHashMap<&str, Vec<&Expr>> = FxHashMap::default();
            for (_, node) in self.module.nodes() {
                let AnyNodeRef::StmtAssign(a) = node else { continue };
                for target in &a.targets {
                    if let Expr::Attribute(attribute) = target {
                        assigned.entry(attribute.attr.as_str()).or_default().push(&a.value);
                    }
                }
            }
            assigned
        })
    }

    fn kept(&self) -> &[NodeId] {
        self.kept.get_or_init(|| {
            let module = self.module;
            let names = module.nodes().filter_map(|(id, node)| {
                let loaded = match node {
                    AnyNodeRef::ExprName(n) => n.ctx.is_load() && self.is_defined(n),
                    AnyNodeRef::ExprAttribute(a) => a.ctx.is_load(),
                    _ => false,
                };
                let kept = matches!(
                    module.parent_node(id),
                    Some(
                        AnyNodeRef::ExprList(_)
                            | AnyNodeRef::ExprTuple(_)
                            | AnyNodeRef::ExprSet(_)
                            | AnyNodeRef::ExprDict(_)
                            | AnyNodeRef::StmtAssign(_)
                    )
                );
                (loaded && kept).then_some(id)
            });
            names.collect()
        })
    }
}
