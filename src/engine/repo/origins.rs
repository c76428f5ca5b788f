//! Where a value of a file may come from: the calls that make it, as far as the file shows.

use rustc_hash::FxHashMap;
use std::cell::OnceCell;

use super::importers::last_name;
use crate::facts::{Binding, Facts, Resolution};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Stmt, ast};

/// How far assignments, parameters and attributes are followed.
const DEPTH: usize = 4;

pub(super) struct Origins<'a, 'm, 'f> {
    pub module: &'m Module<'a>,
    facts: &'m Facts<'a, 'f>,
    /// Calls by the last name of what is called.
    calls: OnceCell<FxHashMap<&'a str, Vec<&'a ast::ExprCall>>>,
    /// What is assigned to attributes, by their name.
    attributes: OnceCell<FxHashMap<&'a str, Vec<&'a Expr>>>,
}

impl<'a, 'm, 'f> Origins<'a, 'm, 'f> {
    pub fn new(module: &'m Module<'a>, facts: &'m Facts<'a, 'f>) -> Self {
        Origins { module, facts, calls: OnceCell::new(), attributes: OnceCell::new() }
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
            Expr::Call(call) => self.functions(&call.func, depth + 1, found),
            Expr::Name(name) => {
                for source in self.sources(name) {
                    if let Source::Value(value) = source {
                        self.follow(value, depth + 1, found);
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

    /// Whether the name, or the attribute of `self` or `cls`, means a function that the file defines.
    pub fn defines(&self, called: NodeId) -> bool {
        let module = self.module;
        match module.node(called) {
            AnyNodeRef::ExprName(name) => {
                let symbols = self.facts.symbols();
                let Resolution::Symbol(symbol) = symbols.resolve(module.id(name)) else { return false };
                symbols.occurrences_of(symbol).any(|o| o.binding == Some(Binding::Function))
            }
            AnyNodeRef::ExprAttribute(a) if matches!(&*a.value, Expr::Name(n) if matches!(n.id.as_str(), "self" | "cls")) =>
            {
                let classes = module.ancestors(called).filter_map(|id| match module.node(id) {
                    AnyNodeRef::StmtClassDef(class) => Some(class),
                    _ => None,
                });
                let mut bodies = classes.flat_map(|class| &class.body);
                bodies.any(|s| matches!(s, Stmt::FunctionDef(f) if f.name.as_str() == a.attr.as_str()))
            }
            _ => false,
        }
    }

    /// The functions that an expression may mean.
    fn functions(&self, value: &'a Expr, depth: usize, found: &mut Vec<NodeId>) {
        if depth > DEPTH {
            return;
        }
        match value {
            Expr::Name(name) => {
                found.push(self.module.id(name));
                for source in self.sources(name) {
                    match source {
                        Source::Value(value) => self.functions(value, depth + 1, found),
                        Source::Element(of) => self.elements(of, depth + 1, found),
                    }
                }
            }
            Expr::Attribute(attribute) => {
                found.push(self.module.id(attribute));
                for value in self.assigned().get(attribute.attr.as_str()).into_iter().flatten() {
                    self.functions(value, depth + 1, found);
                }
            }
            Expr::Subscript(subscript) => self.elements(&subscript.value, depth + 1, found),
            Expr::If(i) => {
                self.functions(&i.body, depth + 1, found);
                self.functions(&i.orelse, depth + 1, found);
            }
            _ => {}
        }
    }

    /// The functions that an element of a container, or a value of a dict, may mean.
    fn elements(&self, container: &'a Expr, depth: usize, found: &mut Vec<NodeId>) {
        if depth > DEPTH {
            return;
        }
        match container {
            Expr::List(ast::ExprList { elts, .. })
            | Expr::Tuple(ast::ExprTuple { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => {
                elts.iter().for_each(|e| self.functions(e, depth + 1, found));
            }
            Expr::Dict(dict) => dict.items.iter().for_each(|i| self.functions(&i.value, depth + 1, found)),
            Expr::Name(name) => {
                for source in self.sources(name) {
                    if let Source::Value(value) = source {
                        self.elements(value, depth + 1, found);
                    }
                }
            }
            Expr::Attribute(attribute) => {
                for value in self.assigned().get(attribute.attr.as_str()).into_iter().flatten() {
                    self.elements(value, depth + 1, found);
                }
            }
            Expr::Call(call) => {
                if let Expr::Attribute(method) = &*call.func
                    && matches!(method.attr.as_str(), "values" | "items" | "copy")
                {
                    self.elements(&method.value, depth + 1, found);
                }
            }
            _ => {}
        }
    }

    /// What a variable gets.
    fn sources(&self, name: &ast::ExprName) -> Vec<Source<'a>> {
        let symbols = self.facts.symbols();
        let Resolution::Symbol(symbol) = symbols.resolve(self.module.id(name)) else { return Vec::new() };
        let mut sources = Vec::new();
        for occurrence in symbols.occurrences_of(symbol).filter(|o| o.binds()) {
            match (occurrence.binding, self.module.parent_node(occurrence.node)) {
                (Some(Binding::Parameter), _) => {
                    let passed = self.passed(occurrence.node, name.id.as_str());
                    sources.extend(passed.into_iter().map(Source::Value));
                }
                (_, Some(AnyNodeRef::StmtAssign(a))) => sources.push(Source::Value(&a.value)),
                (_, Some(AnyNodeRef::StmtFor(f))) => sources.push(Source::Element(&f.iter)),
                (_, Some(AnyNodeRef::Comprehension(c))) => sources.push(Source::Element(&c.iter)),
                _ => {}
            }
        }
        sources
    }

    /// The arguments that calls in this file pass as a parameter.
    fn passed(&self, parameter: NodeId, name: &str) -> Vec<&'a Expr> {
        let module = self.module;
        let Some(function) = module.enclosing_function(parameter) else { return Vec::new() };
        let AnyNodeRef::StmtFunctionDef(def) = module.node(function) else { return Vec::new() };
        let index = def.parameters.iter_non_variadic_params().position(|p| p.parameter.name.as_str() == name);
        let Some(index) = index else { return Vec::new() };
        // Also behind an `if` or `try` in the body of the class.
        let class = match module.enclosing_definition(function).map(|id| module.node(id)) {
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
}

/// Where the value of a variable comes from.
enum Source<'a> {
    Value(&'a Expr),
    /// It is an element of this.
    Element(&'a Expr),
}
