//! What is known about a file beyond its syntax, computed when first asked for.

pub mod async_resources;
mod by_name;
mod callbacks;
pub mod effects;
mod first_run;
mod flow;
pub mod resources;
mod results;
mod scopes;
mod stdlib;
pub mod tables;
mod type_memo;
pub mod types;

pub use callbacks::unprompted;
pub use flow::{Catch, Flow, Part, Protection, is_builtin_exception};
pub use scopes::{
    Access, Binding, NamespaceWrite, Occurrence, OccurrenceId, Resolution, Scope, ScopeId, ScopeKind, Symbol,
    SymbolId, Symbols,
};
pub use stdlib::is_stdlib_module;

use crate::repo::{DerivedClass, FunctionSummary, Global};
use crate::syntax::{Module, NodeId};
use by_name::NodesByName;
use first_run::FirstRuns;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;
use type_memo::TypeMemo;

/// The facts of one file.
pub struct Facts<'a, 'r> {
    module: &'r Module<'a>,
    symbols: OnceCell<Symbols<'a>>,
    types: TypeMemo,
    attributes: OnceCell<types::AttributeValues>,
    functions: RefCell<FxHashMap<NodeId, Arc<FunctionSummary>>>,
    functions_by_name: OnceCell<NodesByName<'a>>,
    reads_by_name: OnceCell<NodesByName<'a>>,
    derived_classes: OnceCell<Vec<DerivedClass>>,
    effects: RefCell<FxHashMap<NodeId, Arc<effects::Effects>>>,
    globals: OnceCell<FxHashMap<String, Global>>,
    graphs: RefCell<FxHashMap<NodeId, Arc<flow::Graph>>>,
    computes_attributes: OnceCell<bool>,
    first_runs: RefCell<FxHashMap<ScopeId, Arc<FirstRuns>>>,
}

impl<'a, 'r> Facts<'a, 'r> {
    pub fn new(module: &'r Module<'a>) -> Self {
        Facts {
            module,
            symbols: OnceCell::new(),
            types: TypeMemo::default(),
            attributes: OnceCell::new(),
            functions: RefCell::default(),
            functions_by_name: OnceCell::new(),
            reads_by_name: OnceCell::new(),
            derived_classes: OnceCell::new(),
            effects: RefCell::default(),
            globals: OnceCell::new(),
            graphs: RefCell::default(),
            computes_attributes: OnceCell::new(),
            first_runs: RefCell::default(),
        }
    }

    /// Whether a class of this file may run code where an attribute is read (`__getattr__`, `__get__`): by its text alone.
    pub(crate) fn computes_attributes(&self) -> bool {
        *self.computes_attributes.get_or_init(|| {
            memchr::memmem::find_iter(self.module.text().as_bytes(), "__get").any(|at| {
                let rest = &self.module.text()[at + "__get".len()..];
                rest.starts_with("attr") || rest.starts_with("__")
            })
        })
    }

    pub fn symbols(&self) -> &Symbols<'a> {
        self.symbols.get_or_init(|| Symbols::of(self.module))
    }

    /// The assignments to `self.name` in the methods of a class, if all of them are understood.
    pub fn attribute_values(&self, class: NodeId, name: &str) -> Option<&[NodeId]> {
        let all = self.attributes.get_or_init(|| types::attribute_values(self.module));
        all.get(&(class, name.to_string()))?.as_deref()
    }

    /// The head of the function at this node.
    pub fn function(&self, node: NodeId) -> Arc<FunctionSummary> {
        if let Some(known) = self.functions.borrow().get(&node) {
            return known.clone();
        }
        let summary = Arc::new(FunctionSummary::of(self.module, node));
        self.functions.borrow_mut().insert(node, summary.clone());
        summary
    }

    /// What the function at this node does by itself.
    pub fn effects_of(&self, function: NodeId) -> Arc<effects::Effects> {
        if let Some(known) = self.effects.borrow().get(&function) {
            return known.clone();
        }
        let effects = Arc::new(effects::Collector::of_function(self.module, self, function));
        self.effects.borrow_mut().insert(function, effects.clone());
        effects
    }

    /// The functions and methods of the file with this name.
    pub fn functions_named(&self, name: &str) -> Vec<Arc<FunctionSummary>> {
        self.definitions_of(name).iter().map(|id| self.function(*id)).collect()
    }

    /// Where the file defines functions and methods of this name, in source order.
    pub fn definitions_of(&self, name: &str) -> &[NodeId] {
        let all = self.functions_by_name.get_or_init(|| by_name::functions(self.module));
        all.get(name).map_or(&[], Vec::as_slice)
    }

    /// Where the file reads a variable or an attribute of this name, in source order.
    pub fn reads_of(&self, name: &str) -> &[NodeId] {
        let all = self.reads_by_name.get_or_init(|| by_name::reads(self.module));
        all.get(name).map_or(&[], Vec::as_slice)
    }

    /// The classes of the file that have bases.
    pub(crate) fn derived_classes(&self) -> &[DerivedClass] {
        self.derived_classes.get_or_init(|| crate::repo::derived_classes(self.module))
    }

    /// Module-level names and what they stand for.
    pub fn globals(&self) -> &FxHashMap<String, Global> {
        self.globals.get_or_init(|| crate::repo::globals(self.module, self))
    }

    /// The statement of the scope `owner` that first runs the function around `node`, as far as names tell.
    pub fn first_run(&self, node: NodeId, owner: ScopeId) -> Option<NodeId> {
        let symbols = self.symbols();
        let known = self.first_runs.borrow().get(&owner).cloned();
        let runs = known.unwrap_or_else(|| {
            let made = Arc::new(FirstRuns::of(self.module, symbols, owner));
            self.first_runs.borrow_mut().insert(owner, made.clone());
            made
        });
        runs.statement(symbols, symbols.scope_of(self.module, node))
    }

    /// Control flow of a function, class body or module.
    ///
    /// # Panics
    /// When `owner` is another node.
    pub fn flow(&self, owner: NodeId) -> Flow<'a, '_> {
        let symbols = self.symbols();
        let mut graphs = self.graphs.borrow_mut();
        let graph = graphs.entry(owner).or_insert_with(|| Arc::new(flow::graph(self.module, symbols, owner)));
        Flow::new(self.module, symbols, owner, Arc::clone(graph))
    }

    /// Control flow of the body whose code the node is. A definition is part of the body around it.
    pub fn flow_at(&self, node: NodeId) -> Flow<'a, '_> {
        let symbols = self.symbols();
        let body = symbols
            .scope_chain(symbols.scope_of(self.module, node))
            .map(|s| symbols.scope(s))
            .find(|scope| matches!(scope.kind, ScopeKind::Module | ScopeKind::Class | ScopeKind::Function));
        self.flow(body.map_or(NodeId::ROOT, |scope| scope.node))
    }
}
