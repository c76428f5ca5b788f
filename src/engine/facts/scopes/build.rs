//! One pass over the nodes in source order: opens scopes, records occurrences, gathers slots.
//!
//! The table of nodes is read like a tape, without recursion: most nodes concern no name. What a definition,
//! lambda or comprehension means for the nodes behind its head (in which scope they are, where its name is
//! bound) is kept as *events*, each due at a node. Subtrees nest, so the event due next is the one noted last.

use super::builtins::Roles;
use super::names::{NameId, Names, mangle};
use super::slots::{Flags, Slots};
use super::{Access, Binding, NamespaceWrite, Occurrence, Scope, ScopeId, ScopeKind};
use crate::syntax::ast::{self, AnyParameterRef, Expr, ExprContext};
use crate::syntax::{AnyNodeRef, Module, NodeId, Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

/// Everything but the answers.
pub(super) struct Built<'a> {
    pub scopes: Vec<Scope<'a>>,
    pub occurrences: Vec<Occurrence<'a>>,
    /// Per occurrence.
    pub occurrence_slots: Vec<u32>,
    pub slots: Slots<'a>,
    pub names: Names<'a>,
    pub by_node: Vec<u32>,
    pub by_opener: FxHashMap<NodeId, ScopeId>,
    pub spans: Vec<(NodeId, ScopeId)>,
    pub star_imports: Vec<NodeId>,
    pub namespace_writes: Vec<NamespaceWrite<'a>>,
    pub namespace_reads: Vec<TextRange>,
}

pub(super) fn build<'a>(module: &Module<'a>) -> Built<'a> {
    let mut builder = Builder {
        module,
        scope: ScopeId::MODULE,
        private: None,
        events: Vec::new(),
        roles: Roles::default(),
        built: Built {
            scopes: Vec::new(),
            occurrences: Vec::with_capacity(module.len() / 3),
            occurrence_slots: Vec::with_capacity(module.len() / 3),
            slots: Slots::with_capacity(module.len() / 8),
            names: Names::with_capacity(module.len() / 32),
            by_node: vec![0; module.len()],
            by_opener: FxHashMap::default(),
            spans: Vec::new(),
            star_imports: Vec::new(),
            namespace_writes: Vec::new(),
            namespace_reads: Vec::new(),
        },
    };
    builder.note_roles();
    let root = builder.open(ScopeKind::Module, NodeId::ROOT, None, false);
    builder.switch(root, None, NodeId::ROOT);
    for (id, node) in module.nodes() {
        while builder.events.last().is_some_and(|event| event.at == id) {
            builder.next_event();
        }
        builder.node(id, node);
    }
    builder.built
}

/// Something that is due before the node `at` is looked at.
struct Event<'a> {
    at: NodeId,
    what: What<'a>,
}

enum What<'a> {
    /// From here on, code belongs to the scope.
    Switch(ScopeId, Option<Private<'a>>),
    /// The first scope is over.
    Leave(ScopeId, ScopeId, Option<Private<'a>>),
    Bind(&'a ast::Identifier, NodeId, Binding),
}

/// The class whose private names are mangled.
#[derive(Clone, Copy)]
struct Private<'a> {
    class: &'a str,
    /// Between the brackets and in the bases of a generic class only the type parameters are mangled.
    only: Option<&'a ast::TypeParams>,
}

pub(super) struct Builder<'a, 'm> {
    pub module: &'m Module<'a>,
    /// Whose code is being walked.
    pub scope: ScopeId,
    private: Option<Private<'a>>,
    /// What is due, the next last.
    events: Vec<Event<'a>>,
    /// Names that may have to do with namespaces.
    pub roles: Roles,
    pub built: Built<'a>,
}

impl<'a> Builder<'a, '_> {
    fn open(&mut self, kind: ScopeKind, node: NodeId, parent: Option<ScopeId>, sees_class: bool) -> ScopeId {
        let id = ScopeId(self.built.scopes.len() as u32);
        self.built.scopes.push(Scope {
            kind,
            node,
            parent,
            declared_global: Vec::new(),
            declared_nonlocal: Vec::new(),
            dynamic: Vec::new(),
            class_cell: false,
            sees_class,
            symbols: 0..0,
        });
        self.built.slots.open(id);
        // Bound and default of a type parameter are two scopes of one node: the node stands for the first.
        self.built.by_opener.entry(node).or_insert(id);
        id
    }

    /// From the node `at` on, code belongs to `scope`.
    fn switch(&mut self, scope: ScopeId, private: Option<Private<'a>>, at: NodeId) {
        self.scope = scope;
        self.private = private;
        match self.built.spans.last_mut() {
            Some(last) if last.0 == at => last.1 = scope,
            _ => self.built.spans.push((at, scope)),
        }
    }

    pub fn kind(&self, scope: ScopeId) -> ScopeKind {
        self.built.scopes[scope.index()].kind
    }

    pub fn intern(&mut self, name: &'a str) -> NameId {
        match self.mangled(name) {
            Some(mangled) => self.built.names.intern_mangled(&mangled),
            None => self.built.names.intern(name),
        }
    }

    fn mangled(&self, name: &str) -> Option<String> {
        let Private { class, only } = self.private.filter(|_| name.starts_with("__"))?;
        let applies = only.is_none_or(|params| params.type_params.iter().any(|p| p.name().as_str() == name));
        if applies { mangle(class, name) } else { None }
    }

    /// The slot of the name in the scope, with the flags added.
    fn slot(&mut self, scope: ScopeId, name: &'a str, flags: Flags) -> (NameId, u32) {
        let (id, flags) = match self.mangled(name) {
            Some(mangled) => (self.built.names.intern_mangled(&mangled), flags.or(Flags::MANGLED)),
            None => (self.built.names.intern(name), flags),
        };
        (id, self.built.slots.at(scope, id, name, flags))
    }

    fn next_event(&mut self) {
        let Some(Event { at, what }) = self.events.pop() else { return };
        match what {
            What::Switch(scope, private) => self.switch(scope, private, at),
            What::Leave(over, scope, private) => {
                self.built.slots.close(over);
                self.switch(scope, private, at);
            }
            What::Bind(name, node, binding) => {
                self.bind(name, node, binding);
            }
        }
    }

    fn record(
        &mut self,
        name: &'a str,
        node: NodeId,
        range: TextRange,
        flags: Flags,
        access: Access,
        binding: Option<Binding>,
    ) -> NameId {
        let (id, slot) = self.slot(self.scope, name, flags);
        self.built.occurrence_slots.push(slot);
        self.built.occurrences.push(Occurrence {
            name,
            symbol: None,
            scope: self.scope,
            node,
            range,
            access,
            binding,
        });
        self.built.by_node[node.index()] = self.built.occurrences.len() as u32;
        id
    }

    fn bind(&mut self, name: &'a ast::Identifier, node: NodeId, binding: Binding) -> NameId {
        self.record(name.as_str(), node, name.range, Flags::BOUND, Access::Write, Some(binding))
    }

    /// Notes that code belongs to the scope from the node `at` on.
    fn switch_at(&mut self, at: NodeId, scope: ScopeId) {
        self.events.push(Event { at, what: What::Switch(scope, self.private) });
    }

    /// Notes that `scope` is over at the end of the node.
    fn leave_after(&mut self, node: NodeId, scope: ScopeId, to: ScopeId) {
        let at = self.module.end(node);
        self.events.push(Event { at, what: What::Leave(scope, to, self.private) });
    }

    fn bind_at(&mut self, name: &'a ast::Identifier, node: NodeId, binding: Binding) {
        self.events.push(Event { at: self.module.id(name), what: What::Bind(name, node, binding) });
    }

    /// Notes that `expr` belongs to `scope` and what follows to `after`.
    fn visit_in(&mut self, scope: ScopeId, expr: &Expr, after: ScopeId) {
        let id = self.module.id(expr);
        self.switch_at(id, scope);
        self.switch_at(self.module.end(id), after);
    }

    /// Puts the events noted since `mark` in the order in which they are taken.
    fn noted_since(&mut self, mark: usize) {
        self.events[mark..].reverse();
    }

    fn node(&mut self, id: NodeId, node: AnyNodeRef<'a>) {
        match node {
            AnyNodeRef::ExprName(name) => self.name(id, name),
            AnyNodeRef::Parameter(parameter) => {
                self.bind(&parameter.name, id, Binding::Parameter);
            }
            AnyNodeRef::StmtFunctionDef(def) => self.function(id, def),
            AnyNodeRef::StmtClassDef(def) => self.class(id, def),
            AnyNodeRef::ExprLambda(lambda) => self.lambda(id, lambda),
            AnyNodeRef::ExprListComp(c) => self.comprehension(id, &c.generators),
            AnyNodeRef::ExprSetComp(c) => self.comprehension(id, &c.generators),
            AnyNodeRef::ExprDictComp(c) => self.comprehension(id, &c.generators),
            AnyNodeRef::ExprGenerator(c) => self.comprehension(id, &c.generators),
            AnyNodeRef::StmtImport(import) => {
                for alias in &import.names {
                    let name = self.alias(alias, Binding::Import);
                    self.note_import(alias, name);
                }
            }
            AnyNodeRef::StmtImportFrom(import) => {
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.built.star_imports.push(id);
                    } else {
                        self.alias(alias, Binding::FromImport);
                    }
                }
            }
            AnyNodeRef::StmtGlobal(stmt) => self.declare(&stmt.names, Flags::GLOBAL),
            AnyNodeRef::StmtNonlocal(stmt) => self.declare(&stmt.names, Flags::NONLOCAL),
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                if let Some(name) = &handler.name {
                    self.bind_at(name, id, Binding::Except);
                }
            }
            AnyNodeRef::PatternMatchAs(p) => self.capture(id, p.name.as_ref()),
            AnyNodeRef::PatternMatchStar(p) => self.capture(id, p.name.as_ref()),
            AnyNodeRef::PatternMatchMapping(p) => self.capture(id, p.rest.as_ref()),
            AnyNodeRef::StmtTypeAlias(alias) => self.type_alias(id, alias),
            AnyNodeRef::TypeParamTypeVar(p) => {
                self.type_param(id, &p.name, [p.bound.as_deref(), p.default.as_deref()]);
            }
            AnyNodeRef::TypeParamTypeVarTuple(p) => {
                self.type_param(id, &p.name, [None, p.default.as_deref()]);
            }
            AnyNodeRef::TypeParamParamSpec(p) => self.type_param(id, &p.name, [None, p.default.as_deref()]),
            _ => {}
        }
    }

    fn name(&mut self, node: NodeId, name: &'a ast::ExprName) {
        let text = name.id.as_str();
        match name.ctx {
            ExprContext::Load | ExprContext::Invalid => {
                let id = self.record(text, node, name.range, Flags::NONE, Access::Read, None);
                self.note_read(id, node);
            }
            ExprContext::Store => {
                let (flags, access, binding) = self.target(node, text);
                self.record(text, node, name.range, flags, access, Some(binding));
            }
            ExprContext::Del => {
                self.record(text, node, name.range, Flags::BOUND, Access::Delete, None);
            }
        }
    }

    /// How a name that is a target, or part of one, gets its value.
    fn target(&mut self, name: NodeId, text: &'a str) -> (Flags, Access, Binding) {
        let mut parents = self.module.ancestors(name).map(|id| self.module.node(id));
        let holder = parents.find(|node| {
            !matches!(node, AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprList(_) | AnyNodeRef::ExprStarred(_))
        });
        let binding = match holder {
            Some(AnyNodeRef::StmtFor(_)) => Binding::For,
            Some(AnyNodeRef::Comprehension(_)) => Binding::ComprehensionTarget,
            Some(AnyNodeRef::WithItem(_)) => Binding::With,
            Some(AnyNodeRef::StmtTypeAlias(_)) => Binding::TypeAlias,
            Some(AnyNodeRef::StmtAugAssign(_)) => {
                return (Flags::BOUND, Access::ReadWrite, Binding::AugmentedAssignment);
            }
            Some(AnyNodeRef::StmtAnnAssign(assign)) if assign.value.is_none() => {
                // `(x): int` without a value is the one annotation that does not make a name local.
                let flags = if assign.simple { Flags::BOUND } else { Flags::NONE };
                return (flags, Access::Write, Binding::Annotation);
            }
            Some(AnyNodeRef::StmtAnnAssign(_)) => Binding::AnnotatedAssignment,
            Some(AnyNodeRef::ExprNamed(_)) => {
                self.walrus(text);
                Binding::Walrus
            }
            _ => Binding::Assignment,
        };
        (Flags::BOUND, Access::Write, binding)
    }

    /// CPython counts any `super` as a read of `__class__`.
    pub fn read_class_cell(&mut self) {
        if self.kind(self.scope).is_function_like() {
            self.built.scopes[self.scope.index()].class_cell = true;
            self.slot(self.scope, "__class__", Flags::NONE);
        }
    }

    /// PEP 572: in a comprehension, `:=` binds in the function, lambda or module around all comprehensions.
    fn walrus(&mut self, name: &'a str) {
        let mut owner = self.scope;
        while let Scope { kind: ScopeKind::Comprehension, parent: Some(parent), .. } =
            self.built.scopes[owner.index()]
        {
            owner = parent;
        }
        if owner != self.scope {
            let (_, slot) = self.slot(owner, name, Flags::BOUND);
            let global =
                owner == ScopeId::MODULE || self.built.slots.all[slot as usize].flags.has(Flags::GLOBAL);
            self.slot(self.scope, name, if global { Flags::GLOBAL } else { Flags::NONLOCAL });
        }
    }

    fn capture(&mut self, pattern: NodeId, name: Option<&'a ast::Identifier>) {
        if let Some(name) = name {
            self.bind_at(name, pattern, Binding::MatchCapture);
        }
    }

    fn function(&mut self, id: NodeId, def: &'a ast::StmtFunctionDef) {
        let outer = self.scope;
        let mark = self.events.len();
        self.bind_at(&def.name, id, Binding::Function);
        let around = match &def.type_params {
            Some(params) => self.type_params(params),
            None => outer,
        };
        let inner = self.open(ScopeKind::Function, id, Some(around), false);
        self.parameters(&def.parameters, inner, around, outer);
        if let Some(returns) = &def.returns {
            self.visit_in(around, returns, inner);
        }
        self.leave_after(id, inner, around);
        if around != outer {
            self.leave_after(id, around, outer);
        }
        self.noted_since(mark);
    }

    /// The parameters belong to the scope that they are part of, their annotations to `annotations`, their
    /// defaults to `defaults`.
    fn parameters(
        &mut self,
        parameters: &'a ast::Parameters,
        inner: ScopeId,
        annotations: ScopeId,
        defaults: ScopeId,
    ) {
        self.switch_at(self.module.id(parameters), inner);
        for parameter in parameters.iter_source_order() {
            let (parameter, default) = match parameter {
                AnyParameterRef::NonVariadic(p) => (&p.parameter, p.default.as_deref()),
                AnyParameterRef::Variadic(p) => (p, None),
            };
            if let Some(annotation) = &parameter.annotation {
                self.visit_in(annotations, annotation, inner);
            }
            if let Some(default) = default {
                self.visit_in(defaults, default, inner);
            }
        }
    }

    /// Opens the scope of type parameters, which begins where they do.
    fn type_params(&mut self, params: &'a ast::TypeParams) -> ScopeId {
        let id = self.module.id(params);
        let in_class = self.kind(self.scope) == ScopeKind::Class;
        let scope = self.open(ScopeKind::Annotation, id, Some(self.scope), in_class);
        self.switch_at(id, scope);
        scope
    }

    fn type_param(&mut self, id: NodeId, name: &'a ast::Identifier, lazy: [Option<&'a Expr>; 2]) {
        self.bind(name, id, Binding::TypeParameter);
        let scope = self.scope;
        let sees_class = self.built.scopes[scope.index()].sees_class;
        let mark = self.events.len();
        for lazy in lazy.into_iter().flatten() {
            let inner = self.open(ScopeKind::Annotation, id, Some(scope), sees_class);
            let lazy = self.module.id(lazy);
            self.switch_at(lazy, inner);
            self.leave_after(lazy, inner, scope);
        }
        self.noted_since(mark);
    }

    fn class(&mut self, id: NodeId, def: &'a ast::StmtClassDef) {
        let outer = self.scope;
        let private = self.private;
        let mark = self.events.len();
        self.bind_at(&def.name, id, Binding::Class);
        let class = def.name.as_str();
        let mut around = outer;
        if let Some(params) = &def.type_params {
            self.private = Some(Private { class, only: Some(&**params) });
            around = self.type_params(params);
        }
        let inner = self.open(ScopeKind::Class, id, Some(around), false);
        self.private = Some(Private { class, only: None });
        if let Some(first) = def.body.first() {
            self.switch_at(self.module.id(first), inner);
        }
        self.private = private;
        self.leave_after(id, inner, around);
        if around != outer {
            self.leave_after(id, around, outer);
        }
        self.noted_since(mark);
    }

    fn type_alias(&mut self, id: NodeId, alias: &'a ast::StmtTypeAlias) {
        let outer = self.scope;
        let mark = self.events.len();
        let around = match &alias.type_params {
            Some(params) => self.type_params(params),
            None => outer,
        };
        let in_class = self.kind(outer) == ScopeKind::Class;
        let inner = self.open(ScopeKind::Annotation, id, Some(around), in_class);
        self.switch_at(self.module.id(&*alias.value), inner);
        self.leave_after(id, inner, around);
        if around != outer {
            self.leave_after(id, around, outer);
        }
        self.noted_since(mark);
    }

    fn lambda(&mut self, id: NodeId, lambda: &'a ast::ExprLambda) {
        let outer = self.scope;
        let inner = self.open(ScopeKind::Lambda, id, Some(outer), false);
        let mark = self.events.len();
        if let Some(parameters) = &lambda.parameters {
            self.parameters(parameters, inner, outer, outer);
        }
        self.switch_at(self.module.id(&*lambda.body), inner);
        self.leave_after(id, inner, outer);
        self.noted_since(mark);
    }

    fn comprehension(&mut self, id: NodeId, generators: &'a [ast::Comprehension]) {
        let outer = self.scope;
        let inner = self.open(ScopeKind::Comprehension, id, Some(outer), false);
        let mark = self.events.len();
        self.switch_at(NodeId(id.0 + 1), inner);
        if let Some(first) = generators.first() {
            // The outermost iterable is evaluated before the comprehension's scope is entered.
            self.visit_in(outer, &first.iter, inner);
        }
        self.leave_after(id, inner, outer);
        self.noted_since(mark);
    }

    fn alias(&mut self, alias: &'a ast::Alias, binding: Binding) -> NameId {
        let id = self.module.id(alias);
        match &alias.asname {
            Some(name) => self.bind(name, id, binding),
            None => {
                let name = alias.name.as_str();
                let first = name.split('.').next().unwrap_or(name);
                let range = TextRange::at(alias.name.start(), TextSize::of(first));
                self.record(first, id, range, Flags::BOUND, Access::Write, Some(binding))
            }
        }
    }

    fn declare(&mut self, names: &'a [ast::Identifier], flags: Flags) {
        for name in names {
            let scope = &mut self.built.scopes[self.scope.index()];
            let declared = if flags.has(Flags::GLOBAL) {
                &mut scope.declared_global
            } else {
                &mut scope.declared_nonlocal
            };
            declared.push(name.as_str());
            let binding = Some(Binding::Declaration);
            self.record(name.as_str(), self.module.id(name), name.range, flags, Access::Write, binding);
        }
    }
}
