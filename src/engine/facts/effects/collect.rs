//! Collects the local effects of expressions and statements.

use crate::facts::tables::{self, Known};
use crate::facts::types::{Ty, Types};
use crate::facts::{Access, Facts, Occurrence, Resolution, ScopeKind, SymbolId, results};
use crate::syntax::{AnyNodeRef, Expr, Module, NodeId, Operator, Ranged, Stmt, TextRange, ast};

use super::unbound::{Unbound, unbound};
use super::{Call, Callee, Effects, Kind, Mode, Note, Object, is_fresh};

/// Gathers what a piece of code does.
pub struct Collector<'a, 'r> {
    module: &'r Module<'a>,
    facts: &'r Facts<'a, 'r>,
    types: Types<'a, 'r>,
    effects: Effects,
    /// Handlers around the code being looked at that stop `StopIteration`, those that stop `ValueError`, and those
    /// that stop every error.
    stopped: usize,
    values: usize,
    errors: usize,
    /// The first parameter of the function whose body is collected.
    receiver: Option<SymbolId>,
    /// The function whose body is collected: writes to variables of other functions are seen outside.
    owner: Option<NodeId>,
}

impl<'a, 'r> Collector<'a, 'r> {
    pub fn new(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>) -> Self {
        Collector {
            module,
            facts,
            types: Types::new(module, facts),
            effects: Effects::default(),
            stopped: 0,
            values: 0,
            errors: 0,
            receiver: None,
            owner: None,
        }
    }

    /// The effects of evaluating an expression.
    pub fn of_expr(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, expr: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.expr(expr);
        collector.effects
    }

    /// The effects of a call, its arguments included.
    pub fn of_call(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, call: &ast::ExprCall) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.call(call);
        collector.effects
    }

    /// The effects of running statements in place: what they do to local variables is recorded as bindings.
    pub fn of_body(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, body: &[Stmt]) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = body.first().and_then(|s| module.enclosing_function(module.id(s)));
        collector.body(body);
        collector.effects
    }

    /// The effects of entering a `with` statement, its body and its end apart.
    pub fn of_entering(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, with: &ast::StmtWith) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = module.enclosing_function(module.id(with));
        collector.with_items(with);
        collector.effects
    }

    /// The effects of evaluating an expression for its truth value.
    pub fn of_test(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, test: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.truth(test);
        collector.effects
    }

    /// The effects of a comprehension's parts: `element` and conditions, once per element, and its iterations.
    pub fn of_comprehension(
        module: &'r Module<'a>,
        facts: &'r Facts<'a, 'r>,
        elements: &[&Expr],
        generators: &[ast::Comprehension],
    ) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.comprehension(elements, generators);
        collector.effects
    }

    /// What a comprehension does that a generator expression would do later: everything but evaluating the
    /// outermost iterable.
    pub fn of_lazy_part(
        module: &'r Module<'a>,
        facts: &'r Facts<'a, 'r>,
        element: &Expr,
        generators: &[ast::Comprehension],
    ) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.generators(generators, true);
        collector.expr(element);
        collector.effects
    }

    /// What iterating the value of an expression does, the evaluation of the expression apart.
    pub fn of_iteration(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, expr: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.iterate(expr);
        collector.effects
    }

    /// What calling the value of an expression does.
    pub fn of_application(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, function: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        if !function.is_none_literal_expr() {
            collector.applied(function, function.range());
        }
        collector.effects
    }

    /// What operators on instances of a class of the file do.
    pub fn of_operators(
        module: &'r Module<'a>,
        facts: &'r Facts<'a, 'r>,
        class: NodeId,
        at: TextRange,
    ) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.special(class, OPERATORS, at);
        collector.special(class, CONVERSIONS, at);
        collector.effects
    }

    /// Whether an operator or conversion of this name runs without being called.
    pub fn is_operator(name: &str) -> bool {
        OPERATORS.contains(&name) || CONVERSIONS.contains(&name)
    }

    /// What assigning to a target does.
    pub fn of_target(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, target: &Expr) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = module.enclosing_function(module.id(target));
        collector.target(target, "assigns");
        collector.effects
    }

    /// What assigning the elements of an iterable to a target does, one after the other.
    pub fn of_loop_target(
        module: &'r Module<'a>,
        facts: &'r Facts<'a, 'r>,
        iterable: &Expr,
        target: &Expr,
    ) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = module.enclosing_function(module.id(target));
        if matches!(target, Expr::Tuple(_) | Expr::List(_)) {
            collector.unpack_element(iterable, target);
        }
        collector.target(target, "assigns");
        collector.effects
    }

    /// The effects that a caller of the function sees.
    pub fn of_function(module: &'r Module<'a>, facts: &'r Facts<'a, 'r>, function: NodeId) -> Effects {
        let mut collector = Collector::new(module, facts);
        collector.owner = Some(function);
        match module.node(function) {
            AnyNodeRef::StmtFunctionDef(f) => {
                let in_class = matches!(module.parent_node(function), Some(AnyNodeRef::StmtClassDef(_)));
                if in_class && let Some(first) = f.parameters.iter_non_variadic_params().next() {
                    let scope = facts.symbols().scope_opened_by(function);
                    collector.receiver =
                        scope.and_then(|s| facts.symbols().lookup(s, first.parameter.name.as_str()));
                }
                collector.body(&f.body);
            }
            AnyNodeRef::ExprLambda(l) => collector.expr(&l.body),
            _ => {}
        }
        collector.effects
    }

    fn note(&mut self, kind: Kind, at: TextRange, what: impl Into<String>) {
        if kind == Kind::StopIteration && self.stopped > 0 {
            return;
        }
        if kind.is_error() && self.errors > 0 {
            return;
        }
        self.effects.notes.push(Note { kind, at, what: what.into(), on_self: false });
    }

    /// Whether what is raised is a group of exceptions, of PEP 654 or of a class of this file.
    fn is_group(&self, raised: &Expr) -> bool {
        let class = match raised {
            Expr::Call(c) => &*c.func,
            other => other,
        };
        let named = |e: &Expr| self.module.source(e).ends_with("ExceptionGroup");
        let derives = |ty: &Ty| match ty {
            Ty::Class(id) => match self.module.node(*id) {
                AnyNodeRef::StmtClassDef(def) => def.bases().iter().any(named),
                _ => false,
            },
            _ => false,
        };
        named(class)
            || match self.types.of(class) {
                Ty::Union(several) => several.iter().any(derives),
                one => derives(&one),
            }
    }

    fn source(&self, node: impl Ranged) -> String {
        shorten(self.module.source(node))
    }

    fn call_site(&mut self, callee: Callee, at: TextRange, mode: Mode) {
        self.effects.calls.push(Call { callee, at, mode, fresh_receiver: false });
    }

    fn body(&mut self, body: &[Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(f) => {
                for d in &f.decorator_list {
                    self.expr(&d.expression);
                    self.note(Kind::UnknownCall, d.range(), format!("applies `{}`", self.source(d)));
                }
                for p in f.parameters.iter_non_variadic_params() {
                    if let Some(default) = &p.default {
                        self.expr(default);
                    }
                }
                self.bind_name(f.name.as_str(), statement);
            }
            Stmt::ClassDef(c) => {
                self.note(Kind::UnknownCall, c.name.range(), format!("makes the class `{}`", c.name));
                self.bind_name(c.name.as_str(), statement);
            }
            Stmt::Return(r) => self.optional(r.value.as_deref()),
            Stmt::Delete(d) => d.targets.iter().for_each(|t| {
                if let Expr::Name(n) = t {
                    self.needs_value(n);
                }
                self.target(t, "deletes");
            }),
            Stmt::TypeAlias(_) => {}
            Stmt::Assign(a) => {
                self.expr(&a.value);
                for t in &a.targets {
                    self.unpacking(t, &a.value);
                    self.target(t, "assigns");
                }
            }
            Stmt::AugAssign(a) => {
                self.expr(&a.value);
                self.augmented(a);
            }
            Stmt::AnnAssign(a) => {
                self.optional(a.value.as_deref());
                if a.value.is_some() {
                    self.target(&a.target, "assigns");
                }
            }
            Stmt::For(f) => {
                self.expr(&f.iter);
                if f.is_async {
                    self.note(Kind::Suspends, f.range(), "`async for` awaits");
                } else {
                    self.iterate(&f.iter);
                }
                self.target(&f.target, "assigns");
                self.body(&f.body);
                self.body(&f.orelse);
            }
            Stmt::While(w) => {
                self.truth(&w.test);
                self.body(&w.body);
                self.body(&w.orelse);
            }
            Stmt::If(i) => {
                self.truth(&i.test);
                self.body(&i.body);
                for clause in &i.elif_else_clauses {
                    if let Some(test) = &clause.test {
                        self.truth(test);
                    }
                    self.body(&clause.body);
                }
            }
            Stmt::With(w) => {
                self.with_items(w);
                self.body(&w.body);
            }
            Stmt::Match(m) => {
                self.expr(&m.subject);
                self.note(Kind::MayRaise, m.subject.range(), "matching may raise");
                for case in &m.cases {
                    if let Some(guard) = &case.guard {
                        self.truth(guard);
                    }
                    self.body(&case.body);
                }
            }
            Stmt::Raise(r) => {
                self.optional(r.exc.as_deref());
                self.optional(r.cause.as_deref());
                let name = r.exc.as_deref().map(|e| match e {
                    Expr::Call(c) => self.source(&*c.func),
                    other => self.source(other),
                });
                if r.exc.as_deref().is_some_and(|e| self.is_group(e)) {
                    let what = format!("raises {}", name.as_deref().unwrap_or_default());
                    self.note(Kind::RaisesGroup, r.range(), what);
                }
                if name.as_deref() == Some("StopIteration") {
                    self.note(Kind::StopIteration, r.range(), "raises StopIteration");
                }
                self.note(
                    Kind::Validates,
                    r.range(),
                    format!("raises {}", name.unwrap_or_else(|| "again".into())),
                );
            }
            Stmt::Try(t) => {
                let stops = |what: &str| {
                    t.handlers.iter().any(|h| {
                        let ast::ExceptHandler::ExceptHandler(h) = h;
                        h.type_.as_deref().is_none_or(|e| catches(self.module.source(e), what))
                    })
                };
                let (stopped, values) = (stops("StopIteration"), stops("ValueError"));
                let errors = stops("Exception");
                self.stopped += usize::from(stopped);
                self.values += usize::from(values);
                self.errors += usize::from(errors);
                self.body(&t.body);
                self.stopped -= usize::from(stopped);
                self.values -= usize::from(values);
                self.errors -= usize::from(errors);
                for h in &t.handlers {
                    let ast::ExceptHandler::ExceptHandler(h) = h;
                    self.optional(h.type_.as_deref());
                    if let Some(name) = &h.name {
                        self.bind_name(name.as_str(), statement);
                    }
                    self.body(&h.body);
                }
                self.body(&t.orelse);
                self.body(&t.finalbody);
            }
            Stmt::Assert(a) => {
                self.truth(&a.test);
                self.note(Kind::Validates, a.range(), "asserts");
            }
            Stmt::Import(_) | Stmt::ImportFrom(_) => {
                self.note(Kind::Observes, statement.range(), "imports");
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => {}
            Stmt::Expr(e) => self.expr(&e.value),
            Stmt::IpyEscapeCommand(_) => {
                self.note(Kind::UnknownCall, statement.range(), "runs a shell command")
            }
        }
    }

    fn with_items(&mut self, w: &ast::StmtWith) {
        for item in &w.items {
            self.expr(&item.context_expr);
            let ty = self.types.of(&item.context_expr);
            if w.is_async {
                self.note(Kind::Suspends, item.range(), "`async with` awaits");
            } else if ty.is(&["file"]) {
                self.note(
                    Kind::Effect,
                    item.range(),
                    format!("opens and closes `{}`", self.source(&item.context_expr)),
                );
            } else {
                let what = format!("enters `{}`", self.source(&item.context_expr));
                self.note(Kind::UnknownCall, item.range(), what);
            }
            if let Some(target) = &item.optional_vars {
                self.target(target, "assigns");
            }
        }
    }

    fn bind_name(&mut self, name: &str, statement: &Stmt) {
        let symbols = self.facts.symbols();
        let scope = symbols.scope_of(self.module, self.module.id(statement));
        if let Some(symbol) = symbols.lookup(scope, name) {
            self.bind(symbol, statement.range(), name);
        }
    }

    fn bind(&mut self, symbol: SymbolId, at: TextRange, name: &str) {
        self.effects.binds.push(symbol);
        let symbols = self.facts.symbols();
        let scope = symbols.scope(symbols.symbol(symbol).scope);
        let seen_outside = match scope.kind {
            ScopeKind::Comprehension => false,
            _ => {
                self.owner.is_none_or(|owner| scope.node != owner && !self.module.contains(owner, scope.node))
            }
        };
        if self.is_shared(symbol) {
            self.effects.shared_written.push(name.to_string());
        }
        if seen_outside && self.owner.is_some() {
            self.note(Kind::Effect, at, format!("binds `{name}` of an outer scope"));
        }
    }

    /// Unpacking iterates the value.
    fn unpacking(&mut self, target: &Expr, value: &Expr) {
        if matches!(target, Expr::Tuple(_) | Expr::List(_)) {
            self.iterate(value);
            self.note(Kind::MayRaise, target.range(), "unpacking may raise");
        }
    }

    fn target(&mut self, target: &Expr, verb: &str) {
        match target {
            Expr::Name(n) => {
                if let Resolution::Symbol(symbol) = self.facts.symbols().resolve(self.module.id(n)) {
                    self.bind(symbol, n.range(), n.id.as_str());
                }
            }
            Expr::Tuple(t) => t.elts.iter().for_each(|e| self.target(e, verb)),
            Expr::List(l) => l.elts.iter().for_each(|e| self.target(e, verb)),
            Expr::Starred(s) => self.target(&s.value, verb),
            Expr::Attribute(a) => {
                self.expr(&a.value);
                let written = if self.is_receiver(&a.value) {
                    &mut self.effects.own_attributes_written
                } else {
                    &mut self.effects.attributes_written
                };
                written.push(a.attr.to_string());
                self.changes(&a.value, target.range(), format!("{verb} `{}`", self.source(target)));
            }
            Expr::Subscript(s) => {
                self.expr(&s.value);
                self.expr(&s.slice);
                self.note(Kind::MayRaise, target.range(), "a subscript may raise");
                self.effects.objects_changed.extend(self.object(&s.value));
                self.changes(&s.value, target.range(), format!("{verb} `{}`", self.source(target)));
            }
            _ => {}
        }
    }

    /// `x += value`: a name is rebound, and what it held may be changed in place.
    fn augmented(&mut self, a: &ast::StmtAugAssign) {
        self.note(Kind::MayRaise, a.range(), "an operator may raise");
        self.effects.by_operators = true;
        match &*a.target {
            Expr::Name(n) => {
                self.name(n);
                self.target(&a.target, "assigns");
                let ty = self.types.of(&a.target);
                let number = self.types.of(&a.value).is(&["int", "float", "bool", "str"]);
                if !ty.is_immutable() && !number && !self.is_own_total(n) {
                    self.effects.objects_changed.extend(self.object(&a.target));
                    if !is_fresh(self.module, self.facts, &a.target)
                        && ty.any(&|t| t.name().is_none_or(|n| tables::CONTAINERS.contains(&n)))
                    {
                        self.changes(&a.target, a.range(), format!("changes `{}`", n.id));
                    }
                }
            }
            other => {
                self.expr_reading(other);
                self.target(other, "assigns");
            }
        }
    }

    /// A local variable that starts as a number or string of the function's own (`total = 0`): what operators then
    /// make of it belongs to nobody else.
    fn is_own_total(&self, name: &ast::ExprName) -> bool {
        let symbols = self.facts.symbols();
        let Resolution::Symbol(id) = symbols.resolve(self.module.id(name)) else { return false };
        let symbol = symbols.symbol(id);
        if symbol.captured || symbols.scope(symbol.scope).kind != ScopeKind::Function {
            return false;
        }
        symbols.occurrences_of(id).filter(|o| o.binds()).all(|o| match self.module.parent_node(o.node) {
            Some(AnyNodeRef::StmtAugAssign(_)) => true,
            // `total = count = 0`: nothing changes a number in place.
            Some(AnyNodeRef::StmtAssign(a)) => {
                let plain = &["int", "float", "complex", "bool", "str", "bytes"];
                self.types.of(&a.value).is(plain)
            }
            _ => false,
        })
    }

    fn expr_reading(&mut self, expr: &Expr) {
        match expr {
            Expr::Attribute(a) => {
                self.expr(&a.value);
                self.effects.attributes_read.push(a.attr.to_string());
            }
            Expr::Subscript(s) => {
                self.expr(&s.value);
                self.expr(&s.slice);
                self.effects.objects_read.extend(self.object(&s.value));
            }
            other => self.expr(other),
        }
    }

    /// A change of the object that `owner` evaluates to: seen outside unless the object is fresh.
    fn changes(&mut self, owner: &Expr, at: TextRange, what: String) {
        if is_fresh(self.module, self.facts, owner) {
            if let Expr::Subscript(s) = owner {
                // What a container of the function's own holds counts as a part of it.
                self.effects.objects_changed.extend(self.object(&s.value));
            }
            return;
        }
        let on_self = match owner {
            // `self.items[k] = v` on an object that is being made changes nothing older, if the items are new.
            Expr::Attribute(a) => self.is_receiver(&a.value),
            other => self.is_receiver(other),
        };
        self.effects.notes.push(Note { kind: Kind::Effect, at, what, on_self });
    }

    /// The first parameter of the method that is collected.
    fn is_receiver(&self, expr: &Expr) -> bool {
        let Expr::Name(n) = expr else { return false };
        match self.facts.symbols().resolve(self.module.id(n)) {
            Resolution::Symbol(s) => Some(s) == self.receiver,
            Resolution::Free => false,
        }
    }

    /// Whether other functions see the variable.
    fn is_shared(&self, symbol: SymbolId) -> bool {
        let symbols = self.facts.symbols();
        let symbol = symbols.symbol(symbol);
        symbol.captured || symbols.scope(symbol.scope).kind == ScopeKind::Module
    }

    /// The object that the expression names, if it is a path of names and attributes.
    fn object(&self, expr: &Expr) -> Option<Object> {
        let (name, is_attribute) = match expr {
            Expr::Name(n) => (n.id.to_string(), false),
            Expr::Attribute(a) => (a.attr.to_string(), true),
            _ => return None,
        };
        let mut root = expr;
        while let Expr::Attribute(a) = root {
            root = &a.value;
        }
        let root = match root {
            Expr::Name(n) => match self.facts.symbols().resolve(self.module.id(n)) {
                Resolution::Symbol(symbol) => Some(symbol),
                Resolution::Free => None,
            },
            _ => None,
        };
        let is_shared = is_attribute || root.is_some_and(|symbol| self.is_shared(symbol));
        Some(Object { root, text: self.module.source(expr).to_string(), name, is_attribute, is_shared })
    }

    fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    /// A test: evaluates and asks for the truth value.
    fn truth(&mut self, expr: &Expr) {
        self.expr(expr);
        match expr {
            Expr::BoolOp(_) | Expr::Compare(_) => {}
            Expr::UnaryOp(u) if u.op == ast::UnaryOp::Not => {}
            _ => self.truth_value(expr),
        }
    }

    fn truth_value(&mut self, expr: &Expr) {
        match self.types.of(expr) {
            Ty::Known(..) | Ty::Class(_) | Ty::Function(_) | Ty::Module(_) => {}
            Ty::Instance(class) => {
                self.special(class, &["__bool__", "__len__"], expr.range());
            }
            _ => self.effects.by_operators = true,
        }
    }

    fn special(&mut self, class: NodeId, names: &'static [&'static str], at: TextRange) {
        self.call_site(Callee::Special { class, names }, at, Mode::Call);
    }

    fn comprehension(&mut self, elements: &[&Expr], generators: &[ast::Comprehension]) {
        self.generators(generators, false);
        for element in elements {
            self.expr(element);
        }
    }

    fn generators(&mut self, generators: &[ast::Comprehension], first_is_evaluated: bool) {
        for (i, g) in generators.iter().enumerate() {
            if i > 0 || !first_is_evaluated {
                self.expr(&g.iter);
            }
            if g.is_async {
                self.note(Kind::Suspends, g.range(), "`async for` awaits");
            } else {
                self.iterate(&g.iter);
            }
            if matches!(g.target, Expr::Tuple(_) | Expr::List(_)) {
                self.unpack_element(&g.iter, &g.target);
            } else {
                self.target(&g.target, "assigns");
            }
            for test in &g.ifs {
                self.truth(test);
            }
        }
    }

    /// `for a, b in xs`: fits without doubt only where the elements are known to be tuples of that size.
    fn unpack_element(&mut self, iter: &Expr, target: &Expr) {
        let size = match target {
            Expr::Tuple(t) => t.elts.len(),
            Expr::List(l) => l.elts.len(),
            _ => 0,
        };
        let element = self.types.of(iter).element();
        if !element.all(&|t| t.arity() == Some(size)) {
            self.note(Kind::MayRaise, target.range(), "unpacking may raise");
            if !element.all(&|t| t.is_container()) {
                self.effects.by_operators = true;
            }
        }
    }

    fn name(&mut self, n: &ast::ExprName) {
        match self.facts.symbols().resolve(self.module.id(n)) {
            Resolution::Symbol(symbol) => {
                self.effects.reads.push(symbol);
                if self.is_shared(symbol) {
                    self.effects.shared_read.push(n.id.to_string());
                }
                self.needs_value(n);
            }
            Resolution::Free => {
                if tables::builtin_name(n.id.as_str()).is_none() && !n.id.starts_with("__") {
                    self.note(Kind::MayRaise, n.range(), format!("`{}` is bound nowhere in the file", n.id));
                }
            }
        }
    }

    /// What reads or deletes a variable raises if it has no value.
    fn needs_value(&mut self, n: &ast::ExprName) {
        match unbound(self.module, self.facts, self.module.id(n)) {
            Some(Unbound::Surely) => {
                self.note(Kind::Validates, n.range(), format!("`{}` has no value", n.id))
            }
            Some(Unbound::Perhaps) => {
                self.note(Kind::MayRaise, n.range(), format!("`{}` may have no value", n.id));
            }
            None => {}
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::Lambda(_)
            | Expr::IpyEscapeCommand(_) => {}
            Expr::Name(n) => self.name(n),
            Expr::Attribute(a) => self.attribute(a),
            Expr::Subscript(s) => self.subscript(s),
            Expr::Slice(s) => {
                self.optional(s.lower.as_deref());
                self.optional(s.upper.as_deref());
                self.optional(s.step.as_deref());
            }
            Expr::BinOp(b) => {
                self.expr(&b.left);
                self.expr(&b.right);
                self.operator(&b.left, Some(&b.right), b.range(), !total_operator(&self.types, b));
            }
            Expr::UnaryOp(u) => {
                self.expr(&u.operand);
                if u.op == ast::UnaryOp::Not {
                    self.truth_value(&u.operand);
                } else {
                    let number = self.types.of(&u.operand).is_number();
                    self.operator(&u.operand, None, u.range(), !number);
                }
            }
            Expr::BoolOp(b) => {
                for value in &b.values {
                    self.truth(value);
                }
            }
            Expr::Compare(c) => self.compare(c),
            Expr::If(i) => {
                self.truth(&i.test);
                self.expr(&i.body);
                self.expr(&i.orelse);
            }
            Expr::Named(n) => {
                self.expr(&n.value);
                self.target(&n.target, "assigns");
            }
            Expr::List(l) => l.elts.iter().for_each(|e| self.expr(e)),
            Expr::Tuple(t) => t.elts.iter().for_each(|e| self.expr(e)),
            Expr::Set(s) => {
                for e in &s.elts {
                    self.expr(e);
                    self.hashed(e);
                }
            }
            Expr::Dict(d) => {
                for item in &d.items {
                    if let Some(key) = &item.key {
                        self.expr(key);
                        self.hashed(key);
                    }
                    self.expr(&item.value);
                }
            }
            Expr::Starred(s) => {
                self.expr(&s.value);
                self.iterate(&s.value);
            }
            Expr::ListComp(c) => self.comprehension(&[&c.elt], &c.generators),
            Expr::SetComp(c) => {
                self.comprehension(&[&c.elt], &c.generators);
                self.hashed(&c.elt);
            }
            Expr::DictComp(c) => {
                let mut elements: Vec<&Expr> = c.key.as_deref().into_iter().collect();
                elements.push(&c.value);
                self.comprehension(&elements, &c.generators);
                if let Some(key) = c.key.as_deref() {
                    self.hashed(key);
                }
            }
            Expr::Generator(g) => self.comprehension(&[&g.elt], &g.generators),
            Expr::Await(a) => {
                self.expr(&a.value);
                self.note(Kind::Suspends, a.range(), "awaits");
            }
            Expr::Yield(y) => {
                self.optional(y.value.as_deref());
                self.note(Kind::Suspends, y.range(), "yields");
            }
            Expr::YieldFrom(y) => {
                self.expr(&y.value);
                self.note(Kind::Suspends, y.range(), "yields");
            }
            Expr::FString(f) => {
                for element in f.value.elements() {
                    self.interpolation(element);
                }
            }
            Expr::TString(t) => {
                for element in t.value.elements() {
                    self.interpolation(element);
                }
            }
            Expr::Call(c) => self.call(c),
        }
    }

    fn interpolation(&mut self, element: &ast::InterpolatedStringElement) {
        let ast::InterpolatedStringElement::Interpolation(i) = element else { return };
        self.expr(&i.expression);
        let ty = self.types.of(&i.expression);
        let plain = i.format_spec.is_none() && ty.is(&["str", "int", "float", "bool", "None"]);
        if !plain {
            self.operator(&i.expression, None, i.range(), true);
            if let Ty::Instance(class) = ty {
                self.special(class, &["__format__", "__str__", "__repr__"], i.range());
            }
        }
        if let Some(spec) = &i.format_spec {
            for element in &spec.elements {
                self.interpolation(element);
            }
        }
    }

    /// An operator on these operands: conventional, may raise.
    fn operator(&mut self, left: &Expr, right: Option<&Expr>, at: TextRange, may_raise: bool) {
        for operand in std::iter::once(left).chain(right) {
            match self.types.of(operand) {
                Ty::Instance(class) => self.special(class, OPERATORS, at),
                Ty::Known(..) => {}
                _ => self.effects.by_operators = true,
            }
        }
        if may_raise {
            self.note(Kind::MayRaise, at, "an operator may raise");
        }
    }

    fn hashed(&mut self, expr: &Expr) {
        match self.types.of(expr) {
            ty if ty.is_immutable() => {}
            Ty::Instance(class) => {
                self.special(class, &["__hash__", "__eq__"], expr.range());
                self.note(Kind::MayRaise, expr.range(), "hashing may raise");
            }
            _ => {
                self.effects.by_operators = true;
                self.note(Kind::MayRaise, expr.range(), "hashing may raise");
            }
        }
    }

    fn compare(&mut self, c: &ast::ExprCompare) {
        self.expr(&c.left);
        let mut left: &Expr = &c.left;
        for (op, right) in c.ops.iter().zip(&c.comparators) {
            self.expr(right);
            match op {
                ast::CmpOp::Is | ast::CmpOp::IsNot => {}
                ast::CmpOp::In | ast::CmpOp::NotIn => {
                    let ty = self.types.of(right);
                    self.effects.objects_read.extend(self.object(right));
                    self.effects.objects_iterated.extend(self.object(right));
                    match ty {
                        Ty::Known("str" | "bytes", _) => {
                            let same = self.types.of(left) == ty;
                            self.operator(left, None, c.range(), !same);
                        }
                        Ty::Known(name, _) if tables::CONTAINERS.contains(&name) => {
                            // Hashing or comparing the element.
                            let simple = self.types.of(left).is_immutable();
                            self.operator(left, None, c.range(), !simple);
                        }
                        Ty::Known(
                            "file" | "generator" | "iterator" | "map" | "filter" | "zip" | "enumerate"
                            | "itertools",
                            _,
                        ) => {
                            self.note(
                                Kind::SharedIteration,
                                c.range(),
                                format!("`in` advances `{}`", self.source(right)),
                            );
                        }
                        _ => self.operator(left, Some(right), c.range(), true),
                    }
                }
                ast::CmpOp::Eq | ast::CmpOp::NotEq => {
                    let builtin = |t: Ty| {
                        t.all(&|t| matches!(t, Ty::Known(n, _) if matches!(*n, "str" | "bytes" | "int" | "float" | "bool" | "None" | "complex")))
                    };
                    let both_plain = builtin(self.types.of(left)) && builtin(self.types.of(right));
                    self.operator(left, Some(right), c.range(), !both_plain);
                }
                _ => {
                    let (l, r) = (self.types.of(left), self.types.of(right));
                    let ordered = (l.is_number() && r.is_number()) || (l.is(&["str"]) && r.is(&["str"]));
                    self.operator(left, Some(right), c.range(), !ordered);
                }
            }
            left = right;
        }
    }

    fn attribute(&mut self, a: &ast::ExprAttribute) {
        self.expr(&a.value);
        let name = a.attr.as_str();
        match self.types.of(&a.value) {
            Ty::Module(_) | Ty::Member(_) => {}
            Ty::Class(_) => self.effects.attributes_read.push(name.to_string()),
            Ty::Instance(class) => {
                self.effects.attributes_read.push(name.to_string());
                self.call_site(Callee::Attribute { class, name: name.to_string() }, a.range(), Mode::Call);
                self.effects.by_operators = true;
                if self.facts.attribute_values(class, name).is_none() && !self.is_own_method(class, name) {
                    self.note(Kind::MayRaise, a.range(), format!("`.{name}` may be missing"));
                }
            }
            Ty::Known(..) => {}
            _ => {
                self.effects.attributes_read.push(name.to_string());
                self.call_site(Callee::AnyAttribute(name.to_string()), a.range(), Mode::Call);
                self.effects.by_operators = true;
                self.note(Kind::MayRaise, a.range(), format!("`.{name}` may be missing"));
            }
        }
    }

    /// The class whose method the code belongs to, if `super()` there means its bases and `self`.
    fn own_class(&self, a: &ast::ExprAttribute) -> Option<NodeId> {
        let Expr::Call(call) = &*a.value else { return None };
        let function = self.module.enclosing_function(self.module.id(a))?;
        let class = self.module.parent(function)?;
        let AnyNodeRef::StmtClassDef(def) = self.module.node(class) else { return None };
        match &*call.arguments.args {
            [] => Some(class),
            [Expr::Name(first), Expr::Name(_)] if first.id == def.name.id => Some(class),
            _ => None,
        }
    }

    fn is_own_method(&self, class: NodeId, name: &str) -> bool {
        let AnyNodeRef::StmtClassDef(c) = self.module.node(class) else { return false };
        c.body.iter().any(|s| matches!(s, Stmt::FunctionDef(f) if f.name.as_str() == name))
    }

    fn subscript(&mut self, s: &ast::ExprSubscript) {
        self.expr(&s.value);
        self.expr(&s.slice);
        self.effects.objects_read.extend(self.object(&s.value));
        let ty = self.types.of(&s.value);
        match &ty {
            Ty::Instance(class) => self.special(*class, &["__getitem__", "__missing__"], s.range()),
            Ty::Known(..) => {}
            _ => self.effects.by_operators = true,
        }
        let in_range = match (&ty, &*s.slice) {
            (Ty::Known("tuple", of), Expr::NumberLiteral(n)) if of.len() > 1 => {
                matches!(&n.value, ast::Number::Int(i) if i.as_usize().is_some_and(|i| i < of.len()))
            }
            (Ty::Known("list" | "tuple" | "str" | "bytes", _), Expr::Slice(_)) => true,
            _ => false,
        };
        if !in_range {
            self.note(Kind::MayRaise, s.range(), "a subscript may raise");
        }
    }

    /// What iterating the value of `expr` does.
    fn iterate(&mut self, expr: &Expr) {
        self.effects.objects_read.extend(self.object(expr));
        self.effects.objects_iterated.extend(self.object(expr));
        match expr {
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => return,
            // Its elements are computed now.
            Expr::Generator(g) => {
                self.generators(&g.generators, true);
                self.expr(&g.elt);
                return;
            }
            Expr::If(i) => {
                self.iterate(&i.body);
                self.iterate(&i.orelse);
                return;
            }
            Expr::BoolOp(b) => {
                b.values.iter().for_each(|v| self.iterate(v));
                return;
            }
            Expr::Named(n) => return self.iterate(&n.value),
            Expr::Call(c) => {
                // A view reads the object it was taken from for as long as it is iterated.
                if let Expr::Attribute(a) = &*c.func
                    && matches!(a.attr.as_str(), "keys" | "values" | "items")
                {
                    self.effects.objects_read.extend(self.object(&a.value));
                }
                if let Ty::Member(path) = self.types.of(&c.func)
                    && matches!(tables::callable(&path), Some(Known::Lazy | Known::Applies))
                {
                    // Its arguments were looked at as a call's; iterating them is what happens now.
                    let applies = matches!(tables::callable(&path), Some(Known::Applies));
                    if applies && let Some(function) = c.arguments.args.first() {
                        self.applied(function, c.range());
                    }
                    let skip = usize::from(applies && path.starts_with("builtins."));
                    c.arguments.args.iter().skip(skip).for_each(|a| self.iterate(a));
                    return;
                }
                if let Ty::Function(function) = self.types.of(&c.func)
                    && !self.types.of(expr).is_container()
                {
                    self.call_site(Callee::Function(function), c.range(), Mode::Iterate);
                    return;
                }
            }
            _ => {}
        }
        match self.types.of(expr) {
            ty if ty.is_container() => {}
            Ty::Known("json", _) => {
                self.note(
                    Kind::MayRaise,
                    expr.range(),
                    format!("`{}` may not be iterable", self.source(expr)),
                );
            }
            Ty::Known("None" | "int" | "float" | "bool" | "complex", _) => {
                self.note(Kind::MayRaise, expr.range(), "iterates what is not iterable");
            }
            Ty::Union(types) if types.iter().all(|t| t.is_container() || *t == Ty::known("None")) => {
                self.note(Kind::MayRaise, expr.range(), "may be None");
            }
            Ty::Known("stdio", _) | Ty::Known("file", _) => {
                let what = format!("reads from the file `{}`", self.source(expr));
                self.note(Kind::SharedIteration, expr.range(), what);
            }
            Ty::Known(_, _) => {
                let what = format!("advances the iterator `{}`", self.source(expr));
                self.note(Kind::SharedIteration, expr.range(), what);
            }
            Ty::Instance(class) => {
                self.special(class, &["__iter__", "__next__", "__getitem__"], expr.range());
                self.note(Kind::UnknownIteration, expr.range(), format!("iterates `{}`", self.source(expr)));
            }
            _ => {
                let what = format!("iterates `{}`, whose type is not known", self.source(expr));
                self.note(Kind::UnknownIteration, expr.range(), what);
            }
        }
    }

    fn arguments(&mut self, c: &ast::ExprCall) {
        for argument in &c.arguments.args {
            self.expr(argument);
        }
        for keyword in &c.arguments.keywords {
            self.expr(&keyword.value);
        }
    }

    fn call(&mut self, c: &ast::ExprCall) {
        self.arguments(c);
        let at = c.range();
        // What the callee may change; builtins and the like are in tables.
        let listed = matches!(self.types.of(&c.func), Ty::Member(path)
            if tables::callable(&path).is_some() || results::changes_first(&path));
        if !listed {
            for argument in c.arguments.args.iter().chain(c.arguments.keywords.iter().map(|k| &k.value)) {
                self.effects.objects_passed.extend(self.object(argument));
            }
        }
        if let Expr::Name(n) = &*c.func
            && let Some(builtin) = self.perhaps_builtin(n)
        {
            self.known_call(c, &format!("builtins.{builtin}"));
        }
        if let Expr::Attribute(a) = &*c.func {
            let receiver = self.types.of(&a.value);
            if !matches!(receiver, Ty::Module(_) | Ty::Member(_) | Ty::Class(_)) {
                self.expr(&a.value);
                return self.method(c, a, &receiver);
            }
        }
        match self.types.of(&c.func) {
            Ty::Function(function) => {
                self.reads_of(&c.func);
                self.call_site(Callee::Function(function), at, Mode::Call);
            }
            Ty::Class(class) => {
                self.reads_of(&c.func);
                self.call_site(Callee::Constructor(class), at, Mode::Call);
            }
            Ty::Union(several) if Self::all_defined(&several) => {
                self.reads_of(&c.func);
                self.any_of(&several, at);
            }
            Ty::Member(path) => self.known_call(c, &path),
            Ty::Imported(path) => {
                self.note(Kind::UnknownCall, at, format!("calls an instance of `{path}`"));
            }
            Ty::Known("function", _) => self.lambda_call(c),
            _ => {
                self.reads_of(&c.func);
                match &*c.func {
                    Expr::Name(n) => self.value_call(n, at),
                    Expr::Attribute(a) => {
                        // `Cls.method(x)`, `module.unknown.attr(x)`.
                        self.call_site(Callee::AnyMethod(a.attr.to_string()), at, Mode::Call);
                    }
                    other => {
                        self.expr(other);
                        let what = format!("calls the value of `{}`", self.source(other));
                        self.note(Kind::ValueCall, at, what);
                    }
                }
            }
        }
    }

    /// The builtin that a variable of the module may still stand for: only a branch or a handler binds its name
    /// (`try: next` and `except NameError: def next(...)`), or a `del` uncovers it.
    fn perhaps_builtin(&self, n: &ast::ExprName) -> Option<&'static str> {
        let builtin = tables::builtin_name(n.id.as_str())?;
        let symbols = self.facts.symbols();
        let Resolution::Symbol(id) = symbols.resolve(self.module.id(n)) else { return None };
        let symbol = symbols.symbol(id);
        if symbols.scope(symbol.scope).kind != ScopeKind::Module {
            return None;
        }
        let always = |o: &Occurrence<'a>| {
            let statement = self.module.statement_of(o.node);
            o.binds()
                && o.access == Access::Write
                && statement.and_then(|s| self.module.parent(s)) == Some(NodeId::ROOT)
        };
        (symbol.deleted || !symbols.occurrences_of(id).any(always)).then_some(builtin)
    }

    fn reads_of(&mut self, func: &Expr) {
        if let Expr::Name(n) = func {
            self.name(n);
        }
    }

    /// A call of a name that is neither a function, a class nor an import of the file.
    fn value_call(&mut self, n: &ast::ExprName, at: TextRange) {
        let resolution = self.facts.symbols().resolve(self.module.id(n));
        match resolution {
            Resolution::Symbol(_) => {
                let what = format!("calls `{}`, a value that was passed or stored in order to be run", n.id);
                self.note(Kind::ValueCall, at, what);
            }
            Resolution::Free => {
                self.note(Kind::UnknownCall, at, format!("calls `{}`, which the file does not define", n.id));
            }
        }
    }

    /// Whether a name that is defined more than once stands for functions and classes alone: of this file, or imported.
    fn all_defined(several: &[Ty]) -> bool {
        several.iter().all(|t| match t {
            Ty::Function(_) | Ty::Class(_) => true,
            Ty::Member(path) => tables::callable(path).is_none(),
            _ => false,
        })
    }

    /// A call of one of these, whichever was defined last.
    fn any_of(&mut self, several: &[Ty], at: TextRange) {
        for ty in several {
            match ty {
                Ty::Function(function) => self.call_site(Callee::Function(*function), at, Mode::Call),
                Ty::Class(class) => self.call_site(Callee::Constructor(*class), at, Mode::Call),
                Ty::Member(path) => self.call_site(Callee::Member(path.clone()), at, Mode::Call),
                _ => {}
            }
        }
    }

    /// A call of a variable that only ever holds a lambda of this file.
    fn lambda_call(&mut self, c: &ast::ExprCall) {
        if let Expr::Name(n) = &*c.func
            && let Resolution::Symbol(symbol) = self.facts.symbols().resolve(self.module.id(n))
            && let Some(AnyNodeRef::ExprLambda(lambda)) = self.single_value(symbol)
        {
            self.name(n);
            return self.call_site(Callee::Function(self.module.id(lambda)), c.range(), Mode::Call);
        }
        if let Expr::Lambda(lambda) = &*c.func {
            return self.call_site(Callee::Function(self.module.id(lambda)), c.range(), Mode::Call);
        }
        self.note(Kind::ValueCall, c.range(), format!("calls the value of `{}`", self.source(&*c.func)));
    }

    fn single_value(&self, symbol: SymbolId) -> Option<AnyNodeRef<'a>> {
        let symbols = self.facts.symbols();
        let mut writes = symbols.occurrences_of(symbol).filter(|o| o.access != Access::Read);
        let only = writes.next()?;
        if writes.next().is_some() {
            return None;
        }
        match self.module.parent_node(only.node)? {
            AnyNodeRef::StmtAssign(a) if a.targets.len() == 1 => Some((&*a.value).into()),
            _ => None,
        }
    }

    fn known_call(&mut self, c: &ast::ExprCall, path: &str) {
        let at = c.range();
        let shown = self.source(&*c.func);
        if results::changes_first(path)
            && let Some(first) = c.arguments.args.first()
        {
            self.effects.objects_changed.extend(self.object(first));
            self.effects.by_operators = true;
            self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            return self.changes(first, at, format!("`{shown}` changes `{}`", self.source(first)));
        }
        let Some(known) = tables::callable(path) else {
            // `str.lower(x)`: the method of a builtin type, asked of the type.
            let method = path.strip_prefix("builtins.").and_then(|p| p.split_once('.'));
            let known = method.and_then(|(of, name)| tables::method(of, name));
            if matches!(known, Some(Known::Total | Known::Pure)) {
                return self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            }
            return self.call_site(Callee::Member(path.to_string()), at, Mode::Call);
        };
        match known {
            Known::Total => {}
            Known::Pure => {
                self.pure_call(c, path);
            }
            Known::Consumes => {
                // Several arguments of `min` and `max` are compared themselves.
                let compares = matches!(path, "builtins.min" | "builtins.max") && c.arguments.args.len() > 1;
                for argument in c.arguments.args.iter().filter(|a| !compares && !a.is_starred_expr()) {
                    self.iterate(argument);
                }
                for keyword in &c.arguments.keywords {
                    if keyword.arg.as_deref() == Some("key") && !keyword.value.is_none_literal_expr() {
                        self.applied(&keyword.value, at);
                    }
                }
                self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                self.effects.by_operators = true;
            }
            Known::Lazy => {}
            Known::Applies => {
                if let Some(function) = c.arguments.args.first() {
                    self.applied(function, at);
                }
                self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            }
            Known::Next => {
                if c.arguments.args.len() == 1 {
                    self.note(
                        Kind::StopIteration,
                        at,
                        format!("`{}` lets StopIteration out", self.source(c)),
                    );
                }
                self.note(Kind::Effect, at, format!("`{}` advances an iterator", self.source(c)));
            }
            Known::Frame if path == "builtins.super" && !c.arguments.is_empty() => {}
            Known::Frame
                if matches!(
                    path,
                    "builtins.super"
                        | "builtins.locals"
                        | "builtins.vars"
                        | "builtins.dir"
                        | "builtins.globals"
                ) =>
            {
                self.note(Kind::OwnFrame, at, format!("`{shown}` looks at the frame it is called from"))
            }
            // The record names the function that logs, whoever calls that.
            Known::Frame if path.starts_with("logging.") && !skips_frames(c) => {
                self.note(Kind::OwnFrame, at, format!("`{shown}` records the function that calls it"))
            }
            Known::Frame => {
                self.note(Kind::Frame, at, format!("`{shown}` looks at the frame it is called from"))
            }
            Known::Observes => {
                self.note(Kind::Observes, at, format!("`{shown}` reads the state of the world"))
            }
            Known::Effect => self.note(Kind::Effect, at, format!("calls `{shown}`")),
        }
    }

    fn pure_call(&mut self, c: &ast::ExprCall, path: &str) {
        let first = c.arguments.args.first();
        let ty = first.map_or(Ty::Unknown, |a| self.types.of(a));
        let total = match path {
            "builtins.len" => ty.is_container(),
            "builtins.str" | "builtins.repr" | "builtins.bool" => {
                c.arguments.len() <= 1 && ty.is(&["int", "float", "bool", "str", "None", "bytes"])
            }
            // Of a string nothing but ValueError comes.
            "builtins.int" | "builtins.float"
                if self.values > 0 && ty.is(&["str"]) && c.arguments.len() == 1 =>
            {
                true
            }
            "builtins.int" => ty.is(&["int", "bool"]) && c.arguments.len() == 1,
            "builtins.float" => ty.is_number() && c.arguments.len() == 1,
            "builtins.abs" => ty.is_number(),
            "builtins.range" => {
                c.arguments.args.iter().all(|a| self.types.of(a).is(&["int"])) && c.arguments.len() == 1
            }
            _ => false,
        };
        if let Ty::Instance(class) = ty {
            self.special(class, CONVERSIONS, c.range());
        }
        for argument in &c.arguments.args {
            if path == "builtins.len" {
                self.effects.objects_read.extend(self.object(argument));
            }
            if !matches!(self.types.of(argument), Ty::Known(..)) {
                self.effects.by_operators = true;
            }
        }
        if !total {
            let mild = matches!(
                path,
                "builtins.len"
                    | "builtins.str"
                    | "builtins.repr"
                    | "builtins.bool"
                    | "builtins.hash"
                    | "builtins.abs"
                    | "builtins.hasattr"
                    | "builtins.getattr"
            );
            let kind = if mild { Kind::MayRaise } else { Kind::Validates };
            self.note(kind, c.range(), format!("`{}` may raise", self.source(c)));
        }
    }

    /// A callable that is handed over and run: `key=len`, `map(str, ...)`.
    fn applied(&mut self, function: &Expr, at: TextRange) {
        if let Expr::Lambda(lambda) = function {
            return self.call_site(Callee::Function(self.module.id(lambda)), at, Mode::Call);
        }
        match self.types.of(function) {
            Ty::Known("None", _) => {}
            Ty::Function(f) => self.call_site(Callee::Function(f), at, Mode::Call),
            Ty::Class(class) => self.call_site(Callee::Constructor(class), at, Mode::Call),
            Ty::Union(several) if Self::all_defined(&several) => self.any_of(&several, at),
            Ty::Member(path) => match tables::callable(&path) {
                Some(Known::Total) => {}
                Some(Known::Pure | Known::Consumes) => {
                    self.effects.by_operators = true;
                    self.note(Kind::Validates, at, format!("`{}` may raise", self.source(function)));
                }
                Some(Known::Lazy) => {}
                Some(_) => self.note(Kind::Effect, at, format!("calls `{}`", self.source(function))),
                None => {
                    let tail =
                        path.strip_prefix("builtins.str.").or_else(|| path.strip_prefix("builtins.bytes."));
                    match tail {
                        Some(_) => self.note(Kind::MayRaise, at, format!("`{path}` may raise")),
                        None => self.call_site(Callee::Member(path), at, Mode::Call),
                    }
                }
            },
            _ => self.note(Kind::ValueCall, at, format!("calls `{}`", self.source(function))),
        }
    }

    /// Whether a method of a builtin type cannot reject these arguments.
    fn fits(&self, of: &str, name: &str, arguments: &ast::Arguments) -> bool {
        if !arguments.keywords.is_empty() || arguments.args.iter().any(Expr::is_starred_expr) {
            return false;
        }
        let types: Vec<Ty> = arguments.args.iter().map(|a| self.types.of(a)).collect();
        let strings = |from: usize| types.iter().skip(from).all(|t| t.is(&["str"]));
        let numbers = |from: usize| types.iter().skip(from).all(|t| t.is(&["int", "None"]));
        // An empty separator is rejected.
        let separator = || match arguments.args.first() {
            Some(Expr::StringLiteral(s)) => !s.value.is_empty(),
            _ => false,
        };
        match (of, name) {
            ("str", "split" | "rsplit") => {
                types.is_empty() || (separator() && numbers(1) && types.len() <= 2)
            }
            ("str", "partition" | "rpartition") => separator() && types.len() == 1,
            ("str", "strip" | "lstrip" | "rstrip" | "removeprefix" | "removesuffix") => {
                strings(0) && types.len() <= 1
            }
            ("str", "startswith" | "endswith" | "count" | "find" | "rfind") => {
                let text = |t: &Ty| t.is(&["str"]) || (t.is(&["tuple"]) && t.element().is(&["str"]));
                types.first().is_some_and(text) && numbers(1) && types.len() <= 3
            }
            ("str", "replace") => strings(0) && types.len() == 2,
            ("dict" | "OrderedDict" | "defaultdict" | "Counter", "get") => {
                types.first().is_some_and(Ty::is_immutable) && types.len() <= 2
            }
            _ => false,
        }
    }

    fn method(&mut self, c: &ast::ExprCall, a: &ast::ExprAttribute, receiver: &Ty) {
        let name = a.attr.as_str();
        let at = c.range();
        let shown = self.source(&*c.func);
        let fresh = is_fresh(self.module, self.facts, &a.value);
        if tables::is_logging_method(name) && skips_frames(c) {
            self.note(Kind::Frame, at, format!("`{shown}` records a function that led to it"));
        }
        match receiver {
            Ty::Known(of, _) => match tables::method(of, name) {
                Some(Known::Total) => {}
                Some(Known::Pure) if self.fits(of, name, &c.arguments) => {}
                Some(Known::Pure) => self.note(Kind::MayRaise, at, format!("`{shown}` may raise")),
                Some(Known::Consumes) => {
                    c.arguments.args.iter().for_each(|a| self.iterate(a));
                    self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                }
                Some(Known::Observes) => {
                    self.note(Kind::Observes, at, format!("`{shown}` reads the state of the world"))
                }
                Some(Known::Effect) => {
                    self.effects.objects_changed.extend(self.object(&a.value));
                    self.note(Kind::Effect, at, format!("calls `{shown}`"));
                    self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                }
                Some(_) => self.note(Kind::UnknownCall, at, format!("calls `{shown}`")),
                None if tables::is_mutator(name) => {
                    self.effects.objects_changed.extend(self.object(&a.value));
                    self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
                    if matches!(name, "extend" | "update") {
                        c.arguments.args.iter().for_each(|a| self.iterate(a));
                    }
                    self.changes(&a.value, at, format!("`{shown}` changes `{}`", self.source(&*a.value)));
                }
                None => self.note(Kind::UnknownCall, at, format!("calls `{shown}`")),
            },
            Ty::Union(types)
                if types.iter().all(|t| {
                    let known = t.name().and_then(|of| tables::method(of, name));
                    matches!(known, Some(Known::Total | Known::Pure))
                }) =>
            {
                self.note(Kind::MayRaise, at, format!("`{shown}` may raise"));
            }
            Ty::Instance(class) => {
                let callee = Callee::Method { class: *class, name: name.to_string() };
                self.effects.calls.push(Call { callee, at, mode: Mode::Call, fresh_receiver: fresh });
                if tables::is_mutator(name) {
                    self.effects.objects_changed.extend(self.object(&a.value));
                }
            }
            Ty::Imported(path) if path.starts_with("threading.") || path.starts_with("multiprocessing.") => {
                self.note(Kind::Effect, at, format!("calls `{shown}`"));
            }
            _ if is_super(&a.value) => {
                let callee = match self.own_class(a) {
                    Some(class) => Callee::Super { class, name: name.to_string() },
                    None => Callee::AnyMethod(name.to_string()),
                };
                self.call_site(callee, at, Mode::Call);
            }
            _ => {
                if tables::is_mutator(name) || tables::is_effect_method_name(name) {
                    self.effects.objects_changed.extend(self.object(&a.value));
                }
                self.call_site(Callee::AnyMethod(name.to_string()), at, Mode::Call);
            }
        }
    }
}

/// `super()`, `super(Class, self)`.
fn is_super(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(s) if matches!(&*s.func, Expr::Name(n) if n.id.as_str() == "super"))
}

/// A logging call that makes the record name a function further up.
fn skips_frames(c: &ast::ExprCall) -> bool {
    c.arguments.keywords.iter().any(|k| k.arg.as_deref().is_none_or(|name| name == "stacklevel"))
}

/// Operators that cannot raise on these operands.
fn total_operator(types: &Types, b: &ast::ExprBinOp) -> bool {
    let (left, right) = (types.of(&b.left), types.of(&b.right));
    let nonzero = |e: &Expr| match e {
        Expr::NumberLiteral(n) => match &n.value {
            ast::Number::Int(i) => i.as_u64() != Some(0),
            ast::Number::Float(f) => *f != 0.0,
            ast::Number::Complex { .. } => false,
        },
        _ => false,
    };
    match b.op {
        Operator::Add | Operator::Sub | Operator::Mult => {
            // Huge integers against floats overflow; integers among themselves do not.
            (left.is(&["int", "bool"]) && right.is(&["int", "bool"]))
                || (left.is(&["float"]) && right.is(&["float"]))
                || (b.op == Operator::Add && left.is(&["str"]) && right.is(&["str"]))
        }
        Operator::Mod | Operator::FloorDiv | Operator::Div => {
            left.is(&["int", "bool"]) && right.is(&["int"]) && nonzero(&b.right) && b.op != Operator::Div
        }
        Operator::BitAnd | Operator::BitOr | Operator::BitXor => {
            left.is(&["int", "bool"]) && right.is(&["int", "bool"])
        }
        _ => false,
    }
}

const OPERATORS: &[&str] = &[
    "__add__",
    "__radd__",
    "__sub__",
    "__rsub__",
    "__mul__",
    "__rmul__",
    "__truediv__",
    "__rtruediv__",
    "__floordiv__",
    "__mod__",
    "__rmod__",
    "__pow__",
    "__and__",
    "__or__",
    "__xor__",
    "__lshift__",
    "__rshift__",
    "__matmul__",
    "__neg__",
    "__pos__",
    "__invert__",
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__contains__",
    "__hash__",
];

const CONVERSIONS: &[&str] = &[
    "__len__",
    "__repr__",
    "__str__",
    "__bool__",
    "__int__",
    "__index__",
    "__float__",
    "__abs__",
    "__round__",
    "__hash__",
    "__format__",
    "__bytes__",
];

/// Whether the text of an `except` clause's type names the exception or a base of it.
pub(crate) fn catches(clause: &str, exception: &str) -> bool {
    let words = clause.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.into_iter().any(|w| w == exception || w == "Exception" || w == "BaseException")
}

/// A piece of source for a message: one line, not too long.
fn shorten(text: &str) -> String {
    let one_line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() > 40 {
        let head: String = one_line.chars().take(37).collect();
        format!("{head}...")
    } else {
        one_line
    }
}
