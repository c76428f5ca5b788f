//! What evaluating an expression does.

use super::operators::total_operator;
use super::{CONVERSIONS, Collector};
use crate::facts::Resolution;
use crate::facts::effects::unbound::{Unbound, unbound};
use crate::facts::effects::{Callee, Kind, Mode, is_left_alone};
use crate::facts::tables::{self, Known};
use crate::facts::types::Ty;
use crate::syntax::{AnyNodeRef, Expr, NodeId, Ranged, Stmt, ast};

impl<'a, 'r> Collector<'a, 'r> {
    pub(super) fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    pub(super) fn comprehension(&mut self, elements: &[&Expr], generators: &[ast::Comprehension]) {
        self.generators(generators, false);
        for element in elements {
            self.expr(element);
        }
    }

    pub(super) fn generators(&mut self, generators: &[ast::Comprehension], first_is_evaluated: bool) {
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
    pub(super) fn unpack_element(&mut self, iter: &Expr, target: &Expr) {
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

    pub(super) fn name(&mut self, n: &ast::ExprName) {
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
    pub(super) fn needs_value(&mut self, n: &ast::ExprName) {
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

    pub(super) fn expr(&mut self, expr: &Expr) {
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
                if b.op == ast::Operator::Mod && self.types.of(&b.left).is(&["str", "bytes"]) {
                    self.shown(&b.right);
                }
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

    /// Text is made of the value, or of those in a tuple.
    pub(super) fn shown(&mut self, expr: &Expr) {
        if let Expr::Tuple(t) = expr {
            return t.elts.iter().for_each(|e| self.shown(e));
        }
        match self.types.of(expr) {
            Ty::Instance(class) => self.special(class, CONVERSIONS, expr.range()),
            Ty::Known(..) => {}
            _ => self.effects.by_operators = true,
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
                let computes = self.facts.computes_attributes();
                if computes {
                    self.special(class, &["__getattribute__"], a.range());
                    if let Some(descriptor) = self.descriptor(class, name) {
                        self.special(descriptor, &["__get__"], a.range());
                    }
                }
                if self.facts.attribute_values(class, name).is_none() && !self.is_own_method(class, name) {
                    if computes {
                        self.special(class, &["__getattr__"], a.range());
                    }
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

    /// The class of the file of which the body of `class` binds an instance to the name: perhaps a descriptor.
    fn descriptor(&self, class: NodeId, name: &str) -> Option<NodeId> {
        let AnyNodeRef::StmtClassDef(class) = self.module.node(class) else { return None };
        let value = class.body.iter().find_map(|s| match s {
            Stmt::Assign(a) => {
                let named = |t: &Expr| matches!(t, Expr::Name(n) if n.id.as_str() == name);
                a.targets.iter().any(named).then_some(&*a.value)
            }
            Stmt::AnnAssign(a) => match &*a.target {
                Expr::Name(n) if n.id.as_str() == name => a.value.as_deref(),
                _ => None,
            },
            _ => None,
        })?;
        match self.types.of(&value.as_call_expr()?.func) {
            Ty::Class(of) => Some(of),
            _ => None,
        }
    }

    /// The class whose method the code belongs to, if `super()` there means its bases and `self`.
    pub(super) fn own_class(&self, a: &ast::ExprAttribute) -> Option<NodeId> {
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
            Ty::Known("defaultdict", _) if !self.is_a_key_of(&s.slice, &s.value) => {
                self.effects.objects_changed.extend(self.object(&s.value));
                let what = format!("adds a key to `{}` where it has none", self.source(&*s.value));
                self.changes(&s.value, s.range(), what);
            }
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

    /// Whether the key is one of those that the dictionary has: `d[k]` in `for k in d`.
    fn is_a_key_of(&self, key: &Expr, dictionary: &Expr) -> bool {
        let Expr::Name(key) = key else { return false };
        let symbols = self.facts.symbols();
        let Resolution::Symbol(symbol) = symbols.resolve(self.module.id(key)) else { return false };
        let mut bindings = symbols.occurrences_of(symbol).filter(|o| o.binds());
        let (Some(only), None) = (bindings.next(), bindings.next()) else { return false };
        let iterated = match self.module.parent_node(only.node) {
            Some(AnyNodeRef::StmtFor(f)) if self.module.id(&*f.target) == only.node => &*f.iter,
            Some(AnyNodeRef::Comprehension(g)) if self.module.id(&g.target) == only.node => &g.iter,
            _ => return false,
        };
        let text = self.module.source(dictionary);
        let iterated = self.module.source(iterated);
        let wrapped = ["list", "sorted", "set", "tuple", "reversed"].iter().any(|f| {
            let inner = iterated.strip_prefix(f).and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'));
            inner.is_some_and(|inner| inner == text)
        });
        wrapped || iterated == text || iterated.strip_suffix(".keys()") == Some(text)
    }

    /// What iterating the value of `expr` does.
    pub(super) fn iterate(&mut self, expr: &Expr) {
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
                    let function = tables::applied_argument(&path, &c.arguments);
                    if let Some(function) = function {
                        self.applied(function, c.range());
                    }
                    // `iter(read, end)` only calls.
                    let calls_alone = path == "builtins.iter" && function.is_some();
                    let is_function = |a: &Expr| function.is_some_and(|f| f.range() == a.range());
                    let sources = c.arguments.args.iter().filter(|a| !calls_alone && !is_function(a));
                    sources.for_each(|a| self.iterate(a));
                    return;
                }
                if self.iterates_call(c, expr) {
                    return;
                }
            }
            // A variable that holds the generator of a function of this file.
            Expr::Name(n) => {
                if let Resolution::Symbol(symbol) = self.facts.symbols().resolve(self.module.id(n))
                    && let Some(AnyNodeRef::ExprCall(c)) = self.single_value(symbol)
                    && self.types.of(expr).name() == Some("generator")
                    && self.iterates_call(c, expr)
                    && is_left_alone(self.module, self.facts, n)
                {
                    return;
                }
            }
            _ => {}
        }
        let own = || match expr {
            Expr::Name(n) => is_left_alone(self.module, self.facts, n),
            other => other.is_call_expr(),
        };
        let ty = self.types.of(expr);
        // A line may not be decoded, or not be read.
        if ty.is(&["file", "stdio"]) {
            self.unreadable(expr.range(), format!("a line of `{}` may not be readable", self.source(expr)));
        }
        match ty {
            ty if ty.is_container() => {}
            // Members are there since the class is.
            Ty::Class(class) if self.types.is_enumeration(class) => {}
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
            // Nobody else sees how far it was read, but when.
            Ty::Known("file", _) if own() => {
                let what = format!("reads from the file `{}`", self.source(expr));
                self.note(Kind::Observes, expr.range(), what);
            }
            Ty::Known("stdio", _) | Ty::Known("file", _) => {
                let what = format!("reads from the file `{}`", self.source(expr));
                self.note(Kind::SharedIteration, expr.range(), what);
            }
            Ty::Known("callable_iterator", _) if own() => {}
            Ty::Known(_, _) => {
                let what = format!("advances the iterator `{}`", self.source(expr));
                self.note(Kind::SharedIteration, expr.range(), what);
            }
            Ty::Instance(class) => {
                self.special(class, &["__iter__", "__next__", "__getitem__"], expr.range());
                self.note(Kind::UnknownIteration, expr.range(), format!("iterates `{}`", self.source(expr)));
            }
            other => {
                if let Ty::Class(class) = other
                    && let Some(metaclass) = self.types.own_metaclass(class)
                {
                    self.special(metaclass, &["__iter__", "__getitem__"], expr.range());
                }
                let what = format!("iterates `{}`, whose type is not known", self.source(expr));
                self.note(Kind::UnknownIteration, expr.range(), what);
            }
        }
    }

    /// Iterating what a call of a function of this file gives: runs the body of a generator function, which reads its
    /// arguments for as long as it lasts. Whether it is such a call.
    fn iterates_call(&mut self, c: &ast::ExprCall, value: &Expr) -> bool {
        let Ty::Function(function) = self.types.of(&c.func) else { return false };
        if self.types.of(value).is_container() {
            return false;
        }
        for argument in c.arguments.args.iter().chain(c.arguments.keywords.iter().map(|k| &k.value)) {
            self.effects.objects_read.extend(self.object(argument));
        }
        self.call_site(Callee::Function(function), c.range(), Mode::Iterate);
        true
    }
}
