//! What statements do: binding, changing, raising, what their bodies do.

use super::Collector;
use crate::facts::effects::{Callee, Kind, Mode, Note, is_fresh};
use crate::facts::tables;
use crate::facts::types::Ty;
use crate::facts::{Resolution, ScopeKind, SymbolId};
use crate::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, TextRange, ast};

impl<'a, 'r> Collector<'a, 'r> {
    pub(super) fn body(&mut self, body: &[Stmt]) {
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
                if !f.is_async && matches!(*f.target, Expr::Tuple(_) | Expr::List(_)) {
                    self.unpack_element(&f.iter, &f.target);
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
                let stopped = w.items.iter().filter_map(|item| self.suppressed(&item.context_expr));
                let stopped: String = stopped.collect::<Vec<_>>().join(" ");
                self.guarded([&*stopped], &w.body);
            }
            Stmt::Match(m) => {
                self.expr(&m.subject);
                self.note(Kind::MayRaise, m.subject.range(), "matching may raise");
                for case in &m.cases {
                    self.pattern(&case.pattern, &m.subject);
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
                match name {
                    Some(name) => self.rejects(r.range(), format!("raises {name}"), &name),
                    None => self.note(Kind::Validates, r.range(), "raises again"),
                }
            }
            Stmt::Try(t) => {
                let caught = t.handlers.iter().map(|ast::ExceptHandler::ExceptHandler(h)| {
                    h.type_.as_deref().map_or("BaseException", |e| self.module.source(e))
                });
                self.guarded(caught.collect::<Vec<_>>(), &t.body);
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
                self.rejects(a.range(), "asserts", "AssertionError");
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

    pub(super) fn with_items(&mut self, w: &ast::StmtWith) {
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
            } else if !self.enters_nothing(&item.context_expr) {
                let what = format!("enters `{}`", self.source(&item.context_expr));
                self.note(Kind::UnknownCall, item.range(), what);
            }
            if let Some(target) = &item.optional_vars {
                self.target(target, "assigns");
            }
        }
    }

    /// Statements of which some errors go no further, given by the texts that name them.
    fn guarded<'t>(&mut self, caught: impl AsRef<[&'t str]>, body: &[Stmt]) {
        let stops = |what: &str| usize::from(caught.as_ref().iter().any(|c| catches(c, what)));
        let (stopped, values) = (stops("StopIteration"), stops("ValueError"));
        let errors = stops("Exception");
        self.stopped += stopped;
        self.values += values;
        self.errors += errors;
        self.body(body);
        self.stopped -= stopped;
        self.values -= values;
        self.errors -= errors;
    }

    /// What `suppress(..)` names.
    fn suppressed(&self, context: &Expr) -> Option<&'a str> {
        let Expr::Call(call) = context else { return None };
        matches!(self.types.of(&call.func), Ty::Member(path) if path == "contextlib.suppress")
            .then(|| self.module.source(&call.arguments))
    }

    /// `suppress(..)`, `nullcontext(..)`: entering and leaving them does nothing that others see.
    fn enters_nothing(&self, context: &Expr) -> bool {
        let Expr::Call(call) = context else { return false };
        matches!(self.types.of(&call.func), Ty::Member(path)
            if matches!(path.as_str(), "contextlib.suppress" | "contextlib.nullcontext"))
    }

    /// What matching reads: attributes by a class pattern, and `==` with values.
    fn pattern(&mut self, pattern: &ast::Pattern, subject: &Expr) {
        match pattern {
            ast::Pattern::MatchValue(p) => self.operator(subject, None, p.range(), false),
            ast::Pattern::MatchSequence(p) => p.patterns.iter().for_each(|p| self.pattern(p, subject)),
            ast::Pattern::MatchMapping(p) => p.patterns.iter().for_each(|p| self.pattern(p, subject)),
            ast::Pattern::MatchClass(p) => {
                let class = match self.types.of(&p.cls) {
                    Ty::Class(class) => Some(class),
                    _ => None,
                };
                let positions = class.map_or(vec![], |class| self.match_args(class));
                let named = p.arguments.keywords.iter().map(|k| k.attr.as_str());
                for name in positions.iter().take(p.arguments.patterns.len()).map(|s| &**s).chain(named) {
                    let callee = match class {
                        Some(class) => Callee::Attribute { class, name: name.to_string() },
                        None => Callee::AnyAttribute(name.to_string()),
                    };
                    self.effects.attributes_read.push(name.to_string());
                    self.call_site(callee, p.range(), Mode::Call);
                }
                let values = p.arguments.keywords.iter().map(|k| &k.pattern);
                p.arguments.patterns.iter().chain(values).for_each(|p| self.pattern(p, subject));
            }
            ast::Pattern::MatchAs(p) => {
                if let Some(inner) = &p.pattern {
                    self.pattern(inner, subject);
                }
            }
            ast::Pattern::MatchOr(p) => p.patterns.iter().for_each(|p| self.pattern(p, subject)),
            ast::Pattern::MatchSingleton(_) | ast::Pattern::MatchStar(_) => {}
        }
    }

    /// What `__match_args__` in the body of the class says, if it is a plain tuple of strings.
    fn match_args(&self, class: NodeId) -> Vec<String> {
        let AnyNodeRef::StmtClassDef(class) = self.module.node(class) else { return vec![] };
        let said = class.body.iter().find_map(|s| match s {
            Stmt::Assign(a) => match &*a.targets {
                [Expr::Name(n)] if n.id.as_str() == "__match_args__" => a.value.as_tuple_expr(),
                _ => None,
            },
            _ => None,
        });
        let texts = said.into_iter().flat_map(|t| &t.elts).filter_map(|e| e.as_string_literal_expr());
        texts.map(|s| s.value.to_string()).collect()
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

    pub(super) fn target(&mut self, target: &Expr, verb: &str) {
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
                // `xs *= 2` on a list.
                let holds = ty.any(&|t| t.name().is_some_and(|n| tables::CONTAINERS.contains(&n)));
                let number = self.types.of(&a.value).is(&["int", "float", "bool", "str"]) && !holds;
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
            Some(AnyNodeRef::StmtAssign(a)) => self.is_plain(&a.value, id),
            _ => false,
        })
    }

    /// A number or string, given that the variable is one: `data[:56] + "..."`.
    fn is_plain(&self, value: &Expr, variable: SymbolId) -> bool {
        match value {
            Expr::Name(n)
                if self.facts.symbols().resolve(self.module.id(n)) == Resolution::Symbol(variable) =>
            {
                true
            }
            Expr::Subscript(s) if s.slice.is_slice_expr() => self.is_plain(&s.value, variable),
            Expr::BinOp(b) if b.op == ast::Operator::Add => {
                self.is_plain(&b.left, variable) && self.is_plain(&b.right, variable)
            }
            value => self.types.of(value).is(&["int", "float", "complex", "bool", "str", "bytes"]),
        }
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
    pub(super) fn changes(&mut self, owner: &Expr, at: TextRange, what: String) {
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
        self.effects.notes.push(Note { kind: Kind::Effect, at, what, raises: None, on_self });
    }
}

/// Whether the text of an `except` clause's type names the exception or a base of it.
pub(crate) fn catches(clause: &str, exception: &str) -> bool {
    let words = clause.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.into_iter().any(|w| w == exception || w == "Exception" || w == "BaseException")
}
