//! One walk over the tree in source order: opens scopes, records occurrences, gathers slots.

use super::builtins::ModuleObjects;
use super::names::{NameId, Names, mangle};
use super::resolve::{Flags, Slot, Slots};
use super::{Access, Binding, NamespaceWrite, Occurrence, Scope, ScopeId, ScopeKind};
use crate::syntax::ast::{self, AnyParameterRef, Expr, ExprContext, Pattern, Stmt};
use crate::syntax::visitor::source_order::{
    SourceOrderVisitor, walk_body, walk_expr, walk_pattern, walk_stmt,
};
use crate::syntax::{Module, NodeId, Ranged, TextRange, TextSize};
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
        binding: Binding::Assignment,
        last_slot: Vec::new(),
        module_objects: ModuleObjects::default(),
        built: Built {
            scopes: Vec::new(),
            occurrences: Vec::with_capacity(module.len() / 3),
            occurrence_slots: Vec::with_capacity(module.len() / 3),
            slots: Slots::default(),
            names: Names::default(),
            by_node: vec![0; module.len()],
            by_opener: FxHashMap::default(),
            spans: Vec::new(),
            star_imports: Vec::new(),
            namespace_writes: Vec::new(),
            namespace_reads: Vec::new(),
        },
    };
    let root = builder.open(ScopeKind::Module, NodeId::ROOT, None, false);
    builder.switch(root, NodeId::ROOT);
    walk_body(&mut builder, module.body());
    builder.built
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
    /// How names in a target get their value.
    binding: Binding,
    /// Per name: the slot used last. Names tend to come several times in a row in one scope.
    last_slot: Vec<u32>,
    pub module_objects: ModuleObjects<'a>,
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
        // Bound and default of a type parameter are two scopes of one node: the node stands for the first.
        self.built.by_opener.entry(node).or_insert(id);
        id
    }

    /// From the node `at` on, code belongs to `scope`.
    fn switch(&mut self, scope: ScopeId, at: NodeId) {
        self.scope = scope;
        match self.built.spans.last_mut() {
            Some(last) if last.0 == at => last.1 = scope,
            _ => self.built.spans.push((at, scope)),
        }
    }

    pub fn kind(&self, scope: ScopeId) -> ScopeKind {
        self.built.scopes[scope.index()].kind
    }

    fn intern(&mut self, name: &'a str) -> NameId {
        let mangled = self.private.and_then(|private| {
            let applies = private
                .only
                .is_none_or(|params| params.type_params.iter().any(|p| p.name().as_str() == name));
            if name.starts_with("__") && applies { mangle(private.class, name) } else { None }
        });
        match mangled {
            Some(mangled) => self.built.names.intern_mangled(mangled),
            None => self.built.names.intern(name),
        }
    }

    /// The slot of the name in the scope, with the flags added.
    fn slot(&mut self, scope: ScopeId, name: &'a str, flags: Flags) -> u32 {
        let id = self.intern(name);
        let slots = &mut self.built.slots;
        let next = slots.all.len() as u32;
        if id.0 as usize == self.last_slot.len() {
            self.last_slot.push(next);
            slots.bound_below.push(false);
        }
        let last = &mut self.last_slot[id.0 as usize];
        let cached = slots.all.get(*last as usize).is_some_and(|s| s.scope == scope && s.name == id);
        let slot = if cached { *last } else { *slots.of.entry((scope, id)).or_insert(next) };
        *last = slot;
        if slot == next {
            slots.all.push(Slot { scope, name: id, spelled: name, flags, symbol: None });
        } else {
            let flags_before = &mut slots.all[slot as usize].flags;
            *flags_before = flags_before.or(flags);
        }
        if scope != ScopeId::MODULE && flags.has(Flags::BOUND) {
            slots.bound_below[id.0 as usize] = true;
        }
        slot
    }

    fn record(
        &mut self,
        name: &'a str,
        node: NodeId,
        range: TextRange,
        flags: Flags,
        access: Access,
        binding: Option<Binding>,
    ) {
        let slot = self.slot(self.scope, name, flags);
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
    }

    fn bind(&mut self, name: &'a ast::Identifier, node: NodeId, binding: Binding) {
        self.record(name.as_str(), node, name.range, Flags::BOUND, Access::Write, Some(binding));
    }

    fn name(&mut self, name: &'a ast::ExprName) {
        let node = self.module.id(name);
        let text = name.id.as_str();
        match name.ctx {
            ExprContext::Load | ExprContext::Invalid => {
                self.record(text, node, name.range, Flags::NONE, Access::Read, None);
                if matches!(text, "super" | "__class__") && self.kind(self.scope).is_function_like() {
                    // CPython counts any `super` as a read of `__class__`.
                    self.built.scopes[self.scope.index()].class_cell = true;
                    self.slot(self.scope, "__class__", Flags::NONE);
                }
            }
            ExprContext::Store => {
                let binding = Some(self.binding);
                self.record(text, node, name.range, Flags::BOUND, Access::Write, binding);
            }
            ExprContext::Del => {
                self.record(text, node, name.range, Flags::BOUND, Access::Delete, None);
            }
        }
    }

    fn target(&mut self, target: &'a Expr, binding: Binding) {
        let before = std::mem::replace(&mut self.binding, binding);
        self.visit_expr(target);
        self.binding = before;
    }

    /// Code that stands inside `node` and belongs to `scope`; what follows is that of the scope now in force.
    fn visit_in(&mut self, scope: ScopeId, node: &'a Expr) {
        let here = self.scope;
        let id = self.module.id(node);
        self.switch(scope, id);
        self.visit_expr(node);
        self.switch(here, self.module.end(id));
    }

    fn function(&mut self, def: &'a ast::StmtFunctionDef) {
        let id = self.module.id(def);
        let outer = self.scope;
        for decorator in &def.decorator_list {
            self.visit_decorator(decorator);
        }
        self.bind(&def.name, id, Binding::Function);
        if let Some(params) = &def.type_params {
            self.type_params(params);
        }
        let around = self.scope;
        let inner = self.open(ScopeKind::Function, id, Some(around), false);
        self.switch(inner, self.module.id(&*def.parameters));
        self.parameters(&def.parameters, around, outer);
        if let Some(returns) = &def.returns {
            self.visit_in(around, returns);
        }
        self.visit_body(&def.body);
        self.switch(outer, self.module.end(id));
    }

    /// Names belong to the scope in force, annotations to `annotations`, defaults to `defaults`.
    fn parameters(&mut self, parameters: &'a ast::Parameters, annotations: ScopeId, defaults: ScopeId) {
        for parameter in parameters.iter_source_order() {
            let (parameter, default) = match parameter {
                AnyParameterRef::NonVariadic(p) => (&p.parameter, p.default.as_deref()),
                AnyParameterRef::Variadic(p) => (p, None),
            };
            self.bind(&parameter.name, self.module.id(parameter), Binding::Parameter);
            if let Some(annotation) = &parameter.annotation {
                self.visit_in(annotations, annotation);
            }
            if let Some(default) = default {
                self.visit_in(defaults, default);
            }
        }
    }

    /// Opens the scope of the type parameters and stays in it.
    fn type_params(&mut self, params: &'a ast::TypeParams) {
        let id = self.module.id(params);
        let in_class = self.kind(self.scope) == ScopeKind::Class;
        let scope = self.open(ScopeKind::Annotation, id, Some(self.scope), in_class);
        self.switch(scope, id);
        for param in &params.type_params {
            let node = self.module.id(param);
            let (name, bound, default) = match param {
                ast::TypeParam::TypeVar(p) => (&p.name, p.bound.as_deref(), p.default.as_deref()),
                ast::TypeParam::TypeVarTuple(p) => (&p.name, None, p.default.as_deref()),
                ast::TypeParam::ParamSpec(p) => (&p.name, None, p.default.as_deref()),
            };
            self.bind(name, node, Binding::TypeParameter);
            for lazy in [bound, default].into_iter().flatten() {
                let inner = self.open(ScopeKind::Annotation, node, Some(scope), in_class);
                self.visit_in(inner, lazy);
            }
        }
    }

    fn class(&mut self, def: &'a ast::StmtClassDef) {
        let id = self.module.id(def);
        let outer = self.scope;
        let private = self.private;
        for decorator in &def.decorator_list {
            self.visit_decorator(decorator);
        }
        self.bind(&def.name, id, Binding::Class);
        if let Some(params) = &def.type_params {
            self.private = Some(Private { class: def.name.as_str(), only: Some(&**params) });
            self.type_params(params);
        }
        if let Some(arguments) = &def.arguments {
            self.visit_arguments(arguments);
        }
        let inner = self.open(ScopeKind::Class, id, Some(self.scope), false);
        if let Some(first) = def.body.first() {
            self.switch(inner, self.module.id(first));
        }
        self.private = Some(Private { class: def.name.as_str(), only: None });
        self.visit_body(&def.body);
        self.private = private;
        self.switch(outer, self.module.end(id));
    }

    fn type_alias(&mut self, alias: &'a ast::StmtTypeAlias) {
        let id = self.module.id(alias);
        let outer = self.scope;
        self.target(&alias.name, Binding::TypeAlias);
        if let Some(params) = &alias.type_params {
            self.type_params(params);
        }
        let in_class = self.kind(outer) == ScopeKind::Class;
        let inner = self.open(ScopeKind::Annotation, id, Some(self.scope), in_class);
        self.visit_in(inner, &alias.value);
        self.switch(outer, self.module.end(id));
    }

    fn lambda(&mut self, lambda: &'a ast::ExprLambda) {
        let id = self.module.id(lambda);
        let outer = self.scope;
        let inner = self.open(ScopeKind::Lambda, id, Some(outer), false);
        if let Some(parameters) = &lambda.parameters {
            self.switch(inner, self.module.id(&**parameters));
            self.parameters(parameters, outer, outer);
        }
        self.switch(inner, self.module.id(&*lambda.body));
        self.visit_expr(&lambda.body);
        self.switch(outer, self.module.end(id));
    }

    fn comprehension(
        &mut self,
        id: NodeId,
        elements: [Option<&'a Expr>; 2],
        generators: &'a [ast::Comprehension],
    ) {
        let outer = self.scope;
        let inner = self.open(ScopeKind::Comprehension, id, Some(outer), false);
        self.switch(inner, NodeId(id.0 + 1));
        for element in elements.into_iter().flatten() {
            self.visit_expr(element);
        }
        for (i, generator) in generators.iter().enumerate() {
            self.target(&generator.target, Binding::ComprehensionTarget);
            // The outermost iterable is evaluated before the comprehension's scope is entered.
            self.visit_in(if i == 0 { outer } else { inner }, &generator.iter);
            for condition in &generator.ifs {
                self.visit_expr(condition);
            }
        }
        self.switch(outer, self.module.end(id));
    }

    /// PEP 572: in a comprehension, `:=` binds in the function, lambda or module around all comprehensions.
    fn walrus(&mut self, named: &'a ast::ExprNamed) {
        if let Expr::Name(target) = &*named.target {
            let name = target.id.as_str();
            let mut owner = self.scope;
            while let Scope { kind: ScopeKind::Comprehension, parent: Some(parent), .. } =
                self.built.scopes[owner.index()]
            {
                owner = parent;
            }
            if owner != self.scope {
                let slot = self.slot(owner, name, Flags::BOUND);
                let global =
                    owner == ScopeId::MODULE || self.built.slots.all[slot as usize].flags.has(Flags::GLOBAL);
                self.slot(self.scope, name, if global { Flags::GLOBAL } else { Flags::NONLOCAL });
            }
        }
        self.target(&named.target, Binding::Walrus);
        self.visit_expr(&named.value);
    }

    fn alias(&mut self, alias: &'a ast::Alias, binding: Binding) {
        let id = self.module.id(alias);
        match &alias.asname {
            Some(name) => self.bind(name, id, binding),
            None => {
                let name = alias.name.as_str();
                let first = name.split('.').next().unwrap_or(name);
                let range = TextRange::at(alias.name.start(), TextSize::of(first));
                self.record(first, id, range, Flags::BOUND, Access::Write, Some(binding));
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

impl<'a> SourceOrderVisitor<'a> for Builder<'a, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(def) => self.class(def),
            Stmt::TypeAlias(alias) => self.type_alias(alias),
            Stmt::Assign(assign) => {
                self.note_module_object(assign);
                for target in &assign.targets {
                    self.target(target, Binding::Assignment);
                }
                self.visit_expr(&assign.value);
            }
            Stmt::AugAssign(assign) => {
                match &*assign.target {
                    Expr::Name(name) => self.record(
                        name.id.as_str(),
                        self.module.id(name),
                        name.range,
                        Flags::BOUND,
                        Access::ReadWrite,
                        Some(Binding::AugmentedAssignment),
                    ),
                    target => self.visit_expr(target),
                }
                self.visit_expr(&assign.value);
            }
            Stmt::AnnAssign(assign) => {
                match &*assign.target {
                    Expr::Name(name) => {
                        let binding = match assign.value {
                            Some(_) => Binding::AnnotatedAssignment,
                            None => Binding::Annotation,
                        };
                        // `(x): int` without a value is the one annotation that does not make a name local.
                        let bound = assign.simple || assign.value.is_some();
                        let flags = if bound { Flags::BOUND } else { Flags::NONE };
                        let node = self.module.id(name);
                        let text = name.id.as_str();
                        self.record(text, node, name.range, flags, Access::Write, Some(binding));
                    }
                    target => self.visit_expr(target),
                }
                self.visit_expr(&assign.annotation);
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
            }
            Stmt::For(stmt) => {
                self.target(&stmt.target, Binding::For);
                self.visit_expr(&stmt.iter);
                self.visit_body(&stmt.body);
                self.visit_body(&stmt.orelse);
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.note_import(alias);
                    self.alias(alias, Binding::Import);
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    if alias.name.as_str() == "*" {
                        self.built.star_imports.push(self.module.id(import));
                    } else {
                        self.alias(alias, Binding::FromImport);
                    }
                }
            }
            Stmt::Global(stmt) => self.declare(&stmt.names, Flags::GLOBAL),
            Stmt::Nonlocal(stmt) => self.declare(&stmt.names, Flags::NONLOCAL),
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => self.name(name),
            Expr::Attribute(attribute) => {
                self.visit_expr(&attribute.value);
                self.note_attribute(attribute);
            }
            Expr::Subscript(item) => {
                self.visit_expr(&item.value);
                self.visit_expr(&item.slice);
                self.note_item(item);
            }
            Expr::Call(call) => {
                self.visit_expr(&call.func);
                self.visit_arguments(&call.arguments);
                if let Expr::Name(name) = &*call.func {
                    self.note_call(call, name.id.as_str());
                }
            }
            Expr::Named(named) => self.walrus(named),
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::ListComp(c) => self.comprehension(self.module.id(c), [Some(&*c.elt), None], &c.generators),
            Expr::SetComp(c) => self.comprehension(self.module.id(c), [Some(&*c.elt), None], &c.generators),
            Expr::Generator(c) => self.comprehension(self.module.id(c), [Some(&*c.elt), None], &c.generators),
            Expr::DictComp(c) => {
                self.comprehension(self.module.id(c), [c.key.as_deref(), Some(&*c.value)], &c.generators);
            }
            _ => walk_expr(self, expr),
        }
    }

    fn visit_with_item(&mut self, item: &'a ast::WithItem) {
        self.visit_expr(&item.context_expr);
        if let Some(target) = &item.optional_vars {
            self.target(target, Binding::With);
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        if let Some(type_) = &handler.type_ {
            self.visit_expr(type_);
        }
        if let Some(name) = &handler.name {
            self.bind(name, self.module.id(handler), Binding::Except);
        }
        self.visit_body(&handler.body);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        walk_pattern(self, pattern);
        let name = match pattern {
            Pattern::MatchAs(p) => p.name.as_ref(),
            Pattern::MatchStar(p) => p.name.as_ref(),
            Pattern::MatchMapping(p) => p.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(name, self.module.id(pattern), Binding::MatchCapture);
        }
    }
}
